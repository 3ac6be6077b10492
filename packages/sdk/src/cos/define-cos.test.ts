import { describe, expect, test } from 'vitest';
import { hostFiles } from './host-files.ts';
import { defineCos } from './define-cos.ts';
import type { OutgoingRequest } from '../core/platform.ts';
import { hostDefaults } from '../testing/defaults.ts';
import {
  fakePlatform,
  never,
  refuse,
  respond,
  type FakeOptions,
  type FakePlatform,
} from '../testing/platform.ts';

const bucket = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou' };
const object = { ...bucket, Key: 'a.txt' };
// CRC-64 of `hello`.
const helloCrc64 = '11177612005948864433';

type Callback = (error: unknown, data?: unknown) => void;
type Call = (params?: unknown, callback?: Callback) => Promise<Record<string, unknown>>;
type Instance = Record<string, Call> & { on(name: string, listener: (payload: unknown) => void): void };

function setup(
  service?: FakeOptions['service'],
  options: Record<string, unknown> = {},
  fake: FakeOptions = {},
) {
  const platform: FakePlatform = fakePlatform({ ...fake, ...(service ? { service } : {}) });
  const COS = defineCos({ defaults: hostDefaults, platform: () => platform, files: hostFiles });
  const cos = new COS({ SecretId: 'id', SecretKey: 'key', ...options }) as unknown as Instance;
  const run = <T>(work: Promise<T>): Promise<T> => platform.clock.run(work);
  const sent = (at = 0): OutgoingRequest => platform.requests[at] as OutgoingRequest;
  return { COS, cos, platform, run, sent };
}

const stored = () => respond(200, { etag: '"e"', 'x-cos-hash-crc64ecma': helloCrc64 });

describe('styles of calling', () => {
  test('a promise gives the result', async () => {
    const { cos, run } = setup(stored);

    expect(await run(cos['putObject']!({ ...object, Body: 'hello' }))).toMatchObject({
      statusCode: 200,
      ETag: '"e"',
      Location: 'examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/a.txt',
      RequestId: 'NjE=',
      CRC64: helloCrc64,
    });
  });

  test('a callback gets it too, and nothing is returned', async () => {
    const { cos, platform } = setup(stored);
    const calls: unknown[] = [];
    const returned: unknown = cos['headObject']!(object, (error, data) => calls.push([error, data]));
    await platform.clock.advance(10);

    expect([returned, calls]).toMatchObject([undefined, [[null, { statusCode: 200, ETag: '"e"' }]]]);
  });

  test('parameters may be left out', async () => {
    const { cos, platform } = setup(() =>
      respond(200, {}, '<ListAllMyBucketsResult><Owner><ID>o</ID></Owner></ListAllMyBucketsResult>'),
    );
    const calls: unknown[] = [];
    void cos['getService']!((error: unknown, data: unknown) => calls.push([error, data]));
    await platform.clock.advance(10);

    expect(calls).toMatchObject([[null, { Buckets: [], Owner: { ID: 'o' } }]]);
  });

  test('a refusal reads as the official SDKs show it, and is an Error', async () => {
    const { cos, run } = setup(() => refuse(404, 'NoSuchKey'));
    const error: unknown = await run(cos['getObject']!(object)).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(Error);
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({
      code: 'NoSuchKey',
      statusCode: 404,
      error: { Code: 'NoSuchKey' },
      method: 'GET',
      RequestId: 'NjE=',
    });
  });
});

