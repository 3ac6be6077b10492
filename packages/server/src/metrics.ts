import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Finished } from './http/edge.ts';

/** Counts and times of exchanges, in the form that Prometheus reads. */
export interface Metrics {
  started(): void;
  finished(exchange: Finished): void;
  text(): Promise<string>;
  readonly contentType: string;
}

/** Makes the metrics of one service. They live in a registry of their own, so that several services can share a process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const inFlight = new Gauge({
    name: 'sampan_requests_in_flight',
    help: 'Requests being answered.',
    registers,
  });
  const requests = new Counter({
    name: 'sampan_requests_total',
    help: 'Requests by operation and status.',
    labelNames: ['operation', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'sampan_request_seconds',
    help: 'Time from the head of a request to the end of its answer.',
    labelNames: ['operation'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  });
  const received = new Counter({
    name: 'sampan_received_bytes_total',
    help: 'Bytes of request bodies.',
    registers,
  });
  const sent = new Counter({ name: 'sampan_sent_bytes_total', help: 'Bytes of answer bodies.', registers });
  const broken = new Counter({
    name: 'sampan_broken_answers_total',
    help: 'Answers cut off before their end, by either side.',
    registers,
  });
  return {
    started: () => inFlight.inc(),
    finished(exchange) {
      const { operation } = exchange.response.outcome;
      inFlight.dec();
      requests.inc({ operation, status: exchange.response.status });
      durations.observe({ operation }, exchange.durationMs / 1000);
      received.inc(exchange.receivedBytes);
      sent.inc(exchange.sentBytes);
      if (exchange.broken) broken.inc();
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
