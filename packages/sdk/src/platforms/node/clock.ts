/**
 * The clock of the platform port on Node. Most timers are time limits of a minute or two, set for every request and
 * file access and cleared within milliseconds. Limits of equal length share one Node timer, which makes them cheap.
 */
import type { Clock, Timer } from '../../core/platform.ts';

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
  isSet: boolean;
  before: Waiting | undefined;
  after: Waiting | undefined;
}

/**
 * Limits of one length, which are due in the order in which they were set. A list of its own and not a Set, because V8
 * gives a Set that is filled and emptied all the time one table after another, and each that has grown old keeps the next
 * ones, with what was set then: of a batch of small files that was more than half of all that the heap held.
 */
class Line {
  readonly #ms: number;
  readonly #idle: () => void;
  #first: Waiting | undefined;
  #last: Waiting | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `idle` is called when the timer has run out and no limit is pending. */
  constructor(ms: number, idle: () => void) {
    this.#ms = ms;
    this.#idle = idle;
  }

  add(run: () => void): Waiting {
    const dueMs = performance.now() + this.#ms;
    const before = this.#last;
    const waiting: Waiting = { timer: this, run, dueMs, isSet: true, before, after: undefined };
    this.#last = waiting;
    if (before) before.after = waiting;
    else this.#first = waiting;
    if (!this.#timer) this.#wake(this.#ms);
    else if (!before) this.#timer.ref();
    return waiting;
  }

  remove(waiting: Waiting): void {
    this.#take(waiting);
    // The timer stays for the next limit; meanwhile it does not keep the process alive.
    if (!this.#first) this.#timer?.unref();
  }

  /** Says whether it was still set. */
  #take(waiting: Waiting): boolean {
    if (!waiting.isSet) return false;
    const { before, after } = waiting;
    if (before) before.after = after;
    else this.#first = after;
    if (after) after.before = before;
    else this.#last = before;
    waiting.isSet = false;
    waiting.before = waiting.after = undefined;
    return true;
  }

  #wake(afterMs: number): void {
    this.#timer = setTimeout(() => this.#runDue(), afterMs);
  }

  #runDue(): void {
    const nowMs = performance.now();
    const due: Waiting[] = [];
    let next = this.#first;
    for (; next && next.dueMs <= nowMs; next = next.after) due.push(next);
    this.#timer = undefined;
    if (next) this.#wake(next.dueMs - nowMs);
    else this.#idle();
    for (const waiting of due) if (this.#take(waiting)) waiting.run();
  }
}
