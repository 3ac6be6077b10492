/** Time as the service sees it; tests pass their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Resolves after `ms`, or at once when the signal fires. Does not keep the process alive. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A clock that tests set: the machine's, moved by some time. */
export interface MovableClock extends Clock {
  /** How far it is from the machine's clock. */
  readonly offsetMs: number;
  /** Moves it. Who sleeps until a time that has now passed wakes up. */
  moveTo(offsetMs: number): void;
}

/** Begins at the machine's time. */
export function movableClock(): MovableClock {
  let offsetMs = 0;
  const nowMs = (): number => Date.now() + offsetMs;
  const sleepers = new Set<{ rearm(): void }>();
  return {
    nowMs,
    get offsetMs() {
      return offsetMs;
    },
    moveTo(offset) {
      offsetMs = offset;
      for (const sleeper of sleepers) sleeper.rearm();
    },
    sleep(ms, signal) {
      const dueMs = nowMs() + ms;
      return new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        let timer: NodeJS.Timeout | undefined;
        const wake = () => {
          clearTimeout(timer);
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper = {
          rearm() {
            clearTimeout(timer);
            // A clock that goes back makes no sleep longer than its caller wanted.
            timer = setTimeout(wake, Math.min(ms, Math.max(0, dueMs - nowMs()))).unref();
          },
        };
        sleepers.add(sleeper);
        sleeper.rearm();
        signal?.addEventListener('abort', wake, { once: true });
      });
    },
  };
}

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, ms).unref();
      signal?.addEventListener('abort', wake, { once: true });
    }),
};
