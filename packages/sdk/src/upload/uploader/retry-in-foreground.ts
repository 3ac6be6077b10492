/** Trying again after the client's own retries have given up. */
import { isIntegrityError, isServiceError, isTransportError } from '@sampan/protocol';
import type { CancelSignal } from '../../core/cancel.ts';
import { whileReady } from './wait-until-active.ts';
import type { Uploader } from './uploader.ts';
import { pause } from '../../core/wait.ts';

/**
 * Does `work` while the host is ready, up to ChunkRetryTimes times more when it fails in a way that may pass, with
 * growing pauses between. `onFailure` hears of every failure.
 */
export async function retryInForeground<T>(
  uploader: Uploader,
  signal: CancelSignal,
  work: (signal: CancelSignal) => Promise<T>,
  onFailure: (startedMs: number) => void = () => undefined,
): Promise<T> {
  const { clock, random, lifecycle } = uploader.platform;
  for (let failures = 1; ; failures++) {
    const startedMs = clock.now();
    try {
      return await (lifecycle ? whileReady(uploader, signal, work) : work(signal));
    } catch (error) {
      if (signal.reason) throw signal.reason;
      onFailure(startedMs);
      if (failures > uploader.options.ChunkRetryTimes || !mayPass(error)) throw error;
      await pause(clock, random() * Math.min(20_000, 500 * 2 ** failures), signal);
    }
  }
}

/** Whether the same bytes may get through later. */
function mayPass(error: unknown): boolean {
  if (isServiceError(error))
    return error.retryable || ['BadDigest', 'IncompleteBody', 'RequestTimeout'].includes(error.code);
  if (isTransportError(error)) return error.retryable;
  return isIntegrityError(error) && error.code === 'IntegrityMismatch';
}
