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
  const counts = ['node.md', 'web.md', 'wechat.md', 'other-hosts.md'].map((guide) => snippets(guide).length);

  expect(counts).toEqual([1, 1, 2, 1]);
});

test('code that is wrong would be found', () => {
  const right = `${snippets('node.md')[0]!}\nexport {};\n`;

  expect(compile(right.replace('Bucket:', 'Buckets:'))).not.toEqual(compile(right));
});
