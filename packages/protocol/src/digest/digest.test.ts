import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8Encode } from '../text/utf8.ts';
import { blockDigest } from './block.ts';
import type { Digest } from './digest.ts';
import { hmacSha1 } from './hmac.ts';
import { createMd5, md5 } from './md5.ts';
import { createSha1, sha1 } from './sha1.ts';
import { base64, base64Decode, hex } from './text.ts';

const digests: { name: 'md5' | 'sha1'; create: () => Digest; whole: (bytes: Uint8Array) => Uint8Array }[] = [
  { name: 'md5', create: createMd5, whole: md5 },
  { name: 'sha1', create: createSha1, whole: sha1 },
];

describe.each(digests)('$name', ({ name, create, whole }) => {
  const expected = (bytes: Uint8Array) => createHash(name).update(bytes).digest('hex');

  test('agrees with the platform for every length around the block bounds', () => {
    for (let length = 0; length <= 260; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255);
      expect(hex(whole(bytes))).toBe(expected(bytes));
    }
  });

  test('does not depend on how the input is cut or aligned', () => {
    const pieces = fc.array(fc.record({ bytes: fc.uint8Array({ maxLength: 300 }), offset: fc.nat(7) }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(pieces, (cut) => {
        const running = create();
        for (const { bytes, offset } of cut) {
          const moved = new Uint8Array(bytes.length + offset);
          moved.set(bytes, offset);
          running.update(moved.subarray(offset));
        }
        expect(hex(running.digest())).toBe(expected(Buffer.concat(cut.map((piece) => piece.bytes))));
      }),
    );
  });

  test.each([0, 1, 2, 3])('digests input longer than one span at the byte offset %i', (offset) => {
    const bytes = Uint8Array.from({ length: 70_001 }, (_, i) => (i * 31) & 255).subarray(offset);

    expect(hex(whole(bytes))).toBe(expected(bytes));
  });

  test('reads a view of pooled memory and leaves it alone', () => {
    const bytes = Buffer.from('x'.repeat(200)).subarray(1);
    const before = Buffer.from(bytes);

    expect(hex(whole(bytes))).toBe(expected(before));
    expect(bytes.equals(before)).toBe(true);
  });

  test('goes on after a digest was read', () => {
    const running = create().update(utf8Encode('abc'));

    expect(hex(running.digest())).toBe(expected(utf8Encode('abc')));
    expect(hex(running.update(utf8Encode('def')).digest())).toBe(expected(utf8Encode('abcdef')));
  });
});

describe('the length at the end of the last block', () => {
  // Half a gigabyte is digested in no time by a function that only keeps the last two words.
  const lengthOf = (bigEndian: boolean) => {
    const running = blockDigest({
      initial: [0, 0],
      bigEndian,
      compress: (state, words) => state.set(words.subarray(words.length - 2)),
    });
    const piece = new Uint8Array(1 << 20);
    for (let i = 0; i < 513; i++) running.update(piece);
    return new DataView(running.update(new Uint8Array(3)).digest().buffer);
  };
  const bits = (513 * 2 ** 20 + 3) * 8;

  test('counts more than 2^32 bits, low word first', () => {
    const view = lengthOf(false);

    expect([view.getUint32(0, true), view.getUint32(4, true)]).toEqual([bits % 2 ** 32, 1]);
  });

  test('counts more than 2^32 bits, high word first', () => {
    const view = lengthOf(true);

    // Words are read as little-endian and written as big-endian, which turns each around.
    expect([view.getUint32(0, true), view.getUint32(4, true)]).toEqual([1, bits % 2 ** 32]);
  });
});

describe('published vectors', () => {
  // RFC 1321 A.5, RFC 3174 7.3, RFC 2202 3.
  test('MD5 of "message digest"', () => {
    expect(hex(md5(utf8Encode('message digest')))).toBe('f96b697d7cb7938d525a2f31aaf161d0');
  });
  test('SHA-1 of "abc"', () => {
    expect(hex(sha1(utf8Encode('abc')))).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
  });
  test('HMAC-SHA-1 with a key longer than a block', () => {
    const message = utf8Encode('Test Using Larger Than Block-Size Key - Hash Key First');
    expect(hex(hmacSha1(new Uint8Array(80).fill(0xaa), message))).toBe(
      'aa4ae5e15272d00e95705637ce8a3b55ed402112',
    );
  });
});

test('HMAC-SHA-1 agrees with the platform', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 150 }), fc.uint8Array({ maxLength: 300 }), (key, message) => {
      expect(hex(hmacSha1(key, message))).toBe(createHmac('sha1', key).update(message).digest('hex'));
    }),
  );
});

describe('bytes as text', () => {
  test('hexadecimal and base64 agree with the platform, and base64 reads back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(hex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
        expect(base64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(base64Decode(base64(bytes))).toEqual(bytes);
      }),
    );
  });

  test.each([
    'A',
    'AA',
    'AAA',
    'AA=',
    'A===',
    '====',
    'AB==',
    'AAB=',
    'AA==AA==',
    'AA-_',
    'AA A',
    'AAAA\n',
    'AA=A',
  ])('base64 %j is refused', (text) => {
    expect(base64Decode(text)).toBeUndefined();
  });
});
