import type { Clock } from '../clock.ts';

// A slice lasts this long at the allowed rate: short enough to look steady, long enough for timers to be exact enough.
const sliceMs = 50;

/**
 * Passes bytes on at no more than `bitsPerSecond`, in slices spread over time. For an upload the pauses hold back the
 * reading of the socket, and through it the sender.
 */
export async function* throttle(
  chunks: AsyncIterable<Uint8Array>,
  bitsPerSecond: number,
  clock: Clock,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const bytesPerMs = bitsPerSecond / 8000;
  const sliceBytes = Math.max(1, Math.floor(bytesPerMs * sliceMs));
  const startedAtMs = clock.nowMs();
  let sentBytes = 0;
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.length; at += sliceBytes) {
      const slice = chunk.subarray(at, at + sliceBytes);
      sentBytes += slice.length;
      const dueAtMs = startedAtMs + sentBytes / bytesPerMs;
      const waitMs = dueAtMs - clock.nowMs();
      if (waitMs > 1) await clock.sleep(waitMs, signal);
      yield slice;
    }
}