describe('parameters', () => {
  test.each([
    ['Bucket', { Region: 'ap-guangzhou', Key: 'a' }, 'missing param Bucket'],
    ['Region', { Bucket: 'b-1', Key: 'a' }, 'missing param Region'],
    ['Key', bucket, 'missing param Key'],
    ['an empty Key', { ...bucket, Key: '' }, 'missing param Key'],
    ['a Key of one slash', { ...bucket, Key: '/' }, 'missing param Key'],
    [
      'a Region with cos.',
      { ...object, Region: 'cos.ap-guangzhou' },
      'param Region should not be start with "cos."',
    ],
    ['a Region with a space', { ...object, Region: 'ap guangzhou' }, 'Region format error.'],
    [
      'a Bucket without a number',
      { ...object, Bucket: 'test' },
      'Bucket should format as "test-1250000000".',
    ],
    ['a Body', { ...object, Body: undefined }, 'missing param Body'],
    ['a Bucket that is no text', { ...object, Bucket: 5 }, 'param Bucket should be a string, got number'],
    [
      'Headers that are no object',
      { ...object, Body: 'x', Headers: 'x' },
      'param Headers should be an object',
    ],
    [
      'a header with a line break',
      { ...object, Body: 'x', ContentType: 'a\r\nb: c' },
      'header content-type contains a line break',
    ],
    ['a Signal that is none', { ...object, Body: 'x', Signal: 5 }, 'param Signal should be an AbortSignal'],
  ])('without or with bad %s nothing is sent', async (_what, params, message) => {
    const { cos, run, platform } = setup(stored);

    await expect(run(cos['putObject']!(params))).rejects.toMatchObject({
      name: 'UsageError',
      error: message,
    });
    expect(platform.requests).toEqual([]);
  });

  test.each([
    ['multipartUpload', { UploadId: 'u', PartNumber: -1, Body: 'x' }, /PartNumber/],
    ['multipartUpload', { UploadId: 'u', Body: 'x' }, /missing param PartNumber/],
    ['multipartUpload', { PartNumber: 1, Body: 'x' }, /missing param UploadId/],
    ['multipartComplete', { UploadId: 'u', Parts: [] }, /missing param Parts/],
    ['multipartComplete', { UploadId: 'u', Parts: [{ PartNumber: 1 }] }, /Parts should have an ETag/],
    ['multipartAbort', {}, /missing param UploadId/],
    ['multipartListPart', {}, /missing param UploadId/],
    ['appendObject', { Body: 'x' }, /missing param Position/],
    ['appendObject', { Body: 'x', Position: -1 }, /Position/],
    ['postObject', {}, /missing param FilePath/],
    ['putObjectCopy', {}, /missing param CopySource/],
    ['putObjectCopy', { CopySource: 'nonsense' }, /CopySource format error/],
    ['deleteMultipleObject', { Objects: [] }, /missing param Objects/],
    ['putBucketPolicy', { Policy: 'no json' }, /Policy format error/],
    ['putBucketVersioning', {}, /missing param VersioningConfiguration/],
    ['restoreObject', {}, /missing param RestoreRequest/],
    ['getObject', { Key: 'a/..' }, /The Getobject Key is illegal/],
    ['downloadFile', {}, /missing param FilePath/],
    ['uploadFiles', { files: [] }, /files/],
    ['uploadFile', {}, /missing param/],
    ['request', { Method: 'BREW' }, /Method/],
  ])('%s %o is refused before anything is sent', async (name, params, message) => {
    const { cos, run, platform } = setup(stored);

    await expect(run(cos[name]!({ ...object, ...params }))).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringMatching(message) as string,
    });
    expect(platform.requests).toEqual([]);
  });

  test('of a batch that are no files fail alone', async () => {
    const { cos, run } = setup(stored);
    const files = [null, { ...object, Body: 'hello' }, 'a.bin'];

    const batch = (await run(cos['uploadFiles']!({ files }))) as { files: { error: unknown }[] };

    expect(batch.files.map(({ error }) => (error as { message?: string } | null)?.message)).toEqual([
      'files[0] must be an object',
      undefined,
      'files[2] must be an object',
    ]);
  });

  test('become headers: own names, Headers and named ones, the later over the former', async () => {
    const { cos, run, sent } = setup(stored);
    await run(
      cos['putObject']!({
        ...object,
        Body: 'hello',
        Headers: { 'Content-Type': 'a/b', 'X-Other': 1, 'x-cos-acl': 'private' },
        'x-cos-meta-Name': 'v',
        ContentType: 'c/d',
        ACL: 'public-read',
        StorageClass: undefined,
      }),
    );

    expect(sent().headers).toMatchObject({
      'content-type': 'c/d',
      'x-other': '1',
      'x-cos-acl': 'public-read',
      'x-cos-meta-name': 'v',
      'cache-control': '',
    });
    expect(sent().headers['x-cos-storage-class']).toBeUndefined();
  });

  test('that only one operation has travel too', async () => {
    const { cos, run, sent } = setup(() => respond(200));
    await run(cos['optionsObject']!({ ...object, Origin: 'http://a.b', AccessControlRequestMethod: 'PUT' }));

    expect(sent().headers).toMatchObject({ origin: 'http://a.b', 'access-control-request-method': 'PUT' });
  });

  test('are never changed', async () => {
    const { cos, run } = setup(stored);
    const Headers = Object.freeze({ a: '1' });
    const params = Object.freeze({ ...object, Key: '/a.txt', Body: 'hello', Headers });

    expect(await run(cos['putObject']!(params))).toMatchObject({ statusCode: 200 });
  });

  test('take a short bucket name with an AppId, and drop one slash of the key', async () => {
    const { cos, run, sent } = setup(stored, { AppId: 1250000000 });
    await run(cos['putObject']!({ Bucket: 'test', Region: 'ap-guangzhou', Key: '//a', Body: 'hello' }));

    expect(sent().url).toBe('https://test-1250000000.cos.ap-guangzhou.myqcloud.com//a');
  });
});

