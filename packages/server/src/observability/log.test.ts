import { expect, test } from 'vitest';
import type { Finished } from '../http/edge.ts';
import { createLog } from './log.ts';

function lines(level: string, use: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  const written: string[] = [];
  use(createLog(level, { write: (line) => written.push(line) }));
  return written.map((line) => JSON.parse(line) as Record<string, unknown>);
}

const outcome = {
  requestId: 'r1',
  operation: 'putObject',
  bucket: 'b',
  key: 'k',
  identity: 'qcs::cam::uin/1:uin/1',
};
const exchange: Finished = {
  method: 'PUT',
  path: '/k',
  clientIp: '127.0.0.1',
  response: { status: 200, headers: { 'set-cookie': 'secret' }, outcome },
  durationMs: 1.23456,
  bodyWaitMs: 0,
  receivedBytes: 5,
  sentBytes: 0,
  broken: false,
};

test('a request is one line that says who did what and how long it took', () => {
  expect(lines('info', (log) => log.exchange(exchange))).toEqual([
    {
      level: 30,
      time: expect.any(Number) as number,
      requestId: 'r1',
      operation: 'putObject',
      method: 'PUT',
      path: '/k',
      status: 200,
      identity: 'qcs::cam::uin/1:uin/1',
      clientIp: '127.0.0.1',
      ms: 1.235,
      receivedBytes: 5,
      sentBytes: 0,
    },
  ]);
});

test('a failure is logged with its stack and its causes', () => {
  const cause = new Error('disk full');

  const [line] = lines('info', (log) => log.failure(new Error('cannot write', { cause }), outcome));

  expect(line).toMatchObject({
    level: 50,
    requestId: 'r1',
    error: {
      message: 'cannot write',
      stack: expect.stringContaining('log.test') as string,
      cause: { message: 'disk full' },
    },
  });
});

test('what must not be logged is taken out, wherever it was put', () => {
  const about = { authorization: 'q-signature=1', nested: { secretKey: 's', token: 't', fine: 1 } };

  const [line] = lines('info', (log) => log.event('something', about));

  expect(line).toMatchObject({ msg: 'something', nested: { fine: 1 } });
  expect(JSON.stringify(line)).not.toMatch(/q-signature|secretKey|token/);
});

test('a quiet level leaves requests out', () => {
  expect(lines('warn', (log) => log.exchange(exchange))).toEqual([]);
});
