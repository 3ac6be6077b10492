import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseRange } from './range.ts';

test('a range that is served lies within the object and is not empty', () => {
  const parts = fc.record({ first: fc.option(fc.nat(200)), last: fc.option(fc.nat(200)), size: fc.nat(150) });

  fc.assert(
    fc.property(parts, ({ first, last, size }) => {
      const choice = chooseRange(`bytes=${first ?? ''}-${last ?? ''}`, size);

      if (choice.kind !== 'part') return;
      expect(choice.offset).toBeGreaterThanOrEqual(0);
      expect(choice.length).toBeGreaterThan(0);
      expect(choice.offset + choice.length).toBeLessThanOrEqual(size);
      if (first !== null) expect(choice.offset).toBe(first);
    }),
  );
});

test('without a header the object is whole', () => {
  expect(chooseRange(undefined, 10)).toEqual({ kind: 'whole' });
});
