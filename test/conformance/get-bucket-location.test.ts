import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientFor, clientInNewBucket } from './client.ts';

const service = await serviceForTests({ name: 'get-bucket-location' });

test('says the region of the bucket', async () => {
  const client = await clientInNewBucket(service);

  const answer = await client.send({ query: { location: '' } });

  expect(answer.status).toBe(200);
  expect(answer.text).toContain('<LocationConstraint>ap-guangzhou</LocationConstraint>');
});

test('a bucket that does not exist is NoSuchBucket', async () => {
  const answer = await clientFor(service, 'nothere-1250000000').send({ query: { location: '' } });

  expect([answer.status, answer.code]).toEqual([404, 'NoSuchBucket']);
});
