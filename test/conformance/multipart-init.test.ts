import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket } from './client.ts';
import { covers } from './covers.ts';
import { elements } from './documents.ts';
import { completeUpload, sendParts, startUpload } from './uploads.ts';

covers('multipartInit');

const service = await serviceForTests({ name: 'multipart-init' });
const client = await clientInNewBucket(service);

test('an upload is started with an id of 74 characters that names bucket and key', async () => {
  const answer = await client.send({ method: 'POST', key: 'video/a.mp4', query: { uploads: '' } });

  expect(answer.status).toBe(200);
  expect(answer.xml()).toMatchObject({ Bucket: client.bucket, Key: 'video/a.mp4' });
  expect(elements(answer.text, 'UploadId')[0]).toMatch(/^\d{10}[0-9a-f]{64}$/);
});

test('what was said at the start is what the object becomes', async () => {
  const key = 'said-at-start';
  const uploadId = await startUpload(client, key, {
    'content-type': 'video/mp4',
    'cache-control': 'no-cache',
    'x-cos-meta-color': 'blue',
    'x-cos-storage-class': 'STANDARD_IA',
    'x-cos-tagging': 'a=1&b=2',
    'x-cos-server-side-encryption': 'AES256',
    'x-cos-acl': 'public-read',
  });
  const parts = await sendParts(client, { key, uploadId }, ['whole']);

  await completeUpload(client, { key, uploadId }, parts);

  const head = await client.send({ method: 'HEAD', key, sign: 'none' });
  expect(head.status).toBe(200);
  expect(head.headers).toMatchObject({
    'content-type': 'video/mp4',
    'cache-control': 'no-cache',
    'x-cos-meta-color': 'blue',
    'x-cos-storage-class': 'STANDARD_IA',
    'x-cos-tagging-count': '2',
    'x-cos-server-side-encryption': 'AES256',
  });
});

test.each([
  ['an unknown storage class', { 'x-cos-storage-class': 'TAPE' }, 'NotSupportedStorageClass'],
  [
    'a class of multi-AZ buckets',
    { 'x-cos-storage-class': 'MAZ_STANDARD' },
    'MAZOperationNotSupportOnOAZBucket',
  ],
  ['a traffic limit that is too low', { 'x-cos-traffic-limit': '819199' }, 'InvalidArgument'],
  ['too many tags', { 'x-cos-tagging': 'a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1&j=1&k=1' }, 'InvalidTag'],
  ['an unknown canned list', { 'x-cos-acl': 'everybody' }, 'InvalidArgument'],
])('an upload cannot be started with %s', async (_what, headers, code) => {
  const answer = await client.send({ method: 'POST', key: 'bad', query: { uploads: '' }, headers });

  expect([answer.status, answer.code]).toEqual([400, code]);
});
