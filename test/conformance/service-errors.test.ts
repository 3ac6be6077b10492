// Refusals that need a special state of the service, its disk or its clients.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket, overSocket } from './client.ts';

const neighbour = { uin: '100000000009', secretId: 'AKIDneighbour', secretKey: 'neighbour-key' };
const service = await serviceForTests({
  name: 'service-errors',
  flags: ['--idle-timeout', '1'],
  accounts: { accounts: [{ ...neighbour, appid: '1250000000' }] },
});

test('a client that stops sending is told RequestTimeout when its time is over', async () => {
  const client = await clientInNewBucket(service);
  const head = client.head11({ method: 'PUT', key: 'slow', headers: { 'content-length': '1000' } });

  const answer = await overSocket(service, [head, 'only so much']);

  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('<Code>RequestTimeout</Code>');
  expect((await client.head('slow')).status).toBe(404);
});

test('a client that keeps sending, however slowly, is not timed out', async () => {
  const client = await clientInNewBucket(service);
  async function* slowly(): AsyncGenerator<Uint8Array> {
    for (let left = 4; left > 0; left--) {
      yield Buffer.alloc(1000, 's');
      // The idle time of the served process is real, and four such pauses are longer than it.
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
  }

  const answer = await client.put('slow', slowly(), { 'transfer-encoding': 'chunked' });

  expect(answer.status).toBe(200);
});

test('an object whose bytes are gone from the disk is InternalError, with a request id to look for in the log', async () => {
  const client = await clientInNewBucket(service);
  await client.put('lost', Buffer.alloc(300_000, 'l'));
  const blobs = join(service.dataDir, 'blobs');
  for (const entry of readdirSync(blobs, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) rmSync(join(entry.parentPath, entry.name));

  const answer = await client.get('lost');

  expect([answer.status, answer.code]).toEqual([500, 'InternalError']);
  expect(answer.text).not.toContain('ENOENT');
});

test('a bucket of another account with the same APPID is BucketAlreadyExists', async () => {
  const client = await clientInNewBucket(service);

  const answer = await client.send({
    method: 'PUT',
    secretId: neighbour.secretId,
    secretKey: neighbour.secretKey,
  });

  expect([answer.status, answer.code]).toEqual([409, 'BucketAlreadyExists']);
});

test('an access control list and a new object at the same moment: one of them may have to come again', async () => {
  const client = await clientInNewBucket(service);
  await client.put('k', 'x');

  // Which of two requests comes between the two steps of the other is chance, so both come until one did.
  await expect
    .poll(
      async () => {
        const acl = { query: { acl: '' }, headers: { 'x-cos-acl': 'private' } };
        const answers = await Promise.all(
          Array.from({ length: 16 }, (_, n) =>
            n % 2 === 0 ? client.put('k', String(n)) : client.send({ method: 'PUT', key: 'k', ...acl }),
          ),
        );
        return answers.filter(({ code }) => code === 'PathConflict').map(({ status }) => status)[0];
      },
      { timeout: 20_000, interval: 0 },
    )
    .toBe(409);
});
