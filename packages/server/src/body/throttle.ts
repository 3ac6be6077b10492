import type { Clock } from '../runtime/clock.ts';

// A slice lasts this long at the allowed rate: short enough to look steady, long enough for timers to be exact enough.
const sliceMs = 50;
// So much of lost time may be made up for, after a late timer or a busy machine. A sender that paused for longer
// starts afresh: then no second carries more than a tenth above the limit, and a steady one is not below it either.
const creditMs = 100;

/**
 * Passes bytes on at `bitsPerSecond`, in slices spread over time. For an upload the pauses hold back the reading of
 * the socket, and through it the sender.
 */
export async function* throttle(
  chunks: AsyncIterable<Uint8Array>,
  bitsPerSecond: number,
  clock: Clock,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const bytesPerMs = bitsPerSecond / 8000;
  const sliceBytes = Math.max(1, Math.floor(bytesPerMs * sliceMs));
  // The time at which the bytes so far would have begun, had they come at the rate without a pause.
  let beganAtMs = clock.nowMs();
  let passedBytes = 0;
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.length; at += sliceBytes) {
      const slice = chunk.subarray(at, at + sliceBytes);
      const lateMs = clock.nowMs() - (beganAtMs + passedBytes / bytesPerMs);
      if (lateMs > creditMs) beganAtMs += lateMs - creditMs;
      passedBytes += slice.length;
      const waitMs = beganAtMs + passedBytes / bytesPerMs - clock.nowMs();
      if (waitMs > 1) await clock.sleep(waitMs, signal);
      yield slice;
    }
}
