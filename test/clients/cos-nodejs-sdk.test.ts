/**
 * The official `cos-nodejs-sdk-v5`, as it is published, against a served process. Every test runs over each way in which
 * that client can be pointed at a service of one's own, with nothing but its options.
 */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import OfficialCos from 'cos-nodejs-sdk-v5';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';

const bucket = 'examplebucket-1250000000';
const region = 'ap-guangzhou';
const place = { Bucket: bucket, Region: region };
const scratch = fileURLToPath(new URL('../../.tmp/', import.meta.url));

let folder = '';

const service = await serviceForTests({ name: 'cos-nodejs-sdk', flags: ['--bucket', bucket] });

beforeAll(async () => {
  await mkdir(scratch, { recursive: true });
  folder = await mkdtemp(join(scratch, 'official-node-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

type Options = ConstructorParameters<typeof OfficialCos>[0];

/** Ways to the service. A name below `localhost` resolves by itself in browsers only, hence `Ip`. */
const ways = [
  {
    way: 'Domain with the bucket in the host name',
    options: () => ({ Domain: `{Bucket}.cos.{Region}.localhost:${service.port}`, Ip: service.host }),
  },
  { way: 'Domain with the bucket in the path', options: () => ({ Domain: `${service.host}/{Bucket}` }) },
  { way: 'Proxy', options: () => ({ Proxy: service.url }) },
  { way: 'Ip', options: () => ({ Ip: service.host }) },
] as const;

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly error?: Readonly<Record<string, string>>;
  readonly RequestId?: string;
}

/** What a promise rejects with; a promise that does not is a failed test. */
async function refusalOf(promise: Promise<unknown>): Promise<Refusal> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (refusal: unknown) => ({ refusal }),
  );
  expect(outcome).not.toHaveProperty('value');
  return (outcome as { refusal: Refusal }).refusal;
}

/** Fetches an address with plain HTTP over a socket to the service, whatever host the address names. */
async function fetchPlainly(
  url: string,
  method = 'GET',
  body?: Buffer,
): Promise<{ readonly status: number; readonly body: Buffer }> {
  const { host, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: service.port, method, path: pathname + search, headers: { host } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks) }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

describe.each(ways)('over $way', ({ way, options }) => {
  const prefix = `${way.replaceAll(/\W+/g, '-').toLowerCase()}/`;
  const official = (more: Options = {}) =>
    new OfficialCos({
      SecretId: service.secretId,
      SecretKey: service.secretKey,
      Protocol: 'http:',
      ...options(),
      ...more,
    });
  const read = async (key: string, headers = {}) => {
    const { Body } = await official().getObject({ ...place, Key: key, ...headers });
    return Body;
  };
  const keysBelow = async (below: string) => {
    const { Contents } = await official().getBucket({ ...place, Prefix: below });
    return Contents.map(({ Key }) => Key);
  };

  describe('putObject', () => {
    test('stores a buffer, and answers ETag, Location and request id', async () => {
      const Key = `${prefix}put/buffer 空格+&.bin`;
      const Body = randomBytes(100_000);

      const answer = await official().putObject({ ...place, Key, Body });

      expect(answer.statusCode).toBe(200);
      expect(answer.ETag).toMatch(/^"[0-9a-f]{32}"$/);
      expect(answer.Location).toContain(encodeURIComponent('空格'));
      expect(answer.RequestId).toMatch(/./);
      expect(await read(Key)).toEqual(Body);
    });

    test('stores a string with its type and meta headers', async () => {
      const Key = `${prefix}put/text`;
      await official().putObject({
        ...place,
        Key,
        Body: 'héllo 世界',
        ContentType: 'text/plain; charset=utf-8',
        CacheControl: 'max-age=60',
        Headers: { 'x-cos-meta-colour': 'red' },
      });

      const { headers } = await official().headObject({ ...place, Key });

      expect(headers).toMatchObject({
        'content-type': 'text/plain; charset=utf-8',
        'cache-control': 'max-age=60',
        'x-cos-meta-colour': 'red',
      });
      expect((await read(Key)).toString()).toBe('héllo 世界');
    });

    test('stores an empty body', async () => {
      const Key = `${prefix}put/empty`;

      await official().putObject({ ...place, Key, Body: '' });

      expect(await read(Key)).toHaveLength(0);
    });

    test('stores a stream of known length', async () => {
      const Key = `${prefix}put/stream`;
      const content = randomBytes(700_000);
      const pieces = Array.from({ length: 7 }, (_, i) => content.subarray(i * 100_000, (i + 1) * 100_000));

      await official().putObject({
        ...place,
        Key,
        Body: Readable.from(pieces),
        ContentLength: content.length,
      });

      expect(await read(Key)).toEqual(content);
    });

    test('stores a file through a read stream', async () => {
      const Key = `${prefix}put/file.jpg`;
      const content = randomBytes(300_000);
      const file = join(folder, 'photo.jpg');
      await writeFile(file, content);

      await official().putObject({
        ...place,
        Key,
        Body: createReadStream(file),
        ContentLength: content.length,
      });

      const { headers } = await official().headObject({ ...place, Key });
      expect(headers).toMatchObject({ 'content-type': 'image/jpeg', 'content-length': '300000' });
      expect(await read(Key)).toEqual(content);
    });

    test('replaces what was there', async () => {
      const Key = `${prefix}put/twice`;

      await official().putObject({ ...place, Key, Body: 'first' });
      await official().putObject({ ...place, Key, Body: 'second' });

      expect((await read(Key)).toString()).toBe('second');
    });

    test('is refused when the digest is of other bytes, and stores nothing', async () => {
      const Key = `${prefix}put/digest/bad`;

      const refusal = await refusalOf(
        official().putObject({
          ...place,
          Key,
          Body: 'bytes',
          Headers: { 'Content-MD5': 'CY9rzUYh03PK3k6DJie09g==' },
        }),
      );

      expect(refusal).toMatchObject({ statusCode: 400, code: 'BadDigest' });
      expect(await keysBelow(`${prefix}put/digest/`)).toEqual([]);
    });

    test('is refused for a bucket that does not exist', async () => {
      const refusal = await refusalOf(
        official().putObject({ Bucket: 'nobody-1250000000', Region: region, Key: 'a', Body: 'a' }),
      );

      expect(refusal).toMatchObject({ statusCode: 404, code: 'NoSuchBucket' });
    });

    test('is refused over an object that must not be overwritten', async () => {
      const Key = `${prefix}put/once`;
      await official().putObject({ ...place, Key, Body: 'first' });

      const refusal = await refusalOf(
        official().putObject({
          ...place,
          Key,
          Body: 'second',
          Headers: { 'x-cos-forbid-overwrite': 'true' },
        }),
      );

      expect(refusal).toMatchObject({ statusCode: 409, code: 'FileAlreadyExists' });
      expect((await read(Key)).toString()).toBe('first');
    });
  });

  describe('uploadFile', () => {
    test('stores a small file and reports progress up to its end', async () => {
      const Key = `${prefix}upload/small.txt`;
      const file = join(folder, 'small.txt');
      const content = randomBytes(500_000);
      await writeFile(file, content);
      const seen: number[] = [];

      await official().uploadFile({
        ...place,
        Key,
        FilePath: file,
        onProgress: ({ percent }) => seen.push(percent),
      });

      expect(seen.at(-1)).toBe(1);
      expect(await read(Key)).toEqual(content);
    });

    test('fails for a file that is missing, and stores nothing', async () => {
      const Key = `${prefix}upload/missing/file`;

      const refusal = await refusalOf(
        official().uploadFile({ ...place, Key, FilePath: join(folder, 'missing') }),
      );

      expect(refusal.code).toBe('ENOENT');
      expect(await keysBelow(`${prefix}upload/missing/`)).toEqual([]);
    });
  });

  describe('getObject', () => {
    const Key = `${prefix}get/object`;
    const content = randomBytes(10_000);

    beforeAll(async () => {
      await official().putObject({ ...place, Key, Body: content });
    });

    test.each([
      ['bytes=0-99', 0, 100],
      ['bytes=9900-', 9900, 10_000],
      ['bytes=-10', 9990, 10_000],
      ['bytes=9000-20000', 9000, 10_000],
    ])('answers Range %s with that part', async (Range, from, to) => {
      const { Body, statusCode, headers } = await official().getObject({ ...place, Key, Range });

      expect(statusCode).toBe(206);
      expect(headers).toMatchObject({ 'content-range': `bytes ${from}-${to - 1}/10000` });
      expect(Body).toEqual(content.subarray(from, to));
    });

    test('writes into an output stream', async () => {
      const output = new PassThrough();
      const chunks: Buffer[] = [];
      output.on('data', (chunk: Buffer) => chunks.push(chunk));

      await official().getObject({ ...place, Key, Output: output });

      expect(Buffer.concat(chunks)).toEqual(content);
    });

    test('a range beyond the end is refused', async () => {
      const refusal = await refusalOf(official().getObject({ ...place, Key, Range: 'bytes=10000-' }));

      expect(refusal).toMatchObject({ statusCode: 416, code: 'InvalidRange' });
    });

    test('a key that does not exist rejects with everything the service said', async () => {
      const refusal = await refusalOf(official().getObject({ ...place, Key: `${prefix}get/missing` }));

      expect(refusal).toBeInstanceOf(Error);
      expect(refusal).toMatchObject({ code: 'NoSuchKey', statusCode: 404 });
      expect(refusal.message).toBe(refusal.error?.['Message']);
      expect(refusal.error).toMatchObject({ Code: 'NoSuchKey', RequestId: refusal.RequestId });
      expect(Object.keys(refusal.error ?? {}).toSorted()).toEqual([
        'Code',
        'Message',
        'RequestId',
        'Resource',
        'TraceId',
      ]);
      expect(refusal.headers).toMatchObject({
        'content-type': 'application/xml',
        'x-cos-request-id': refusal.RequestId,
      });
    });
  });

  describe('headObject', () => {
    test('answers size, type, ETag and CRC-64 without a body', async () => {
      const Key = `${prefix}head/object`;
      // The check value of CRC-64/XZ.
      const { ETag } = await official().putObject({
        ...place,
        Key,
        Body: '123456789',
        ContentType: 'text/plain',
      });

      const answer = await official().headObject({ ...place, Key });

      expect(answer.ETag).toBe(ETag);
      expect(answer.headers).toMatchObject({
        'content-length': '9',
        'content-type': 'text/plain',
        'x-cos-hash-crc64ecma': '11051210869376104954',
      });
    });

    test('a key that does not exist rejects with the status as code', async () => {
      const refusal = await refusalOf(official().headObject({ ...place, Key: `${prefix}head/missing` }));

      expect(refusal).toMatchObject({ code: '404', statusCode: 404 });
      expect(refusal.headers?.['x-cos-request-id']).toMatch(/./);
    });
  });

  describe('deleteObject', () => {
    test('removes an object', async () => {
      const Key = `${prefix}delete/object`;
      await official().putObject({ ...place, Key, Body: 'a' });

      const { statusCode } = await official().deleteObject({ ...place, Key });

      expect(statusCode).toBe(204);
      expect(await refusalOf(official().headObject({ ...place, Key }))).toMatchObject({ statusCode: 404 });
    });

    test('a key that does not exist is as good as deleted', async () => {
      const { statusCode } = await official().deleteObject({ ...place, Key: `${prefix}delete/missing` });

      expect(statusCode).toBe(204);
    });

    test('in a bucket that does not exist is told apart, as a result and not as an error', async () => {
      const answer = await official().deleteObject({ Bucket: 'nobody-1250000000', Region: region, Key: 'a' });

      // The client makes this of 404 NoSuchBucket.
      expect(answer).toMatchObject({ BucketNotFound: true, statusCode: 404 });
    });
  });

  describe('getBucket', () => {
    const below = `${prefix}list/`;
    const names = ['a', 'b/1', 'b/2', 'c', 'd/e/f', '照片 1+2&.jpg'];

    beforeAll(async () => {
      for (const name of names) await official().putObject({ ...place, Key: below + name, Body: name });
    });

    test('lists what begins with a prefix, in the order of the bytes', async () => {
      expect(await keysBelow(below)).toEqual(names.map((name) => below + name));
    });

    test('gives size, ETag and storage class of each object', async () => {
      const { Contents } = await official().getBucket({ ...place, Prefix: `${below}b/1` });

      expect(Contents).toEqual([
        expect.objectContaining({
          Size: '3',
          StorageClass: 'STANDARD',
          ETag: expect.stringMatching(/^"\w{32}"$/) as string,
        }),
      ]);
    });

    test('folds keys at a delimiter', async () => {
      const answer = await official().getBucket({ ...place, Prefix: below, Delimiter: '/' });

      expect(answer.CommonPrefixes.map(({ Prefix }) => Prefix)).toEqual([`${below}b/`, `${below}d/`]);
      expect(answer.Contents.map(({ Key }) => Key)).toEqual([
        `${below}a`,
        `${below}c`,
        `${below}照片 1+2&.jpg`,
      ]);
    });

    test('goes through pages by marker without losing or repeating a key', async () => {
      const seen: string[] = [];
      let pages = 0;
      for (let marker: string | undefined = ''; marker !== undefined; pages++) {
        const page: OfficialCos.GetBucketResult = await official().getBucket({
          ...place,
          Prefix: below,
          Marker: marker,
          MaxKeys: 2,
        });
        seen.push(...page.Contents.map(({ Key }) => Key));
        marker = page.IsTruncated === 'true' ? page.NextMarker : undefined;
      }

      expect(seen).toEqual(names.map((name) => below + name));
      expect(pages).toBe(3);
    });

    test('a prefix that nothing has gives empty lists', async () => {
      const answer = await official().getBucket({ ...place, Prefix: `${below}nothing/` });

      expect(answer).toMatchObject({ Contents: [], CommonPrefixes: [], IsTruncated: 'false' });
    });

    test('is refused for a bucket that does not exist', async () => {
      const refusal = await refusalOf(official().getBucket({ Bucket: 'nobody-1250000000', Region: region }));

      expect(refusal).toMatchObject({ statusCode: 404, code: 'NoSuchBucket' });
      expect(refusal.error).toMatchObject({ Code: 'NoSuchBucket' });
    });
  });

  describe('getObjectUrl', () => {
    const Key = `${prefix}url/object é.txt`;
    const urlOf = async (more: object = {}, client = official()): Promise<string> =>
      new Promise((resolve, reject) => {
        client.getObjectUrl({ ...place, Key, Sign: true, ...more }, (error, { Url }) => {
          if (error) reject(new Error(error.message));
          else resolve(Url);
        });
      });

    beforeAll(async () => {
      await official().putObject({ ...place, Key, Body: 'by address' });
    });

    test('gives an address that plain HTTP fetches', async () => {
      const { status, body } = await fetchPlainly(await urlOf());

      expect(status).toBe(200);
      expect(body.toString()).toBe('by address');
    });

    test('gives an address to put to', async () => {
      const url = await urlOf({ Key: `${prefix}url/put`, Method: 'PUT' });

      expect(await fetchPlainly(url, 'PUT', Buffer.from('put by address'))).toMatchObject({ status: 200 });
      expect((await read(`${prefix}url/put`)).toString()).toBe('put by address');
    });

    test('an address for reading does not write', async () => {
      const { status, body } = await fetchPlainly(await urlOf(), 'PUT', Buffer.from('other'));

      expect(status).toBe(403);
      expect(body.toString()).toContain('<Code>SignatureDoesNotMatch</Code>');
      expect((await read(Key)).toString()).toBe('by address');
    });

    test('an address without a signature is refused', async () => {
      const { status, body } = await fetchPlainly(await urlOf({ Sign: false }));

      expect(status).toBe(403);
      expect(body.toString()).toContain('<Code>AccessDenied</Code>');
    });

    test('an address that has expired is refused', async () => {
      const { status, body } = await fetchPlainly(await urlOf({ Expires: -10 }));

      expect(status).toBe(403);
      expect(body.toString()).toContain('<Code>AccessDenied</Code>');
      expect(body.toString()).toMatch(/expired/i);
    });
  });

  describe('credentials', () => {
    test('a wrong key is refused, and nothing is stored', async () => {
      const Key = `${prefix}credentials/wrong`;

      const refusal = await refusalOf(
        official({ SecretKey: 'wrong' }).putObject({ ...place, Key, Body: 'a' }),
      );

      expect(refusal).toMatchObject({ statusCode: 403, code: 'SignatureDoesNotMatch' });
      expect(await keysBelow(Key)).toEqual([]);
    });

    test('an unknown id is refused', async () => {
      const refusal = await refusalOf(official({ SecretId: 'AKIDnobody' }).getBucket(place));

      expect(refusal).toMatchObject({ statusCode: 403, code: 'InvalidAccessKeyId' });
    });

    test('a clock that is an hour slow is put right by the client, with one more request', async () => {
      const client = official({ SystemClockOffset: -3_600_000 });

      const { statusCode } = await client.getBucket({ ...place, MaxKeys: 1 });

      expect(statusCode).toBe(200);
    });
  });
});
