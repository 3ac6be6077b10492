import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8Decode, utf8Encode, utf8Length, wellFormed } from './utf8.ts';

const anyText = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
});

describe('utf8Encode', () => {
  test.each([
    ['', []],
    ['a', [0x61]],
    ['ü', [0xc3, 0xbc]],
    ['腾', [0xe8, 0x85, 0xbe]],
    ['😀', [0xf0, 0x9f, 0x98, 0x80]],
    ['\ud83d', [0xef, 0xbf, 0xbd]],
    ['\ude00\ud83d', [0xef, 0xbf, 0xbd, 0xef, 0xbf, 0xbd]],
    ['\ud83d\ud83d\ude00', [0xef, 0xbf, 0xbd, 0xf0, 0x9f, 0x98, 0x80]],
    ['\ufeff', [0xef, 0xbb, 0xbf]],
  ])('encodes %j', (text, bytes) => {
    expect(Array.from(utf8Encode(text))).toEqual(bytes);
    expect(utf8Length(text)).toBe(bytes.length);
  });

  test('agrees with TextEncoder on any sequence of UTF-16 units', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const expected = new TextEncoder().encode(text);
        expect(utf8Encode(text)).toEqual(expected);
        expect(utf8Length(text)).toBe(expected.length);
        expect(utf8Decode(expected)).toBe(wellFormed(text));
      }),
    );
  });
});

describe('utf8Decode', () => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  test('agrees with TextDecoder on any bytes', () => {
    // Bytes near the bounds of the lead and second bytes meet the rare rules.
    const byte = fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(
        0x7f,
        0x80,
        0x8f,
        0x90,
        0x9f,
        0xa0,
        0xbf,
        0xc0,
        0xc1,
        0xc2,
        0xdf,
        0xe0,
        0xed,
        0xef,
        0xf0,
        0xf4,
        0xf5,
      ),
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 24 }), (bytes) => {
        expect(utf8Decode(Uint8Array.from(bytes))).toBe(decoder.decode(Uint8Array.from(bytes)));
      }),
      { numRuns: 2000 },
    );
  });

  test('decodes text that is longer than an argument list may be', () => {
    const text = 'ü😀a'.repeat(100_000);

    expect(utf8Decode(utf8Encode(text))).toBe(text);
  });
});
