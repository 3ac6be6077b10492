import { afterEach, expect, test, vi } from 'vitest';
import { COS } from '../../entries/web.ts';
import { openSource } from './source.ts';
import { importForMiniProgram } from './mini-program.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const host = { request: () => undefined };

test.each([
  ['wx', '@sampan/sdk/wx'],
  ['my', '@sampan/sdk/alipay'],
  ['tt', '@sampan/sdk/douyin'],
  ['swan', '@sampan/sdk/baidu'],
  ['qq', '@sampan/sdk/qq'],
  ['uni', '@sampan/sdk/uni'],
])('in a mini program with %s the build for pages names the import', (name, entry) => {
  vi.stubGlobal(name, host);

  expect(() => new COS({ SecretId: 'a', SecretKey: 'b' })).toThrow(`import from '${entry}'`);
});

test('uni-app is named before the host that it runs on', () => {
  vi.stubGlobal('wx', host);
  vi.stubGlobal('uni', host);

  expect(importForMiniProgram()).toContain("'@sampan/sdk/uni'");
});

test('a page inside WeChat, whose wx sends no requests, is a page', () => {
  vi.stubGlobal('wx', { miniProgram: {} });

  expect(importForMiniProgram()).toBeUndefined();
});

test('with XMLHttpRequest brought by a framework, FilePath is refused with the import', async () => {
  vi.stubGlobal('XMLHttpRequest', Object);
  vi.stubGlobal('wx', host);

  expect(() => new COS({ SecretId: 'a', SecretKey: 'b' })).not.toThrow();
  await expect(openSource({ FilePath: 'wxfile://a' })).rejects.toThrow("'@sampan/sdk/wx'");
});
