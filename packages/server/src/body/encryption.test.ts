import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { counterBytes, cryptAt, customerKey, type CustomerKey } from './encryption.ts';

const key: CustomerKey = { key: randomBytes(32), md5: '' };

test('decrypting any run gives the same run of the plain bytes', () => {
  const runs = fc.record({
    length: fc.nat(500),
    offset: fc.nat(500),
    counter: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  });

  fc.assert(
    fc.property(runs, ({ length, offset, counter }) => {
      const plain = randomBytes(1000);
      const stored = Buffer.from(cryptAt(key, counter, 0)(plain));

      const read = cryptAt(key, counter, offset)(stored.subarray(offset, offset + length));

      expect(Buffer.from(read).equals(plain.subarray(offset, offset + length))).toBe(true);
      expect(stored.equals(plain)).toBe(false);
    }),
  );
});

test('the counter carries over into its upper half', () => {
  const counter = Buffer.alloc(counterBytes, 0xff);
  counter[0] = 0;
  const plain = randomBytes(64);
  const stored = Buffer.from(cryptAt(key, counter, 0)(plain));

  expect(Buffer.from(cryptAt(key, counter, 32)(stored.subarray(32))).equals(plain.subarray(32))).toBe(true);
});

test('a key is taken with the digest that the documentation shows', () => {
  const taken = customerKey({
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKey: 'MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUY=',
    SSECustomerKeyMD5: 'U5L61r7jcwdNvT7frmUG8g==',
  });

  expect(createHash('md5').update(taken!.key).digest('base64')).toBe('U5L61r7jcwdNvT7frmUG8g==');
});
