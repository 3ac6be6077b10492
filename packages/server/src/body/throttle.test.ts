import { expect, test } from 'vitest';
import type { Clock } from '../clock.ts';
import { throttle } from './throttle.ts';

/** A clock that jumps to the end of every sleep. */
function jumping(): Clock & { readonly sleptMs: () => number } {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    sleptMs: () => nowMs,
    async sleep(ms) {
      nowMs += ms;
    },
  };
}

async function* chunks(...sizes: number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) yield new Uint8Array(size).map((_, n) => n);
}

test.each([
  [[1_024_000], 8_192_000, 1000],
  [[500_000, 524_000], 8_192_000, 1000],
  [[102_400], 819_200, 1000],
  [[100], 838_860_800, 0],
])('%j bytes at %i bits a second take %i ms', async (sizes, rate, ms) => {
  const clock = jumping();
  const passed: Uint8Array[] = [];

  for await (const chunk of throttle(chunks(...sizes), rate, clock)) passed.push(chunk);

  expect(Math.abs(clock.sleptMs() - ms)).toBeLessThan(5);
  const whole: Uint8Array[] = [];
  for await (const chunk of chunks(...sizes)) whole.push(chunk);
  expect(Buffer.concat(passed).equals(Buffer.concat(whole))).toBe(true);
});

test('never runs ahead of its rate', async () => {
  const clock = jumping();
  let bytes = 0;

  for await (const chunk of throttle(chunks(1_000_000), 819_200, clock)) {
    bytes += chunk.length;
    expect(bytes / 102.4).toBeLessThanOrEqual(clock.nowMs() + 1);
  }
});
