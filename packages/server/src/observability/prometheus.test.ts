import { Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createExposition } from './prometheus.ts';
import type { Finished } from '../http/edge.ts';
import { createMetrics, durationBounds, metricsType, type Counted } from './request-metrics.ts';

const times = [0, 0.0005, 0.001, 0.0011, 0.3, 59, 60, 61, 1000];

interface Exchange extends Partial<Finished> {
  readonly operation?: string;
  readonly status?: number;
}

/** What a thread has counted that began and ended these exchanges. */
function countedOf(...exchanges: readonly Exchange[]): Counted {
  const metrics = createMetrics();
  for (const { operation = 'getObject', status = 200, ...more } of exchanges) {
    metrics.started();
    metrics.finished({
      method: 'GET',
      path: '/',
      clientIp: '127.0.0.1',
      response: { status, headers: {}, outcome: { requestId: '', operation } },
      durationMs: 0,
      bodyWaitMs: 0,
      receivedBytes: 0,
      sentBytes: 0,
      broken: false,
      ...more,
    });
  }
  return metrics.counted();
}

/** Lines of one metric, without its help and type. */
function linesOf(text: string, name: string): string[] {
  return text.split('\n').filter((line) => new RegExp(`^${name}[ {_]`).test(line));
}

test('durations are told as the library tells its own', async () => {
  const registry = new Registry();
  const library = new Histogram({
    name: 'sampan_request_seconds',
    help: 'Time from the head of a request to the end of its answer.',
    labelNames: ['operation'],
    buckets: durationBounds,
    registers: [registry],
  });
  const exchanges: Exchange[] = [];
  for (const operation of ['getObject', 'putObject'])
    for (const seconds of times) {
      exchanges.push({ operation, durationMs: seconds * 1000 });
      library.observe({ operation }, seconds);
    }

  const text = await createExposition().text([countedOf(...exchanges)]);

  const sorted = (lines: readonly string[]) => lines.toSorted();
  const ours = linesOf(text, 'sampan_request_seconds');
  expect(sorted(ours)).toEqual(sorted(linesOf(await registry.metrics(), 'sampan_request_seconds')));
  expect(ours).toHaveLength(2 * 18);
});

test('what threads have counted is summed', async () => {
  const one = countedOf({ durationMs: 20, receivedBytes: 1 }, { status: 404, sentBytes: 5, broken: true });
  const two = countedOf({ durationMs: 30, receivedBytes: 2 }, { operation: 'putObject', sentBytes: 7 });

  const text = await createExposition().text([one, two]);

  expect(linesOf(text, 'sampan_requests_total').toSorted()).toEqual([
    'sampan_requests_total{operation="getObject",status="200"} 2',
    'sampan_requests_total{operation="getObject",status="404"} 1',
    'sampan_requests_total{operation="putObject",status="200"} 1',
  ]);
  expect(text).toContain('sampan_request_seconds_count{operation="getObject"} 3\n');
  expect(text).toContain('sampan_request_seconds_bucket{le="0.025",operation="getObject"} 2\n');
  expect(text).toContain('sampan_received_bytes_total 3\n');
  expect(text).toContain('sampan_sent_bytes_total 12\n');
  expect(text).toContain('sampan_broken_answers_total 1\n');
});

test('what is asked for twice is not counted twice', async () => {
  const exposition = createExposition();
  const counted = [countedOf({}, { operation: 'putObject' })];
  await exposition.text(counted);

  const text = await exposition.text(counted);

  expect(text).toContain('sampan_requests_total{operation="getObject",status="200"} 1\n');
  expect(text).toContain('sampan_request_seconds_count{operation="putObject"} 1\n');
});

test("a request that is being answered is told as such, and so is what is the process's", async () => {
  const metrics = createMetrics();
  metrics.started();

  const text = await createExposition().text([metrics.counted(), countedOf({})]);

  expect(text).toContain('sampan_requests_in_flight 1\n');
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
});

test('the form is the one that the library writes', () => {
  expect(metricsType).toBe(Registry.PROMETHEUS_CONTENT_TYPE);
});
