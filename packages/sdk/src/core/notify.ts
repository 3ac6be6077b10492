/** Calls the callbacks of applications and settles their promises. */
import { isAbortedError } from '@sampan/protocol';

/**
 * Passes an outcome on. One that its own program has cancelled needs no handler: a caller who cancels a task often keeps
 * nothing of it, and Node ends a process for a rejection without a handler.
 */
export function passedOn<T>(work: Promise<T>): Promise<T> {
  const outcome = new Promise<T>((resolve, reject) => {
    work.then(resolve, (error: unknown) => {
      if (isAbortedError(error) && error.code === 'Aborted') outcome.catch(() => undefined);
      reject(error instanceof Error ? error : new Error(String(error)));
    });
  });
  return outcome;
}

/** Calls back without letting what the callback throws into the engine. */
export function notify<A extends readonly unknown[]>(
  listener: ((...args: A) => void) | undefined,
  ...args: A
): void {
  if (typeof listener !== 'function') return;
  try {
    listener(...args);
  } catch {
    // What a listener does with the news is its own affair; the official SDKs swallow this too.
  }
}
