import { expect, test } from 'vitest';
import type { Clock } from '../runtime/clock.ts';
import { repeat } from './repeat.ts';

/** A clock whose sleepers wake when told to. */
function manualClock(): Clock & { wake(): void; readonly asked: readonly number[]; sleeping(): number } {
  const sleepers = new Set<() => void>();
  const asked: number[] = [];
  const signals: (AbortSignal | undefined)[] = [];
  return {
    asked,
    sleeping: () => signals.filter((signal) => signal?.aborted === false).length,
    nowMs: () => 0,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        asked.push(ms);
        signals.push(signal);
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

test('work that is announced, in a turn or between turns, makes the pause short', async () => {
  const clock = manualClock();
  const turns: (() => void)[] = [];
  const job = () => new Promise<void>((resolve) => turns.push(resolve));
  const others = () => new Promise((resolve) => setImmediate(resolve));

  const repeating = repeat(job, { clock, everyMs: 60, soonMs: 1, onFailure: () => undefined });
  repeating.soon();
  turns[0]!();
  await others();
  clock.wake();
  await others();
  turns[1]!();
  await others();
  repeating.soon();
  await others();
  clock.wake();
  await others();
  const asleep = clock.sleeping();
  const stopped = repeating.stop();
  turns[2]!();
  await stopped;

  expect(turns).toHaveLength(3);
  expect(clock.asked).toEqual([60, 1, 60, 1]);
  // The longer of two sleeps ends with the shorter one.
  expect(asleep).toBe(0);
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
