import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PackedRing, type PackedRecord } from './packed-ring.ts';

const text = fc.option(fc.string({ unit: 'binary', maxLength: 40 }), { nil: undefined });
const record: fc.Arbitrary<PackedRecord> = fc.record({
  texts: fc.tuple(text, text, text),
  numbers: fc.tuple(fc.double({ noNaN: true }), fc.integer()),
});

test('the last records are given back as they were, however many came', () => {
  fc.assert(
    fc.property(
      fc.array(record, { maxLength: 60 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 240, max: 900 }),
      (records, most, bytes) => {
        const ring = new PackedRing({ records: most, bytes, texts: 3, numbers: 2 });
        for (const one of records) ring.push(one);
        const newestFirst = records.toReversed();
        const kept = Array.from({ length: ring.count }, (_, age) => ring.at(age));

        expect(kept).toEqual(newestFirst.slice(0, ring.count));
        expect(ring.at(ring.count)).toBeUndefined();
        // A record has at most 240 bytes; what the end of the buffer leaves unused is less than one record.
        const room = Math.floor((bytes - 240) / 240);
        expect(ring.count).toBeGreaterThanOrEqual(Math.min(most, records.length, Math.max(1, room)));
      },
    ),
  );
});

test('a record that is larger than the bound is left out, and drops no other', () => {
  const ring = new PackedRing({ records: 4, bytes: 20, texts: 1, numbers: 0 });
  ring.push({ texts: ['small'], numbers: [] });
  ring.push({ texts: ['x'.repeat(11)], numbers: [] });

  expect(ring.at(0)?.texts).toEqual(['small']);
  expect(ring.count).toBe(1);
});
