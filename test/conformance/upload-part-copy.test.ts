import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket } from './client.ts';
import { covers } from './covers.ts';
import { copySource, customerKey, elements, setVersioning } from './documents.ts';
import { completeUpload, MiB, sendPart, startUpload } from './uploads.ts';

covers('uploadPartCopy');

const service = await serviceForTests({ name: 'upload-part-copy' });
const client = await clientInNewBucket(service);
const source = Buffer.concat([Buffer.alloc(MiB, 'a'), Buffer.alloc(MiB, 'b')]);
await client.put('source', source);

async function copyPart(key: string, headers: Readonly<Record<string, string>>) {
  const uploadId = await startUpload(client, key);
  const query = { partNumber: '1', uploadId };
  const answer = await client.send({ method: 'PUT', key, query, headers });
  return { uploadId, answer };
}

test('a part is made from a whole object', async () => {
  const { uploadId, answer } = await copyPart('whole', copySource(client, 'source'));

  expect(answer.status).toBe(200);
  const [etag = ''] = elements(answer.text, 'ETag');
  expect(etag.replaceAll('&quot;', '"')).toBe((await client.head('source')).headers.etag);
  await completeUpload(client, { key: 'whole', uploadId }, [{ number: 1, etag }]);
  expect((await client.get('whole')).body.equals(source)).toBe(true);
});

test('a part is made from a range, whose digests are its own', async () => {
  const first = MiB - 3;
  const { uploadId, answer } = await copyPart('range', {
    ...copySource(client, 'source'),
    'x-cos-copy-source-range': `bytes=${first}-${MiB + 2}`,
  });
  const sent = await sendPart(client, { key: 'range', uploadId, number: 2 }, 'aaabbb');

  const [etag = ''] = elements(answer.text, 'ETag');
  expect(etag.replaceAll('&quot;', '"')).toBe(sent.headers.etag);
  await completeUpload(client, { key: 'range', uploadId }, [{ number: 1, etag }]);
  expect((await client.get('range')).text).toBe('aaabbb');
  expect((await client.head('range')).headers['x-cos-hash-crc64ecma']).toBe(
    sent.headers['x-cos-hash-crc64ecma'],
  );
});

test('what was copied stays when its source is deleted', async () => {
  await client.put('short-lived', source);
  const { uploadId, answer } = await copyPart('survivor', copySource(client, 'short-lived'));
  await client.delete('short-lived');

  await completeUpload(client, { key: 'survivor', uploadId }, [
    { number: 1, etag: elements(answer.text, 'ETag')[0]! },
  ]);

  expect((await client.get('survivor')).body.equals(source)).toBe(true);
});

test.each([
  ['beyond the end', 'bytes=0-2097152', 416, 'InvalidRange'],
  ['backwards', 'bytes=5-4', 416, 'InvalidRange'],
  ['without an end', 'bytes=5-', 400, 'InvalidArgument'],
  ['of another unit', 'lines=1-2', 400, 'InvalidArgument'],
])('a range %s is refused', async (_what, range, status, code) => {
  const { answer } = await copyPart('bad-range', {
    ...copySource(client, 'source'),
    'x-cos-copy-source-range': range,
  });

  expect([answer.status, answer.code]).toEqual([status, code]);
});

test.each([
  ['If-Match', '"other"', 412, 'PreconditionFailed'],
  ['If-Modified-Since', new Date(Date.now() + 60_000).toUTCString(), 412, 'PreconditionFailed'],
  ['If-Unmodified-Since', 'Mon, 01 Jan 2018 00:00:00 GMT', 412, 'PreconditionFailed'],
])('a condition %s that does not hold is answered with 412', async (name, value, status, code) => {
  const { answer } = await copyPart('conditions', {
    ...copySource(client, 'source'),
    [`x-cos-copy-source-${name}`]: value,
  });

  expect([answer.status, answer.code]).toEqual([status, code]);
});

test('the ETag of the source as If-None-Match is answered with 412', async () => {
  const etag = (await client.head('source')).headers.etag ?? '';

  const { answer } = await copyPart('none-match', {
    ...copySource(client, 'source'),
    'x-cos-copy-source-If-None-Match': etag,
  });

  expect([answer.status, answer.code]).toEqual([412, 'PreconditionFailed']);
});

