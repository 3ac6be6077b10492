import { expect, test } from 'vitest';
import { coalesce } from './coalesce.ts';

/** A pause that ends when the test says so. */
function pauses(): { sleep(): Promise<void>; end(): Promise<void> } {
  let wake = (): void => undefined;
  return {
    sleep: () => new Promise<void>((resolve) => (wake = resolve)),
    async end() {
      wake();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('the first call goes on at once, and those of a pause together at its end', async () => {
  const clock = pauses();
  let count = 0;
  const notify = coalesce(() => (count += 1), 1000, clock);
  const seen = [count];

  notify();
  seen.push(count);
  notify();
  notify();
  seen.push(count);
  await clock.end();
  seen.push(count);
  await clock.end();
  notify();
  seen.push(count);

  expect(seen).toEqual([0, 1, 1, 2, 3]);
});

test('after a pause without calls nothing is notified', async () => {
  const clock = pauses();
  let count = 0;
  const notify = coalesce(() => (count += 1), 1000, clock);

  notify();
  await clock.end();

  expect(count).toBe(1);
});
