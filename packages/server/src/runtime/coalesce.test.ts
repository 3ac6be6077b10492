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
  let told = 0;
  const tell = coalesce(() => (told += 1), 1000, clock);
  const seen = [told];

  tell();
  seen.push(told);
  tell();
  tell();
  seen.push(told);
  await clock.end();
  seen.push(told);
  await clock.end();
  tell();
  seen.push(told);

  expect(seen).toEqual([0, 1, 1, 2, 3]);
});

test('after a pause in which nobody called nothing is told', async () => {
  const clock = pauses();
  let told = 0;
  const tell = coalesce(() => (told += 1), 1000, clock);

  tell();
  await clock.end();

  expect(told).toBe(1);
});
