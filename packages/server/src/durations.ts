import { Histogram, type MetricObjectWithValues, type MetricValueWithName, type Registry } from 'prom-client';

const name = 'sampan_request_seconds';
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The times of one operation. */
interface Times {
  /** How many fell below each bound and not below the one before; the last is for what is beyond all. */
  readonly counts: number[];
  sum: number;
}

type Value = MetricValueWithName<'operation' | 'le'>;

/**
 * How long requests take, by operation. They are counted in plain numbers, which become what the library would have
 * counted when it asks: its own way of counting makes texts and objects for each request.
 */
export class Durations extends Histogram<'operation' | 'le'> {
  readonly #byOperation = new Map<string, Times>();

  constructor(registry: Registry) {
    const help = 'Time from the head of a request to the end of its answer.';
    super({ name, help, labelNames: ['operation'], buckets: bounds, registers: [registry] });
  }

  /** Counts one request. */
  count(operation: string, seconds: number): void {
    let times = this.#byOperation.get(operation);
    if (!times) {
      times = { counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 };
      this.#byOperation.set(operation, times);
    }
    let at = 0;
    while (at < bounds.length && seconds > bounds[at]!) at += 1;
    times.counts[at]! += 1;
    times.sum += seconds;
  }

  override async get(): Promise<MetricObjectWithValues<Value>> {
    const values = [...this.#byOperation].flatMap(([operation, times]) => valuesOf(operation, times));
    return { ...(await super.get()), values };
  }
}

/** A bucket holds all that is below its bound, so each counts those before it as well. */
function valuesOf(operation: string, { counts, sum }: Times): Value[] {
  let value = 0;
  const buckets = counts.map((count, at): Value => {
    value += count;
    return { metricName: `${name}_bucket`, labels: { le: bounds[at] ?? '+Inf', operation }, value };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels: { operation }, value: sum },
    { metricName: `${name}_count`, labels: { operation }, value },
  ];
}
