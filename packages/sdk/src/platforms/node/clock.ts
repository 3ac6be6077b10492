/**
 * Time on Node. Most timers of the engine are limits: a minute or two after which something is given up, set for every
 * request and every look at a file, and cleared within milliseconds. Those of one length share one timer of Node.
 */
import type { Clock, Timer } from '../../platform.ts';

/** Node runs timers beyond this at once. */
const longestMs = 2 ** 31 - 1;
/** What waits at least so long is a limit. */
const leastLimitMs = 10_000;

/** Makes a clock; its timers keep the process alive while they are set, as Node's own do. */
export function createClock(): Clock {
  const lines = new Map<number, Line>();
  return {
    now: () => Date.now(),
    setTimer(run, delayMs) {
      if (delayMs < leastLimitMs) return { timer: setTimeout(run, delayMs) };
      const ms = Math.min(delayMs, longestMs);
      let line = lines.get(ms);
      if (!line) lines.set(ms, (line = new Line(ms, () => lines.delete(ms))));
      return line.add(run);
    },
    clearTimer(set) {
      const { timer } = set;
      if (timer instanceof Line) timer.remove(set as Waiting);
      else clearTimeout(timer as NodeJS.Timeout);
    },
  };
}

interface Waiting extends Timer {
  readonly run: () => void;
  readonly dueMs: number;
}

/** Limits of one length, which are due in the order in which they were set. */
class Line {
  readonly #ms: number;
  readonly #idle: () => void;
  readonly #waiting = new Set<Waiting>();
  #timer: NodeJS.Timeout | undefined;

  /** `idle` is called when its timer has run out and nobody waits any more. */
  constructor(ms: number, idle: () => void) {
    this.#ms = ms;
    this.#idle = idle;
  }

  add(run: () => void): Waiting {
    const waiting = { timer: this, run, dueMs: performance.now() + this.#ms };
    this.#waiting.add(waiting);
    if (!this.#timer) this.#wake(this.#ms);
    else if (this.#waiting.size === 1) this.#timer.ref();
    return waiting;
  }

  remove(waiting: Waiting): void {
    // The timer runs on for whoever comes next; until then it keeps nothing alive.
    if (this.#waiting.delete(waiting) && this.#waiting.size === 0) this.#timer?.unref();
  }

  #wake(afterMs: number): void {
    this.#timer = setTimeout(() => this.#runDue(), afterMs);
  }

  #runDue(): void {
    const nowMs = performance.now();
    const due: Waiting[] = [];
    let next: Waiting | undefined;
    for (const waiting of this.#waiting) {
      if (waiting.dueMs > nowMs) {
        next = waiting;
        break;
      }
      due.push(waiting);
    }
    this.#timer = undefined;
    if (next) this.#wake(next.dueMs - nowMs);
    else this.#idle();
    for (const waiting of due) if (this.#waiting.delete(waiting)) waiting.run();
  }
}