const conditions = {
  'If-Match': '"a"',
  'If-None-Match': '"b"',
  'If-Modified-Since': 'Mon, 01 Jan 2018 00:00:00 GMT',
  'If-Unmodified-Since': 'Mon, 01 Jan 2018 00:00:00 GMT',
} as const;

test.each<[keyof typeof conditions, keyof typeof conditions]>([
  ['If-Match', 'If-None-Match'],
  ['If-Match', 'If-Modified-Since'],
  ['If-Modified-Since', 'If-Unmodified-Since'],
  ['If-None-Match', 'If-Unmodified-Since'],
])('%s and %s exclude each other', async (one, other) => {
  const { answer } = await copyPart('conflict', {
    ...copySource(client, 'source'),
    [`x-cos-copy-source-${one}`]: conditions[one],
    [`x-cos-copy-source-${other}`]: conditions[other],
  });

  expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
});

test('a source that does not exist, or is no source, is refused', async () => {
  const missing = await copyPart('missing', copySource(client, 'no-such'));
  const bucket = await copyPart('bucket', copySource(client, 'source', { bucket: 'nobody-1250000000' }));
  const malformed = await copyPart('malformed', { 'x-cos-copy-source': 'source' });

  expect([missing.answer.status, missing.answer.code]).toEqual([404, 'NoSuchKey']);
  expect([bucket.answer.status, bucket.answer.code]).toEqual([404, 'NoSuchBucket']);
  expect([malformed.answer.status, malformed.answer.code]).toEqual([400, 'InvalidCopySource']);
});

test('an upload that does not exist takes no copies', async () => {
  const query = { partNumber: '1', uploadId: 'x' };
  const answer = await client.send({ method: 'PUT', key: 'k', query, headers: copySource(client, 'source') });

  expect([answer.status, answer.code]).toEqual([404, 'NoSuchUpload']);
});

test('a version is copied by its id, and a marker is refused', async () => {
  const versioned = await clientInNewBucket(service);
  await setVersioning(versioned, 'Enabled');
  const old = await versioned.put('k', 'old');
  await versioned.put('k', 'new');
  const marker = await versioned.delete('k');
  const uploadId = await startUpload(client, 'by-version');
  const copy = (versionId?: string) =>
    client.send({
      method: 'PUT',
      key: 'by-version',
      query: { partNumber: '1', uploadId },
      headers: copySource(versioned, 'k', versionId === undefined ? {} : { versionId }),
    });

  const byId = await copy(String(old.headers['x-cos-version-id']));
  const current = await copy();
  const byMarker = await copy(String(marker.headers['x-cos-version-id']));
  const unknown = await copy('MTg0NDUxNTc1NjIzMTQ1MDAwODg');

  expect(byId.status).toBe(200);
  expect(byId.headers['x-cos-copy-source-version-id']).toBe(old.headers['x-cos-version-id']);
  expect([current.status, current.code]).toEqual([404, 'NoSuchKey']);
  expect([byMarker.status, byMarker.code]).toEqual([400, 'InvalidCopySource']);
  expect([unknown.status, unknown.code]).toEqual([404, 'NoSuchVersion']);
});

test('a range of an encrypted source becomes a part under another key', async () => {
  await client.put('encrypted', source, customerKey('s'));
  const uploadId = await startUpload(client, 'recrypted', customerKey('t'));
  const query = { partNumber: '1', uploadId };
  const headers = {
    ...copySource(client, 'encrypted'),
    ...customerKey('s', 'x-cos-copy-source-'),
    ...customerKey('t'),
    'x-cos-copy-source-range': `bytes=${MiB - 2}-${MiB + 1}`,
  };

  const answer = await client.send({ method: 'PUT', key: 'recrypted', query, headers });
  await completeUpload(client, { key: 'recrypted', uploadId }, [
    { number: 1, etag: elements(answer.text, 'ETag')[0]! },
  ]);

  expect(answer.status).toBe(200);
  expect((await client.get('recrypted', customerKey('t'))).text).toBe('aabb');
  expect((await client.get('recrypted', customerKey('s'))).code).toBe('SsecDecryptHeaderInvalid');
});
