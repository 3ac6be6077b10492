import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8Encode } from '../text/utf8.ts';
import {
  Crc64,
  type Crc64Value,
  crc64,
  crc64Combine,
  crc64Empty,
  crc64Equal,
  crc64Parse,
  crc64Text,
} from './crc64.ts';

const half = fc.integer({ min: 0, max: 0xffffffff });
const value = fc.record<Crc64Value>({ hi: half, lo: half });
const wide = ({ hi, lo }: Crc64Value) => (BigInt(hi) << 32n) | BigInt(lo);

/** One bit at a time over a BigInt: slow, and nothing like the code under test. */
function bitwise(bytes: Uint8Array): bigint {
  let crc = 0xffffffffffffffffn;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let i = 0; i < 8; i++) crc = (crc & 1n) === 1n ? (crc >> 1n) ^ 0xc96c5795d7870f42n : crc >> 1n;
  }
  return crc ^ 0xffffffffffffffffn;
}

describe('crc64', () => {
  // The first is the check value of CRC-64/XZ; the others are headers in the vendor's samples.
  test.each([
    ['', '0'],
    ['123456789', '11051210869376104954'],
    ['[Object Content]', '16749565679157681890'],
    ['[Object Part]', '4510578591875220731'],
    ['[Object Content Version 2]', '11596229263574363878'],
  ])('of %j is %s', (text, expected) => {
    expect(crc64Text(crc64(utf8Encode(text)))).toBe(expected);
  });

  test('agrees with a bitwise computation', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(wide(crc64(bytes))).toBe(bitwise(bytes));
      }),
    );
  });

  test('does not depend on how the input is cut or aligned', () => {
    const pieces = fc.array(fc.record({ bytes: fc.uint8Array({ maxLength: 60 }), offset: fc.nat(7) }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(pieces, (cut) => {
        const running = new Crc64();
        for (const { bytes, offset } of cut) {
          const moved = new Uint8Array(bytes.length + offset);
          moved.set(bytes, offset);
          running.update(moved.subarray(offset));
        }
        expect(wide(running.value())).toBe(bitwise(Buffer.concat(cut.map((piece) => piece.bytes))));
      }),
    );
  });

  test('spans of long input join', () => {
    const bytes = Uint8Array.from({ length: 40_003 }, (_, i) => (i * 31) & 255);

    expect(wide(crc64(bytes))).toBe(bitwise(bytes));
  });

  test('goes on from the checksum of what came before', () => {
    const before = crc64(utf8Encode('12345'));

    expect(new Crc64(before).update(utf8Encode('6789')).value()).toEqual(crc64(utf8Encode('123456789')));
  });
});

describe('crc64Combine', () => {
  test('equals the checksum of the bytes laid end to end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 100 }), (a, b) => {
        const joined = crc64(Buffer.concat([a, b]));
        expect(crc64Combine(crc64(a), crc64(b), b.length)).toEqual(joined);
      }),
    );
  });

  test('is associative for lengths whose sum stays below 2^53', () => {
    const length = fc.integer({ min: 0, max: 2 ** 52 - 1 });
    fc.assert(
      fc.property(value, value, value, length, length, (a, b, c, lengthB, lengthC) => {
        const left = crc64Combine(crc64Combine(a, b, lengthB), c, lengthC);
        const right = crc64Combine(a, crc64Combine(b, c, lengthC), lengthB + lengthC);
        expect(crc64Equal(left, right)).toBe(true);
      }),
    );
  });

  test('leaves a checksum alone when nothing follows', () => {
    const sum = crc64(utf8Encode('abc'));

    expect(crc64Combine(sum, crc64Empty, 0)).toEqual(sum);
  });
});

describe('decimal text', () => {
  test('agrees with BigInt and reads back', () => {
    fc.assert(
      fc.property(value, (sum) => {
        expect(crc64Text(sum)).toBe(wide(sum).toString());
        expect(crc64Parse(crc64Text(sum))).toEqual(sum);
      }),
    );
  });

  test.each(['1000000000', '1000000000000000000', '4294967296', '18446744073709551615'])(
    '%s is exact',
    (text) => {
      const parsed = crc64Parse(text) ?? crc64Empty;

      expect(crc64Text(parsed)).toBe(text);
    },
  );

  test.each([
    '',
    '-1',
    '1.0',
    ' 1',
    '1e3',
    '0x1',
    '18446744073709551616',
    '99999999999999999999',
    '000000000000000000001',
  ])('%j is refused', (text) => {
    expect(crc64Parse(text)).toBeUndefined();
  });
});
