import { expect, test } from 'vitest';
import { createWxHost } from './host.ts';
import { outcomeOf } from './outcome.ts';

const options = { route: 'http://127.0.0.1:9' };

test('keeps values of any plain kind, across runs of the program', async () => {
  const host = createWxHost(options);
  host.wx.setStorageSync('a', { list: [1, 'x', null] });
  host.restart();

  const { result } = await outcomeOf(host.wx.getStorage, { key: 'a' });

  expect(result).toEqual({ data: { list: [1, 'x', null] }, errMsg: 'getStorage:ok' });
  expect(host.wx.getStorageSync('a')).toEqual({ list: [1, 'x', null] });
});

test('reads a missing key as empty text at once and as a failure later', async () => {
  const host = createWxHost(options);

  const { result } = await outcomeOf(host.wx.getStorage, { key: 'none' });

  expect(host.wx.getStorageSync('none')).toBe('');
  expect(result.errMsg).toBe('getStorage:fail data not found');
});

test('refuses a value above 1 MB and a total above 10 MB, keeping what was there', async () => {
  const host = createWxHost(options);
  const megabyte = 'x'.repeat(1024 * 1024 - 100);
  host.wx.setStorageSync('k', 'before');

  const large = await outcomeOf(host.wx.setStorage, { key: 'k', data: 'x'.repeat(1024 * 1024) });
  for (let i = 0; i < 10; i++) host.wx.setStorageSync(`k${i}`, megabyte);

  expect(large.result.errMsg).toBe('setStorage:fail:entry size limit reached');
  expect(host.wx.getStorageSync('k')).toBe('before');
  expect(() => {
    host.wx.setStorageSync('one more', megabyte);
  }).toThrow(/^setStorageSync:fail/);
  expect(host.wx.getStorageInfoSync()).toMatchObject({ limitSize: 10240 });
  host.wx.setStorageSync('k0', '');
  host.wx.setStorageSync('one more', megabyte);
  expect(host.wx.getStorageInfoSync().keys).toContain('one more');
});

test('answers promises where no callback is given, since base library 2.10.2', async () => {
  const host = createWxHost(options);
  const older = createWxHost({ ...options, sdkVersion: '2.10.1' });

  await host.wx.setStorage({ key: 'a', data: 1 });

  await expect(host.wx.getStorage({ key: 'a' })).resolves.toEqual({ data: 1, errMsg: 'getStorage:ok' });
  await expect(host.wx.getStorage({ key: 'b' })).rejects.toEqual({
    errMsg: 'getStorage:fail data not found',
  });
  expect(older.wx.setStorage({ key: 'a', data: 1 })).toBeUndefined();
});

test('writes and reads several keys together', async () => {
  const host = createWxHost(options);

  await host.wx.batchSetStorage({
    kvList: [
      { key: 'a', value: 1 },
      { key: 'b', value: 'x' },
    ],
  });

  expect(host.wx.batchGetStorageSync(['b', 'a', 'c'])).toEqual(['x', 1, '']);
  host.wx.removeStorageSync('a');
  expect(host.wx.getStorageInfoSync().keys).toEqual(['b']);
});