describe('putObject', () => {
  test('fails when the service holds other bytes', async () => {
    const { cos, run } = setup(() => respond(200, { etag: '"e"', 'x-cos-hash-crc64ecma': '7' }));

    await expect(run(cos['putObject']!({ ...object, Body: 'hello' }))).rejects.toMatchObject({
      name: 'IntegrityError',
    });
  });

  test('tells progress from 0 to exactly 1', async () => {
    const { cos, run } = setup(stored);
    const percents: number[] = [];
    const onProgress = ({ percent }: { percent: number }): number => percents.push(percent);
    await run(cos['putObject']!({ ...object, Body: 'hello', onProgress }));

    expect(percents).toEqual([0, 1]);
  });

  test('tells its task before it returns, by either name', () => {
    const { cos } = setup(never);
    const told: unknown[] = [];
    void cos['putObject']!({ ...object, Body: 'x', TaskReady: (id: string) => told.push(typeof id) });
    void cos['putObject']!({ ...object, Body: 'x', onTaskReady: (id: string) => told.push(typeof id) });

    expect(told).toEqual(['string', 'string']);
  });

  test('sends the MD5 of the body when it is asked to', async () => {
    const { cos, run, sent } = setup(stored, { UploadCheckContentMd5: true, UploadAddMetaMd5: true });
    await run(cos['putObject']!({ ...object, Body: 'hello' }));

    expect(sent().headers).toMatchObject({
      'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==',
      'x-cos-meta-md5': '5d41402abc4b2a76b9719d911017c592',
    });
  });

  test('stops at once on an AbortSignal', async () => {
    const { cos, run, platform } = setup(never);
    const control = new AbortController();
    const call = cos['putObject']!({ ...object, Body: 'x', Signal: control.signal });
    await platform.clock.advance(10);
    control.abort();

    await expect(run(call)).rejects.toMatchObject({ name: 'AbortedError' });
    expect([platform.openRequests, platform.clock.pendingTimers]).toEqual([0, 0]);
  });

  test('settles when its task is cancelled', async () => {
    const { cos, run, platform } = setup(never);
    let id = '';
    const call = cos['putObject']!({ ...object, Body: 'x', onTaskReady: (taskId: string) => (id = taskId) });
    await platform.clock.advance(10);
    void cos['cancelTask']!(id);

    await expect(run(call)).rejects.toMatchObject({ name: 'AbortedError' });
  });
});

