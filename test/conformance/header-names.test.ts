import { request } from 'node:http';
import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket } from './client.ts';

const service = await serviceForTests({ name: 'header-names' });
const client = await clientInNewBucket(service);

/** Names of the answer's headers as they were written, and its status. */
function fetchRaw(path: string, headers: Readonly<Record<string, string>>) {
  return new Promise<{ status: number | undefined; names: string[] }>((resolve, reject) => {
    request(`${service.url}${path}`, { headers }, (answer) => {
      const names = answer.rawHeaders.filter((_, i) => i % 2 === 0);
      answer.resume().on('end', () => resolve({ status: answer.statusCode, names }));
    })
      .on('error', reject)
      .end();
  });
}

test('names of headers are written as COS writes them, for clients that mind the case', async () => {
  await client.send({
    method: 'PUT',
    key: 'a',
    body: 'x',
    headers: { 'x-cos-acl': 'public-read', 'x-cos-meta-colour': 'red', 'cache-control': 'no-cache' },
  });

  const { names } = await fetchRaw(`/${client.bucket}/a`, {});

  for (const name of ['ETag', 'Content-Type', 'Content-Length', 'Last-Modified', 'Cache-Control'])
    expect(names).toContain(name);
  for (const name of ['x-cos-request-id', 'x-cos-meta-colour', 'x-cos-hash-crc64ecma'])
    expect(names).toContain(name);
});

test('an empty Authorization header is as good as none', async () => {
  await client.send({ method: 'PUT', key: 'b', body: 'x', headers: { 'x-cos-acl': 'public-read' } });
  await client.send({ method: 'PUT', key: 'c', body: 'x' });

  expect(await fetchRaw(`/${client.bucket}/b`, { authorization: '' })).toMatchObject({ status: 200 });
  expect(await fetchRaw(`/${client.bucket}/c`, { authorization: '' })).toMatchObject({ status: 403 });
});

test('values are taken as the official Java SDK writes them', async () => {
  await client.put('source', 'x', { 'x-cos-meta-a': '1', 'x-cos-storage-class': 'Standard_IA' });
  const copied = await client.send({
    method: 'PUT',
    key: 'copied',
    headers: {
      'x-cos-copy-source': `${client.bucket}.cos.${service.region}.myqcloud.com/source`,
      'x-cos-metadata-directive': 'REPLACE',
      'x-cos-meta-a': '2',
    },
  });

  expect(copied.status).toBe(200);
  expect((await client.head('source')).headers['x-cos-storage-class']).toBe('STANDARD_IA');
  expect((await client.head('copied')).headers['x-cos-meta-a']).toBe('2');
});
