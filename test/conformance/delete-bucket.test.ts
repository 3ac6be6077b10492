import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientFor, clientInNewBucket } from './client.ts';

const service = await serviceForTests({ name: 'delete-bucket' });

test('removes an empty bucket', async () => {
  const client = await clientInNewBucket(service);

  const answer = await client.send({ method: 'DELETE' });

  expect([answer.status, answer.text]).toEqual([204, '']);
  expect((await client.send({ method: 'HEAD' })).status).toBe(404);
});

test('a bucket with an object is BucketNotEmpty', async () => {
  const client = await clientInNewBucket(service);
  await client.put('a', 'x');

  const answer = await client.send({ method: 'DELETE' });

  expect([answer.status, answer.code]).toEqual([409, 'BucketNotEmpty']);
  expect((await client.get('a')).text).toBe('x');
});

test('a bucket can go once its objects are gone', async () => {
  const client = await clientInNewBucket(service);
  await client.put('a', 'x');
  await client.delete('a');

  expect((await client.send({ method: 'DELETE' })).status).toBe(204);
});

test('a bucket that does not exist is NoSuchBucket', async () => {
  const answer = await clientFor(service, 'nothere-1250000000').send({ method: 'DELETE' });

  expect([answer.status, answer.code]).toEqual([404, 'NoSuchBucket']);
});

test.each(['object-lock', 'live', 'symlink', 'notification'])(
  'the unknown sub-resource %s is NotImplemented and the bucket stays',
  async (name) => {
    const client = await clientInNewBucket(service);

    const answer = await client.send({ method: 'DELETE', query: { [name]: '' } });

    expect([answer.status, answer.code]).toEqual([501, 'NotImplemented']);
    expect((await client.send({ method: 'HEAD' })).status).toBe(200);
  },
);

test('nobody removes a bucket without a signature', async () => {
  const client = await clientInNewBucket(service, { 'x-cos-acl': 'public-read-write' });

  expect((await client.send({ method: 'DELETE', sign: 'none' })).status).toBe(403);
  expect((await client.send({ method: 'HEAD' })).status).toBe(200);
});
