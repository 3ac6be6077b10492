import { expect, test } from 'vitest';
import { enforceStrictSignature } from './strict-signature.ts';

const config = {
  Rule: [
    {
      actionlist: { action: ['name/cos:Put*'] },
      headerlist: { header: ['x-cos-acl'] },
      paramlist: { param: ['versionId'] },
    },
  ],
};
const content = {
  headers: { 'x-cos-acl': 'private', 'x-other': '1' },
  query: [
    ['versionId', 'v'],
    ['other', '1'],
  ] as [string, string][],
};
const check = (action: string, headerList: readonly string[], paramList: readonly string[]) => (): void =>
  enforceStrictSignature(config, action, { headerList, paramList }, content);

test('what a rule names must be covered, and nothing else', () => {
  expect(check('PutObject', ['x-cos-acl'], ['versionid'])).not.toThrow();
});

test.each([
  ['header', [], ['versionid']],
  ['param', ['x-cos-acl'], []],
] as const)('a %s that a rule names and the signature leaves out is refused', (what, headers, params) => {
  expect(check('PutObject', headers, params)).toThrow(`missing ${what} that must be signed`);
});

test('a rule is about its actions alone', () => {
  expect(check('GetObject', [], [])).not.toThrow();
});
