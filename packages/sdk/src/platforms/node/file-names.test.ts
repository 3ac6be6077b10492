import { describe, expect, test } from 'vitest';
import { checkFilePath, draftName } from './file-names.ts';

describe('the path of a download', () => {
  test.each([
    ['photos/a:b', '":"'],
    ['C:\\photos\\2026:12.jpg', '":"'],
    ['photos/why?.jpg', '"?"'],
    ['photos/a|b/c.jpg', '"|"'],
    ['photos/dot.', 'dot or space'],
    ['photos/space /c.jpg', 'dot or space'],
    ['photos/con', 'device'],
    ['photos/NUL.txt', 'device'],
    ['photos/aux .txt', 'device'],
    ['photos/LPT1.tar.gz', 'device'],
  ])('is refused on Windows where it means something else: %s', (path, reason) => {
    expect(() => checkFilePath(path, 'win32')).toThrow(reason);
    expect(() => checkFilePath(path, 'linux')).not.toThrow();
  });

  test.each([
    'a.jpg',
    'C:\\photos\\a.jpg',
    'D:/photos/../a b/.hidden',
    '\\\\server\\share\\a.jpg',
    '\\\\?\\C:\\a.jpg',
    '\\\\.\\NUL',
    'console.log',
    'com10',
    '照片.jpg',
  ])('is taken on Windows otherwise: %s', (path) => {
    expect(() => checkFilePath(path, 'win32')).not.toThrow();
  });
});

test('the name of an unfinished file says whose it is, and is never longer than a file system takes', () => {
  const long = '片'.repeat(84);

  expect(draftName('a.jpg', 'tag')).toMatch(/^\.a\.jpg\.[0-9a-f]{12}\.part$/);
  expect(Buffer.byteLength(draftName(long, 'tag'))).toBeLessThanOrEqual(255);
  expect(draftName(long, 'tag')).not.toBe(draftName(`${long}x`, 'tag'));
  expect(draftName(long, 'tag')).not.toBe(draftName(long, 'other'));
});
