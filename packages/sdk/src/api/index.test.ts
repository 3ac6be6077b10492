import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as entry from '../entries/node.ts';

const declared = readFileSync(join(import.meta.dirname, 'index.ts'), 'utf8');
const classText = declared.slice(
  declared.indexOf('export declare class COS'),
  declared.indexOf('export interface ObjectStream'),
);

test('the class has every method that is declared, and no other', () => {
  const names = [...classText.matchAll(/^ {2}(?:readonly )?(\w+)[:(]/gm)].map(([, name]) => name!);
  const wanted = new Set(names.filter((name) => name !== 'constructor' && name !== 'options'));
  const prototype = entry.COS.prototype as object;

  expect(
    Object.getOwnPropertyNames(prototype)
      .filter((name) => name !== 'constructor')
      .sort(),
  ).toEqual([...wanted].sort());
});

test('the namespace names every type that is declared beside the class', () => {
  const [, names = ''] = /declare namespace COS \{[^{]*export type \{([^}]*)\}/.exec(declared) ?? [];
  const files = globSync('*.ts', { cwd: import.meta.dirname }).filter((file) => !file.startsWith('index.'));
  const types = files.flatMap((file) =>
    [
      ...readFileSync(join(import.meta.dirname, file), 'utf8').matchAll(/^export (?:type|interface) (\w+)/gm),
    ].map(([, name]) => name),
  );
  const inNamespace = names.split(',').map((name) => name.trim()).filter(Boolean);

  expect(inNamespace.sort()).toEqual(types.sort());
});

test('the class has the statics that are declared', () => {
  const { version, getAuthorization, util } = entry.COS;

  expect([typeof version, typeof getAuthorization, typeof util.md5]).toEqual([
    'string',
    'function',
    'function',
  ]);
});

test('the entry exports what is declared', () => {
  const tail = declared.slice(declared.lastIndexOf('export { COS as default };'));
  const names = [...tail.matchAll(/^ {2}(\w+),$/gm)].map(([, name]) => name!);

  expect(Object.keys(entry).sort()).toEqual([...names, 'COS', 'default'].sort());
});

test('the version is that of the package', () => {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
    version: string;
  };

  expect(entry.COS.version).toBe(manifest.version);
});

test('making an instance opens and writes nothing', () => {
  const before = process.getActiveResourcesInfo().length;
  new entry.COS({ SecretId: 'a', SecretKey: 'b' });

  expect(process.getActiveResourcesInfo().length).toBe(before);
});

test('helpers give what the official ones give', () => {
  const { util } = entry.COS;

  expect([
    util.md5('hello'),
    util.md5('hello', 'base64'),
    util.encodeBase64('目录?>'),
    util.encodeBase64('目录?>', true),
    util.json2xml({ A: { B: ['1', '2'], C: '' } }),
    util.xml2json('<A><B>1</B><B>2</B><C/></A>'),
  ]).toEqual([
    '5d41402abc4b2a76b9719d911017c592',
    'XUFAKrxLKna5cZ2REBfFkg==',
    '55uu5b2VPz4=',
    '55uu5b2VPz4',
    '<A><B>1</B><B>2</B><C></C></A>',
    { A: { B: ['1', '2'], C: '' } },
  ]);
});
