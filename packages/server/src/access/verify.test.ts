import { createHmac, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { nativeDigests } from './verify.ts';

test.each([
  ['a sign key', randomBytes(20).toString('hex')],
  ['a short key', 'secret'],
  ['a key beyond ASCII', 'schlüssel'],
  ['a key that is longer than a block', 'k'.repeat(100)],
])('a text is signed with %s as HMAC-SHA1 says', (_what, key) => {
  for (const text of [`sha1\n1;2\n${'a'.repeat(40)}\n`, `ö\n${'x'.repeat(500)}`, '1700000000;1700000900'])
    expect(nativeDigests.hmacSha1Hex(key, text)).toBe(createHmac('sha1', key).update(text).digest('hex'));
});
