import { expect, test } from 'vitest';
import type { Clock } from '../clock.ts';
import { repeat } from './repeat.ts';

/** A clock whose sleepers wake when told to. */
function manualClock(): Clock & { wake(): void } {
  const sleepers = new Set<() => void>();
  return {
    nowMs: () => 0,
    sleep: (_ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        sleepers.add(resolve);
        signal?.addEventListener('abort', () => resolve(), { once: true });
      }),
    wake() {
      for (const sleeper of sleepers) sleeper();
      sleepers.clear();
    },
  };
}

test('a job runs at once, then after each pause, and goes on after a failure', async () => {
  const clock = manualClock();
  const failures: unknown[] = [];
  let turns = 0;
  let turned = (): void => undefined;
  const job = async (): Promise<void> => {
    turns += 1;
    queueMicrotask(() => turned());
    if (turns === 1) throw new Error('first');
  };
  const next = (): Promise<void> => new Promise((resolve) => (turned = resolve));

  const first = next();
  const repeating = repeat(job, { clock, everyMs: 1, onFailure: (error) => failures.push(error) });
  await first;
  for (let n = 0; n < 2; n += 1) {
    const later = next();
    await new Promise((resolve) => setImmediate(resolve)); // Lets the job go to sleep.
    clock.wake();
    await later;
  }
  await repeating.stop();

  expect(turns).toBe(3);
  expect(failures).toEqual([new Error('first')]);
});

test('stopping lets the present turn know and waits for it', async () => {
  let ended = false;
  const repeating = repeat(
    (signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          ended = true;
          resolve(undefined);
        });
      }),
    { clock: manualClock(), everyMs: 1, onFailure: () => undefined },
  );

  await repeating.stop();

  expect(ended).toBe(true);
});
