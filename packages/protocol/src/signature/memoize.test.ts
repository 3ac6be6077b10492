import { expect, test } from 'vitest';
import { remembered } from './memoize.ts';

test('a text is asked about once, and each text has its own answer', () => {
  const asked: string[] = [];
  const length = remembered((text) => {
    asked.push(text);
    return { length: text.length };
  });

  expect([length('a'), length('bc'), length('a')]).toEqual([{ length: 1 }, { length: 2 }, { length: 1 }]);
  expect(asked).toEqual(['a', 'bc']);
});

test('neither long texts nor more than a few short ones are kept', () => {
  let calls = 0;
  const count = remembered((text) => {
    calls += 1;
    return text.length;
  });
  const long = 'x'.repeat(10_000);
  count(long);
  count(long);
  expect(calls).toBe(2);

  for (let i = 0; i < 1000; i++) count(String(i));
  calls = 0;
  for (let i = 0; i < 1000; i++) count(String(i));
  expect(calls).toBeGreaterThan(800);
});
