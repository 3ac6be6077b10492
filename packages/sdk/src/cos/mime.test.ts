import { expect, test } from 'vitest';
import { typeOf } from './mime.ts';

test.each([
  ['a/b.JPEG', 'image/jpeg'],
  ['b.tar.gz', 'application/gzip'],
  ['a.pdf', 'application/pdf'],
  ['zip', 'application/octet-stream'],
  ['a.constructor', 'application/octet-stream'],
  ['dir.txt/a', 'application/octet-stream'],
])('the type of %s is %s', (key, type) => {
  expect(typeOf(key)).toBe(type);
});
