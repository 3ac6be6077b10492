/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access -- the SDK publishes no types */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUCKET, REGION, bytesOf, codeOf, startOfficial } from './wx-official.ts';
import type { Official } from './wx-official.ts';

/** cos-wx-sdk-v5 1.8.0: append, forms, copies and the attributes of objects. */

let cos: Official;
beforeAll(async () => {
  cos = await startOfficial();
});
afterAll(() => cos.stop());

const md5 = (text: string | Uint8Array): string => `"${createHash('md5').update(text).digest('hex')}"`;

describe('putObject and getObject', () => {
  const mine = (letter: string) => {
    const key = Buffer.alloc(32, letter);
    return {
      SSECustomerAlgorithm: 'AES256',
      SSECustomerKey: key.toString('base64'),
      SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
    };
  };

  test('encrypt with a key of the mini program, which alone reads what it wrote', async () => {
    const put = await cos.call('putObject', { Key: 'sse/own', Body: 'secret', ...mine('k') });
    const read = await cos.call('getObject', { Key: 'sse/own', ...mine('k') });
    const without = await cos.call('getObject', { Key: 'sse/own' });
    const other = await cos.call('getObject', { Key: 'sse/own', ...mine('o') });

    expect(put.error).toBeNull();
    expect(read.data['Body']).toBe('secret');
    expect([without.error?.['statusCode'], codeOf(without)]).toEqual([400, 'SsecDecryptHeaderInvalid']);
    expect(other.error).toMatchObject({ statusCode: 400 });
  });

  test('do not overwrite when told, and keep to limits of their speed', async () => {
    await cos.call('putObject', { Key: 'once', Body: 'first' });
    const Headers = { 'x-cos-forbid-overwrite': 'true' };

    const again = await cos.call('putObject', { Key: 'once', Body: 'second', Headers });
    const slow = await cos.call('putObject', { Key: 'slow', Body: 'x', TrafficLimit: 1 });
    const startedAtMs = performance.now();
    const paced = await cos.call('putObject', {
      Key: 'slow',
      Body: 's'.repeat(204_800),
      TrafficLimit: 819_200,
    });

    expect([again.error?.['statusCode'], codeOf(again)]).toEqual([409, 'FileAlreadyExists']);
    expect([slow.error?.['statusCode'], codeOf(slow)]).toEqual([400, 'InvalidArgument']);
    expect(paced.error).toBeNull();
    expect(performance.now() - startedAtMs).toBeGreaterThan(1600);
    expect((await cos.read('once')).toString()).toBe('first');
  });
});

describe('appendObject', () => {
  test('grows an object and tells the next position', async () => {
    const first = await cos.call('appendObject', { Key: 'append/a', Body: 'hello ', Position: 0 });
    const head = await cos.call('headObject', { Key: 'append/a' });
    const second = await cos.call('appendObject', {
      Key: 'append/a',
      Body: bytesOf('world'),
      Position: head.data['headers']['content-length'],
    });

    expect(first.data['headers']['x-cos-next-append-position']).toBe('6');
    expect(head.data['headers']['x-cos-object-type']).toBe('appendable');
    expect(second.data).toMatchObject({ statusCode: 200 });
    expect(second.data['headers']['x-cos-next-append-position']).toBe('11');
    expect((await cos.read('append/a')).toString()).toBe('hello world');
  });

  test('refuses a wrong position and an object that was put', async () => {
    await cos.call('appendObject', { Key: 'append/b', Body: 'abc', Position: 0 });
    await cos.call('putObject', { Key: 'append/c', Body: 'abc' });

    const wrong = await cos.call('appendObject', { Key: 'append/b', Body: 'x', Position: 2 });
    const normal = await cos.call('appendObject', { Key: 'append/c', Body: 'x', Position: 3 });

    expect(wrong.error).toMatchObject({ statusCode: 409 });
    expect(codeOf(wrong)).toBe('AppendPositionErr');
    expect(normal.error).toMatchObject({ statusCode: 409 });
    expect(codeOf(normal)).toBe('ObjectNotAppendable');
  });
});

