import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createVirtualClock } from './clock.ts';
import { madeUpContent } from './files.ts';
import { createWxHost } from './host.ts';
import type { WxHostOptions } from './host.ts';
import { outcomeOf, until } from './outcome.ts';

const MIB = 1024 * 1024;

function setUp(options: Partial<WxHostOptions> = {}) {
  const host = createWxHost({ route: 'http://127.0.0.1:9', ...options });
  const filePath = host.addFile(new Uint8Array([10, 11, 12, 13, 14]));
  return { host, filePath, fs: host.wx.getFileSystemManager() };
}

function bytesOf(data: unknown): number[] {
  return [...new Uint8Array(data as ArrayBuffer)];
}

test('reads a half-open range of a file', async () => {
  const { fs, filePath } = setUp();

  const part = await outcomeOf(fs.readFile, { filePath, position: 1, length: 3 });
  const past = await outcomeOf(fs.readFile, { filePath, position: 3, length: 5 });
  const text = await outcomeOf(fs.readFile, { filePath, encoding: 'hex' });

  expect(part.result.errMsg).toBe('readFile:ok');
  expect(bytesOf(part.result['data'])).toEqual([11, 12, 13]);
  expect(bytesOf(past.result['data'])).toEqual([13, 14]);
  expect(text.result['data']).toBe('0a0b0c0d0e');
});

test('ignores the range before base library 2.10.0', async () => {
  const { fs, filePath } = setUp({ sdkVersion: '2.9.9' });

  const { result } = await outcomeOf(fs.readFile, { filePath, position: 1, length: 3 });

  expect(bytesOf(result['data'])).toHaveLength(5);
});

test.each([
  ['a missing file', { filePath: 'wxfile://tmp_none' }, 1300002],
  ['a position behind the end', { position: 5, length: 1 }, 1301009],
  ['a length of zero', { position: 0, length: 0 }, 1301006],
  ['a length above the file', { position: 0, length: 6 }, 1301006],
])('fails readFile for %s', async (_name, option, errCode) => {
  const { fs, filePath } = setUp();

  const { kind, result } = await outcomeOf(fs.readFile, { filePath, ...option });

  expect(kind).toBe('fail');
  expect(result).toMatchObject({ errCode, errno: errCode });
  expect(result.errMsg).toMatch(/^readFile:fail /);
});

test('refuses readFile above 100 MB and reads the same file through a descriptor', async () => {
  const { host, fs } = setUp();
  const filePath = host.addFile(madeUpContent(100 * MIB + 1));

  const refused = await outcomeOf(fs.readFile, { filePath, position: 0, length: MIB });
  const fd = fs.openSync({ filePath, flag: 'r' });
  const arrayBuffer = new ArrayBuffer(8);
  const read = await outcomeOf(fs.read, { fd, arrayBuffer, length: 8, position: 100 * MIB - 7 });

  expect(refused.result).toMatchObject({ errCode: 1300202 });
  expect(read.result['bytesRead']).toBe(8);
  expect(bytesOf(arrayBuffer)).toEqual([...madeUpContent(100 * MIB + 1).read(100 * MIB - 7, 8)]);
  expect(host.fileUsage.largestRead).toBe(8);
});

test('moves the file pointer only when no position is given', () => {
  const { fs, filePath } = setUp();
  const fd = fs.openSync({ filePath });
  const arrayBuffer = new ArrayBuffer(2);

  const seen = [undefined, 4, undefined, undefined].map((position) => {
    const { bytesRead } = fs.readSync({
      fd,
      arrayBuffer,
      length: 2,
      ...(position === undefined ? {} : { position }),
    }) as {
      bytesRead: number;
    };
    return bytesOf(arrayBuffer).slice(0, bytesRead);
  });

  expect(seen).toEqual([[10, 11], [14], [12, 13], [14]]);
});

test('keeps an open file readable after it was removed, and counts descriptors', () => {
  const { host, fs, filePath } = setUp();
  const fd = fs.openSync({ filePath });
  host.removeFile(filePath);
  const arrayBuffer = new ArrayBuffer(1);

  fs.readSync({ fd, arrayBuffer, length: 1 });

  expect(bytesOf(arrayBuffer)).toEqual([10]);
  expect(host.fileUsage.openFiles).toBe(1);
  fs.closeSync({ fd });
  expect(host.fileUsage.openFiles).toBe(0);
  expect(() => fs.readSync({ fd, arrayBuffer, length: 1 })).toThrow('readSync:fail bad file descriptor');
});

