/**
 * Renders the metrics of the service in the Prometheus text format. Loaded at the first scrape: the library takes 24 ms
 * and 18 MB, and many services are never scraped.
 */
import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Registry,
  type Metric,
  type MetricValueWithName,
} from 'prom-client';
import { durationBounds, type Counted, type OperationCounted } from './request-metrics.ts';

/** The metrics of all threads together. */
export interface Exposition {
  /** The sums of what threads have counted, and what is the process's. */
  text(counted: readonly Counted[]): Promise<string>;
}

/**
 * Collects what is the process's from now on: for one thread of it, the main one. Where Node counts by thread (event
 * loop, heap), that thread is meant.
 */
export function createExposition(): Exposition {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  let all: readonly Counted[] = [];
  const sumOf = (value: (counted: Counted) => number): number =>
    all.reduce((sum, counted) => sum + value(counted), 0);
  const total = (name: string, help: string, value: (counted: Counted) => number): void => {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(sumOf(value));
      },
    });
  };

  new Gauge({
    name: 'sampan_requests_in_flight',
    help: 'Requests being answered.',
    registers,
    collect() {
      this.set(sumOf(({ inFlight }) => inFlight));
    },
  });
  new Counter({
    name: 'sampan_requests_total',
    help: 'Requests by operation and status.',
    labelNames: ['operation', 'status'],
    registers,
    collect() {
      this.reset();
      for (const [operation, { answers }] of operationsOf(all))
        for (const [status, count] of answers) this.inc({ operation, status }, count);
    },
  });
  registry.registerMetric(durations(() => operationsOf(all)));
  total('sampan_received_bytes_total', 'Bytes of request bodies.', (counted) => counted.receivedBytes);
  total('sampan_sent_bytes_total', 'Bytes of answer bodies.', (counted) => counted.sentBytes);
  total(
    'sampan_broken_answers_total',
    'Answers cut off before their end, by either side.',
    (counted) => counted.broken,
  );
  total(
    'sampan_damaged_reads_total',
    'Reads that found stored bytes missing or not as they were stored.',
    (counted) => counted.damaged,
  );
  new Gauge({
    name: 'sampan_thread_held_seconds',
    help: 'Longest time since the last scrape that a thread did not come to other requests.',
    labelNames: ['thread'],
    registers,
    collect() {
      this.reset();
      for (const [thread, { heldMs = 0 }] of all.entries()) this.set({ thread }, heldMs / 1000);
    },
  });
  new Gauge({
    name: 'sampan_store_trouble',
    help: 'What keeps the stores from being ready: damagedIndex, diskFull, folderGone.',
    labelNames: ['trouble'],
    registers,
    collect() {
      this.reset();
      for (const trouble of new Set(all.flatMap(({ troubles = [] }) => troubles))) this.set({ trouble }, 1);
    },
  });
  return {
    text(counted) {
      all = counted;
      return registry.metrics();
    },
  };
}

type Operations = readonly (readonly [string, OperationCounted])[];

/** What all threads have counted of each operation; the library sums values of equal labels. */
function operationsOf(all: readonly Counted[]): Operations {
  return all.flatMap(({ operations }) => [...operations]);
}

type Value = MetricValueWithName<'operation' | 'le'>;

const durationName = 'sampan_request_seconds';

/**
 * How long requests take, by operation, from what was counted instead of what was observed. A registry asks a metric for
 * no more than this; the library's class of histograms would want to observe.
 */
function durations(counted: () => Operations): Metric {
  const get = async () => ({
    name: durationName,
    help: 'Time from the head of a request to the end of its answer.',
    type: 'histogram',
    aggregator: 'sum',
    values: [...Map.groupBy(counted(), ([operation]) => operation)].flatMap(([operation, threads]) =>
      valuesOf(
        operation,
        threads.map(([, one]) => one),
      ),
    ),
  });
  return { name: durationName, get } as unknown as Metric;
}

/** A bucket holds all that is below its bound, so each counts those before it as well. */
function valuesOf(operation: string, threads: readonly OperationCounted[]): Value[] {
  const sumOf = (value: (counted: OperationCounted) => number): number =>
    threads.reduce((sum, counted) => sum + value(counted), 0);
  let value = 0;
  const buckets = [...durationBounds, '+Inf'].map((le, at): Value => {
    value += sumOf(({ durations }) => durations[at]!);
    return { metricName: `${durationName}_bucket`, labels: { le, operation }, value };
  });
  return [
    ...buckets,
    { metricName: `${durationName}_sum`, labels: { operation }, value: sumOf(({ seconds }) => seconds) },
    { metricName: `${durationName}_count`, labels: { operation }, value },
  ];
}
