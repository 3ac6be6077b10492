import { expect, test } from 'vitest';
import { memoize } from './memoize.ts';

test('each text is computed once, also when its result is undefined', () => {
  const computed: string[] = [];
  const even = memoize({ limit: 10 }, (text) => {
    computed.push(text);
    return text.length % 2 === 0 ? { length: text.length } : undefined;
  });

  expect([even('a'), even('bc'), even('a'), even('bc')]).toEqual([
    undefined,
    { length: 2 },
    undefined,
    { length: 2 },
  ]);
  expect(computed).toEqual(['a', 'bc']);
  expect(even('bc')).toBe(even('bc'));
});

test('beyond the limit the result that was made first goes, and long texts are not kept', () => {
  const computed: string[] = [];
  const same = memoize({ limit: 2, longest: 3 }, (text) => {
    computed.push(text);
    return text;
  });

  for (const text of ['a', 'b', 'c', 'b', 'c', 'a', 'long', 'long']) same(text);

  expect(computed).toEqual(['a', 'b', 'c', 'a', 'long', 'long']);
});