describe('getObject', () => {
  const bytes = new TextEncoder().encode('hello');

  test('gives the bytes, compared with the checksum', async () => {
    const { cos, run } = setup(() =>
      respond(200, { etag: '"e"', 'x-cos-hash-crc64ecma': helloCrc64 }, bytes),
    );

    expect(await run(cos['getObject']!(object))).toMatchObject({ Body: bytes, ETag: '"e"' });
  });

  test.each([
    ['bytes', undefined, bytes],
    ['bytes', 'text', 'hello'],
    ['text', undefined, 'hello'],
    ['text', 'text', 'hello'],
    ['text', 'arraybuffer', bytes.buffer],
  ] as const)('on a host of %s gives for DataType %s its form', async (objectBody, DataType, wanted) => {
    const platform = fakePlatform({ service: () => respond(200, { etag: '"e"' }, bytes) });
    const COS = defineCos({ defaults: { ...hostDefaults, objectBody }, platform: () => platform });
    const cos = new COS({ SecretId: 'id', SecretKey: 'key' }) as unknown as Instance;

    expect(await platform.clock.run(cos['getObject']!({ ...object, DataType }))).toMatchObject({
      Body: wanted,
    });
  });

  test('fails when they differ', async () => {
    const { cos, run } = setup(() => respond(200, { etag: '"e"', 'x-cos-hash-crc64ecma': '7' }, bytes));

    await expect(run(cos['getObject']!(object))).rejects.toMatchObject({ name: 'IntegrityError' });
  });

  test('does not compare a range with the whole', async () => {
    const { cos, run } = setup(() => respond(206, { etag: '"e"', 'x-cos-hash-crc64ecma': '7' }, bytes));

    expect(await run(cos['getObject']!({ ...object, Range: 'bytes=0-4' }))).toMatchObject({ Body: bytes });
  });

  test('says that nothing was modified', async () => {
    const { cos, run } = setup(() => respond(304));

    expect(await run(cos['getObject']!({ ...object, IfModifiedSince: 'x' }))).toEqual({
      NotModified: true,
      statusCode: 304,
    });
  });
});

describe('answers that are refusals elsewhere', () => {
  test.each([
    ['getBucketCors', 404, 'NoSuchCORSConfiguration', { CORSRules: [] }],
    ['getBucketLifecycle', 404, 'NoSuchLifecycleConfiguration', { Rules: [] }],
    ['getBucketTagging', 404, 'NoSuchTagSet', { Tags: [] }],
    ['getBucketWebsite', 404, 'NoSuchWebsiteConfiguration', { WebsiteConfiguration: {} }],
    [
      'getBucketReplication',
      404,
      'ReplicationConfigurationNotFoundError',
      { ReplicationConfiguration: { Rules: [] } },
    ],
    ['getObjectTagging', 404, 'NoSuchTagSet', { Tags: [] }],
    ['deleteObject', 404, 'NoSuchBucket', { BucketNotFound: true }],
    ['optionsObject', 403, 'AccessForbidden', { OptionsForbidden: true }],
  ])('%s takes %s %s for an answer', async (name, status, code, wanted) => {
    const { cos, run } = setup(() => refuse(status, code));

    expect(await run(cos[name]!(object))).toMatchObject({ ...wanted, statusCode: status });
  });

  test('other refusals stay refusals', async () => {
    const { cos, run } = setup(() => refuse(404, 'NoSuchBucket'));

    await expect(run(cos['getBucketCors']!(bucket))).rejects.toMatchObject({ code: 'NoSuchBucket' });
  });
});

