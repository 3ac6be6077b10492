import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket } from './client.ts';
import { covers } from './covers.ts';
import { customerKey, elements } from './documents.ts';
import { completeUpload, MiB, sendPart, startUpload } from './uploads.ts';

covers('multipartUpload');

const service = await serviceForTests({ name: 'multipart-upload' });
const client = await clientInNewBucket(service);

test('a part is answered with its MD5 and its CRC-64', async () => {
  const uploadId = await startUpload(client, 'part');

  const answer = await sendPart(client, { key: 'part', uploadId, number: 1 }, '[Object Part]');

  expect(answer.status).toBe(200);
  expect(answer.headers.etag).toBe('"108f528eb63b65e734f27ae331f5ffaa"');
  expect(answer.headers['x-cos-hash-crc64ecma']).toBe('4510578591875220731');
});

test('a part that is sent again replaces the one before', async () => {
  const key = 'again';
  const uploadId = await startUpload(client, key);
  await sendPart(client, { key, uploadId, number: 1 }, 'first');
  const again = await sendPart(client, { key, uploadId, number: 1 }, 'second');

  await completeUpload(client, { key, uploadId }, [{ number: 1, etag: again.headers.etag ?? '' }]);

  expect((await client.get(key)).text).toBe('second');
});

test('parts arrive in any order and at once', async () => {
  const key = 'any-order';
  const uploadId = await startUpload(client, key);
  const bodies = [3, 1, 2].map((letter) => ({ number: letter, body: new Uint8Array(MiB).fill(letter) }));

  const answers = await Promise.all(
    bodies.map(({ number, body }) => sendPart(client, { key, uploadId, number }, body)),
  );
  const parts = answers
    .map((answer, index) => ({ number: bodies[index]!.number, etag: answer.headers.etag ?? '' }))
    .sort((a, b) => a.number - b.number);
  await completeUpload(client, { key, uploadId }, parts);

  const { body } = await client.get(key);
  expect([body.length, body[0], body[MiB], body[2 * MiB]]).toEqual([3 * MiB, 1, 2, 3]);
});

test.each([
  ['0', 400],
  ['10001', 400],
  ['one', 400],
  ['-1', 400],
])('part number %s is refused', async (partNumber, status) => {
  const uploadId = await startUpload(client, 'numbers');

  const answer = await client.send({
    method: 'PUT',
    key: 'numbers',
    query: { partNumber, uploadId },
    body: 'x',
  });

  expect(answer.status).toBe(status);
  expect(answer.code).toBe('InvalidArgument');
});

test('the highest part number is 10000', async () => {
  const uploadId = await startUpload(client, 'highest');

  const answer = await sendPart(client, { key: 'highest', uploadId, number: 10_000 }, 'x');

  expect(answer.status).toBe(200);
});

test('a part of an upload that does not exist is refused', async () => {
  const answer = await sendPart(client, { key: 'nowhere', uploadId: '1'.repeat(74), number: 1 }, 'x');

  expect([answer.status, answer.code]).toEqual([404, 'NoSuchUpload']);
});

test('a part for another key than the upload was started for is refused', async () => {
  const uploadId = await startUpload(client, 'one-key');

  const answer = await sendPart(client, { key: 'other-key', uploadId, number: 1 }, 'x');

  expect([answer.status, answer.code]).toEqual([404, 'NoSuchUpload']);
});

test('a part that is not what Content-MD5 says is refused and not stored', async () => {
  const uploadId = await startUpload(client, 'digest');

  const wrong = await sendPart(client, { key: 'digest', uploadId, number: 1 }, 'x', {
    'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==',
  });
  const malformed = await sendPart(client, { key: 'digest', uploadId, number: 1 }, 'x', {
    'content-md5': 'abc',
  });

  expect([wrong.status, wrong.code]).toEqual([400, 'BadDigest']);
  expect([malformed.status, malformed.code]).toEqual([400, 'InvalidDigest']);
  const parts = await client.send({ key: 'digest', query: { uploadId } });
  expect(elements(parts.text, 'PartNumber')).toEqual([]);
});

test('a part without announced length is refused', async () => {
  const uploadId = await startUpload(client, 'chunked');

  const answer = await client.send({
    method: 'PUT',
    key: 'chunked',
    query: { partNumber: '1', uploadId },
    body: inChunks(),
  });

  expect([answer.status, answer.code]).toEqual([411, 'MissingContentLength']);
});

async function* inChunks(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('x');
}

test('an upload under a customer key takes the key with every part, and only that one', async () => {
  const key = 'customer';
  const uploadId = await startUpload(client, key, customerKey('k'));
  const part = { key, uploadId, number: 1 };

  const right = await sendPart(client, part, 'secret words', customerKey('k'));
  const wrong = await sendPart(client, { ...part, number: 2 }, 'x', customerKey('w'));
  const none = await sendPart(client, { ...part, number: 2 }, 'x');
  await completeUpload(client, part, [{ number: 1, etag: right.headers.etag ?? '' }]);

  expect(right.headers['x-cos-server-side-encryption-customer-algorithm']).toBe('AES256');
  expect(right.headers.etag).not.toContain('9c6b057a2b9d96a4067a749ee3b3b0158d390cf1');
  expect([wrong.status, wrong.code]).toEqual([400, 'SsecDecryptHeaderInvalid']);
  expect([none.status, none.code]).toEqual([400, 'SsecDecryptHeaderInvalid']);
  expect((await client.get(key)).code).toBe('SsecDecryptHeaderInvalid');
  expect((await client.get(key, customerKey('k'))).text).toBe('secret words');
});

test('a customer key with a part of an upload without one is refused', async () => {
  const uploadId = await startUpload(client, 'plain');

  const answer = await sendPart(client, { key: 'plain', uploadId, number: 1 }, 'x', customerKey('k'));

  expect([answer.status, answer.code]).toEqual([400, 'SSEHeaderNotAllowed']);
});
