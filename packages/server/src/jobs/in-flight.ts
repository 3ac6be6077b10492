/**
 * Counts the requests in flight. A request may read an object's blobs long after it has read their names. When all
 * requests of a moment have ended, blobs released before that moment have no readers.
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
