import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompilerOptions } from 'typescript';
import { describe, expect, test } from 'vitest';
import { compile } from './compile.ts';

const pageLibraries = ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'];

const apps: readonly { readonly app: string; readonly sdk: string; readonly change: CompilerOptions }[] = [
  { app: 'node-app.ts', sdk: 'cos-nodejs-sdk-v5', change: {} },
  // A page knows nothing of Node.
  { app: 'page-app.ts', sdk: 'cos-js-sdk-v5', change: { types: [], lib: pageLibraries } },
];

const written = (app: string): string => readFileSync(join(import.meta.dirname, 'fixtures', app), 'utf8');
const changed = (app: string, sdk: string): string => written(app).replace(`'${sdk}'`, `'@sampan/sdk'`);

// cos-wx-sdk-v5 has no declarations to compile against.
describe.each(apps)('an application of $sdk', ({ app, sdk, change }) => {
  test('compiles against the official declarations', () => {
    expect(compile(written(app), change)).toEqual([]);
  });

  test('compiles against ours, its import alone changed', () => {
    expect(compile(changed(app, sdk), change)).toEqual([]);
  });
});

const ours = changed('node-app.ts', 'cos-nodejs-sdk-v5');

test('a wrong call does not compile', () => {
  const wrong = `${ours}\nvoid cos.putObject({ Bucket, Region });\ncos.headObject({ Bucket, Region, Key: 5 });\n`;

  expect(compile(wrong).length).toBe(2);
});

test.each([
  ['no result holds `any`', '', 0],
  ['a result that did would be found', '& { putObject: () => Promise<{ a: { b?: any[] } }> }', 1],
])('%s', (_what, more, errors) => {
  const probe = `import Real from '@sampan/sdk';
type COS = Real ${more};
type Any<T> = 0 extends 1 & T ? true : false;
type Results<M> = M extends (...args: never[]) => Promise<infer R> ? R : M extends { (params: never): Promise<infer R> } ? R : never;
type Leaves<R, Depth extends 0[] = []> = Any<R> extends true ? true
  : Depth['length'] extends 6 ? false
  : R extends (...args: never[]) => unknown ? false
  : R extends ArrayBufferView ? false
  : R extends readonly (infer Item)[] ? Leaves<Item, [...Depth, 0]>
  : R extends object ? { [K in keyof R]-?: Leaves<R[K], [...Depth, 0]> }[keyof R]
  : false;
type Methods = { [M in keyof COS]: COS[M] extends (...args: never[]) => unknown ? Leaves<Results<COS[M]>> : false }[keyof COS];
export const none: true extends Methods ? never : true = true;
`;

  expect(compile(probe).length).toBe(errors);
});

test('types need no declarations of Node', () => {
  const page = `import COS from '@sampan/sdk';
const cos = new COS({ SecretId: 'a', SecretKey: 'b' });
export const body: Promise<string> = cos.getObject({ Bucket: 'b-1', Region: 'r', Key: 'k' }).then(({ Body }) => Body as string);
void cos.putObject({ Bucket: 'b-1', Region: 'r', Key: 'k', Body: new Blob([]) });
`;

  expect(compile(page, { types: [], lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'] })).toEqual([]);
});

describe('the body of getObject is declared', () => {
  const asking = `import COS from '@sampan/sdk';
const cos = new COS({ SecretId: 'a', SecretKey: 'b' });
const object = { Bucket: 'b-1', Region: 'r', Key: 'k' };
`;
  const page = { types: [], lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'] };
  const node = { types: ['node'], lib: ['lib.es2023.d.ts'] };
  const calls = (forms: Readonly<Record<string, string>>): string =>
    Object.entries(forms)
      .map(
        ([form, type]) => `void cos.getObject({ ...object, ${form} }).then(({ Body }): ${type} => Body);
cos.getObject({ ...object, ${form} }, (_err, { Body }): ${type} => Body);
`,
      )
      .join('');

  test.each([
    [
      'a page',
      page,
      {
        '': 'string',
        "DataType: 'text'": 'string',
        "DataType: 'arraybuffer'": 'ArrayBuffer',
        "DataType: 'blob'": 'Blob',
      },
    ],
    ['Node', node, { '': 'Buffer', "DataType: 'text'": 'string', "DataType: 'arraybuffer'": 'Buffer' }],
  ] as const)('on %s by its DataType', (_where, where, forms) => {
    const options = { types: [...where.types], lib: [...where.lib] };
    const wrong = Object.fromEntries(Object.keys(forms).map((form) => [form, 'Date']));

    expect(compile(asking + calls(forms), options)).toEqual([]);
    expect(compile(asking + calls(wrong), options).length).toBe(2 * Object.keys(forms).length);
  });

  test('as any of its forms where the program does not say which', () => {
    const text = `${asking}
declare const DataType: 'text' | 'blob';
const params: COS.GetObjectParams = object;
export const some: Promise<string | Blob> = cos.getObject({ ...object, DataType }).then(({ Body }) => Body);
export const any: Promise<string | Blob | ArrayBuffer> = cos.getObject(params).then(({ Body }) => Body);
`;

    expect(compile(text, page)).toEqual([]);
  });
});
