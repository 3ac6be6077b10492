/** Waiting with an end: a gate of permits, pauses that can be cut short, time limits, and cancellation. */
import { TimeoutError } from '@sampan/protocol';
import { canceller, type CancelSignal } from './cancel.ts';
import type { Clock } from './platform.ts';

/** A semaphore: a bounded number of permits, given in the order of requests. */
export interface Gate {
  /** Waits for a permit and gives what returns it; rejects with the signal's reason. */
  enter(signal?: CancelSignal): Promise<() => void>;
}

/** Makes a gate of `limit` permits. */
export function gate(limit: number): Gate {
  const waiting = new Set<() => void>();
  let free = limit;

  const permit = (): (() => void) => {
    let held = true;
    free -= 1;
    return () => {
      if (!held) return;
      held = false;
      free += 1;
      const [next] = waiting;
      if (!next) return;
      waiting.delete(next);
      next();
    };
  };

  return {
    enter(signal) {
      return new Promise((resolve, reject) => {
        if (signal?.reason) return reject(signal.reason);
        if (free > 0) return resolve(permit());
        const take = (): void => {
          stop?.();
          resolve(permit());
        };
        const stop = signal?.onCancel((reason) => {
          waiting.delete(take);
          reject(reason);
        });
        waiting.add(take);
      });
    },
  };
}

/** Whether something has to be waited for. */
export function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (Object(value) as { then?: unknown }).then === 'function';
}

/** Settles as `work` does, or rejects with the signal's reason at once when that fires first. */
export function orCancelled<T>(signal: CancelSignal, work: PromiseLike<T>): Promise<T> {
  return firstOf(work, (reject) => signal.onCancel(reject));
}

/** Settles as `work` does, unless what `watch` begins rejects first; it gives what ends it. */
function firstOf<T>(work: PromiseLike<T>, watch: (reject: (error: Error) => void) => () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = watch(reject);
    work.then(
      (value) => {
        stop();
        resolve(value);
      },
      (error: unknown) => {
        stop();
        reject(asError(error));
      },
    );
  });
}

/** Waits for `delayMs`, or rejects with the signal's reason. */
export function pause(clock: Clock, delayMs: number, signal = canceller().signal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(() => {
      stop();
      resolve();
    }, delayMs);
    const stop = signal.onCancel((reason) => {
      clock.clearTimer(timer);
      reject(reason);
    });
  });
}

/** Settles as `work` does, or rejects with a TimeoutError that names `what` after `limitMs`, or when cancelled. */
export function within<T>({ clock, limitMs, what, signal }: Limit, work: PromiseLike<T>): Promise<T> {
  return firstOf(work, (reject) => {
    const timer = clock.setTimer(() => {
      unlisten?.();
      reject(new TimeoutError(`${what} has not ended within ${limitMs} ms`));
    }, limitMs);
    const unlisten = signal?.onCancel((reason) => {
      clock.clearTimer(timer);
      reject(reason);
    });
    return () => {
      clock.clearTimer(timer);
      unlisten?.();
    };
  });
}

/** How long work may take. */
export interface Limit {
  readonly clock: Clock;
  readonly limitMs: number;
  readonly what: string;
  readonly signal?: CancelSignal | undefined;
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
