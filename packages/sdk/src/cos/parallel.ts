/** Runs async work over a list with limited concurrency; rejects with the first failure, which stops the rest. */
import { AbortedError } from '@sampan/protocol';
import { canceller, type CancelSignal } from '../core/cancel.ts';

/** Calls `work` for each item. Its signal fires when another item has failed or the caller has stopped. */
export async function parallel<T>(
  items: readonly T[],
  limit: number,
  signal: CancelSignal | undefined,
  work: (item: T, signal: CancelSignal) => Promise<void>,
): Promise<void> {
  const stop = canceller(signal);
  const left = items.values();
  let failure: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    for (const item of left) {
      if (stop.signal.reason) return;
      try {
        await work(item, stop.signal);
      } catch (error) {
        failure ??= { error };
        stop.cancel(new AbortedError('Another part has failed'));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, limit) }, worker));
  stop.release();
  if (failure) throw signal?.reason ?? failure.error;
  if (signal?.reason) throw signal.reason;
}

/** A stretch of bytes. */
export interface Stretch {
  readonly index: number;
  readonly offset: number;
  readonly length: number;
}

/** Cuts a size into stretches. */
export function stretches(size: number, bytes: number): Stretch[] {
  return Array.from({ length: Math.ceil(size / bytes) }, (_none, index) => ({
    index,
    offset: index * bytes,
    length: Math.min(bytes, size - index * bytes),
  }));
}
