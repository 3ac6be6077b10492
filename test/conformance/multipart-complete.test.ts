import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket } from './client.ts';
import { covers } from './covers.ts';
import { documentHeaders, elements, setVersioning } from './documents.ts';
import { completeUpload, MiB, sendParts, startUpload } from './uploads.ts';

covers('multipartComplete');

const service = await serviceForTests({ name: 'multipart-complete' });
const client = await clientInNewBucket(service);
const bodies = [new Uint8Array(MiB).fill(7), new Uint8Array(MiB + 5).fill(8), new Uint8Array(3).fill(9)];

test('the object is the parts in order, and its ETag says how many there were', async () => {
  const upload = { key: 'dir/whole.bin', uploadId: await startUpload(client, 'dir/whole.bin') };
  const parts = await sendParts(client, upload, bodies);

  const answer = await completeUpload(client, upload, parts);

  expect(answer.status).toBe(200);
  const [etag] = elements(answer.text, 'ETag');
  expect(etag).toMatch(/^&quot;[0-9a-f]{32}-3&quot;$/);
  expect(elements(answer.text, 'Bucket')).toEqual([client.bucket]);
  expect(elements(answer.text, 'Key')).toEqual(['dir/whole.bin']);
  expect(elements(answer.text, 'Location')[0]).toMatch(/^http:\/\/.*\/dir\/whole\.bin$/);
  const whole = await client.get('dir/whole.bin');
  expect(createHash('md5').update(whole.body).digest('hex')).toBe(
    createHash('md5').update(Buffer.concat(bodies)).digest('hex'),
  );
  expect(whole.headers['x-cos-hash-crc64ecma']).toBe(answer.headers['x-cos-hash-crc64ecma']);
  expect(whole.headers.etag).toBe(etag?.replaceAll('&quot;', '"'));
});

test('the CRC-64 covers the whole object', async () => {
  const upload = { key: 'crc', uploadId: await startUpload(client, 'crc') };
  const parts = await sendParts(client, upload, bodies);
  const simple = await client.put('crc-simple', Buffer.concat(bodies));

  const answer = await completeUpload(client, upload, parts);

  expect(answer.headers['x-cos-hash-crc64ecma']).toBe(simple.headers['x-cos-hash-crc64ecma']);
});

test('a range across two parts is read as one', async () => {
  const upload = { key: 'range', uploadId: await startUpload(client, 'range') };
  await completeUpload(client, upload, await sendParts(client, upload, bodies));

  const answer = await client.get('range', { range: `bytes=${MiB - 2}-${MiB + 1}` });

  expect(answer.status).toBe(206);
  expect([...answer.body]).toEqual([7, 7, 8, 8]);
});

test('ETags are taken with quotes and without', async () => {
  const upload = { key: 'unquoted', uploadId: await startUpload(client, 'unquoted') };
  const [part] = await sendParts(client, upload, ['x']);

  const answer = await completeUpload(client, upload, [{ number: 1, etag: part!.etag.replaceAll('"', '') }]);

  expect(answer.status).toBe(200);
});

test('parts that are not listed are dropped', async () => {
  const upload = { key: 'dropped', uploadId: await startUpload(client, 'dropped') };
  const parts = await sendParts(client, upload, bodies);

  await completeUpload(client, upload, parts.slice(0, 2));

  expect((await client.head('dropped')).headers['content-length']).toBe(String(2 * MiB + 5));
});

test('a part below 1 MiB is only allowed at the end', async () => {
  const upload = { key: 'small', uploadId: await startUpload(client, 'small') };
  const parts = await sendParts(client, upload, ['short', bodies[0]!]);

  const answer = await completeUpload(client, upload, parts);

  expect([answer.status, answer.code]).toEqual([400, 'EntityTooSmall']);
  expect((await client.get('small')).code).toBe('NoSuchKey');
});

test('a part with another ETag, or that was never sent, is refused', async () => {
  const upload = { key: 'invalid', uploadId: await startUpload(client, 'invalid') };
  const [part] = await sendParts(client, upload, [bodies[0]!]);

  const wrong = await completeUpload(client, upload, [{ number: 1, etag: `"${'0'.repeat(32)}"` }]);
  const missing = await completeUpload(client, upload, [part!, { number: 2, etag: part!.etag }]);

  expect([wrong.status, wrong.code]).toEqual([400, 'InvalidPart']);
  expect([missing.status, missing.code]).toEqual([400, 'InvalidPart']);
});

test('numbers must ascend without a gap', async () => {
  const upload = { key: 'order', uploadId: await startUpload(client, 'order') };
  const [one, two, three] = await sendParts(client, upload, [bodies[0]!, bodies[0]!, bodies[0]!]);

  const descending = await completeUpload(client, upload, [two!, one!]);
  const twice = await completeUpload(client, upload, [one!, one!]);
  const gap = await completeUpload(client, upload, [one!, three!]);

  expect([descending.status, descending.code]).toEqual([400, 'InvalidPartOrder']);
  expect([twice.status, twice.code]).toEqual([400, 'InvalidPartOrder']);
  expect([gap.status, gap.code]).toEqual([400, 'InvalidPart']);
});

test('an upload that does not exist is not completed', async () => {
  const answer = await completeUpload(client, { key: 'none', uploadId: '2'.repeat(74) }, [
    { number: 1, etag: `"${'0'.repeat(32)}"` },
  ]);

  expect([answer.status, answer.code]).toEqual([404, 'NoSuchUpload']);
});

