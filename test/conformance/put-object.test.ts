import { createHash, randomBytes } from 'node:crypto';
import { crc64, crc64Text } from '@sampan/protocol';
import { describe, expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket } from './client.ts';

const service = await serviceForTests({ name: 'put-object' });
const client = await clientInNewBucket(service);

const md5 = (bytes: string | Uint8Array) => createHash('md5').update(bytes).digest();

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

test('answers with the ETag and the CRC-64 of what it stored', async () => {
  const answer = await client.put('notes/today.txt', 'hello', { 'content-type': 'text/plain' });

  expect(answer.status).toBe(200);
  expect(answer.headers.etag).toBe('"5d41402abc4b2a76b9719d911017c592"');
  expect(answer.headers['x-cos-hash-crc64ecma']).toBe('11177612005948864433');
  expect(answer.headers['x-cos-version-id']).toBeUndefined();
  expect(answer.headers['server']).toBe('tencent-cos');
  expect(answer.headers.date).toMatch(/ GMT$/);
  expect(Buffer.from(String(answer.headers['x-cos-request-id']), 'base64').toString()).toMatch(
    /^[0-9a-f]{8}_7f000001_[0-9a-f]+_[0-9a-f]+$/,
  );
  expect(answer.text).toBe('');
});

test.each([0, 1, 65_535, 65_536, 65_537, 262_144, 3_000_000])(
  'stores and returns %i bytes whole',
  async (size) => {
    const body = randomBytes(size);

    const put = await client.put(`sizes/${size}`, body);
    const got = await client.get(`sizes/${size}`);

    expect(put.headers.etag).toBe(`"${md5(body).toString('hex')}"`);
    expect(put.headers['x-cos-hash-crc64ecma']).toBe(crc64Text(crc64(body)));
    expect(got.body.equals(body)).toBe(true);
  },
);

test.each([10, 70_000, 1_000_000])('takes a body of %i bytes in chunks of unknown number', async (size) => {
  const body = randomBytes(size);

  const put = await client.put(`chunked/${size}`, inPieces(body, 9_999), { 'transfer-encoding': 'chunked' });
  const got = await client.get(`chunked/${size}`);

  expect(put.status).toBe(200);
  expect(got.body.equals(body)).toBe(true);
});

test('stores the headers of an object and its own metadata', async () => {
  const headers = {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'max-age=60',
    'content-disposition': 'attachment; filename="a.txt"',
    'content-encoding': 'identity',
    'content-language': 'en',
    expires: 'Thu, 01 Dec 2039 16:00:00 GMT',
    'x-cos-meta-colour': 'blue',
    'x-cos-meta-with-dash': '%E4%B8%AD a_b',
  };
  await client.put('headers', 'x', headers);

  const { headers: got } = await client.head('headers');

  expect(got).toMatchObject(headers);
});

test('stores octets when no type is given', async () => {
  await client.put('untyped', 'x');

  expect((await client.head('untyped')).headers['content-type']).toBe('application/octet-stream');
});

test('replaces what was stored under the key', async () => {
  await client.put('twice', 'first', { 'x-cos-meta-a': '1' });
  await client.put('twice', randomBytes(100_000));
  await client.put('twice', 'third');

  const got = await client.get('twice');

  expect(got.text).toBe('third');
  expect(got.headers['x-cos-meta-a']).toBeUndefined();
});

test('stores a folder as an empty object whose key ends in a slash', async () => {
  const put = await client.put('photos/', '', { 'content-length': '0' });

  expect(put.status).toBe(200);
  expect((await client.head('photos/')).headers['content-length']).toBe('0');
});

test('discards what is sent beyond the announced length', async () => {
  const answer = await client.send({
    method: 'PUT',
    key: 'longer',
    body: 'abc',
    headers: { 'content-length': '3' },
  });

  expect(answer.status).toBe(200);
  expect((await client.get('longer')).text).toBe('abc');
});

