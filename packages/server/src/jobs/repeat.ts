/** Repeats a background job at intervals, and early when new work is announced. */
import type { Clock } from '../runtime/clock.ts';

/** Work that runs until it is stopped. */
export interface Repeating {
  /** There is something to do: the pause ends `soonMs` from now, unless it ends before. */
  soon(): void;
  /** Lets the present turn stop soon, and resolves when it has. */
  stop(): Promise<void>;
}

/** The interval, and the handler of failed runs. A failed run is repeated like any other. */
export interface RepeatOptions {
  readonly clock: Clock;
  readonly everyMs: number;
  /** How long work that is announced is gathered. Default: announcing changes nothing. */
  readonly soonMs?: number;
  onFailure(error: unknown): void;
}

/** Runs a job now, and then again each time the pause after its last turn is over. */
export function repeat(
  job: (signal: AbortSignal) => Promise<unknown>,
  { clock, everyMs, soonMs = everyMs, onFailure }: RepeatOptions,
): Repeating {
  const stopping = new AbortController();
  const { signal } = stopping;
  const isStopped = (): boolean => signal.aborted;
  let announced = false;
  let shorten: (() => void) | undefined;
  const pause = async (): Promise<void> => {
    const pausing = new AbortController();
    const until = AbortSignal.any([signal, pausing.signal]);
    const shortened = new Promise<void>((resolve) => (shorten = resolve));
    if (announced) shorten?.();
    await Promise.race([clock.sleep(everyMs, until), shortened.then(() => clock.sleep(soonMs, until))]);
    shorten = undefined;
    announced = false; // Work announced until now belongs to the next run.
    pausing.abort();
  };
  const running = (async () => {
    while (!isStopped()) {
      try {
        await job(signal);
      } catch (error) {
        if (!isStopped()) onFailure(error);
      }
      if (!isStopped()) await pause();
    }
  })();
  return {
    soon() {
      announced = true;
      shorten?.();
    },
    stop() {
      stopping.abort();
      return running;
    },
  };
}
