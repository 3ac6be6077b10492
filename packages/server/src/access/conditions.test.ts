import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wildcard } from './conditions.ts';

describe('a pattern', () => {
  test.each([
    ['abc', 'abc', true],
    ['abc', 'abcd', false],
    ['*', '', true],
    ['a*', 'a', true],
    ['a*c', 'ac', true],
    ['a*c', 'abcc', true],
    ['a*c', 'abcd', false],
    ['ab*ba', 'aba', false],
    ['*b*', 'abc', true],
    ['a**b', 'a/x/b', true],
    ['a.c', 'abc', false],
    ['a*b*c', 'a\nb\nc', true],
  ])('%s matches %j: %s', (pattern, text, matches) => {
    expect(wildcard(pattern).test(text)).toBe(matches);
  });

  test('agrees with a regular expression', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', '*'), { maxLength: 8 }).map((list) => list.join(''));
    const texts = fc.array(fc.constantFrom('a', 'b'), { maxLength: 10 }).map((list) => list.join(''));

    fc.assert(
      fc.property(letters, texts, (pattern, text) => {
        expect(wildcard(pattern).test(text)).toBe(
          new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text),
        );
      }),
      { numRuns: 2000 },
    );
  });

  test('made to be slow is not', () => {
    const startedAt = performance.now();

    expect(wildcard(`${'*a'.repeat(5000)}*c`).test('a'.repeat(5000) + 'b')).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});
