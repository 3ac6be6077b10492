import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket, type TestAnswer } from './client.ts';
import { covers } from './covers.ts';
import { copySource, customerKey, elements, setVersioning } from './documents.ts';
import { completeUpload, MiB, sendParts, startUpload } from './uploads.ts';

covers('putObjectCopy');

const service = await serviceForTests({ name: 'put-object-copy' });
const client = await clientInNewBucket(service);
await client.put('source', 'hello', {
  'content-type': 'text/plain',
  'cache-control': 'no-cache',
  'x-cos-meta-a': '1',
  'x-cos-storage-class': 'STANDARD_IA',
  'x-cos-tagging': 'k=v',
  'x-cos-acl': 'public-read',
});

function copy(key: string, headers: Readonly<Record<string, string>> = {}): Promise<TestAnswer> {
  return client.send({ method: 'PUT', key, headers: { ...copySource(client, 'source'), ...headers } });
}

test('a copy has the bytes, the headers and the tags of its source, but not its class and its list', async () => {
  const answer = await copy('copy');

  expect(answer.status).toBe(200);
  expect(elements(answer.text, 'ETag')).toEqual(['&quot;5d41402abc4b2a76b9719d911017c592&quot;']);
  expect(elements(answer.text, 'CRC64')).toEqual(['11177612005948864433']);
  expect(elements(answer.text, 'LastModified')[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const stored = await client.get('copy');
  expect(stored.text).toBe('hello');
  expect(stored.headers).toMatchObject({
    'content-type': 'text/plain',
    'cache-control': 'no-cache',
    'x-cos-meta-a': '1',
    'x-cos-tagging-count': '1',
  });
  expect(stored.headers['x-cos-storage-class']).toBeUndefined();
  expect((await client.send({ key: 'copy', sign: 'none' })).status).toBe(403);
});

test('replaced metadata is that of the request alone', async () => {
  await copy('replaced', {
    'x-cos-metadata-directive': 'Replaced',
    'x-cos-tagging-directive': 'Replaced',
    'content-type': 'image/png',
    'x-cos-tagging': 'x=1&y=2',
  });

  const { headers } = await client.head('replaced');

  expect(headers['content-type']).toBe('image/png');
  expect(headers['x-cos-meta-a']).toBeUndefined();
  expect(headers['cache-control']).toBeUndefined();
  expect(headers['x-cos-tagging-count']).toBe('2');
});

test('headers and tags are replaced each by its own directive', async () => {
  const replacing = { 'content-type': 'image/png', 'x-cos-tagging': 'x=1&y=2' };
  await copy('tags', { ...replacing, 'x-cos-tagging-directive': 'Replaced' });
  await copy('headers', { ...replacing, 'x-cos-metadata-directive': 'Replaced' });

  const [tags, headers] = [await client.head('tags'), await client.head('headers')];

  expect([tags.headers['content-type'], tags.headers['x-cos-tagging-count']]).toEqual(['text/plain', '2']);
  expect([headers.headers['content-type'], headers.headers['x-cos-tagging-count']]).toEqual([
    'image/png',
    '1',
  ]);
});

test('a copy survives its source, and a change of one is not one of the other', async () => {
  await client.put('origin', Buffer.alloc(200_000, 'o'));
  await client.send({ method: 'PUT', key: 'shared', headers: copySource(client, 'origin') });

  await client.put('origin', 'changed');
  await client.delete('origin');

  expect((await client.get('shared')).body.equals(Buffer.alloc(200_000, 'o'))).toBe(true);
});

test('a copy onto itself needs replaced metadata, and can change the storage class', async () => {
  await client.put('self', 'x', { 'x-cos-meta-a': '1' });
  const onto = (headers: Readonly<Record<string, string>>) =>
    client.send({ method: 'PUT', key: 'self', headers: { ...copySource(client, 'self'), ...headers } });

  const refused = await onto({});
  const changed = await onto({
    'x-cos-metadata-directive': 'Replaced',
    'x-cos-storage-class': 'STANDARD_IA',
  });

  expect([refused.status, refused.code]).toEqual([400, 'InvalidRequest']);
  expect(changed.status).toBe(200);
  expect((await client.head('self')).headers['x-cos-storage-class']).toBe('STANDARD_IA');
});

test('a copy crosses buckets', async () => {
  const other = await clientInNewBucket(service);

  const answer = await other.send({ method: 'PUT', key: 'k', headers: copySource(client, 'source') });

  expect(answer.status).toBe(200);
  expect((await other.get('k')).text).toBe('hello');
});

test('a copy of a multipart object keeps its ETag', async () => {
  const upload = { key: 'parts', uploadId: await startUpload(client, 'parts') };
  const parts = await sendParts(client, upload, [Buffer.alloc(MiB, 'x'), 'y']);
  await completeUpload(client, upload, parts);

  await client.send({ method: 'PUT', key: 'parts-copy', headers: copySource(client, 'parts') });

  const [one, two] = await Promise.all([client.get('parts'), client.get('parts-copy')]);
  expect(two.headers.etag).toBe(one.headers.etag);
  expect(two.body.equals(one.body)).toBe(true);
});

test.each([
  ['If-Match', '"5d41402abc4b2a76b9719d911017c592"', 200],
  ['If-Match', '"other"', 412],
  ['If-None-Match', '"5d41402abc4b2a76b9719d911017c592"', 412],
  ['If-None-Match', '"other"', 200],
  ['If-Modified-Since', 'Mon, 01 Jan 2018 00:00:00 GMT', 200],
  ['If-Unmodified-Since', 'Mon, 01 Jan 2018 00:00:00 GMT', 412],
])('x-cos-copy-source-%s: %s is answered with %i', async (name, value, status) => {
  const answer = await copy('conditional', { [`x-cos-copy-source-${name}`]: value });

  expect(answer.status).toBe(status);
  expect(answer.code).toBe(status === 412 ? 'PreconditionFailed' : undefined);
});

test('an old version is brought back by copying it onto its key', async () => {
  const versioned = await clientInNewBucket(service);
  await setVersioning(versioned, 'Enabled');
  const old = await versioned.put('k', 'old');
  await versioned.put('k', 'new');
  const versionId = String(old.headers['x-cos-version-id']);

  const answer = await versioned.send({
    method: 'PUT',
    key: 'k',
    headers: copySource(versioned, 'k', { versionId }),
  });

  expect(answer.status).toBe(200);
  expect(answer.headers['x-cos-copy-source-version-id']).toBe(versionId);
  expect(elements(answer.text, 'VersionId')[0]).not.toBe(versionId);
  expect((await versioned.get('k')).text).toBe('old');
});

test.each([
  ['that does not exist', 'absent', 404, 'NoSuchKey'],
  ['in a bucket that does not exist', undefined, 404, 'NoSuchBucket'],
])('a source %s is refused', async (_what, key, status, code) => {
  const headers =
    key === undefined
      ? copySource(client, 'source', { bucket: 'nobody-1250000000' })
      : copySource(client, key);

  const answer = await client.send({ method: 'PUT', key: 'refused', headers });

  expect([answer.status, answer.code]).toEqual([status, code]);
  expect((await client.head('refused')).status).toBe(404);
});

test.each(['source', '/source', 'http://x/y', 'bucket.cos.r.myqcloud.com', '%'])(
  'the source %j is malformed',
  async (source) => {
    const answer = await client.send({
      method: 'PUT',
      key: 'malformed',
      headers: { 'x-cos-copy-source': source },
    });

    expect([answer.status, answer.code]).toEqual([400, 'InvalidCopySource']);
  },
);

test('an existing object stays when overwriting is forbidden', async () => {
  await client.put('kept', 'old');

  const answer = await copy('kept', { 'x-cos-forbid-overwrite': 'true' });

  expect([answer.status, answer.code]).toEqual([409, 'FileAlreadyExists']);
  expect((await client.get('kept')).text).toBe('old');
});

test('an archived source must be restored first', async () => {
  await client.put('archived', 'x', { 'x-cos-storage-class': 'ARCHIVE' });

  const answer = await client.send({ method: 'PUT', key: 'thawed', headers: copySource(client, 'archived') });

  expect([answer.status, answer.code]).toEqual([403, 'InvalidObjectState']);
});

test('an encrypted source is read with its key and written with another or none', async () => {
  await client.put('secret', 'secret words', customerKey('s'));
  const from = { ...copySource(client, 'secret'), ...customerKey('s', 'x-cos-copy-source-') };

  const without = await client.send({ method: 'PUT', key: 'x', headers: copySource(client, 'secret') });
  const wrong = await client.send({
    method: 'PUT',
    key: 'x',
    headers: { ...copySource(client, 'secret'), ...customerKey('w', 'x-cos-copy-source-') },
  });
  await client.send({ method: 'PUT', key: 'other-key', headers: { ...from, ...customerKey('t') } });
  await client.send({ method: 'PUT', key: 'no-key', headers: from });

  expect([without.status, without.code]).toEqual([400, 'SsecDecryptHeaderInvalid']);
  expect([wrong.status, wrong.code]).toEqual([400, 'SsecDecryptHeaderInvalid']);
  expect((await client.get('other-key', customerKey('t'))).text).toBe('secret words');
  expect((await client.get('other-key')).code).toBe('SsecDecryptHeaderInvalid');
  expect((await client.get('no-key')).text).toBe('secret words');
});

test('a plain source is written with a key', async () => {
  await copy('now-encrypted', customerKey('t'));

  expect((await client.get('now-encrypted')).code).toBe('SsecDecryptHeaderInvalid');
  expect((await client.get('now-encrypted', customerKey('t'))).text).toBe('hello');
});
