import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket } from './client.ts';
import { covers } from './covers.ts';
import { elements } from './documents.ts';
import { sendPart, sendParts, startUpload } from './uploads.ts';

covers('multipartListPart');

const service = await serviceForTests({ name: 'multipart-list-part' });
const client = await clientInNewBucket(service);

test('parts are listed by ascending number with size, ETag and time', async () => {
  const uploadId = await startUpload(client, 'listed');
  await sendPart(client, { key: 'listed', uploadId, number: 10 }, 'ten');
  await sendPart(client, { key: 'listed', uploadId, number: 2 }, 'second');

  const answer = await client.send({ key: 'listed', query: { uploadId } });

  expect(answer.status).toBe(200);
  expect(elements(answer.text, 'PartNumber')).toEqual(['2', '10']);
  expect(elements(answer.text, 'Size')).toEqual(['6', '3']);
  expect(elements(answer.text, 'ETag')[0]).toBe('&quot;a9f0e61a137d86aa9db53465e0801612&quot;');
  expect(elements(answer.text, 'LastModified')[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(answer.xml()).toMatchObject({
    Bucket: client.bucket,
    Key: 'listed',
    UploadId: uploadId,
    StorageClass: 'Standard',
    IsTruncated: 'false',
    MaxParts: '1000',
    Owner: { ID: service.appId },
  });
});

test('parts come in pages', async () => {
  const key = 'pages';
  const uploadId = await startUpload(client, key);
  await sendParts(client, { key, uploadId }, ['1', '2', '3', '4', '5']);

  const first = await client.send({ key, query: { uploadId, 'max-parts': '2' } });
  const [marker = ''] = elements(first.text, 'NextPartNumberMarker');
  const rest = await client.send({ key, query: { uploadId, 'part-number-marker': marker } });

  expect(elements(first.text, 'PartNumber')).toEqual(['1', '2']);
  expect(elements(first.text, 'IsTruncated')).toEqual(['true']);
  expect(elements(rest.text, 'PartNumber')).toEqual(['3', '4', '5']);
  expect(elements(rest.text, 'IsTruncated')).toEqual(['false']);
  expect(elements(rest.text, 'PartNumberMarker')).toEqual(['2']);
});

test('parts of nothing, of an empty id and of a wrong one are refused', async () => {
  const empty = await client.send({ key: 'k', query: { uploadId: '' } });
  const wrong = await client.send({ key: 'k', query: { uploadId: 'x' } });
  const size = await client.send({ key: 'k', query: { uploadId: 'x', 'max-parts': 'many' } });

  expect([empty.status, empty.code]).toEqual([400, 'ListPartUploadIdIsEmpty']);
  expect([wrong.status, wrong.code]).toEqual([404, 'NoSuchUpload']);
  expect([size.status, size.code]).toEqual([400, 'InvalidArgument']);
});

test('a key is percent-encoded when the caller asks for it', async () => {
  const key = 'dir/a b+ü';
  const uploadId = await startUpload(client, key);

  const parts = await client.send({ key, query: { uploadId, 'encoding-type': 'url' } });
  const uploads = await client.send({ query: { uploads: '', prefix: 'dir/', 'encoding-type': 'url' } });

  expect(elements(parts.text, 'Key')).toEqual(['dir/a%20b%2B%C3%BC']);
  expect(elements(uploads.text, 'Key')).toEqual(['dir/a%20b%2B%C3%BC']);
  expect(elements(uploads.text, 'EncodingType')).toEqual(['url']);
});
