import { expect, test } from 'vitest';
import { requestId } from './request-id.ts';

const nowMs = 1_700_000_000_999;
const read = (id: string) => Buffer.from(id, 'base64').toString();

test('an id says when, from where, and by which process it was asked for', () => {
  expect(read(requestId(nowMs, '127.0.0.1'))).toMatch(/^6553f100_7f000001_[\da-f]{8}_[\da-f]{8}$/);
  expect(read(requestId(nowMs + 1000, '::ffff:10.0.0.255'))).toMatch(/^6553f101_0a0000ff_/);
  expect(read(requestId(nowMs, '::1'))).toMatch(/^6553f100_00000000_/);
});

test('no id is given twice, and all are base64 as it is written', () => {
  const ids = Array.from({ length: 1000 }, (_, i) => requestId(nowMs, i % 3 === 0 ? '10.0.0.1' : '10.0.0.2'));

  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) expect(Buffer.from(read(id)).toString('base64')).toBe(id);
  const counts = ids.map((id) => Number.parseInt(read(id).slice(-8), 16));
  expect(counts).toEqual(counts.map((_, i) => counts[0]! + i));
});

test('a second beyond eight digits is cut', () => {
  expect(read(requestId(2 ** 32 * 1000, '127.0.0.1'))).toMatch(/^00000000_7f000001_/);
});
