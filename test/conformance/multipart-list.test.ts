import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket, type TestClient } from './client.ts';
import { covers } from './covers.ts';
import { elements } from './documents.ts';
import { abortUpload, startUpload } from './uploads.ts';

covers('multipartList');

const service = await serviceForTests({ name: 'multipart-list' });
const client = await clientInNewBucket(service);

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
