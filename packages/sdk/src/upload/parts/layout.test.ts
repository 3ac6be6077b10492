import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  after,
  cutPart,
  extended,
  firstCut,
  missingParts,
  partOf,
  type Layout,
  type Part,
} from './layout.ts';
import { checkSize, leastPartBytes } from './part-size.ts';

const mib = 1_048_576;
const gib = 1024 * mib;

/** Cuts a whole file, with the wanted size of each part in turn. */
function cutAll(size: number, wants: readonly number[], maxParts: number): { parts: Part[]; layout: Layout } {
  const parts: Part[] = [];
  let layout: Layout = [];
  let cut = firstCut;
  for (let i = 0; ; i++) {
    const part = cutPart(cut, wants[i % wants.length] ?? mib, size, maxParts);
    if (!part) return { parts, layout };
    cut = after(part);
    if (partOf(layout, part.number, size)?.length !== part.length)
      layout = extended(layout, part.number, part.length);
    parts.push(part);
  }
}

const wants = fc.array(
  fc.integer({ min: 1, max: 64 }).map((count) => count * mib),
  { minLength: 1, maxLength: 5 },
);

describe('cutting a file', () => {
  test('gives parts that follow each other, cover the file and obey the limits, whatever sizes are wanted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 * gib }), wants, (size, sizes) => {
        const { parts } = cutAll(size, sizes, 1024);

        let offset = 0;
        for (const [index, part] of parts.entries()) {
          expect(part.number).toBe(index + 1);
          expect(part.offset).toBe(offset);
          if (index < parts.length - 1) expect(part.length).toBeGreaterThanOrEqual(mib);
          offset += part.length;
        }
        expect(offset).toBe(size);
        expect(parts.length).toBeLessThanOrEqual(1024);
      }),
      { numRuns: 50 },
    );
  });

  test('can be told again from its layout alone, for every part', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 * gib }), wants, (size, sizes) => {
        const { parts, layout } = cutAll(size, sizes, 10_000);

        for (const part of parts) expect(partOf(layout, part.number, size)).toEqual(part);
        expect(partOf(layout, parts.length + 1, size)).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  test('names exactly the parts that are missing', () => {
    const size = 10 * mib;
    const { layout, parts } = cutAll(size, [mib], 10_000);
    const has = new Set([1, 4, 5]);

    const missing = missingParts(layout, after(parts[6]!), size, (number) => has.has(number));

    expect(missing.map(({ number }) => number)).toEqual([2, 3, 6, 7]);
  });
});

describe('the size of parts', () => {
  test.each([
    [1, mib],
    [10_000 * mib, mib],
    [10_000 * mib + 1, 2 * mib],
    [50_000 * gib, 5 * gib],
  ])('of a file of %i bytes is at least %i', (size, expected) => {
    expect(leastPartBytes(firstCut, size, 10_000)).toBe(Math.min(expected, 5 * gib));
  });

  test('of a file without a known end grows so that 10,000 parts hold more than 9 TiB', () => {
    let cut = firstCut;
    for (let part = cutPart(cut, mib, undefined, 10_000); part; part = cutPart(cut, mib, undefined, 10_000))
      cut = after(part);

    expect(cut).toEqual({ number: 10_001, offset: 1000 * 1023 * mib });
  });

  test('beyond what the service can hold is refused before anything is sent', () => {
    expect(() => checkSize(50_000 * gib, 10_000)).not.toThrow();
    expect(() => checkSize(50_000 * gib + 1, 10_000)).toThrow(/an object may have/);
    expect(() => checkSize(1024 * 5 * gib + 1, 1024)).toThrow();
  });
});
