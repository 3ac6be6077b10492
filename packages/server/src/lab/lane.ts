/** One direction of a link with a rate, which requests in all threads share. */
import type { Clock } from '../runtime/clock.ts';

/** At the rate, a slice lasts this long: short enough to look steady, long enough for timers. */
const sliceMs = 50;
/** A lane that was idle begins with so much, because timers are late by some milliseconds. */
const creditUs = 20_000n;

/** Time that only goes forward, the same in all threads. */
export function monotonicUs(): bigint {
  return process.hrtime.bigint() / 1000n;
}

/** A lane. The place in shared memory holds when it will be free, in microseconds. */
export class Lane {
  readonly sliceBytes: number;
  readonly #usPerByte: number;
  readonly #memory: BigInt64Array;
  readonly #place: number;

  constructor(bytesPerSecond: number, memory: BigInt64Array, place: number) {
    this.sliceBytes = Math.max(1, Math.floor((bytesPerSecond * sliceMs) / 1000));
    this.#usPerByte = 1e6 / bytesPerSecond;
    this.#memory = memory;
    this.#place = place;
  }

  /** Takes the next free time for so many bytes, and resolves when it is over. */
  async pass(bytes: number, clock: Pick<Clock, 'sleep'>, signal: AbortSignal): Promise<void> {
    const waitMs = Number(this.#reserve(bytes) - monotonicUs()) / 1000;
    if (waitMs > 1) await clock.sleep(waitMs, signal);
  }

  #reserve(bytes: number): bigint {
    const lasts = BigInt(Math.round(bytes * this.#usPerByte));
    for (;;) {
      const free = Atomics.load(this.#memory, this.#place);
      const earliest = monotonicUs() - creditUs;
      const end = (free < earliest ? earliest : free) + lasts;
      if (Atomics.compareExchange(this.#memory, this.#place, free, end) === free) return end;
    }
  }
}
