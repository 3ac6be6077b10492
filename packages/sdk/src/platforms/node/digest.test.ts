import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nativeDigests } from './digest.ts';

test('the HMAC of a signature is that of the library, whatever the key and the text', () => {
  const texts = fc.string({ unit: 'binary', maxLength: 200 });
  fc.assert(
    fc.property(texts, texts, (key, text) => {
      const expected = createHmac('sha1', key).update(text, 'utf8').digest('hex');

      expect(nativeDigests.hmacSha1Hex(key, text)).toBe(expected);
    }),
  );
});