test('the same request again is answered the same, another one is told that the upload is gone', async () => {
  const upload = { key: 'repeated', uploadId: await startUpload(client, 'repeated') };
  const parts = await sendParts(client, upload, [bodies[0]!, bodies[2]!]);
  const first = await completeUpload(client, upload, parts);

  const again = await completeUpload(client, upload, parts);
  const other = await completeUpload(client, upload, parts.slice(0, 1));

  expect(again.status).toBe(200);
  expect(elements(again.text, 'ETag')).toEqual(elements(first.text, 'ETag'));
  expect([other.status, other.code]).toEqual([404, 'NoSuchUpload']);
});

test('two clients that complete an upload at once see one object, and it is what the winner was told', async () => {
  const upload = { key: 'race', uploadId: await startUpload(client, 'race') };
  const parts = await sendParts(client, upload, [bodies[0]!, bodies[2]!]);

  const answers = await Promise.all([
    completeUpload(client, upload, parts),
    completeUpload(client, upload, parts.slice(0, 1)),
    completeUpload(client, upload, parts),
    completeUpload(client, upload, parts.slice(0, 1)),
  ]);

  const won = answers.filter(({ status }) => status === 200);
  const lost = answers.filter(({ status }) => status !== 200);
  const told = new Set(won.map(({ text }) => elements(text, 'ETag')[0]?.replaceAll('&quot;', '"')));
  expect(told.size).toBe(1);
  expect(lost.map(({ code }) => code)).toEqual(lost.map(() => 'NoSuchUpload'));
  expect(lost.length).toBe(2);
  expect((await client.head('race')).headers.etag).toBe([...told][0]);
});

test('an existing object stays when overwriting is forbidden', async () => {
  await client.put('kept', 'old');
  const upload = { key: 'kept', uploadId: await startUpload(client, 'kept') };
  const parts = await sendParts(client, upload, ['new']);

  const answer = await completeUpload(client, upload, parts, { 'x-cos-forbid-overwrite': 'true' });

  expect([answer.status, answer.code]).toEqual([409, 'FileAlreadyExists']);
  expect((await client.get('kept')).text).toBe('old');
});

test.each([
  ['no part', '<CompleteMultipartUpload/>'],
  [
    'part number 0',
    '<CompleteMultipartUpload><Part><PartNumber>0</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>',
  ],
  [
    'a part without ETag',
    '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>',
  ],
  ['markup that is not closed', '<CompleteMultipartUpload>'],
  ['an entity', '<!DOCTYPE x [<!ENTITY e "1">]><CompleteMultipartUpload/>'],
  ['nothing at all', ''],
])('a document with %s is malformed', async (_what, body) => {
  const uploadId = await startUpload(client, 'malformed');

  const answer = await client.send({
    method: 'POST',
    key: 'malformed',
    query: { uploadId },
    body,
    headers: documentHeaders(body),
  });

  expect([answer.status, answer.code]).toEqual([400, 'MalformedXML']);
});

test('a document that is not what Content-MD5 says is refused', async () => {
  const upload = { key: 'md5', uploadId: await startUpload(client, 'md5') };
  const parts = await sendParts(client, upload, ['x']);

  const answer = await completeUpload(client, upload, parts, { 'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==' });

  expect([answer.status, answer.code]).toEqual([400, 'BadDigest']);
});

test('the version is named: its id when versioning is enabled, null when it is suspended', async () => {
  const versioned = await clientInNewBucket(service);
  await setVersioning(versioned, 'Enabled');
  const one = { key: 'k', uploadId: await startUpload(versioned, 'k') };
  const enabled = await completeUpload(versioned, one, await sendParts(versioned, one, ['x']));
  await setVersioning(versioned, 'Suspended');
  const two = { key: 'k', uploadId: await startUpload(versioned, 'k') };

  const suspended = await completeUpload(versioned, two, await sendParts(versioned, two, ['y']));

  expect(enabled.headers['x-cos-version-id']).toMatch(/^[A-Za-z0-9+/]{27}$/);
  expect(suspended.headers['x-cos-version-id']).toBe('null');
});

test('10,000 parts are joined in well under a second', { timeout: 120_000 }, async () => {
  const key = 'ten-thousand';
  const uploadId = await startUpload(client, key);
  const source = 'ten-thousand-source';
  await client.put(source, new Uint8Array(MiB).fill(1));
  // Copied by reference, so that the parts take no room.
  const copy = { 'x-cos-copy-source': `${client.bucket}.cos.${service.region}.myqcloud.com/${source}` };
  const parts: { number: number; etag: string }[] = [];
  for (let from = 1; from <= 10_000; from += 50) {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        client.send({
          method: 'PUT',
          key,
          query: { partNumber: String(from + index), uploadId },
          headers: copy,
        }),
      ),
    );
    parts.push(
      ...answers.map((answer, index) => ({
        number: from + index,
        etag: elements(answer.text, 'ETag')[0] ?? '',
      })),
    );
  }

  const startedAt = performance.now();
  const answer = await completeUpload(client, { key, uploadId }, parts);
  const tookMs = performance.now() - startedAt;

  expect(answer.status).toBe(200);
  expect((await client.head(key)).headers['content-length']).toBe(String(10_000 * MiB));
  // Far above what it takes, so that a busy machine does not fail it.
  expect(tookMs).toBeLessThan(5000);
  console.log(`joined 10,000 parts in ${tookMs.toFixed(0)} ms`);
});
