import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const packageFolder = join(import.meta.dirname, '..', 'packages', 'protocol');

test('the compiler settings of the protocol accept plain ES2020', () => {
  const errors = compileInProtocol('export const last = (list: number[]): number => [...list].pop() ?? 0;');

  expect(errors).toEqual([]);
});

test.each([
  ['a Web API', 'export const bytes = new TextEncoder();'],
  ['a page', 'export const title = document.title;'],
  ['the network', `export const answer = fetch('/');`],
  ['timers, which belong to the platform', 'export const timer = setTimeout(() => undefined, 1);'],
  ['a Node global', 'export const version = process.version;'],
  ['a Node buffer', `export const bytes = Buffer.from('');`],
  ['a Node module', `import { createHash } from 'node:crypto'; export const hash = createHash;`],
  ['a WeChat global', 'export const info = wx.getSystemInfoSync();'],
  ['a library method newer than ES2020', 'export const last = [1].at(-1);'],
  ['another package', `import { build } from 'no-such-package'; export const b = build;`],
])('the compiler settings of the protocol refuse %s', (_what, text) => {
  const errors = compileInProtocol(text);

  expect(errors.length).toBeGreaterThan(0);
});

/** Type-checks one more source file as if it stood in the protocol's `src`, under the settings the build uses. */
function compileInProtocol(text: string): string[] {
  const config = ts.readConfigFile(join(packageFolder, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, packageFolder);
  const file = join(packageFolder, 'src', 'fence-probe.ts');
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (path) => (path === file ? text : readFile(path));
  host.fileExists = (path) => path === file || fileExists(path);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (path, language) =>
    path === file ? ts.createSourceFile(path, text, language) : getSourceFile(path, language);

  const program = ts.createProgram([file], { ...options, noEmit: true }, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
