import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket } from './client.ts';

const service = await serviceForTests({ name: 'get-object' });
const client = await clientInNewBucket(service);
const large = randomBytes(1_000_000);
await client.put('ten', '0123456789');
await client.put('large', large);
await client.put('empty', '');
const { etag = '', 'last-modified': lastModified = '' } = (await client.head('ten')).headers;
const before = new Date(Date.parse(lastModified) - 10_000).toUTCString();
const after = new Date(Date.parse(lastModified) + 10_000).toUTCString();

test('returns the object with what is known of it', async () => {
  const answer = await client.get('ten');

  expect(answer.status).toBe(200);
  expect(answer.text).toBe('0123456789');
  expect(answer.headers).toMatchObject({
    'content-length': '10',
    'accept-ranges': 'bytes',
    etag: '"781e5e245d69b566979b86e28d23f2c7"',
    'content-type': 'application/octet-stream',
    'x-cos-hash-crc64ecma': expect.stringMatching(/^\d+$/) as string,
    'last-modified': expect.stringMatching(/ GMT$/) as string,
  });
  for (const absent of ['x-cos-storage-class', 'x-cos-object-type', 'x-cos-version-id', 'x-cos-trace-id'])
    expect(answer.headers[absent]).toBeUndefined();
});

test('a key that does not exist is NoSuchKey, with all that helps to find the cause', async () => {
  const answer = await client.get('missing.txt');

  expect([answer.status, answer.code]).toEqual([404, 'NoSuchKey']);
  expect(answer.headers['content-type']).toBe('application/xml');
  expect(answer.xml()).toEqual({
    Code: 'NoSuchKey',
    Message: 'The specified key does not exist.',
    Resource: `${client.bucket}.cos.ap-guangzhou.localhost:${service.port}/missing.txt`,
    RequestId: answer.headers['x-cos-request-id'],
    TraceId: answer.headers['x-cos-trace-id'],
  });
});

test('a bucket that does not exist is NoSuchBucket', async () => {
  const answer = await client.in('nothere-1250000000').get('x');

  expect([answer.status, answer.code]).toEqual([404, 'NoSuchBucket']);
});

describe('a range', () => {
  test.each([
    ['bytes=0-0', '0', '0-0'],
    ['bytes=2-4', '234', '2-4'],
    ['bytes=7-', '789', '7-9'],
    ['bytes=-3', '789', '7-9'],
    ['bytes=-100', '0123456789', '0-9'],
    ['bytes=8-99999999', '89', '8-9'],
    ['BYTES=1-1', '1', '1-1'],
  ])('%s gives %s', async (range, text, contentRange) => {
    const answer = await client.get('ten', { range });

    expect(answer.status).toBe(206);
    expect(answer.text).toBe(text);
    expect(answer.headers['content-range']).toBe(`bytes ${contentRange}/10`);
    expect(answer.headers['content-length']).toBe(String(text.length));
  });

  test.each(['bytes=10-', 'bytes=10-20', 'bytes=99-', 'bytes=-0'])(
    '%s of 10 bytes is InvalidRange',
    async (range) => {
      const answer = await client.get('ten', { range });

      expect([answer.status, answer.code]).toEqual([416, 'InvalidRange']);
      expect(answer.headers['content-range']).toBe('bytes */10');
    },
  );

  test.each(['bytes=0-1,3-4', 'bytes=5-2', 'lines=1-2', 'bytes=x-y', 'bytes=-', '1-2'])(
    '%s is not one range, so the whole object comes',
    async (range) => {
      const answer = await client.get('ten', { range });

      expect(answer.status).toBe(200);
      expect(answer.text).toBe('0123456789');
    },
  );

  test('of an empty object is InvalidRange', async () => {
    expect((await client.get('empty', { range: 'bytes=0-' })).status).toBe(416);
  });

  test('of a large object gives exactly those bytes', async () => {
    const answer = await client.get('large', { range: 'bytes=65535-786433' });

    expect(answer.body.equals(large.subarray(65_535, 786_434))).toBe(true);
  });
});

