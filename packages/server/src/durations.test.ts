import { Histogram, Registry, type MetricObjectWithValues, type MetricValueWithName } from 'prom-client';
import { expect, test } from 'vitest';
import { Durations } from './durations.ts';

const sorted = ({ values }: MetricObjectWithValues<MetricValueWithName<string>>) =>
  values.map(({ metricName, labels, value }) =>
    JSON.stringify([metricName, labels['operation'], labels['le'], value]),
  );

test('durations are told as the library tells its own', async () => {
  const durations = new Durations(new Registry());
  const library = new Histogram({
    name: 'sampan_request_seconds',
    help: 'Time from the head of a request to the end of its answer.',
    labelNames: ['operation'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers: [],
  });
  for (const operation of ['getObject', 'putObject'])
    for (const seconds of [0, 0.0005, 0.001, 0.0011, 0.3, 59, 60, 61, 1000]) {
      durations.count(operation, seconds);
      library.observe({ operation }, seconds);
    }

  const [ours, theirs] = [await durations.get(), await library.get()];

  expect({ ...ours, values: [] }).toEqual({ ...theirs, values: [] });
  expect(sorted(ours)).toEqual(sorted(theirs));
  expect(ours.values).toHaveLength(2 * 18);
});

test('a registry gives them to who asks', async () => {
  const registry = new Registry();
  new Durations(registry).count('getObject', 0.02);

  const [metric] = await registry.getMetricsAsJSON();

  expect(metric).toMatchObject({ name: 'sampan_request_seconds', type: 'histogram', aggregator: 'sum' });
});
