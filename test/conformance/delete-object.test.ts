import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket } from './client.ts';

const service = await serviceForTests({ name: 'delete-object' });
const client = await clientInNewBucket(service);

test('removes the object', async () => {
  await client.put('a', randomBytes(100_000));

  const answer = await client.delete('a');

  expect([answer.status, answer.text]).toEqual([204, '']);
  expect(answer.headers['x-cos-delete-marker']).toBeUndefined();
  expect((await client.get('a')).code).toBe('NoSuchKey');
  expect(await client.keys()).not.toContain('a');
});

test('succeeds when there is nothing to remove, again and again', async () => {
  expect((await client.delete('never')).status).toBe(204);
  expect((await client.delete('never')).status).toBe(204);
});

test('leaves what is below a folder in place', async () => {
  await client.put('folder/', '');
  await client.put('folder/a', 'x');

  await client.delete('folder/');

  expect(await client.keys('folder/')).toEqual(['folder/a']);
});

test('answers 404 only for a missing bucket', async () => {
  const answer = await client.in('nothere-1250000000').delete('a');

  expect([answer.status, answer.code]).toEqual([404, 'NoSuchBucket']);
});

test('tolerates Content-Length: 0', async () => {
  await client.put('b', 'x');

  const answer = await client.send({ method: 'DELETE', key: 'b', headers: { 'content-length': '0' } });

  expect(answer.status).toBe(204);
});

test.each(['versionId', 'VersionId', 'versionid'])('takes %s in any case', async (name) => {
  await client.put('c', 'x');

  expect((await client.delete('c', { [name]: 'null' })).status).toBe(204);
});
