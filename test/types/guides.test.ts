import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { snippets } from '../guides.ts';
import { compile } from './compile.ts';

/** The code in the guides compiles, together with what a reader would have at hand. */

const pageLibraries = ['lib.es2023.d.ts', 'lib.dom.d.ts'];
const keys = `declare const getAuthorization: (
  asked: object,
  give: (keys: { TmpSecretId: string; TmpSecretKey: string; SecurityToken: string; StartTime: number; ExpiredTime: number }) => void,
) => void;`;
const place = 'declare const Bucket: string, Region: string, Key: string, FilePath: string;';

// qcloud-cos-sts declares its keys as texts that are there.
const environment =
  'declare const process: { env: { COS_SECRET_ID: string; COS_SECRET_KEY: string; STS_ENDPOINT?: string } };';

test.each([
  ['node.md', 0, { types: ['node'] }, ''],
  ['web.md', 0, { types: [], lib: pageLibraries }, `${keys} declare const file: File;`],
  ['wechat.md', 0, { types: ['miniprogram-api-typings'] }, keys],
  [
    'wechat.md',
    1,
    { types: [] },
    `${keys} ${place} declare const render: (tasks: readonly { readonly state: string }[]) => void;`,
  ],
  // Taro is not installed (decision 0018).
  ['other-hosts.md', 0, { types: [] }, `${keys} declare const Taro: { request(option: object): object };`],
  ['start.md', 0, { types: ['miniprogram-api-typings'] }, keys],
  ['start.md', 1, { types: [], lib: pageLibraries }, `${keys} declare const input: { files: File[] };`],
  ['start.md', 2, { types: ['node'] }, ''],
  ['start.md', 3, { types: [] }, `${keys} declare const tempFilePath: string;`],
  ['start.md', 4, { types: ['node'] }, "import COS from '@sampan/sdk';"],
  ['sign.md', 0, { types: ['node'], noImplicitAny: false }, environment],
  ['sign.md', 1, { types: [], lib: pageLibraries }, ''],
  ['sign.md', 2, { types: ['node'], noImplicitAny: false }, ''],
] as const)('%s, block %d', (guide, at, change, given) => {
  const code = snippets(guide)[at]!.replace(/^import Taro .*$/m, '');

  expect(
    compile(`${given}\n${code}\nexport {};\n`, {
      ...change,
      types: [...change.types],
      lib: [...('lib' in change ? change.lib : ['lib.es2023.d.ts'])],
    }),
  ).toEqual([]);
});

test('no block of code is forgotten', () => {
  const guides = ['node.md', 'web.md', 'wechat.md', 'other-hosts.md', 'start.md', 'sign.md', 'failures.md'];

  expect(guides.map((guide) => snippets(guide).length)).toEqual([1, 1, 2, 1, 5, 3, 0]);
});

const folder = join(import.meta.dirname, '..', '..', 'docs', 'guide');
const read = (page: string): string => readFileSync(join(folder, page), 'utf8');
const translated = readdirSync(join(folder, 'zh')).sort();

/** What two languages have in common: depths of headings, rows of tables with their code, blocks, and list items. */
function skeleton(page: string): string[] {
  const prose = read(page).replace(/^```[\s\S]*?^```$/gm, '```');
  return prose
    .split('\n')
    .filter((line) => /^(#+ |\||- |```)/.test(line))
    .map((line) => /^(#+|- |```)/.exec(line)?.[0] ?? /^\|(?: *`[^`]*`)?/.exec(line)![0]);
}

test('pages in Chinese are those that are listed, so that none is lost', () => {
  expect(translated).toEqual(['failures.md', 'sign.md', 'start.md']);
});

test.each(translated)('zh/%s has the sections, tables and code of the page in English', (page) => {
  expect(skeleton(`zh/${page}`)).toEqual(skeleton(page));
  expect(snippets(`zh/${page}`)).toEqual(snippets(page));
});

test.each([...translated, ...translated.map((page) => `zh/${page}`)])('links of %s lead to files', (page) => {
  const links = [...read(page).matchAll(/\]\(([^)#:]+)\)/g)].map(([, to]) => join(folder, page, '..', to!));

  expect(links.length).toBeGreaterThan(0);
  expect(links.filter((file) => !existsSync(file))).toEqual([]);
});

test('code that is wrong would be found', () => {
  const right = `${snippets('node.md')[0]!}\nexport {};\n`;

  expect(compile(right.replace('Bucket:', 'Buckets:'))).not.toEqual(compile(right));
});
