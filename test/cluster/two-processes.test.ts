/**
 * Two processes of the service over one PostgreSQL and one SeaweedFS, as clients see them: what one of them answered holds
 * at the other. Needs both on the machine; elsewhere it is skipped with a line that says how to have them.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  howToEnable as howToHaveSeaweed,
  programOf,
  startSeaweed,
  type TemporaryS3,
} from '../../packages/server/src/blobs/s3/testing/temporary-seaweed.ts';
import {
  howToEnable as howToHavePostgres,
  postgresBinaries,
  startPostgres,
  type TemporaryPostgres,
} from '../../packages/server/src/metadata/postgres/testing/temporary-postgres.ts';
import { clientFor, type TestClient } from '../conformance/client.ts';
import { startService, type RunningService } from '../service.ts';

const exec = promisify(execFile);
const binaries = postgresBinaries();
const weed = programOf('weed');
if (!binaries) process.stdout.write(`cluster tests: ${howToHavePostgres}\n`);
if (!weed) process.stdout.write(`cluster tests: ${howToHaveSeaweed}\n`);

describe.skipIf(!binaries || !weed)('two processes over PostgreSQL and SeaweedFS', () => {
  let database: TemporaryPostgres;
  let bytes: TemporaryS3;
  let flags: readonly string[];
  let services: readonly RunningService[];
  let clients: readonly [TestClient, TestClient];

  beforeAll(async () => {
    [database, bytes] = await Promise.all([startPostgres(binaries!), startSeaweed(weed!, 'cluster')]);
    const { endpoint, credentials } = bytes.address;
    const keys = `${credentials!.accessKeyId}:${credentials!.secretAccessKey}`;
    const blobs = `s3://${keys}@cluster/blobs?endpoint=${encodeURIComponent(endpoint!)}`;
    flags = ['--database', database.url, '--blobs', blobs, '--threads', '1'];
    const keyPair = { secretId: 'AKIDcluster', secretKey: randomBytes(16).toString('hex') };
    services = await Promise.all(
      ['one', 'two'].map((name) => startService({ name: `cluster-${name}`, flags, keyPair })),
    );
    clients = services.map((service) => clientFor(service, 'cluster-1250000000')) as [TestClient, TestClient];
    expect((await clients[0].send({ method: 'PUT' })).status).toBe(200);
  }, 120_000);
  afterAll(async () => {
    await Promise.all((services ?? []).map((service) => service.stop()));
    await Promise.all([database?.stop(), bytes?.stop()]);
  });

  test.each([10, 100_000, 9_000_000])('%d bytes that one took are read at the other', async (size) => {
    const [one, two] = clients;
    const body = randomBytes(size);

    const put = await one.put(`object-${size}`, body);
    const got = await two.get(`object-${size}`);
    const part = await two.get(`object-${size}`, { range: `bytes=${size - 5}-${size - 1}` });

    expect([put.status, got.status, part.status]).toEqual([200, 200, 206]);
    expect(got.body.equals(body)).toBe(true);
    expect(part.body.equals(body.subarray(-5))).toBe(true);
    expect(got.headers['x-cos-hash-crc64ecma']).toBe(put.headers['x-cos-hash-crc64ecma']);
  });

  test('an upload whose parts go to both is completed by either', async () => {
    const begun = await clients[0].send({ method: 'POST', key: 'parts', query: { uploads: '' } });
    const uploadId = (begun.xml()['UploadId'] ?? '') as string;
    const parts = Array.from({ length: 4 }, () => randomBytes(1 << 20));

    const sent = await Promise.all(
      parts.map((body, n) =>
        clients[(n % 2) as 0 | 1].send({
          method: 'PUT',
          key: 'parts',
          query: { partNumber: String(n + 1), uploadId },
          body,
        }),
      ),
    );
    const list = sent.map(
      ({ headers }, n) => `<Part><PartNumber>${n + 1}</PartNumber><ETag>${headers.etag ?? ''}</ETag></Part>`,
    );
    const document = `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`;
    const md5 = createHash('md5').update(document).digest('base64');
    const completed = await clients[1].send({
      method: 'POST',
      key: 'parts',
      query: { uploadId },
      headers: { 'content-md5': md5, 'content-type': 'application/xml' },
      body: document,
    });
    const got = await clients[0].get('parts');

    expect(completed.status).toBe(200);
    expect(got.body.equals(Buffer.concat(parts))).toBe(true);
  });

  test('of 200 overwrites of one key through both, each is answered and both show the same one', async () => {
    const bodies = Array.from({ length: 200 }, (_, n) => `${n}`.padStart(5, '0'));

    const answers = await Promise.all(bodies.map((body, n) => clients[(n % 2) as 0 | 1].put('raced', body)));
    const [one, two] = await Promise.all(clients.map((client) => client.get('raced')));

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(200);
    expect(one!.text).toBe(two!.text);
    expect(bodies).toContain(one!.text);
  });

  test('a policy that one took binds the other as soon as it is answered', async () => {
    await clients[0].put('secret', 'x');
    const open = () => clients[1].send({ key: 'secret', sign: 'none' });
    const before = await open();

    const set = await clients[0].send({
      method: 'PUT',
      query: { acl: '' },
      headers: { 'x-cos-acl': 'public-read' },
    });
    const after = await open();

    expect([before.status, set.status, after.status]).toEqual([403, 200, 200]);
  });

  test('a process on another database is kept away from the bytes of this one', async () => {
    const { hostname, port, username } = new URL(database.url);
    await exec(join(binaries!, 'createdb'), ['-h', hostname, '-p', port, '-U', username, 'other']);
    const other = flags.with(1, new URL('/other', database.url).href);

    const started = startService({ name: 'cluster-other', flags: other });

    await expect(started).rejects.toThrow(
      /the database is of the store \S+, but its blobs are of the store \S+: .* the object blobs\/store-id of the bucket cluster/,
    );
  });

  test('both are ready, and say so of the stores that they need', async () => {
    const answers = await Promise.all(services.map(({ url }) => fetch(`${url}/-/ready`)));

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });
});
