import fc from 'fast-check';
import { expect, test } from 'vitest';
import { httpDate } from './http-date.ts';

test('a moment is written as the language writes it', () => {
  fc.assert(
    fc.property(fc.array(fc.date({ noInvalidDate: true }), { maxLength: 5 }), (dates) => {
      for (const date of dates) expect(httpDate(date)).toBe(date.toUTCString());
    }),
  );
});

test.each([0, -1, -86_400_000, 86_399_999, 951_782_400_000, 253_402_300_800_000, 1_700_000_000_999])(
  'also %i',
  (ms) => {
    expect(httpDate(new Date(ms))).toBe(new Date(ms).toUTCString());
  },
);