describe('documents', () => {
  test.each([
    [
      'putBucketCors',
      { CORSRules: [{ AllowedOrigins: ['*'], AllowedMethod: 'GET', MaxAgeSeconds: 5 }] },
      '<CORSConfiguration><CORSRule><MaxAgeSeconds>5</MaxAgeSeconds><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>',
    ],
    [
      'putBucketTagging',
      { Tags: [{ Key: 'k', Value: '<v>' }] },
      '<Tagging><TagSet><Tag><Key>k</Key><Value>&lt;v&gt;</Value></Tag></TagSet></Tagging>',
    ],
    [
      'putBucketVersioning',
      { VersioningConfiguration: { Status: 'Enabled' } },
      '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
    ],
    [
      'putBucketReferer',
      { RefererConfiguration: { Status: 'Enabled', DomainList: { Domains: ['a', 'b'] } } },
      '<RefererConfiguration><Status>Enabled</Status><DomainList><Domain>a</Domain><Domain>b</Domain></DomainList></RefererConfiguration>',
    ],
    [
      'putBucketLifecycle',
      { Rules: { ID: '1', Unknown: 'kept' } },
      '<LifecycleConfiguration><Rule><ID>1</ID><Unknown>kept</Unknown></Rule></LifecycleConfiguration>',
    ],
    [
      'deleteMultipleObject',
      { Objects: [{ Key: '/a' }] },
      '<Delete><Quiet>false</Quiet><Object><Key>a</Key></Object></Delete>',
    ],
  ])('%s writes its document, with its MD5', async (name, params, document) => {
    const { cos, run, sent } = setup(() =>
      respond(200, {}, name === 'deleteMultipleObject' ? '<DeleteResult/>' : ''),
    );
    await run(cos[name]!({ ...bucket, ...params }));

    expect(sent().body).toBe(`<?xml version="1.0" encoding="UTF-8"?>${document}`);
    expect(sent().headers).toMatchObject({
      'content-type': 'application/xml',
      'content-md5': expect.any(String) as string,
    });
  });

  test('are read in the words of the official SDKs', async () => {
    const xml =
      '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>';
    const { cos, run } = setup(() => respond(200, {}, xml));

    expect(await run(cos['getBucketCors']!(bucket))).toMatchObject({
      CORSRules: [{ AllowedOrigins: ['*'], AllowedMethods: ['GET'], AllowedHeaders: [], ExposeHeaders: [] }],
    });
  });

  test('of access control become flat', async () => {
    const grant = (who: string, what: string): string =>
      `<Grant><Grantee>${who}</Grantee><Permission>${what}</Permission></Grant>`;
    const xml = `<AccessControlPolicy><Owner><ID>me</ID></Owner><AccessControlList>${grant('<ID>you</ID>', 'READ')}${grant(
      '<URI>http://cam.qcloud.com/groups/global/AllUsers</URI>',
      'READ',
    )}${grant('<ID>me</ID>', 'FULL_CONTROL')}</AccessControlList></AccessControlPolicy>`;
    const { cos, run } = setup(() => respond(200, {}, xml));

    expect(await run(cos['getBucketAcl']!(bucket))).toMatchObject({
      ACL: 'public-read',
      GrantRead: 'id="you"',
      GrantWrite: '',
      Owner: { ID: 'me' },
    });
  });
});

test('before-send shows and changes what is sent, once per attempt', async () => {
  const { cos, run, sent } = setup((_request, attempt) =>
    attempt === 0 ? refuse(503, 'SlowDown') : stored(),
  );
  let told = 0;
  cos.on('before-send', (request) => {
    told += 1;
    (request as { headers: Record<string, string> }).headers['x-added'] = 'yes';
  });
  await run(cos['headObject']!(object));

  expect([told, sent(1).headers['x-added']]).toEqual([2, 'yes']);
});

test('a listener that throws stops nothing', async () => {
  const { cos, run } = setup(stored);
  cos.on('before-send', () => {
    throw new Error('mine');
  });

  expect(await run(cos['headObject']!(object))).toMatchObject({ statusCode: 200 });
});

