/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access -- the SDK publishes no types */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUCKET, REGION, bytesOf, codeOf, startOfficial } from './wx-official.ts';
import type { Official } from './wx-official.ts';

/** cos-wx-sdk-v5 1.8.0: put, get, head, delete, list, and how errors look. */

let cos: Official;
beforeAll(async () => {
  cos = await startOfficial();
});
afterAll(() => cos.stop());

const md5 = (text: string | Uint8Array): string => `"${createHash('md5').update(text).digest('hex')}"`;

describe('putObject', () => {
  test('stores an ArrayBuffer and answers ETag, Location and the request id', async () => {
    const { error, data } = await cos.call('putObject', { Key: 'put/bytes', Body: bytesOf('hello') });

    expect(error).toBeNull();
    expect(data).toMatchObject({
      statusCode: 200,
      ETag: md5('hello'),
      Location: `${BUCKET}.cos.${REGION}.myqcloud.com/put/bytes`,
    });
    expect(data['RequestId']).toBe(data['headers']['x-cos-request-id']);
    expect(data['headers']['x-cos-hash-crc64ecma']).toMatch(/^\d+$/);
    expect((await cos.read('put/bytes')).toString()).toBe('hello');
  });

  test('stores a string as UTF-8', async () => {
    await cos.call('putObject', { Key: 'put/文字 (1)!.txt', Body: '日本語 😀' });

    expect((await cos.read('put/文字 (1)!.txt')).toString()).toBe('日本語 😀');
  });

  test('stores a file by its path', async () => {
    const bytes = randomBytes(300_000);
    const FilePath = cos.host.addFile(bytes);

    const { data } = await cos.call('putObject', { Key: 'put/file', FilePath });

    expect(data['ETag']).toBe(md5(bytes));
    expect(await cos.read('put/file')).toEqual(bytes);
  });

  test('makes a folder', async () => {
    const { data } = await cos.call('putObject', { Key: 'put/folder/', Body: '' });

    expect(data).toMatchObject({ statusCode: 200, ETag: md5('') });
  });

  test('keeps headers and meta data, and reports progress and the task', async () => {
    const seen: unknown[] = [];

    await cos.call('putObject', {
      Key: 'put/headers',
      Body: bytesOf('x'.repeat(1000)),
      CacheControl: 'max-age=60',
      ContentDisposition: 'attachment; filename="a.txt"',
      ContentType: 'text/plain; charset=utf-8',
      StorageClass: 'STANDARD_IA',
      'x-cos-meta-colour': 'red',
      Headers: { 'x-cos-traffic-limit': 838860800 },
      onTaskReady: (id: string) => seen.push(typeof id),
      onProgress: ({ loaded, total, percent }: Record<string, number>) => seen.push([loaded, total, percent]),
    });
    const { data } = await cos.call('headObject', { Key: 'put/headers' });

    expect(data['headers']).toMatchObject({
      'cache-control': 'max-age=60',
      'content-disposition': 'attachment; filename="a.txt"',
      'content-type': 'text/plain; charset=utf-8',
      'x-cos-storage-class': 'STANDARD_IA',
      'x-cos-meta-colour': 'red',
      'content-length': '1000',
    });
    expect(seen).toEqual(['string', [0, 1000, 0], [1000, 1000, 1]]);
  });

  test('does not overwrite when told', async () => {
    await cos.call('putObject', { Key: 'put/once', Body: 'first' });

    const reply = await cos.call('putObject', { Key: 'put/once', Body: 'second', ForbidOverwrite: true });

    expect(reply.error).toMatchObject({ statusCode: 409 });
    expect(codeOf(reply)).toBe('FileAlreadyExists');
    expect((await cos.read('put/once')).toString()).toBe('first');
  });

  test('shows a traffic limit out of range as InvalidArgument', async () => {
    const reply = await cos.call('putObject', {
      Key: 'put/slow',
      Body: 'x',
      Headers: { 'x-cos-traffic-limit': 1 },
    });

    expect(reply.error).toMatchObject({ statusCode: 400 });
    expect(codeOf(reply)).toBe('InvalidArgument');
  });

  test('refuses wrong bytes by their Content-MD5', async () => {
    const reply = await cos.call('putObject', {
      Key: 'put/md5',
      Body: 'x',
      ContentMD5: createHash('md5').update('y').digest('base64'),
    });

    expect(reply.error).toMatchObject({ statusCode: 400 });
    expect(codeOf(reply)).toBe('BadDigest');
    expect((await cos.call('headObject', { Key: 'put/md5' })).error).toMatchObject({ statusCode: 404 });
  });
});