describe('a condition', () => {
  const bare = etag.replaceAll('"', '');

  test.each([
    ['If-Match with the ETag', 200, { 'if-match': etag }],
    ['If-Match with the bare ETag', 200, { 'if-match': bare }],
    ['If-Match with a list', 200, { 'if-match': `"x", ${etag}` }],
    ['If-Match with *', 200, { 'if-match': '*' }],
    ['If-Match with another', 412, { 'if-match': '"x"' }],
    ['If-None-Match with the ETag', 304, { 'if-none-match': etag }],
    ['If-None-Match with *', 304, { 'if-none-match': '*' }],
    ['If-None-Match with another', 200, { 'if-none-match': '"x"' }],
    ['If-Modified-Since before', 200, { 'if-modified-since': before }],
    ['If-Modified-Since the same second', 304, { 'if-modified-since': lastModified }],
    ['If-Unmodified-Since before', 412, { 'if-unmodified-since': before }],
    ['If-Unmodified-Since after', 200, { 'if-unmodified-since': after }],
    ['If-Match makes If-Unmodified-Since moot', 200, { 'if-match': etag, 'if-unmodified-since': before }],
    [
      'If-None-Match makes If-Modified-Since moot',
      200,
      { 'if-none-match': '"x"', 'if-modified-since': after },
    ],
    ['a failing If-Match comes before If-None-Match', 412, { 'if-match': '"x"', 'if-none-match': etag }],
  ])('%s gives %i', async (_name, status, headers) => {
    const got = await client.get('ten', headers);
    const head = await client.head('ten', headers);

    expect([got.status, head.status]).toEqual([status, status]);
    if (status === 412) expect(got.code).toBe('PreconditionFailed');
    if (status === 304) expect([got.text, got.headers.etag]).toEqual(['', etag]);
  });

  // Those for later would be 304, those for earlier 412.
  test.each([
    ['if-modified-since', 'yesterday'],
    ['if-modified-since', '2099-01-01T00:00:00Z'],
    ['if-modified-since', 'garbage 2099'],
    ['if-modified-since', '4102444800'],
    ['if-unmodified-since', 'yesterday'],
    ['if-unmodified-since', '2001-01-01'],
    ['if-unmodified-since', 'garbage 1'],
    ['if-unmodified-since', '1'],
    ['if-unmodified-since', 'Mon, 1 Jan 2001 00:00:00 GMT'],
    ['if-unmodified-since', 'Mon, 01 Jan 2001 00:00:00 +0100'],
    ['if-unmodified-since', 'Sat, 31 Feb 2001 00:00:00 GMT'],
    ['if-unmodified-since', 'Mon, 01 Foo 2001 00:00:00 GMT'],
  ])('%s: %s is no HTTP date and is passed over', async (name, value) => {
    const answer = await client.get('ten', { [name]: value });

    expect([answer.status, answer.text]).toEqual([200, '0123456789']);
  });

  test.each(['Mon, 01 Jan 2001 00:00:00 GMT', 'Monday, 01-Jan-01 00:00:00 GMT', 'Mon Jan  1 00:00:00 2001'])(
    '%s is a moment in one of the three forms of HTTP',
    async (value) => {
      expect((await client.get('ten', { 'if-unmodified-since': value })).status).toBe(412);
    },
  );
});

describe('If-Range', () => {
  test.each([
    ['the ETag', () => etag, 206],
    ['the ETag without quotes', () => etag.slice(1, -1), 206],
    ['another ETag', () => '"stale"', 200],
    ['a weak ETag', () => `W/${etag}`, 200],
    ['the time of the change', () => lastModified, 206],
    ['an earlier time', () => 'Thu, 01 Jan 2026 00:00:00 GMT', 200],
  ])('that names %s decides whether a range is answered', async (_name, value, status) => {
    const answer = await client.get('ten', { range: 'bytes=2-4', 'if-range': value() });

    expect([answer.status, answer.text]).toEqual([status, status === 206 ? '234' : '0123456789']);
  });
});

describe('response-* parameters', () => {
  test('may have any text, as a header of the stored object may', async () => {
    const disposition = 'attachment; filename="中文.jpg"';

    const answer = await client.send({ key: 'ten', query: { 'response-content-disposition': disposition } });

    expect(answer.status).toBe(200);
    expect(Buffer.from(answer.headers['content-disposition'] ?? '', 'latin1').toString()).toBe(disposition);
  });

  const query = {
    'response-content-type': 'text/x; charset=utf-8',
    'response-cache-control': 'no-store',
    'response-content-disposition': 'attachment; filename="b.txt"',
    'response-content-encoding': 'identity',
    'response-content-language': 'zh-CN',
    'response-expires': 'Thu, 01 Dec 2039 16:00:00 GMT',
  };

  test.each(['header', 'url'] as const)('replace headers of an answer signed in the %s', async (sign) => {
    const answer = await client.send({ key: 'ten', query, sign });

    expect(answer.status).toBe(200);
    for (const [name, value] of Object.entries(query))
      expect(answer.headers[name.slice('response-'.length)]).toBe(value);
  });

  test('are refused without a signature', async () => {
    const open = await clientInNewBucket(service, { 'x-cos-acl': 'public-read' });
    await open.put('x', 'x');

    const answer = await open.send({ key: 'x', query, sign: 'none' });

    expect([answer.status, answer.code]).toEqual([400, 'InvalidRequest']);
  });

  test('that would break the header are refused', async () => {
    const answer = await client.send({ key: 'ten', query: { 'response-content-type': 'a\r\nx-evil: 1' } });

    expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
  });
});

test('a traffic limit slows a download down to its rate', async () => {
  const startedAt = performance.now();

  const answer = await client.get('large', { range: 'bytes=0-204799', 'x-cos-traffic-limit': '819200' });

  expect(performance.now() - startedAt).toBeGreaterThan(1800);
  expect(answer.body.equals(large.subarray(0, 204_800))).toBe(true);
});

test('an archived object cannot be read', async () => {
  await client.put('frozen', 'x', { 'x-cos-storage-class': 'ARCHIVE' });

  const answer = await client.get('frozen');

  expect([answer.status, answer.code]).toEqual([403, 'InvalidObjectState']);
  expect((await client.head('frozen')).status).toBe(200);
});

test('a reader that leaves early disturbs nobody', async () => {
  const leaving = new AbortController();
  const reading = client.send({
    key: 'large',
    headers: { 'x-cos-traffic-limit': '819200' },
    signal: leaving.signal,
  });
  leaving.abort();

  await expect(reading).rejects.toThrow();
  expect((await client.get('large')).body.equals(large)).toBe(true);
});

test('an unknown version is NoSuchVersion', async () => {
  const answer = await client.send({ key: 'ten', query: { versionId: 'MTg0NDUxNTc1NjIzMTQ1MDAwODg' } });

  expect([answer.status, answer.code]).toEqual([404, 'NoSuchVersion']);
});