describe('postObject', () => {
  test('uploads a form through wx.uploadFile with progress', async () => {
    const bytes = randomBytes(200_000);
    const FilePath = cos.host.addFile(bytes, 'wxfile://tmp_photo.jpg');
    const progress: number[] = [];

    const { error, data } = await cos.call('postObject', {
      Key: 'post/photo.jpg',
      FilePath,
      ContentType: 'image/jpeg',
      CacheControl: 'no-cache',
      'x-cos-meta-a': 'b',
      onProgress: ({ percent }: { percent: number }) => progress.push(percent),
    });
    const head = await cos.call('headObject', { Key: 'post/photo.jpg' });

    expect(error).toBeNull();
    expect(data).toMatchObject({
      statusCode: 200,
      ETag: md5(bytes),
      Location: `${BUCKET}.cos.${REGION}.myqcloud.com/post/photo.jpg`,
    });
    expect(progress.at(-1)).toBe(1);
    expect(head.data['headers']).toMatchObject({
      'content-type': 'image/jpeg',
      'cache-control': 'no-cache',
      'x-cos-meta-a': 'b',
    });
    expect(await cos.read('post/photo.jpg')).toEqual(bytes);
  });

  test('has no ETag on clients that keep the headers of an upload to themselves', async () => {
    const strict = await startOfficial({ legacyHeader: false });
    const FilePath = strict.host.addFile(new Uint8Array(10));

    const { data } = await strict.call('postObject', { Key: 'post/strict', FilePath });
    const size = (await strict.read('post/strict')).length;
    await strict.stop();

    expect(data).toMatchObject({ statusCode: 200, ETag: '' });
    expect(size).toBe(10);
  });

  test('is refused for a file above the limit of wx.uploadFile and for none', async () => {
    const FilePath = cos.host.addFile({
      size: 11 * 1024 * 1024,
      read: (_position, length) => new Uint8Array(length),
    });

    const large = await cos.call('postObject', { Key: 'post/large', FilePath });
    const none = await cos.call('postObject', { Key: 'post/none' });

    expect(large.error?.['error']).toBe('uploadFile:fail exceed max file size');
    expect(none.error?.['error']).toBe('missing param FilePath');
  });

  test('is refused with a wrong secret', async () => {
    await cos.construct({ SecretKey: 'wrong' });
    const reply = await cos.call('postObject', {
      Key: 'post/denied',
      FilePath: cos.host.addFile(new Uint8Array(3)),
    });
    await cos.construct();

    expect(reply.error).toMatchObject({ statusCode: 403 });
    expect(codeOf(reply)).toBe('SignatureDoesNotMatch');
  });
});

