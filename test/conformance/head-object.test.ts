import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket } from './client.ts';

const service = await serviceForTests({ name: 'head-object' });
const client = await clientInNewBucket(service);

test('says what GET would say, without the bytes', async () => {
  await client.put('a', 'hello', { 'content-type': 'text/plain', 'x-cos-meta-a': 'b' });

  const head = await client.head('a');
  const get = await client.get('a');

  const told = ({ date: _date, 'x-cos-request-id': _id, ...rest }: typeof head.headers) => rest;
  expect(head.status).toBe(200);
  expect(head.text).toBe('');
  expect(head.headers['content-length']).toBe('5');
  expect(told(head.headers)).toEqual(told(get.headers));
});

test.each([
  ['a missing key', 404, { key: 'missing' }],
  ['a missing bucket', 404, { bucket: 'nothere-1250000000', key: 'a' }],
  ['a wrong key pair', 403, { key: 'a', secretKey: 'wrong' }],
  ['no signature', 403, { key: 'a', sign: 'none' }],
] as const)('answers %s with a status alone', async (_name, status, request) => {
  const answer = await client.send({ method: 'HEAD', ...request });

  expect(answer.status).toBe(status);
  expect(answer.text).toBe('');
  expect(answer.headers['x-cos-request-id']).toBeDefined();
  expect(answer.headers['x-cos-trace-id']).toBeDefined();
});

test('takes no notice of a range', async () => {
  await client.put('b', 'hello');

  const answer = await client.head('b', { range: 'bytes=1-2' });

  expect([answer.status, answer.headers['content-length']]).toEqual([200, '5']);
});
