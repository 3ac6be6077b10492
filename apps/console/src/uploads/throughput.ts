/** How fast bytes leave, second by second. */

const seconds = 120;
/** The present speed is the mean of so many of the last seconds. */
const meanSeconds = 5;

/** The last two minutes; `samples` are bytes a second, the latest last. */
export interface Throughput {
  readonly samples: readonly number[];
  readonly now: number;
  readonly most: number;
}

export const stillness: Throughput = { samples: Array<number>(seconds).fill(0), now: 0, most: 0 };

/** Adds what was sent in one more second. A task that goes back to its last whole part takes nothing back. */
export function withSample({ samples }: Throughput, bytes: number): Throughput {
  const next = [...samples.slice(1), Math.max(0, bytes)];
  const recent = next.slice(-meanSeconds);
  return {
    samples: next,
    now: recent.reduce((sum, one) => sum + one, 0) / meanSeconds,
    most: Math.max(...next),
  };
}

/** Seconds until the rest is sent; undefined while nothing moves. */
export function secondsLeft(bytes: number, { now }: Throughput): number | undefined {
  if (bytes <= 0) return 0;
  return now > 0 ? bytes / now : undefined;
}
