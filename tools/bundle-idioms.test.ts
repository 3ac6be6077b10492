import { runInNewContext } from 'node:vm';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { shortFunctions } from './bundle-functions.ts';
import { shortIdioms } from './bundle-idioms.ts';
import { shortTexts } from './bundle-texts.ts';

/** What a module exports as `found`, built with or without the short forms. */
async function found(source: string, isShort: boolean): Promise<{ value: unknown; bytes: number }> {
  const id = '/packages/sdk/src/example.ts';
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'example',
        resolveId: (name) => (name === id ? id : null),
        load: (name) => (name === id ? source : null),
      },
      ...(isShort ? [shortIdioms(), shortFunctions(), shortTexts()] : []),
    ],
    build: {
      target: 'es2018',
      write: false,
      minify: true,
      lib: { entry: id, formats: ['cjs'], fileName: () => 'b.js' },
    },
  });
  const [output] = Array.isArray(built) ? built : [];
  const code = output?.output[0].code ?? '';
  const module = { exports: {} as { found?: unknown } };
  runInNewContext(code, { module, exports: module.exports });
  return { value: module.exports.found, bytes: code.length };
}

test.each([
  [
    'values that are missing',
    'const a = [undefined, null, 0, ""]; export const found = a.map((x) => x ?? "none");',
  ],
  [
    'values in a row',
    'const a: { b?: { c?: number } }[] = [{}, { b: {} }, { b: { c: 0 } }]; export const found = a.map((x) => x.b?.c ?? x.b ?? 7);',
  ],
  [
    'effects on the right',
    'let n = 0; const f = () => ++n; export const found = [1 ?? f(), null ?? f(), n];',
  ],
  [
    'what is computed only if it is needed',
    'let n = 0; const o = { a: 0, f(this: any) { return this.b ?? (this.a = ++n); }, b: null as any };\n' +
      'const late = async (v: any) => v ?? (await Promise.resolve(2)); late(1);\n' +
      'export const found = [o.f(), (o.b = 9, o.f()), n, null ?? ((a: number) => a ?? ++n)(4), [null, 3].map((v) => v ?? [n].map((m) => m ?? n++)[0])];',
  ],
  [
    'calls that may be missing',
    'const o: any = { f(this: any) { return this.v; }, v: 5 }; const p: any = {}; const q: any = null; export const found = [o.f?.(), p.f?.(), q?.f(), q?.f.g(), p.f?.call(o)];',
  ],
  [
    'objects of calls',
    'const o: any = { p: { v: 3, f() { return this.v; } } }; export const found = [o.p?.f(), o.q?.f(), (() => o)().p?.f()];',
  ],
  [
    'kinds of values',
    'export const found = [1, "a", {}, null, [], () => 1, undefined].map((x) => [typeof x === "object" && x !== null, typeof x !== "object" || x === null, typeof x === "string", typeof x !== "function"]);',
  ],
  [
    'functions before their place',
    'export const found = [twice(4), kind()]; function twice(n: number, by = Math.max(1, 2)): number { return n * by; } function kind() { return typeof kind; }',
  ],
  [
    'functions with an own this',
    'function own(this: any) { return this === undefined ? "none" : this.v; } export const found = own.call({ v: 1 });',
  ],
  [
    'what waits',
    'async function late<T>(v: T): Promise<T> { return v; } export const found = late(undefined) instanceof Promise;',
  ],
  [
    'texts said often',
    'const o: Record<string, number> = { "content-length": 1 }; export const found = ["content-length", "content-length", "content-length", o["content-length"], `content-length`];',
  ],
  [
    'names of properties said often',
    'class Some { statusCode = 1; get headers() { return this.statusCode + 1; } async request() { return this; } }\n' +
      'const s = new Some(), { statusCode, headers: h } = s, copy = { statusCode, headers: h, request() { return (s).headers; } };\n' +
      'export const found = [copy.statusCode, copy.headers, copy.request(), s.statusCode, s.headers, Object.keys(copy)];',
  ],
  [
    'functions that declare something first',
    'const add = (a: number, b = 2) => { const c = a * 2; const { d, ...e } = { d: b, f: c }; let n; n = d; return [a, c, n, e]; };\n' +
      'const more = (a: number) => { const n = a + 1; return () => n; };\n' +
      'const late = async (a: unknown) => { const n = await a; return n; };\n' +
      'export const found = [add(1), add(1, 3), [1, 2].map(more).map((f) => f()), more(3)(), late(1) instanceof Promise];',
  ],
  [
    'functions that are called with more than they ask for',
    'const first = (a: number) => { const b = a + 1; return b; }; const list = (...all: number[]) => { const [a] = all; return a; };\n' +
      'export const found = [[5, 6].map(first), (first as any)(1, 9, 9), list(4, 5), first.length];',
  ],
  [
    'functions that declare what sees a later name',
    'const count = (a: number) => { const next = () => step(); const b = next; if (a > 9) return 0; const step = () => a + 1; return b(); };\n' +
      'const step = () => 7; export const found = [count(1), count(10), step()];',
  ],
  [
    'failures of functions',
    'const fails = async (o: any) => { const n = o.a.b; return n; }; const kind = fails({}).catch(() => 1) instanceof Promise;\n' +
      'const told = (o: any) => { const { a } = o; return a; }; let said = ""; try { told(null); } catch (e: any) { said = e instanceof TypeError ? "type" : "other"; }\n' +
      'export const found = [kind, said];',
  ],
])('%s are the same in short', async (_what, source) => {
  const [long, short] = [await found(source, false), await found(source, true)];

  expect(short.value).toEqual(long.value);
});

test('what is written often becomes shorter', async () => {
  const many = Array.from(
    { length: 40 },
    (_, i) => `export const f${i} = (o) => o.a${i}?.b ?? o.c?.d ?? undefined;`,
  );
  const source = `${many.join('\n')}\nexport const found = 1;`;

  expect((await found(source, true)).bytes).toBeLessThan((await found(source, false)).bytes * 0.7);
});
