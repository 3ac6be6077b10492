import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compile } from './compile.ts';

const written = readFileSync(join(import.meta.dirname, 'fixtures', 'node-app.ts'), 'utf8');

const ours = written.replace(`'cos-nodejs-sdk-v5'`, `'@sampan/sdk'`);

test('an application compiles against the official declarations', () => {
  expect(compile(written)).toEqual([]);
});

test('the same application compiles against ours, its import alone changed', () => {
  expect(compile(ours)).toEqual([]);
});

test('a wrong call does not compile', () => {
  const wrong = `${ours}\nvoid cos.putObject({ Bucket, Region });\ncos.headObject({ Bucket, Region, Key: 5 });\n`;

  expect(compile(wrong).length).toBe(2);
});

test.each([
  ['no result holds `any`', '', 0],
  ['a result that did would be found', '& { putObject: () => Promise<{ a: any }> }', 1],
])('%s', (_what, more, errors) => {
  const probe = `import Real from '@sampan/sdk';
type COS = Real ${more};
type Any<T> = 0 extends 1 & T ? true : false;
type Results<M> = M extends (...args: never[]) => Promise<infer R> ? R : M extends { (params: never): Promise<infer R> } ? R : never;
type Leaves<R> = { [K in keyof R]-?: Any<R[K]> }[keyof R];
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