describe('errors', () => {
  test('carry the parsed error of the service, its status, headers and address', async () => {
    const { error } = await cos.call('getObject', { Key: 'errors/none' });

    expect(error).toMatchObject({
      statusCode: 404,
      method: 'GET',
      error: {
        Code: 'NoSuchKey',
        Message: expect.stringMatching(/./),
        Resource: expect.stringContaining('errors/none'),
        RequestId: expect.stringMatching(/./),
        TraceId: expect.stringMatching(/./),
      },
    });
    expect(error?.['RequestId']).toBe(error?.['error'].RequestId);
    expect(error?.['url']).toBe(`https://${BUCKET}.cos.${REGION}.myqcloud.com/errors/none`);
    expect(error?.['headers']['content-type']).toBe('application/xml');
  });

  test('are empty for a HEAD of a missing object', async () => {
    const { error } = await cos.call('headObject', { Key: 'errors/none' });

    expect(error).toMatchObject({ statusCode: 404, error: {} });
    expect(error?.['error']).toEqual({});
  });

  test('name the missing bucket', async () => {
    const reply = await cos.call('putObject', { Bucket: 'nobody-1250000000', Key: 'a', Body: 'x' });

    expect(reply.error).toMatchObject({ statusCode: 404 });
    expect(codeOf(reply)).toBe('NoSuchBucket');
  });

  test('reject the promise with the same object', async () => {
    const { kind, value } = await cos.promise('getObject', { Key: 'errors/none' });

    expect(kind).toBe('rejected');
    expect(value).toMatchObject({ statusCode: 404, error: { Code: 'NoSuchKey' } });
  });

  test.each([
    ['a wrong secret', { SecretKey: 'wrong' }, 'SignatureDoesNotMatch'],
    ['an unknown id', { SecretId: 'AKIDnobody' }, 'InvalidAccessKeyId'],
  ])('for %s are 403', async (_name, options, code) => {
    await cos.construct(options);
    const reply = await cos.call('putObject', { Key: 'errors/denied', Body: 'x' });
    await cos.construct();

    expect(reply.error).toMatchObject({ statusCode: 403 });
    expect(codeOf(reply)).toBe(code);
  });

  test.each([
    [{ Key: '' }, 'missing param Key'],
    [{ Key: 'a', Region: '' }, 'missing param Region'],
    [{ Key: 'a', Bucket: 'short' }, 'Bucket should format as "test-1250000000".'],
  ])('for wrong parameters %j come before any request', async (params, message) => {
    const before = cos.host.traffic.calls.length;

    const { error } = await cos.call('headObject', params);

    expect(error?.['error']).toBe(message);
    expect(cos.host.traffic.calls).toHaveLength(before);
  });

  test('are the text of the host when the network fails', async () => {
    cos.host.setNetwork('none');
    const { error } = await cos.call('headObject', { Key: 'a' });
    cos.host.setNetwork('wifi');

    expect(error?.['error']).toMatch(/^request:fail .*ERR_INTERNET_DISCONNECTED/);
  });
});

