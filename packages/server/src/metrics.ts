import {
  AggregatorRegistry,
  collectDefaultMetrics,
  Counter,
  Gauge,
  Registry,
  type MetricObjectWithValues,
  type MetricValue,
} from 'prom-client';
import { Durations } from './durations.ts';
import type { Finished } from './http/edge.ts';

/** What one thread has counted: plain data, which can go to another thread. */
export type Counted = readonly MetricObjectWithValues<MetricValue<string>>[];

/** Counts and times of the exchanges of one thread. */
export interface Metrics {
  started(): void;
  finished(exchange: Finished): void;
  counted(): Promise<Counted>;
}

/** The form of {@link Exposition.text}. */
export const metricsType = Registry.PROMETHEUS_CONTENT_TYPE;

/** The metrics of a service, in the form that Prometheus reads. */
export interface Exposition {
  /** The sums of what threads have counted, and what is the process's. */
  text(counted: readonly Counted[]): Promise<string>;
}

/**
 * Collects what is the process's: for one thread of it, the main one. Where Node counts by thread (event loop, heap),
 * that thread is meant.
 */
export function createExposition(): Exposition {
  const ofProcess = new Registry();
  collectDefaultMetrics({ register: ofProcess });
  return {
    async text(counted) {
      const sums = AggregatorRegistry.aggregate([...counted]);
      return `${await ofProcess.metrics()}\n${await sums.metrics()}`;
    },
  };
}

/** Makes the metrics of one thread. They live in a registry of their own, so that several services can share a process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  // Counted in plain numbers; the library sees them when somebody asks, because a label costs it a text each time.
  const sum = { inFlight: 0, receivedBytes: 0, sentBytes: 0, broken: 0 };
  const answers = new Map<string, Map<number, number>>();
  new Gauge({
    name: 'sampan_requests_in_flight',
    help: 'Requests being answered.',
    registers,
    collect() {
      this.set(sum.inFlight);
    },
  });
  new Counter({
    name: 'sampan_requests_total',
    help: 'Requests by operation and status.',
    labelNames: ['operation', 'status'],
    registers,
    collect() {
      this.reset();
      for (const [operation, byStatus] of answers)
        for (const [status, count] of byStatus) this.inc({ operation, status }, count);
    },
  });
  const durations = new Durations(registry);
  const total = (name: string, help: string, value: () => number): void => {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  };
  total('sampan_received_bytes_total', 'Bytes of request bodies.', () => sum.receivedBytes);
  total('sampan_sent_bytes_total', 'Bytes of answer bodies.', () => sum.sentBytes);
  total('sampan_broken_answers_total', 'Answers cut off before their end, by either side.', () => sum.broken);
  return {
    started() {
      sum.inFlight += 1;
    },
    finished({ response, durationMs, receivedBytes, sentBytes, broken }) {
      const { operation } = response.outcome;
      sum.inFlight -= 1;
      sum.receivedBytes += receivedBytes;
      sum.sentBytes += sentBytes;
      if (broken) sum.broken += 1;
      let byStatus = answers.get(operation);
      if (!byStatus) answers.set(operation, (byStatus = new Map<number, number>()));
      byStatus.set(response.status, (byStatus.get(response.status) ?? 0) + 1);
      durations.count(operation, durationMs / 1000);
    },
    counted: () => registry.getMetricsAsJSON(),
  };
}
