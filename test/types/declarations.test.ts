import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, 'fixtures');
const file = join(folder, 'node-app.ts');
const written = readFileSync(file, 'utf8');

const options: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: ['@sampan/source'],
  allowImportingTsExtensions: true,
  esModuleInterop: true,
  types: ['node'],
};

/** Compiles a program that is one file, and gives what is wrong with it. */
function compile(text: string, change: ts.CompilerOptions = {}): string[] {
  const host = ts.createCompilerHost({ ...options, ...change });
  const { readFile, getSourceFile } = host;
  host.readFile = (path) => (path === file ? text : readFile(path));
  host.getSourceFile = (path, language, onError) =>
    path === file
      ? ts.createSourceFile(path, text, language)
      : getSourceFile.call(host, path, language, onError);
  const program = ts.createProgram([file], { ...options, ...change }, host);
  const source = program.getSourceFile(file)!;
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
    ({ messageText, start = 0 }) => {
      const { line } = source.getLineAndCharacterOfPosition(start);
      return `line ${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    },
  );
}

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
