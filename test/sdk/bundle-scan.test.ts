import { createContext, Script } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { bundles, bundleText, type Bundle } from '../../tools/bundle.ts';
import { freeNames } from './bundle-scan.ts';

/** What bundles for mini programs take from around them: their host's global, timers, and nothing of a page or Node. */

const module: readonly string[] = ['exports', 'module'];
const timers: readonly string[] = ['clearTimeout', 'setTimeout'];
/** For the one warning about options that do nothing, and only where there is one. */
const console: readonly string[] = ['console'];

describe('the scan', () => {
  test.each([
    'window',
    'document',
    'XMLHttpRequest',
    'fetch',
    'TextEncoder',
    'URL',
    'URLSearchParams',
    'AbortController',
    'Blob',
    'crypto',
    'process',
    'Buffer',
    'setImmediate',
    'globalThis',
    'queueMicrotask',
    'BigInt',
    'WebAssembly',
  ])('finds %s', (name) => {
    expect(freeNames(`(function () { return ${name}; })()`)).toEqual([name]);
    expect(freeNames(`typeof ${name}`)).toEqual([name]);
  });

  test('takes no member and no local name for one from outside', () => {
    const code = 'function f(URL) { var fetch = URL; return { Blob: fetch.crypto, process() {} }; }';

    expect(freeNames(code)).toEqual([]);
  });
});

/** Loads a script where touching the host throws, and gives the type of what it exports. */
function load(code: string, hostName: string | undefined): string {
  const engine = createContext({});
  const trap = `Object.defineProperty(globalThis, name, { get() { throw new Error(name + ' was touched'); } });`;
  const begin = `var module = { exports: {} }, exports = module.exports;`;
  if (hostName !== undefined)
    new Script(`(function (name) { ${trap} })(${JSON.stringify(hostName)})`).runInContext(engine);
  return String(new Script(`${begin}${code}\n;typeof module.exports`).runInContext(engine));
}

type Entry = Bundle & { readonly hostName?: string };

const entryOf = (name: string, hostName?: string): Entry => ({
  entry: `src/entries/${name}.ts`,
  file: `${name}.js`,
  format: 'cjs',
  ...(hostName === undefined ? {} : { hostName }),
});

const entries: readonly Entry[] = [
  { ...bundles.miniProgram, hostName: 'wx' },
  { ...bundles.uploadOnly, hostName: 'wx' },
  entryOf('alipay', 'my'),
  entryOf('douyin', 'tt'),
  entryOf('baidu', 'swan'),
  entryOf('qq', 'qq'),
  entryOf('uni', 'uni'),
  entryOf('taro'),
];

describe.each(entries)('$entry', (entry) => {
  const { hostName } = entry;

  test('asks for its host and timers alone, and for its host only when an instance is made', async () => {
    const code = await bundleText(entry);

    const unexpected = freeNames(code).filter(
      (name) => ![...module, ...timers, ...console, hostName].includes(name),
    );

    expect(unexpected).toEqual([]);
    expect(/function|object/.test(load(code, hostName))).toBe(true);
  });
});

test('a bundle that touched its host while it was loaded would fail', () => {
  expect(() => load('typeof wx', 'wx')).toThrow('wx was touched');
});
