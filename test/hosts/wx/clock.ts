/**
 * Time for a simulated host. Every timer of the host and of the code that runs in it goes through one clock, so that a
 * test can use the machine's time or move a virtual one by hand.
 */

/** A source of time and timers. */
export interface Clock {
  /** True when time only moves by `advance`; engines then replace the guest's `Date` too. */
  readonly virtual: boolean;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after `ms` milliseconds; answers a handle for `clearTimeout`. */
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

/** The machine's own time. */
export const systemClock: Clock = {
  virtual: false,
  now: () => Date.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (handle) => {
    clearTimeout(handle as NodeJS.Timeout);
  },
};

/** A clock that stands still until it is advanced. */
export interface VirtualClock extends Clock {
  /**
   * Moves time forward by `ms`, running due timers in order. After each it lets the real event loop turn, so that
   * promises and callbacks which that timer set off run before the next one.
   */
  advance(ms: number): Promise<void>;
  /** How many timers are armed. */
  readonly pending: number;
}

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Creates a clock that starts at `startMs` (default 2026-01-01T00:00:00Z). */
export function createVirtualClock(startMs = Date.UTC(2026, 0, 1)): VirtualClock {
  const timers = new Set<Timer>();
  let now = startMs;
  let order = 0;

  function nextDue(limit: number): Timer | undefined {
    let due: Timer | undefined;
    for (const timer of timers) {
      if (timer.at > limit) continue;
      if (!due || timer.at < due.at || (timer.at === due.at && timer.order < due.order)) due = timer;
    }
    return due;
  }

  return {
    virtual: true,
    now: () => now,
    setTimeout(callback, ms) {
      const timer: Timer = { at: now + Math.max(0, ms), order: order++, callback };
      timers.add(timer);
      return timer;
    },
    clearTimeout(handle) {
      timers.delete(handle as Timer);
    },
    async advance(ms) {
      const limit = now + ms;
      await turn();
      for (let due = nextDue(limit); due; due = nextDue(limit)) {
        timers.delete(due);
        now = Math.max(now, due.at);
        due.callback();
        await turn();
      }
      now = limit;
    },
    get pending() {
      return timers.size;
    },
  };
}

/** Lets callbacks that are already due in the real event loop run. */
async function turn(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}
