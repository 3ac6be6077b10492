import { expect, test } from 'vitest';
import { countRunning } from './in-flight.ts';

/** Whether a promise is settled by the time everything that could settle it has run. */
async function isSettled(promise: Promise<void>): Promise<boolean> {
  let settled = false;
  void promise.then(() => (settled = true));
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

test('nothing that runs is settled', async () => {
  expect(await isSettled(countRunning().settled())).toBe(true);
});

test('all that run at the moment must end, and those that come later need not', async () => {
  const running = countRunning();
  const [first, second] = [running.begin(), running.begin()];
  const settled = running.settled();
  const third = running.begin();

  running.end(first);
  const early = await isSettled(settled);
  running.end(second);
  const late = await isSettled(settled);
  running.end(third);

  expect([early, late]).toEqual([false, true]);
});

test('who ran at an earlier moment already is waited for at a later one', async () => {
  const running = countRunning();
  const first = running.begin();
  const earlier = running.settled();
  const second = running.begin();
  const later = running.settled();

  running.end(second);
  const before = [await isSettled(earlier), await isSettled(later)];
  running.end(first);
  const after = [await isSettled(earlier), await isSettled(later)];

  expect([before, after]).toEqual([
    [false, false],
    [true, true],
  ]);
});
