/** Waits while the host is in the background or offline, so that no retries are spent there. */
import { AbortedError, isTransportError } from '@sampan/protocol';
import { canceller, type CancelSignal } from '../../core/cancel.ts';
import type { Uploader } from './uploader.ts';

/** A host that says it is offline is tried all the same so often, because some are wrong about it. */
const probeMs = 60_000;

/** Whether requests have a chance now. */
export function isReady({ platform, options }: Uploader): boolean {
  return (
    !isHidden({ platform, options }) && (!options.WaitForNetwork || platform.lifecycle?.isOnline() !== false)
  );
}

/** Waits until requests have a chance; rejects with the signal's reason. */
export function whenReady(uploader: Uploader, signal: CancelSignal): Promise<void> {
  const { lifecycle, clock } = uploader.platform;
  return new Promise((resolve, reject) => {
    if (signal.reason) return reject(signal.reason);
    if (isReady(uploader)) return resolve();
    const look = (probing: boolean): void => {
      if (!isReady(uploader) && !(probing && !isHidden(uploader))) return;
      finish();
      resolve();
    };
    const probe = (): void => {
      timer = clock.setTimer(probe, probeMs);
      look(true);
    };
    const finish = (): void => {
      clock.clearTimer(timer);
      unwatch?.();
      unlisten();
    };
    let timer = clock.setTimer(probe, probeMs);
    const unwatch = lifecycle?.onChange(() => look(false));
    let unlisten = (): unknown => undefined;
    unlisten = signal.onCancel((reason) => {
      finish();
      reject(reason);
    });
  });
}

/**
 * Does `work` while the host is ready. When the host leaves, the work is stopped, and done again when it is back; a
 * failure of the network while the host is away does not count either. What else fails is the client's affair, which
 * has tried it again as often as it is worth.
 */
export async function whileReady<T>(
  uploader: Uploader,
  signal: CancelSignal,
  work: (signal: CancelSignal) => Promise<T>,
): Promise<T> {
  const { lifecycle } = uploader.platform;
  if (!lifecycle) return work(signal);
  for (;;) {
    await whenReady(uploader, signal);
    const stop = canceller(signal);
    let away: AbortedError | undefined;
    const begunReady = isReady(uploader);
    const unwatch = lifecycle.onChange(() => {
      if (begunReady && !isReady(uploader))
        stop.cancel((away = new AbortedError('The host went to the background or offline')));
    });
    try {
      return await work(stop.signal);
    } catch (error) {
      if (signal.reason) throw signal.reason;
      const left = (away && stop.signal.reason === away) || (isTransportError(error) && !isReady(uploader));
      if (!left) throw error;
    } finally {
      unwatch();
      stop.release();
    }
  }
}

function isHidden({ platform, options }: Pick<Uploader, 'platform' | 'options'>): boolean {
  return options.PauseInBackground && platform.lifecycle?.isVisible() === false;
}
