import { dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const settings = {
  'the protocol': 'packages/protocol/tsconfig.json',
  'the SDK engine': 'tsconfig.engine.json',
} as const;

const refused = [
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
] as const;

describe.each(Object.entries(settings))('the compiler settings of %s', (_layer, settingsFile) => {
  test('accept plain ES2020', () => {
    const errors = compile(
      settingsFile,
      'export const last = (list: number[]): number => [...list].pop() ?? 0;',
    );

    expect(errors).toEqual([]);
  });

  test.each(refused)('refuse %s', (_what, text) => {
    const errors = compile(settingsFile, text);

    expect(errors.length).toBeGreaterThan(0);
  });
});

/** Type-checks one more source file under the settings of a layer, as if it stood in one of its folders. */
function compile(settingsFile: string, text: string): string[] {
  const config = ts.readConfigFile(join(root, settingsFile), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, join(root, dirname(settingsFile)));
  const file = join(root, 'packages', 'protocol', 'src', 'fence-probe.ts');
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
