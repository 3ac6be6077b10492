import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Crc64, crc64 } from './crc64.ts';
import { fastCrc64 } from './crc64-wasm.ts';

/** Noise of a seed, so that a failure shrinks to lengths and not to bytes. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed | 1;
  return Uint8Array.from({ length }, () => (state = Math.imul(state, 0x5bd1e995) + 0x3039) >>> 24);
}

describe('CRC-64 by WebAssembly', () => {
  test('is that of the plain computation, however the input is cut and aligned', () => {
    const Fast = fastCrc64(WebAssembly);
    const lengths = fc.array(fc.nat(70_000), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(lengths, fc.nat(15), fc.integer(), (cuts, offset, seed) => {
        const running = new Fast();
        const plain = new Crc64();
        for (const length of cuts) {
          const bytes = noise(length + offset, seed).subarray(offset);
          running.update(bytes);
          plain.update(bytes);
        }
        expect(running.value()).toEqual(plain.value());
      }),
      { numRuns: 60 },
    );
  });

  test.each([1023, 1024, 1055, 1056, 32_767, 32_768, 32_800, 65_536, 65_568])(
    'holds for %d bytes',
    (length) => {
      const bytes = noise(length, 7);

      expect(new (fastCrc64(WebAssembly))().update(bytes).value()).toEqual(crc64(bytes));
    },
  );

  test('goes on from the checksum of what came before', () => {
    const bytes = noise(5000, 3);
    const before = crc64(bytes.subarray(0, 1000));

    expect(new (fastCrc64(WebAssembly))(before).update(bytes.subarray(1000)).value()).toEqual(crc64(bytes));
  });

  test('two running checksums do not disturb each other', () => {
    const Fast = fastCrc64(WebAssembly);
    const bytes = noise(8192, 11);
    const [one, other] = [new Fast(), new Fast()];
    for (let at = 0; at < bytes.length; at += 2048) {
      one.update(bytes.subarray(at, at + 2048));
      other.update(bytes.subarray(0, 2048));
    }

    expect(one.value()).toEqual(crc64(bytes));
  });

  test('a host without WebAssembly has the plain computation', () => {
    expect(fastCrc64(undefined)).toBe(Crc64);
  });

  test('a host that refuses to compile is asked once, and the checksum is right all the same', () => {
    let asked = 0;
    const Refused = function () {
      asked++;
      throw new Error('refused by policy');
    } as unknown as new () => never;
    const Fast = fastCrc64({ Module: Refused, Instance: Refused });
    const bytes = noise(5000, 5);

    expect(new Fast().update(bytes).value()).toEqual(crc64(bytes));
    expect(new Fast().update(bytes).value()).toEqual(crc64(bytes));
    expect(asked).toBe(1);
  });
});