test('refuses to read past the buffer', async () => {
  const { fs, filePath } = setUp();
  const fd = fs.openSync({ filePath });

  const { result } = await outcomeOf(fs.read, { fd, arrayBuffer: new ArrayBuffer(2), offset: 1, length: 2 });

  expect(result).toMatchObject({ errCode: 1301006 });
});

test('has no descriptors before base library 2.16.1', () => {
  const { fs } = setUp({ sdkVersion: '2.16.0' });

  expect([typeof fs.open, typeof fs.readSync, typeof fs.readFile]).toEqual([
    'undefined',
    'undefined',
    'function',
  ]);
});

test('states times in whole seconds and follows the file', async () => {
  const clock = createVirtualClock(1_700_000_000_900);
  const { host, fs, filePath } = setUp({ clock });
  const changed = host.addFile(new Uint8Array(1));
  await clock.advance(10_000);
  host.replaceFile(changed, new Uint8Array(7));
  host.replaceFile(filePath, new Uint8Array(6), { keepTimes: true });

  const before = fs.statSync(filePath);
  const after = await outcomeOf(fs.stat, { path: changed });

  expect(before).toMatchObject({ size: 6, lastModifiedTime: 1_700_000_000 });
  expect(before.isFile()).toBe(true);
  expect(after.result['stats']).toMatchObject({ size: 7, lastModifiedTime: 1_700_000_010 });
});

test('digests a file natively when asked', async () => {
  const { fs, filePath } = setUp();

  const plain = await outcomeOf(fs.getFileInfo, { filePath });
  const hashed = await outcomeOf(fs.getFileInfo, { filePath, digestAlgorithm: 'sha1' });

  expect(plain.result).toEqual({ size: 5, errMsg: 'getFileInfo:ok' });
  const sha1 = createHash('sha1')
    .update(new Uint8Array([10, 11, 12, 13, 14]))
    .digest('hex');
  expect(hashed.result).toMatchObject({ size: 5, digest: sha1 });
});

test('writes only under the folder of the user, up to its limit', async () => {
  const { host, fs } = setUp({ fileLimits: { userFiles: 10 } });
  const inside = `${host.wx.env.USER_DATA_PATH}/a.txt`;

  const outside = await outcomeOf(fs.writeFile, { filePath: 'wxfile://tmp_x', data: 'x' });
  const good = await outcomeOf(fs.writeFile, { filePath: inside, data: '日本' });
  const full = await outcomeOf(fs.writeFile, { filePath: `${inside}2`, data: '12345' });

  expect([outside.result['errCode'], good.kind, full.result['errCode']]).toEqual([
    1300013,
    'success',
    1300202,
  ]);
  expect(fs.readFileSync(inside, 'utf8')).toBe('日本');
  fs.unlinkSync(inside);
  expect(() => {
    fs.accessSync(inside);
  }).toThrow(/no such file or directory/);
});

test('lets a test fail, delay or swallow a file call', async () => {
  const clock = createVirtualClock();
  const { host, fs, filePath } = setUp({ clock });
  const answered: string[] = [];
  const read = (): void => {
    fs.readFile({ filePath, complete: (result) => answered.push((result as { errMsg: string }).errMsg) });
  };

  host.faults.file = () => ({ errCode: 1300005, reason: 'Input/output error' });
  read();
  await until(() => answered.length === 1);
  host.faults.file = () => ({ delayMs: 100 });
  read();
  await clock.advance(99);
  expect(answered).toHaveLength(1);
  await clock.advance(1);
  expect(answered).toHaveLength(2);
  host.faults.file = () => 'drop';
  read();
  await clock.advance(1000);

  expect(answered).toEqual(['readFile:fail Input/output error', 'readFile:ok']);
});

test('makes up the same bytes wherever a read starts', () => {
  const content = madeUpContent(200_000, 3);
  const whole = content.read(0, 200_000);

  for (const [position, length] of [
    [65_530, 20],
    [65_536, 4],
    [65_537, 2],
    [199_990, 10],
  ] as const) {
    expect([...content.read(position, length)]).toEqual([...whole.subarray(position, position + length)]);
  }
  expect([...whole.subarray(0, 4)]).not.toEqual([...whole.subarray(65_536, 65_540)]);
});

test('answers no promise, unlike the APIs of wx itself', () => {
  const { fs, filePath } = setUp();

  const answer: unknown = (fs.stat as (option: object) => unknown)({ path: filePath });

  expect(answer).toBeUndefined();
});
