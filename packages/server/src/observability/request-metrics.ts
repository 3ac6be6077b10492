/**
 * Counts requests, bytes and durations of one thread as plain numbers, because the metrics library would allocate label
 * texts for each request. `prometheus.ts` turns the numbers into metrics at a scrape.
 */
import type { Finished } from '../http/edge.ts';

/** What one thread has counted: plain data, which can go to another thread. */
export interface Counted {
  readonly inFlight: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  /** Answers that were cut off before their end, by either side. */
  readonly broken: number;
  /** Reads that found stored bytes missing or not as they were stored. */
  readonly damaged: number;
  /** The longest time since the count before that the thread did not come to other work, in milliseconds. */
  readonly heldMs?: number;
  /** What keeps the process from being ready, as any thread sees it. */
  readonly troubles?: readonly string[];
  readonly operations: ReadonlyMap<string, OperationCounted>;
}

/** What was counted of one operation. */
export interface OperationCounted {
  /** Answers by their status. */
  readonly answers: ReadonlyMap<number, number>;
  /** How many took at most as long as each of `durationBounds` and longer than the one before; then those beyond all. */
  readonly durations: readonly number[];
  /** The time of all together. */
  readonly seconds: number;
}

/** Counts the exchanges of one thread. */
export interface Metrics {
  started(): void;
  finished(exchange: Finished): void;
  /** A read found damage. */
  damage(): void;
  counted(): Counted;
}

/** The form of the text: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
export const metricsType = 'text/plain; version=0.0.4; charset=utf-8';

/** In seconds. */
export const durationBounds = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
];

interface Counting {
  readonly answers: Map<number, number>;
  readonly durations: number[];
  seconds: number;
}

/** Begins at nothing. */
export function createMetrics(): Metrics {
  const sum = { inFlight: 0, receivedBytes: 0, sentBytes: 0, broken: 0, damaged: 0 };
  const operations = new Map<string, Counting>();
  return {
    started() {
      sum.inFlight += 1;
    },
    finished({ response, durationMs, receivedBytes, sentBytes, broken }) {
      sum.inFlight -= 1;
      sum.receivedBytes += receivedBytes;
      sum.sentBytes += sentBytes;
      if (broken) sum.broken += 1;
      const { operation } = response.outcome;
      let counting = operations.get(operation);
      if (!counting) {
        const durations = new Array<number>(durationBounds.length + 1).fill(0);
        operations.set(operation, (counting = { answers: new Map(), durations, seconds: 0 }));
      }
      counting.answers.set(response.status, (counting.answers.get(response.status) ?? 0) + 1);
      const seconds = durationMs / 1000;
      let at = 0;
      while (at < durationBounds.length && seconds > durationBounds[at]!) at += 1;
      counting.durations[at]! += 1;
      counting.seconds += seconds;
    },
    damage() {
      sum.damaged += 1;
    },
    counted: () => ({ ...sum, operations }),
  };
}