describe('getObject', () => {
  beforeAll(() => cos.call('putObject', { Key: 'get/a.txt', Body: '0123456789', ContentType: 'text/plain' }));

  test('reads text and a range of it', async () => {
    const whole = await cos.call('getObject', { Key: 'get/a.txt' });
    const part = await cos.call('getObject', { Key: 'get/a.txt', Range: 'bytes=2-4' });

    expect(whole.data).toMatchObject({ statusCode: 200, Body: '0123456789', ETag: md5('0123456789') });
    expect(part.data).toMatchObject({ statusCode: 206, Body: '234' });
    expect(part.data['headers']['content-range']).toBe('bytes 2-4/10');
  });

  test('refuses a range behind the end', async () => {
    const reply = await cos.call('getObject', { Key: 'get/a.txt', Range: 'bytes=10-' });

    expect(reply.error).toMatchObject({ statusCode: 416 });
    expect(codeOf(reply)).toBe('InvalidRange');
  });

  test('keeps to conditions', async () => {
    const same = await cos.call('getObject', { Key: 'get/a.txt', IfNoneMatch: md5('0123456789') });
    const other = await cos.call('getObject', { Key: 'get/a.txt', IfMatch: '"x"' });
    const head = await cos.call('headObject', { Key: 'get/a.txt' });
    const unchanged = await cos.call('headObject', {
      Key: 'get/a.txt',
      IfModifiedSince: head.data['headers']['last-modified'],
    });
    const late = await cos.call('headObject', {
      Key: 'get/a.txt',
      IfUnmodifiedSince: new Date(0).toUTCString(),
    });

    expect(same.error).toMatchObject({ statusCode: 304 });
    expect(other.error).toMatchObject({ statusCode: 412 });
    expect(unchanged).toEqual({ error: null, data: { NotModified: true, statusCode: 304 } });
    expect(late.error).toMatchObject({ statusCode: 412 });
  });

  test('overrides response headers in a signed request', async () => {
    const { data } = await cos.call('getObject', {
      Key: 'get/a.txt',
      ResponseContentType: 'text/html',
      ResponseContentDisposition: 'attachment',
    });

    expect(data['headers']).toMatchObject({
      'content-type': 'text/html',
      'content-disposition': 'attachment',
    });
  });

  test('reads bytes that are no text', async () => {
    const bytes = randomBytes(5000);
    await cos.call('putObject', { Key: 'get/bytes', Body: new Uint8Array(bytes).buffer });

    expect(await cos.read('get/bytes')).toEqual(bytes);
  });

  test('follows an address signed by getObjectUrl', async () => {
    const url = (await cos.sync('getObjectUrl', {
      Bucket: BUCKET,
      Region: REGION,
      Key: 'get/a.txt',
      Sign: true,
    })) as string;
    const unsigned = url.slice(0, url.indexOf('?'));

    const fetched = await cos.program.run(
      `function (scope) {
        return Promise.all(scope.input.map(function (address) {
          return new Promise(function (resolve, reject) {
            wx.request({ url: address, dataType: 'text', fail: reject, success: function (result) {
              resolve([result.statusCode, result.statusCode === 200 ? result.data : '']);
            } });
          });
        }));
      }`,
      [url, unsigned],
    );

    expect(fetched).toEqual([
      [200, '0123456789'],
      [403, ''],
    ]);
  });

  test('signs with getAuth what a request of one’s own then carries', async () => {
    const { data, error } = await cos.call('request', { Method: 'GET', Key: 'get/a.txt', RawBody: true });

    expect(error).toBeNull();
    expect(data).toMatchObject({ statusCode: 200, Body: '0123456789' });
  });
});

describe('deleteObject', () => {
  test('answers 204, also for what is not there', async () => {
    await cos.call('putObject', { Key: 'delete/a', Body: 'x' });

    const first = await cos.call('deleteObject', { Key: 'delete/a' });
    const second = await cos.call('deleteObject', { Key: 'delete/a' });

    expect([first.data['statusCode'], second.data['statusCode']]).toEqual([204, 204]);
    expect((await cos.call('headObject', { Key: 'delete/a' })).error).toMatchObject({ statusCode: 404 });
  });
});

describe('getBucket', () => {
  const keys = ['list/a', 'list/b/1', 'list/b/2', 'list/c', 'list/中'];
  beforeAll(() => Promise.all(keys.map((Key) => cos.call('putObject', { Key, Body: Key }))));

  test('lists keys with arrays and text values', async () => {
    const { data } = await cos.call('getBucket', { Prefix: 'list/' });

    expect(data).toMatchObject({ statusCode: 200, Name: BUCKET, Prefix: 'list/', IsTruncated: 'false' });
    expect(data['Contents'].map(({ Key }: { Key: string }) => Key)).toEqual(keys);
    expect(data['Contents'][0]).toMatchObject({ ETag: md5('list/a'), Size: '6', StorageClass: 'STANDARD' });
    expect(data['CommonPrefixes']).toEqual([]);
  });

  test('pages by marker and folds by delimiter', async () => {
    const seen: string[] = [];
    let Marker: string | undefined;
    for (let pages = 0; pages < 10; pages++) {
      const { data } = await cos.call('getBucket', {
        Prefix: 'list/',
        Delimiter: '/',
        MaxKeys: 2,
        ...(Marker === undefined ? {} : { Marker }),
      });
      for (const { Key } of data['Contents'] as { Key: string }[]) seen.push(Key);
      for (const { Prefix } of data['CommonPrefixes'] as { Prefix: string }[]) seen.push(Prefix);
      if (data['IsTruncated'] !== 'true') break;
      Marker = data['NextMarker'] as string;
    }

    expect(seen.sort()).toEqual(['list/a', 'list/b/', 'list/c', 'list/中']);
  });

  test('encodes keys as url on request', async () => {
    const { data } = await cos.call('getBucket', { Prefix: 'list/中', EncodingType: 'url' });

    expect(data['EncodingType']).toBe('url');
    expect(decodeURIComponent((data['Contents'] as { Key: string }[])[0]?.Key ?? '')).toBe('list/中');
  });
});
