/**
 * Which exchanges are running. A request that has read what an object's bytes are called may come to read them a while
 * later; when all that ran at a moment have ended, nobody is left who knows what was released before it.
 */

/** Exchanges that began in the same stretch of time. */
export interface Cohort {
  running: number;
  /** Called when the last of them has ended; absent while others may still join. */
  over?: () => void;
}

/** Counts exchanges, at the cost of two additions each. */
export interface Running {
  /** Counts an exchange in; what it gives is handed back to `end`. */
  begin(): Cohort;
  end(cohort: Cohort): void;
  /** Resolves when all that run now have ended. */
  settled(): Promise<void>;
}

export function countRunning(): Running {
  let present: Cohort = { running: 0 };
  let earlier = Promise.resolve();
  return {
    begin() {
      present.running += 1;
      return present;
    },
    end(cohort) {
      cohort.running -= 1;
      if (cohort.running === 0) cohort.over?.();
    },
    settled() {
      const cohort = present;
      present = { running: 0 };
      const over = new Promise<void>((resolve) => (cohort.over = resolve));
      if (cohort.running === 0) cohort.over?.();
      return (earlier = earlier.then(() => over));
    },
  };
}
