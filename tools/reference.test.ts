import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chineseDocs } from './reference/chinese-docs.ts';
import { readDeclarations } from './reference/declarations.ts';
import { fillTables, optionGroups } from './reference/guide-tables.ts';
import { currentPages } from './reference/pages.ts';
import { innerCodes, sdkCodes } from './reference/sdk-codes.ts';
import { resolveOptions } from '../packages/sdk/src/core/options.ts';

const root = join(import.meta.dirname, '..');
const { options, methods } = readDeclarations();

test('the tables of options and errors are those of the code (npm run reference writes them)', async () => {
  for (const { file, text } of await currentPages()) expect(readFileSync(file, 'utf8'), file).toBe(text);
});

test('every option is in one group', () => {
  const grouped = Object.values(optionGroups).flat();

  expect(grouped.toSorted()).toEqual(options.map(({ name }) => name).sort());
});

test('defaults in docstrings are those that hold', () => {
  const settings = resolveOptions(
    {},
    {
      AutoSwitchHost: true,
      SimpleUploadMethod: 'putObject',
      UploadQueueSize: 10_000,
      UploadIdCacheLimit: 500,
      Protocol: 'https',
      hostOptions: [],
    },
  );
  const wrong = options.filter(({ name, doc }) => {
    const holds = settings[name];
    if (typeof holds !== 'number' && typeof holds !== 'boolean') return false;
    return !new RegExp(`Default ${holds}\\b`).test(doc);
  });

  expect(wrong).toEqual([]);
});

test('every code that the SDK gives an error is on the list, and nothing else', () => {
  const sources = globSync('packages/sdk/src/{client,core,cos,platforms,upload}/**/*.ts', { cwd: root })
    .filter((file) => !/\.test\.ts$/.test(file))
    .concat('packages/protocol/src/errors.ts')
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n');
  const given = [
    ...sources.matchAll(/\bcode: '([A-Z]\w+)'/g),
    ...sources.matchAll(/\? '([A-Z]\w+)' : '(NetworkError)'/g),
  ].flatMap(([, ...codes]) => codes);
  const ours = new Set([...sdkCodes.map(({ code }) => code), ...innerCodes]);
  // Answers that the SDK makes up in the service's words are in the other table.
  const services = ['NoSuchUpload'];

  expect([...new Set(given)].filter((code) => !services.includes(code)).sort()).toEqual([...ours].sort());
});

test('a table that does not exist is refused by its name', () => {
  expect(() => fillTables('<!-- table: nothing -->\n<!-- end -->', {})).toThrow('nothing');
});

test('every docstring of a method, a parameter and a result has its Chinese', () => {
  const docs = methods
    .filter(({ alias }) => alias === undefined)
    .flatMap(({ doc, params, result }) => [doc, ...[...params, ...result].map((field) => field.doc)]);

  expect([...new Set(docs)].filter((doc) => doc !== '' && chineseDocs[doc] === undefined)).toEqual([]);
});

test('fields without a docstring are few and named', () => {
  const bare = methods
    .filter(({ paramsType }) => paramsType !== undefined)
    .flatMap(({ params, result }) => [...params, ...result])
    .filter(({ doc }) => doc === '')
    .map(({ name }) => name);

  // Members of streams, which are Node's.
  expect([...new Set(bare)].sort()).toEqual(['destroy', 'once', 'pipe']);
});
