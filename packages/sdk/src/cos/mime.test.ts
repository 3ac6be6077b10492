import { expect, test } from 'vitest';
import { typeOf } from './mime.ts';

test.each([
  ['a/b.JPEG', 'image/jpeg'],
  ['b.tar.gz', 'application/gzip'],
  ['a.pdf', 'application/pdf'],
  ['zip', undefined],
  ['a.constructor', undefined],
  ['dir.txt/a', undefined],
])('the type of %s is %s', (key, type) => {
  expect(typeOf(key)).toBe(type);
});
