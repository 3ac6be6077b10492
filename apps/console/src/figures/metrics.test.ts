import { expect, test } from 'vitest';
import { readMetrics, sumOf } from './metrics.ts';

const text = `# HELP sampan_requests_total Requests by operation and status.
# TYPE sampan_requests_total counter
sampan_requests_total{operation="PutObject",status="200"} 12
sampan_requests_total{operation="GetObject",status="404"} 3
sampan_requests_total{operation="odd \\"name\\"",status="200"} 1
process_resident_memory_bytes 1.5e+8
nodejs_eventloop_lag_seconds NaN
`;

test('samples are read with their labels, comments are not', () => {
  const metrics = readMetrics(text);

  expect(metrics.get('process_resident_memory_bytes')).toEqual([{ labels: {}, value: 150_000_000 }]);
  expect(metrics.get('sampan_requests_total')?.[2]?.labels).toEqual({
    operation: 'odd "name"',
    status: '200',
  });
  expect([...metrics.keys()]).toHaveLength(3);
});

test('samples add up, all or those with a label', () => {
  const metrics = readMetrics(text);

  expect(sumOf(metrics, 'sampan_requests_total')).toBe(16);
  expect(sumOf(metrics, 'sampan_requests_total', ({ status }) => status === '200')).toBe(13);
  expect(sumOf(metrics, 'no_such_metric')).toBe(0);
});
