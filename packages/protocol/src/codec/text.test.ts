import { describe, expect, test } from 'vitest';
import { boolean, httpDate, integer, oneOf, TextError } from './text.ts';

describe('integer', () => {
  test.each(['', ' 1', '-1', '1.0', '1e3', '0x10', '9007199254740992', 'NaN'])('refuses %j', (raw) => {
    expect(() => integer.parse(raw)).toThrow(TextError);
  });

  test('takes the largest exact whole number', () => {
    expect(integer.parse('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
  });
});

test('a boolean is true or false in any case and nothing else', () => {
  expect(boolean.parse('TRUE')).toBe(true);
  expect(boolean.parse('false')).toBe(false);
  expect(() => boolean.parse('1')).toThrow(TextError);
});

test('a date is one that engines can read', () => {
  expect(httpDate.parse('Thu, 16 May 2019 06:45:51 GMT')).toEqual(new Date(1_557_989_151_000));
  expect(() => httpDate.parse('yesterday')).toThrow(TextError);
});

test('a word outside its set is refused with the code of the set, and quoted only in part', () => {
  const codec = oneOf(['A', 'B'], 'NotSupportedStorageClass');

  const refusal = catchError(() => codec.parse('x'.repeat(500)));

  expect(refusal).toMatchObject({ fault: 'NotSupportedStorageClass' });
  expect((refusal as Error).message.length).toBeLessThan(120);
});

function catchError(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