describe('more operations on objects', () => {
  beforeAll(() =>
    cos.call('putObject', { Key: 'more/source', Body: 'source', ContentType: 'text/x', 'x-cos-meta-a': '1' }),
  );
  const CopySource = `${BUCKET}.cos.${REGION}.myqcloud.com/more/source`;

  test('copies with the headers of the source, or with new ones', async () => {
    const kept = await cos.call('putObjectCopy', { Key: 'more/copy', CopySource });
    await cos.call('putObjectCopy', {
      Key: 'more/changed',
      CopySource,
      MetadataDirective: 'Replaced',
      'x-cos-meta-a': '2',
    });
    const none = await cos.call('putObjectCopy', { Key: 'more/x', CopySource: `${CopySource}-none` });

    expect(kept.data).toMatchObject({ statusCode: 200, ETag: md5('source') });
    expect((await cos.call('headObject', { Key: 'more/copy' })).data['headers']).toMatchObject({
      'content-type': 'text/x',
      'x-cos-meta-a': '1',
    });
    expect((await cos.call('headObject', { Key: 'more/changed' })).data['headers']['x-cos-meta-a']).toBe('2');
    expect(none.error).toMatchObject({ statusCode: 404 });
  });

  test('deletes several objects, quietly or not', async () => {
    for (const Key of ['more/d1', 'more/d2', 'more/d3']) await cos.call('putObject', { Key, Body: 'x' });

    const loud = await cos.call('deleteMultipleObject', {
      Objects: [{ Key: 'more/d1' }, { Key: 'more/none' }],
    });
    const quiet = await cos.call('deleteMultipleObject', {
      Objects: [{ Key: 'more/d2' }, { Key: 'more/d3' }],
      Quiet: true,
    });

    expect(loud.data['Deleted'].map(({ Key }: { Key: string }) => Key)).toEqual(['more/d1', 'more/none']);
    expect(loud.data['Error']).toEqual([]);
    expect(quiet.data['Deleted']).toEqual([]);
    expect((await cos.call('getBucket', { Prefix: 'more/d' })).data['Contents']).toEqual([]);
  });

  test('sets and reads the access control list of an object', async () => {
    const before = await cos.call('getObjectAcl', { Key: 'more/source' });
    await cos.call('putObjectAcl', { Key: 'more/source', ACL: 'public-read' });
    const after = await cos.call('getObjectAcl', { Key: 'more/source' });

    expect(before.data).toMatchObject({ statusCode: 200, ACL: 'default' });
    expect(after.data).toMatchObject({ ACL: 'public-read' });
    expect(after.data['Owner']['ID']).toMatch(/^qcs::cam::uin\/\d+:uin\/\d+$/);
  });

  test('sets, reads and deletes the tags of an object', async () => {
    const Tags = [
      { Key: 'k1', Value: 'v1' },
      { Key: 'k2', Value: 'v2' },
    ];
    const put = await cos.call('putObjectTagging', { Key: 'more/source', Tags });
    const got = await cos.call('getObjectTagging', { Key: 'more/source' });
    const gone = await cos.call('deleteObjectTagging', { Key: 'more/source' });
    const none = await cos.call('getObjectTagging', { Key: 'more/source' });

    expect(put.error).toBeNull();
    expect(got.data['Tags']).toEqual(Tags);
    expect(gone.data['statusCode']).toBe(204);
    expect(none.data['Tags']).toEqual([]);
  });

  test('answers a preflight by the rules of the bucket', async () => {
    await cos.call('putBucketCors', {
      CORSRules: [
        {
          AllowedOrigin: ['https://example.com'],
          AllowedMethod: ['PUT'],
          AllowedHeader: ['*'],
          MaxAgeSeconds: 5,
        },
      ],
    });
    const ask = { Key: 'a', AccessControlRequestMethod: 'PUT', AccessControlRequestHeaders: 'x-a' };

    const allowed = await cos.call('optionsObject', { ...ask, Origin: 'https://example.com' });
    const refused = await cos.call('optionsObject', { ...ask, Origin: 'https://example.org' });

    expect(allowed.data).toMatchObject({
      AccessControlAllowOrigin: 'https://example.com',
      AccessControlAllowMethods: 'PUT',
      AccessControlMaxAge: '5',
    });
    expect(refused.data).toMatchObject({ OptionsForbidden: true, statusCode: 403 });
  });

  test('refuses to read an archived object until it was restored', async () => {
    await cos.call('putObject', { Key: 'more/archived', Body: 'x', StorageClass: 'ARCHIVE' });

    const cold = await cos.call('getObject', { Key: 'more/archived' });
    const asked = await cos.call('restoreObject', {
      Key: 'more/archived',
      RestoreRequest: { Days: 1, CASJobParameters: { Tier: 'Expedited' } },
    });
    const warm = await cos.call('restoreObject', { Key: 'more/source', RestoreRequest: { Days: 1 } });

    expect(cold.error).toMatchObject({ statusCode: 403 });
    expect(codeOf(cold)).toBe('InvalidObjectState');
    expect(asked.data['statusCode']).toBe(202);
    expect(warm.error).toMatchObject({ statusCode: 405 });
    expect(codeOf(warm)).toBe('RestoreNonArchiveObject');
  });

  test('keeps versions when the bucket does', async () => {
    await cos.call('putBucketVersioning', { VersioningConfiguration: { Status: 'Enabled' } });
    const first = await cos.call('putObject', { Key: 'versions/a', Body: '1' });
    const second = await cos.call('putObject', { Key: 'versions/a', Body: '2' });
    const marker = await cos.call('deleteObject', { Key: 'versions/a' });
    const hidden = await cos.call('headObject', { Key: 'versions/a' });
    const old = await cos.call('getObject', { Key: 'versions/a', VersionId: first.data['VersionId'] });
    const list = await cos.call('listObjectVersions', { Prefix: 'versions/' });
    await cos.call('putBucketVersioning', { VersioningConfiguration: { Status: 'Suspended' } });
    const state = await cos.call('getBucketVersioning');

    expect(first.data['VersionId']).not.toBe(second.data['VersionId']);
    expect(marker.data['headers']['x-cos-delete-marker']).toBe('true');
    expect(hidden.error).toMatchObject({ statusCode: 404 });
    expect(old.data['Body']).toBe('1');
    expect(list.data['Versions'].map(({ VersionId }: { VersionId: string }) => VersionId)).toEqual([
      second.data['VersionId'],
      first.data['VersionId'],
    ]);
    expect(list.data['DeleteMarkers']).toHaveLength(1);
    expect(state.data['VersioningConfiguration']).toEqual({ Status: 'Suspended' });
  });
});
