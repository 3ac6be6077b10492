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

const localEnvironment =
  'declare const process: { env: { COS_DOMAIN: string; SECRET_ID: string; SECRET_KEY: string } };';
const built = 'declare const process: { env: { NODE_ENV?: string } };';
const taro = `declare const Taro: {
  request(option: object): object;
  chooseMedia(option: object): Promise<{ tempFiles: [{ tempFilePath: string }] }>;
};`;
const fetchKeys = `declare const fetchKeys: (call: object) => Promise<{
  credentials: { tmpSecretId: string; tmpSecretKey: string; sessionToken: string };
  startTime: number;
  expiredTime: number;
}>;`;
const held = `import COS from '@sampan/sdk'; ${place}
  declare const cos: COS, tempFilePath: string, show: (...figures: (number | undefined)[]) => void;`;

/** Each block of code with the compiler's options and the names that a reader has at hand. */
const blocks = [
  ['node.md', 0, { types: ['node'] }, ''],
  ['node.md', 1, { types: ['node'] }, "import COS from '@sampan/sdk'; declare const cos: COS;"],
  [
    'node.md',
    2,
    { types: ['node'] },
    `import COS from '@sampan/sdk'; import { basename } from 'node:path'; ${place}
    declare const cos: COS, paths: string[];`,
  ],
  ['web.md', 0, { types: [], lib: pageLibraries }, `${keys} declare const file: File;`],
  ['web.md', 1, { types: [], lib: pageLibraries }, `${held} declare const file: File;`],
  [
    'web.md',
    2,
    { types: [], lib: [...pageLibraries, 'lib.dom.iterable.d.ts'] },
    `${held} declare const input: { files: FileList };`,
  ],
  ['wechat.md', 0, { types: ['miniprogram-api-typings'] }, keys],
  ['wechat.md', 1, { types: [] }, held],
  ['wechat.md', 2, { types: [] }, `${held} declare const tempFiles: { tempFilePath: string }[];`],
  [
    'wechat.md',
    3,
    { types: [] },
    `${keys} ${place} declare const render: (tasks: readonly { readonly state: string }[]) => void;`,
  ],
  // Taro is not installed (decision 0018).
  ['other-hosts.md', 0, { types: [] }, `${keys} ${taro}`],
  ['start.md', 0, { types: ['miniprogram-api-typings'] }, keys],
  ['start.md', 1, { types: [], lib: pageLibraries }, `${keys} declare const input: { files: File[] };`],
  ['start.md', 2, { types: ['node'] }, ''],
  ['start.md', 3, { types: [] }, `${keys} declare const tempFilePath: string;`],
  ['start.md', 4, { types: ['node'] }, "import COS from '@sampan/sdk';"],
  ['sign.md', 0, { types: ['node'], noImplicitAny: false }, environment],
  ['sign.md', 1, { types: [], lib: pageLibraries }, ''],
  ['sign.md', 2, { types: ['node'], noImplicitAny: false }, ''],
  ['local.md', 0, { types: [] }, `import COS from '@sampan/sdk'; ${keys}`],
  ['local.md', 1, { types: ['miniprogram-api-typings'] }, keys],
  ['local.md', 2, { types: [], lib: pageLibraries }, keys],
  ['local.md', 3, { types: [] }, localEnvironment],
  ['local.md', 4, { types: [] }, `${keys} ${built}`],
  ['local.md', 5, { types: [] }, `${keys} ${taro} ${built}`],
  ['local.md', 6, { types: [] }, "import COS from '@sampan/sdk';"],
  ['move.md', 0, { types: ['node'] }, `import COS from '@sampan/sdk'; ${place} ${fetchKeys}`],
  ['move.md', 1, { types: [] }, `import COS from '@sampan/sdk'; ${place} declare const cos: COS;`],
  [
    'callback.md',
    0,
    { types: [], lib: pageLibraries, noImplicitAny: false },
    `import COS from '@sampan/sdk'; declare const cos: COS, file: File;`,
  ],
  ['testing.md', 0, { types: ['node'], noImplicitAny: false }, ''],
  [
    'testing.md',
    1,
    { types: ['node'], noImplicitAny: false },
    `declare const beforeAll: (run: () => Promise<void>, ms: number) => void;
    declare const afterEach: (run: () => Promise<void>) => void, afterAll: typeof afterEach;
    declare const test: (name: string, run: () => Promise<void>) => void, expect: any;`,
  ],
  ['errors.md', 0, { types: [], lib: pageLibraries }, `${place} declare const cos: COS;`],
  ['uni-app.md', 0, { types: ['node'], noImplicitAny: false }, keys],
  ['uni-app.md', 1, { types: [] }, held],
  ['taro.md', 0, { types: ['node'] }, `${keys} ${taro}`],
  ['taro.md', 1, { types: ['node'] }, ''],
  ['taro.md', 2, { types: [] }, held],
] as const;

test.each(blocks)('%s, block %d', (guide, at, change, given) => {
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
  const counts = (count: (page: string) => number) => pages.map((page) => `${page}: ${count(page)}`);

  expect(counts((page) => blocks.filter(([of]) => of === page).length)).toEqual(
    counts((page) => snippets(page).length),
  );
});

const folder = join(import.meta.dirname, '..', '..', 'docs', 'guide');
const read = (page: string): string => readFileSync(join(folder, page), 'utf8');
const translated = readdirSync(join(folder, 'zh')).sort();
const pages = readdirSync(folder).filter((name) => name.endsWith('.md'));
/** Pages whose Chinese is not written yet. */
const onlyEnglish: string[] = [];

/** The code in a text. Its order follows the grammar of a language. */
const codes = (text: string): string => (text.match(/`[^`]+`/g) ?? []).sort().join(' ');

/** What two languages have in common: depths of headings, rows of tables with their code, blocks, and list items. */
function skeleton(page: string): string[] {
  const prose = read(page).replace(/^```[\s\S]*?^```$/gm, '```');
  return prose
    .split('\n')
    .filter((line) => /^(#+ |\||- |```)/.test(line))
    .map((line) => /^(#+|- |```)/.exec(line)?.[0] ?? `| ${codes(line.split(/(?<!\\)\|/)[1]!)}`);
}

/** Blocks of every language. A picture has words in it and no language, so it may differ. */
const fenced = (page: string): string[] =>
  [...read(page).matchAll(/^```\w[\s\S]*?^```$/gm)].map(([block]) =>
    // What a comment beside a command says is in the reader's language.
    block.startsWith('```sh') ? block.replace(/ +# .*$/gm, '') : block,
  );

test('every page is there in both languages', () => {
  expect([...translated, ...onlyEnglish].sort()).toEqual(pages);
});

test.each(translated)('zh/%s has the sections, tables and code of the page in English', (page) => {
  expect(skeleton(`zh/${page}`)).toEqual(skeleton(page));
  expect(fenced(`zh/${page}`)).toEqual(fenced(page));
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
