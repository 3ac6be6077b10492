import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientFor, clientInNewBucket } from './client.ts';

const service = await serviceForTests({ name: 'head-bucket' });

test('says that the bucket exists and where', async () => {
  const client = await clientInNewBucket(service);

  const answer = await client.send({ method: 'HEAD' });

  expect([answer.status, answer.text]).toEqual([200, '']);
  expect(answer.headers['x-cos-bucket-region']).toBe('ap-guangzhou');
});

test('answers 404 for a bucket that does not exist', async () => {
  const answer = await clientFor(service, 'nothere-1250000000').send({ method: 'HEAD' });

  expect([answer.status, answer.text]).toEqual([404, '']);
});

test('answers 403 without permission', async () => {
  const client = await clientInNewBucket(service);

  expect((await client.send({ method: 'HEAD', sign: 'none' })).status).toBe(403);
});
