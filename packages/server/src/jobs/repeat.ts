/** Work that is done again and again in the background. */
import type { Clock } from '../clock.ts';

/** Work that runs until it is stopped. */
export interface Repeating {
  /** Lets the present turn stop soon, and resolves when it has. */
  stop(): Promise<void>;
}

/** How often, and who is told when a turn fails. A failed turn is repeated like any other. */
export interface RepeatOptions {
  readonly clock: Clock;
  readonly everyMs: number;
  onFailure(error: unknown): void;
}

/** Runs a job now, and then again each time the pause after its last turn is over. */
export function repeat(
  job: (signal: AbortSignal) => Promise<unknown>,
  { clock, everyMs, onFailure }: RepeatOptions,
): Repeating {
  const stopping = new AbortController();
  const { signal } = stopping;
  const isStopped = (): boolean => signal.aborted;
  const running = (async () => {
    while (!isStopped()) {
      try {
        await job(signal);
      } catch (error) {
        if (!isStopped()) onFailure(error);
      }
      await clock.sleep(everyMs, signal);
    }
  })();
  return {
    stop() {
      stopping.abort();
      return running;
    },
  };
}