describe('digests of the sender', () => {
  test('a right Content-MD5 and SHA-1 are accepted', async () => {
    const answer = await client.put('digest/right', 'hello', {
      'content-md5': md5('hello').toString('base64'),
      'x-cos-content-sha1': createHash('sha1').update('hello').digest('hex'),
    });

    expect(answer.status).toBe(200);
  });

  test.each([100, 300_000])(
    'a wrong Content-MD5 of %i bytes is BadDigest and nothing is stored',
    async (size) => {
      const answer = await client.put(`digest/wrong${size}`, randomBytes(size), {
        'content-md5': md5('other').toString('base64'),
      });

      expect([answer.status, answer.code]).toEqual([400, 'BadDigest']);
      expect((await client.head(`digest/wrong${size}`)).status).toBe(404);
    },
  );

  test.each(['abc', 'AAAA', `${md5('x').toString('base64')}=`])(
    'a malformed Content-MD5 %j is InvalidDigest',
    async (value) => {
      const answer = await client.put('digest/malformed', 'x', { 'content-md5': value });

      expect([answer.status, answer.code]).toEqual([400, 'InvalidDigest']);
      expect((await client.head('digest/malformed')).status).toBe(404);
    },
  );

  test('a wrong SHA-1 is InvalidSHA1Digest and nothing is stored', async () => {
    const answer = await client.put('digest/sha1', 'x', { 'x-cos-content-sha1': '0'.repeat(40) });

    expect([answer.status, answer.code]).toEqual([400, 'InvalidSHA1Digest']);
    expect((await client.head('digest/sha1')).status).toBe(404);
  });
});

describe('x-cos-forbid-overwrite', () => {
  test('lets the first writer through and refuses the second', async () => {
    const first = await client.put('once', '1', { 'x-cos-forbid-overwrite': 'true' });
    const second = await client.put('once', '2', { 'x-cos-forbid-overwrite': 'true' });

    expect(first.status).toBe(200);
    expect([second.status, second.code]).toEqual([409, 'FileAlreadyExists']);
    expect((await client.get('once')).text).toBe('1');
  });

  test('has one winner among writers that race', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        client.put('race', randomBytes(1000 + n), { 'x-cos-forbid-overwrite': 'true' }),
      ),
    );

    const won = answers.filter((answer) => answer.status === 200);
    expect(won).toHaveLength(1);
    expect(answers.filter((answer) => answer.code === 'FileAlreadyExists')).toHaveLength(7);
    expect((await client.head('race')).headers.etag).toBe(won[0]!.headers.etag);
  });

  test('false means nothing, other words are refused', async () => {
    await client.put('again', '1');

    expect((await client.put('again', '2', { 'x-cos-forbid-overwrite': 'false' })).status).toBe(200);
    expect((await client.put('again', '3', { 'x-cos-forbid-overwrite': 'perhaps' })).code).toBe(
      'InvalidArgument',
    );
  });
});

describe('storage classes', () => {
  test.each(['STANDARD_IA', 'INTELLIGENT_TIERING', 'ARCHIVE', 'DEEP_ARCHIVE'])('%s is kept', async (name) => {
    await client.put(`class/${name}`, 'x', { 'x-cos-storage-class': name });

    expect((await client.head(`class/${name}`)).headers['x-cos-storage-class']).toBe(name);
  });

  test('STANDARD is not shown', async () => {
    await client.put('class/standard', 'x', { 'x-cos-storage-class': 'STANDARD' });

    expect((await client.head('class/standard')).headers['x-cos-storage-class']).toBeUndefined();
  });

  test('an unknown one is NotSupportedStorageClass', async () => {
    const answer = await client.put('class/unknown', 'x', { 'x-cos-storage-class': 'GLACIER' });

    expect([answer.status, answer.code]).toEqual([400, 'NotSupportedStorageClass']);
    expect((await client.head('class/unknown')).status).toBe(404);
  });
});

describe('tags', () => {
  test('are counted', async () => {
    await client.put('tags/two', 'x', { 'x-cos-tagging': 'a=1&b%20c=2' });

    expect((await client.head('tags/two')).headers['x-cos-tagging-count']).toBe('2');
  });

  test.each([
    Array.from({ length: 11 }, (_, n) => `k${n}=v`).join('&'),
    `${'k'.repeat(129)}=v`,
    `k=${'v'.repeat(257)}`,
    'a=1&a=2',
    '=v',
    'a=%zz',
  ])('%j is InvalidTag and nothing is stored', async (tagging) => {
    const answer = await client.put('tags/bad', 'x', { 'x-cos-tagging': tagging });

    expect([answer.status, answer.code]).toEqual([400, 'InvalidTag']);
    expect((await client.head('tags/bad')).status).toBe(404);
  });
});

