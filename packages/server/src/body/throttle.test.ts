import { expect, test } from 'vitest';
import type { Clock } from '../runtime/clock.ts';
import { throttle } from './throttle.ts';

interface TestClock extends Clock {
  pass(ms: number): void;
}

/** A clock that jumps to the end of every sleep, and as much further as a timer is late. */
function jumping(lateMs: () => number = () => 0): TestClock {
  let nowMs = 1_700_000_000_000;
  return {
    nowMs: () => nowMs,
    pass: (ms) => void (nowMs += ms),
    async sleep(ms) {
      nowMs += ms + lateMs();
    },
  };
}

/** So many bytes in chunks of a size, as a socket or a file gives them. */
async function* chunks(sizeBytes: number, chunkBytes: number): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(chunkBytes);
  for (let left = sizeBytes; left > 0; left -= chunkBytes)
    yield chunk.subarray(0, Math.min(left, chunkBytes));
}

interface Moment {
  readonly atMs: number;
  readonly bytes: number;
}

/** Lets bytes through and says when each slice came out, counted from the start. */
async function moments(source: AsyncIterable<Uint8Array>, rate: number, clock: Clock): Promise<Moment[]> {
  const startedAtMs = clock.nowMs();
  const passed: Moment[] = [];
  for await (const slice of throttle(source, rate, clock))
    passed.push({ atMs: clock.nowMs() - startedAtMs, bytes: slice.length });
  return passed;
}

/** The most bytes that came out within a second, whenever it began. */
function busiestSecond(passed: readonly Moment[]): number {
  let most = 0;
  let within = 0;
  let first = 0;
  for (const { atMs, bytes } of passed) {
    within += bytes;
    while (passed[first]!.atMs < atMs - 1000) within -= passed[first++]!.bytes;
    most = Math.max(most, within);
  }
  return most;
}

const rates = [819_200, 8_388_608, 99_999_992, 838_860_800];
const chunkSizes = [1460, 16_384, 65_536, 1_048_576];
const combinations = rates.flatMap((rate) => chunkSizes.map((size): [number, number] => [rate, size]));

test.each(combinations)(
  'three seconds at %i bits a second take three seconds, in chunks of %i',
  async (rate, size) => {
    const passed = await moments(chunks((3 * rate) / 8, size), rate, jumping());

    // Less than the millisecond for which no timer is set.
    expect(Math.abs(passed.at(-1)!.atMs - 3000)).toBeLessThan(1);
    expect(passed.reduce((sum, { bytes }) => sum + bytes, 0)).toBe((3 * rate) / 8);
  },
);

test.each(combinations)(
  'late timers leave %i bits a second within a tenth, in chunks of %i',
  async (rate, size) => {
    let tick = 0;
    const late = () => (tick++ * 7) % 16;

    const passed = await moments(chunks((3 * rate) / 8, size), rate, jumping(late));

    const pace = 3000 / passed.at(-1)!.atMs;
    expect(pace).toBeGreaterThan(0.99);
    expect(pace).toBeLessThanOrEqual(1.001);
    expect(busiestSecond(passed)).toBeLessThan((1.1 * rate) / 8 + size);
  },
);

test('a sender that pauses does not make up for it at more than its rate', async () => {
  const rate = 8_388_608;
  const clock = jumping();
  async function* pausing(): AsyncGenerator<Uint8Array> {
    for (let round = 0; round < 3; round++) {
      yield* chunks(rate / 8, 65_536);
      clock.pass(5000);
    }
  }

  const passed = await moments(pausing(), rate, clock);

  expect(busiestSecond(passed)).toBeLessThan((1.1 * rate) / 8 + 65_536);
});

test('the bytes are those that came, in their order', async () => {
  const whole = Uint8Array.from({ length: 200_000 }, (_, index) => index % 251);
  async function* source(): AsyncGenerator<Uint8Array> {
    yield whole.subarray(0, 77);
    yield whole.subarray(77, 150_000);
    yield whole.subarray(150_000);
  }
  const out: Uint8Array[] = [];

  for await (const slice of throttle(source(), 819_200, jumping())) out.push(slice);

  expect(Buffer.concat(out).equals(whole)).toBe(true);
});

test('a client that goes away ends the wait', async () => {
  const gone = new AbortController();
  const asked: (AbortSignal | undefined)[] = [];
  const clock: Clock = { nowMs: () => 0, sleep: async (_ms, signal) => void asked.push(signal) };

  for await (const slice of throttle(chunks(102_400, 102_400), 819_200, clock, gone.signal))
    expect(slice.length).toBeGreaterThan(0);

  expect(new Set(asked)).toEqual(new Set([gone.signal]));
});
