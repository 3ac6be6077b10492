import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket, type TestClient } from './client.ts';
import { covers } from './covers.ts';
import { elements } from './documents.ts';
import { abortUpload, sendPart, sendParts, startUpload } from './uploads.ts';

covers('multipartListPart', 'multipartList');

const service = await serviceForTests({ name: 'multipart-lists' });
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

/** A bucket with uploads of these keys, in the order given. */
async function bucketWithUploads(keys: readonly string[]): Promise<{ lister: TestClient; ids: string[] }> {
  const lister = await clientInNewBucket(service);
  const ids: string[] = [];
  for (const key of keys) ids.push(await startUpload(lister, key));
  return { lister, ids };
}

test('uploads are listed by key and then by id until they end', async () => {
  const { lister, ids } = await bucketWithUploads(['b', 'a', 'b']);
  await abortUpload(lister, 'b', ids[0]!);

  const answer = await lister.send({ query: { uploads: '' } });

  expect(answer.status).toBe(200);
  expect(elements(answer.text, 'Key')).toEqual(['a', 'b']);
  expect(elements(answer.text, 'UploadId')).toEqual([ids[1], ids[2]]);
  expect(elements(answer.text, 'IsTruncated')).toEqual(['false']);
  expect(elements(answer.text, 'Initiated')[0]).toMatch(/^\d{4}-\d\d-\d\dT/);
});

test('a delimiter groups uploads and a prefix narrows them', async () => {
  const { lister } = await bucketWithUploads(['a/1', 'a/2', 'b/1', 'c']);

  const grouped = await lister.send({ query: { uploads: '', delimiter: '/' } });
  const narrowed = await lister.send({ query: { uploads: '', prefix: 'a/' } });

  expect(elements(grouped.text, 'Key')).toEqual(['c']);
  expect([...grouped.text.matchAll(/<CommonPrefixes><Prefix>([^<]*)/g)].map((found) => found[1])).toEqual([
    'a/',
    'b/',
  ]);
  expect(elements(narrowed.text, 'Key')).toEqual(['a/1', 'a/2']);
});

test('uploads come in pages, also within one key', async () => {
  const { lister, ids } = await bucketWithUploads(['k', 'k', 'k', 'l']);
  const ofK = ids.slice(0, 3).sort();

  const seen: string[] = [];
  let query: Record<string, string> = {};
  for (let page = 0; page < 10; page++) {
    const answer = await lister.send({ query: { uploads: '', 'max-uploads': '1', ...query } });
    seen.push(...elements(answer.text, 'UploadId'));
    const [key] = elements(answer.text, 'NextKeyMarker');
    const [id] = elements(answer.text, 'NextUploadIdMarker');
    if (key === undefined) break;
    query = { 'key-marker': key, 'upload-id-marker': id ?? '' };
  }

  expect(seen).toEqual([...ofK, ids[3]]);
});

test('a key marker alone passes over all uploads of its key', async () => {
  const { lister } = await bucketWithUploads(['k', 'k', 'l']);

  const answer = await lister.send({ query: { uploads: '', 'key-marker': 'k' } });

  expect(elements(answer.text, 'Key')).toEqual(['l']);
});

test('an upload id marker without a key marker is passed over', async () => {
  const { lister } = await bucketWithUploads(['k', 'l']);

  const answer = await lister.send({ query: { uploads: '', 'upload-id-marker': 'z' } });

  expect(elements(answer.text, 'Key')).toEqual(['k', 'l']);
});

test.each([
  ['max-uploads', '0', 'InvalidArgument'],
  ['max-uploads', 'x', 'InvalidArgument'],
  ['delimiter', '//', 'InvalidDelimiter'],
  ['encoding-type', 'base64', 'InvalidArgument'],
])('%s=%s is refused', async (name, value, code) => {
  const answer = await client.send({ query: { uploads: '', [name]: value } });

  expect([answer.status, answer.code]).toEqual([400, code]);
});

test('a bucket with an upload is not empty', async () => {
  const { lister, ids } = await bucketWithUploads(['k']);

  const refused = await lister.send({ method: 'DELETE' });
  await abortUpload(lister, 'k', ids[0]!);
  const deleted = await lister.send({ method: 'DELETE' });

  expect([refused.status, refused.code]).toEqual([409, 'BucketNotEmpty']);
  expect(deleted.status).toBe(204);
});
