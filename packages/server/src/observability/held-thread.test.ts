import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { watchThread } from './held-thread.ts';

// In real time: the watch measures the loop of the thread that runs it.
test('a turn of the loop that works for long is seen once', async () => {
  const held = watchThread();
  onTestFinished(() => held.stop());
  await sleep(30);
  held.takeMs();

  const endsAtMs = performance.now() + 120;
  while (performance.now() < endsAtMs) Math.sqrt(endsAtMs);
  await sleep(30);
  const first = held.takeMs();
  await sleep(30);

  // A busy machine lets the thread have a part of that time only.
  expect(first).toBeGreaterThan(20);
  expect(held.takeMs()).toBeLessThan(first);
});

test('a thread that waits is not held', async () => {
  const held = watchThread();
  onTestFinished(() => held.stop());
  await sleep(30);
  held.takeMs();

  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  await sleep(20);

  expect(held.takeMs()).toBeLessThan(50);
});