describe('encryption', () => {
  const key = '0123456789ABCDEF0123456789ABCDEF';
  const sseC = {
    'x-cos-server-side-encryption-customer-algorithm': 'AES256',
    'x-cos-server-side-encryption-customer-key': Buffer.from(key).toString('base64'),
    'x-cos-server-side-encryption-customer-key-md5': 'U5L61r7jcwdNvT7frmUG8g==',
  };
  const otherKey = {
    ...sseC,
    'x-cos-server-side-encryption-customer-key': Buffer.from(key.toLowerCase()).toString('base64'),
    'x-cos-server-side-encryption-customer-key-md5': md5(key.toLowerCase()).toString('base64'),
  };

  test('by the service is echoed and keeps the MD5 as the ETag', async () => {
    const headers = { 'x-cos-server-side-encryption': 'AES256' };
    const put = await client.put('sse/cos', 'hello', headers);

    expect(put.headers).toMatchObject({ ...headers, etag: '"5d41402abc4b2a76b9719d911017c592"' });
    expect((await client.get('sse/cos')).headers).toMatchObject(headers);
  });

  test.each([5, 100_000])('with a customer key returns %i bytes to whoever has the key', async (size) => {
    const body = randomBytes(size);
    const put = await client.put(`sse/c${size}`, body, sseC);

    const got = await client.get(`sse/c${size}`, sseC);
    const part = await client.get(`sse/c${size}`, { ...sseC, range: 'bytes=2-4' });

    expect(put.headers['x-cos-server-side-encryption-customer-key-md5']).toBe('U5L61r7jcwdNvT7frmUG8g==');
    expect(put.headers['x-cos-server-side-encryption-customer-key']).toBeUndefined();
    expect(put.headers.etag).not.toBe(`"${md5(body).toString('hex')}"`);
    expect(got.body.equals(body)).toBe(true);
    expect(part.body.equals(body.subarray(2, 5))).toBe(true);
  });

  test('with a customer key refuses readers without it or with another', async () => {
    await client.put('sse/closed', 'secret', sseC);

    const without = await client.get('sse/closed');
    const other = await client.get('sse/closed', otherKey);
    const head = await client.head('sse/closed');

    expect([without.status, without.code]).toEqual([400, 'SsecDecryptHeaderInvalid']);
    expect([other.status, other.code]).toEqual([400, 'SsecDecryptHeaderInvalid']);
    expect(head.status).toBe(400);
  });

  test.each([
    [
      'a key that is not its digest',
      { ...sseC, 'x-cos-server-side-encryption-customer-key-md5': md5('x').toString('base64') },
    ],
    ['a short key', { ...sseC, 'x-cos-server-side-encryption-customer-key': 'AAAA' }],
    ['a key without algorithm', { ...sseC, 'x-cos-server-side-encryption-customer-algorithm': '' }],
  ])('refuses %s', async (_name, headers) => {
    const answer = await client.put('sse/bad', 'x', headers);

    expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
    expect((await client.head('sse/bad')).status).toBe(404);
  });

  test.each([
    ['of the service', { 'x-cos-server-side-encryption': 'ROT13' }],
    ["of the customer's key", { ...sseC, 'x-cos-server-side-encryption-customer-algorithm': 'AES128' }],
  ])('refuses an algorithm %s that it does not know', async (_whose, headers) => {
    const answer = await client.put('sse/bad', 'x', headers);

    expect([answer.status, answer.code]).toEqual([400, 'VerifyAlgorithmNotSupported']);
  });
});

describe('x-cos-traffic-limit', () => {
  test.each(['819199', '838860801', 'fast', '-1'])('%j is InvalidArgument', async (limit) => {
    const answer = await client.send({
      method: 'PUT',
      key: 'limit/bad',
      body: 'x',
      query: { 'x-cos-traffic-limit': limit },
    });

    expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
    expect((await client.head('limit/bad')).status).toBe(404);
  });

  test('slows an upload down to its rate', async () => {
    const body = randomBytes(204_800);
    const startedAt = performance.now();

    const answer = await client.put('limit/up', body, { 'x-cos-traffic-limit': '819200' });

    // 204,800 bytes at 102,400 bytes a second.
    expect(performance.now() - startedAt).toBeGreaterThan(1800);
    expect(answer.status).toBe(200);
    expect((await client.get('limit/up')).body.equals(body)).toBe(true);
  });
});

test('a bucket that does not exist is NoSuchBucket', async () => {
  const answer = await client.send({ method: 'PUT', bucket: 'nothere-1250000000', key: 'x', body: 'x' });

  expect([answer.status, answer.code]).toEqual([404, 'NoSuchBucket']);
});
