import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket } from './client.ts';
import { covers } from './covers.ts';
import { abortUpload, MiB, sendPart, startUpload } from './uploads.ts';

covers('multipartAbort');

const service = await serviceForTests({ name: 'multipart-abort' });
const client = await clientInNewBucket(service);
const firstMiB = new Uint8Array(MiB).fill(1);

test('an upload that was given up is gone, and so are its parts', async () => {
  const key = 'given-up';
  const uploadId = await startUpload(client, key);
  await sendPart(client, { key, uploadId, number: 1 }, 'x');

  const aborted = await abortUpload(client, key, uploadId);

  expect([aborted.status, aborted.text]).toEqual([204, '']);
  expect((await sendPart(client, { key, uploadId, number: 2 }, 'x')).code).toBe('NoSuchUpload');
  expect((await client.send({ key, query: { uploadId } })).code).toBe('NoSuchUpload');
  const again = await abortUpload(client, key, uploadId);
  expect([again.status, again.code]).toEqual([404, 'NoSuchUpload']);
});

test('a part in flight fails when its upload is given up', async () => {
  const key = 'in-flight';
  const uploadId = await startUpload(client, key);
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  async function* slowly(): AsyncGenerator<Uint8Array> {
    yield firstMiB.subarray(0, 1000);
    await held;
    yield firstMiB.subarray(1000);
  }

  const sending = client.send({
    method: 'PUT',
    key,
    query: { partNumber: '1', uploadId },
    headers: { 'content-length': String(MiB) },
    body: slowly(),
  });
  const aborted = await abortUpload(client, key, uploadId);
  release();
  const answer = await sending;

  expect(aborted.status).toBe(204);
  expect([answer.status, answer.code]).toEqual([404, 'NoSuchUpload']);
});