describe('cos.options, changed after the instance was made', () => {
  const optionsOf = (cos: Instance) => (cos as unknown as { options: Record<string, unknown> }).options;

  test('is read by each call: keys, host, scheme and timeout', async () => {
    const { cos, run, sent } = setup(stored);
    await run(cos['headObject']!(object));
    Object.assign(optionsOf(cos), {
      SecretId: 'other',
      SecurityToken: 'token',
      Domain: 'other.example.com',
      Protocol: 'http:',
      Timeout: 5000,
    });
    await run(cos['headObject']!(object));

    expect(sent(0).url).toMatch(/^https:.*myqcloud/);
    expect(sent(1)).toMatchObject({ url: 'http://other.example.com/a.txt', timeoutMs: 5000 });
    expect(sent(1).headers['authorization']).toContain('q-ak=other&');
    expect(sent(1).headers['x-cos-security-token']).toBe('token');
  });

  test('is read by the queue whenever a file may begin: how many do so at once', async () => {
    const { cos, platform } = setup(() => never());
    const Body = new Uint8Array(8 * 1_048_576);
    const begin = (Key: string) =>
      void cos['sliceUploadFile']!({ ...object, Key, Body }).catch(() => undefined);
    const states = () =>
      (cos as unknown as { getTaskList(): { state: string }[] }).getTaskList().map(({ state }) => state);
    optionsOf(cos)['FileParallelLimit'] = 1;
    for (const Key of ['one', 'two', 'three']) begin(Key);
    await platform.clock.advance(10);
    const before = states();
    optionsOf(cos)['FileParallelLimit'] = 2;
    begin('four');
    await platform.clock.advance(10);

    expect(before).toEqual(['checking', 'waiting', 'waiting']);
    expect(states()).toEqual(['checking', 'checking', 'waiting', 'waiting']);
  });
});

test('a copy in parts keeps what belongs to the source, and is freed when it fails', async () => {
  const head = respond(200, {
    etag: '"s"',
    'content-length': '3145728',
    'content-type': 'a/b',
    'x-cos-meta-m': '1',
  });
  const { cos, run, platform, sent } = setup((request) => {
    if (request.method === 'HEAD') return head;
    if (request.url.endsWith('?uploads'))
      return respond(
        200,
        {},
        '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>',
      );
    if (request.method === 'DELETE') return respond(204);
    return refuse(403, 'AccessDenied');
  });
  const CopySource = 'source-1250000000.cos.ap-beijing.myqcloud.com/s%20t';
  const copy = run(
    cos['sliceCopyFile']!({ ...object, CopySource, CopySliceSize: 1048576, CopyChunkSize: 1048576 }),
  );

  await expect(copy).rejects.toMatchObject({ code: 'AccessDenied' });
  expect(sent(0).url).toBe('https://source-1250000000.cos.ap-beijing.myqcloud.com/s%20t');
  expect(sent(1).headers).toMatchObject({ 'content-type': 'a/b', 'x-cos-meta-m': '1' });
  expect(sent(platform.requests.length - 1)).toMatchObject({ method: 'DELETE' });
});

test('postObject sends every header as a field of the form', async () => {
  const { cos, run, platform } = setup(
    undefined,
    {},
    { files: { '/f': { bytes: new Uint8Array(9), modifiedMs: 0 } } },
  );
  const data = await run(
    cos['postObject']!({
      ...object,
      FilePath: '/f',
      Key: 'x/${filename}',
      'x-cos-meta-a': '1',
      Headers: { 'x-cos-forbid-overwrite': 'true' },
    }),
  );
  const [form] = platform.requests as unknown as readonly { fields: Record<string, string>; url: string }[];

  expect(data).toMatchObject({ Location: 'examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/x/f' });
  expect(form?.url).toBe('https://examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/');
  expect(form?.fields).toMatchObject({
    key: 'x/${filename}',
    'x-cos-meta-a': '1',
    'x-cos-forbid-overwrite': 'true',
    success_action_status: '200',
    Signature: expect.stringContaining('q-signature=') as string,
  });
});
