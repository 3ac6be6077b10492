import { randomBytes } from 'node:crypto';
import { sign } from '@sampan/protocol';
import { describe, expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientFor, clientInNewBucket, overSocket, type TestRequest } from './client.ts';

const root = {
  uin: '100000000002',
  appid: '1250000002',
  secretId: 'AKIDother',
  secretKey: randomBytes(16).toString('hex'),
};
const user = {
  uin: '100000000021',
  secretId: 'AKIDuser',
  secretKey: randomBytes(16).toString('hex'),
  policies: [
    {
      version: '2.0',
      statement: [
        {
          effect: 'allow',
          action: ['name/cos:PutObject', 'name/cos:GetObject'],
          resource: ['qcs::cos::uid/1250000002:*/inbox/*'],
        },
        {
          effect: 'deny',
          action: '*',
          resource: ['*'],
          condition: { string_equal: { 'cos:x-cos-acl': ['public-read'] } },
        },
      ],
    },
  ],
};
const service = await serviceForTests({
  name: 'signature',
  accounts: { accounts: [{ ...root, users: [user] }] },
});
const client = await clientInNewBucket(service);
await client.put('a', 'hello');

describe('a signature is accepted', () => {
  test.each([
    ['in the header', {}],
    ['in the query', { sign: 'url' }],
    ['over nothing but the path', { signedHeaders: [] }],
    [
      'over headers of any kind',
      { headers: { 'x-other': 'a,b  c', accept: '*/*' }, signedHeaders: ['host', 'x-other', 'accept'] },
    ],
    ['with parameters of any kind', { query: { 'A b': '1', 'prefix&': "a b/(c)*!'~" } }],
    ['that starts a little in the future', { validity: [800, 1600] }],
    ['that is valid for years', { validity: [-1, 400_000_000] }],
  ] as [string, TestRequest][])('%s', async (_name, request) => {
    expect((await client.send({ key: 'a', ...request })).text).toBe('hello');
  });

  test('merged into one parameter', async () => {
    const nowSeconds = Math.floor(Date.now() / 1000);
    const host = `${client.bucket}.cos.ap-guangzhou.localhost:${service.port}`;
    const { authorization } = sign({
      ...service,
      method: 'GET',
      path: '/a',
      query: [],
      headers: { host },
      keyTime: { start: nowSeconds, end: nowSeconds + 60 },
    });

    const answer = await client.send({ key: 'a', sign: 'none', query: { sign: authorization } });

    expect(answer.text).toBe('hello');
  });

  test('on a PUT by its address alone', async () => {
    const answer = await client.send({ method: 'PUT', key: 'by-url', body: 'x', sign: 'url' });

    expect(answer.status).toBe(200);
    expect((await client.get('by-url')).text).toBe('x');
  });

  test('with its pairs in any order', async () => {
    const host = `${client.bucket}.cos.ap-guangzhou.localhost:${service.port}`;
    const now = Math.floor(Date.now() / 1000);
    const { pairs } = sign({
      ...service,
      method: 'GET',
      path: '/a',
      query: [],
      headers: { host },
      keyTime: { start: now, end: now + 60 },
    });
    const authorization = pairs
      .toReversed()
      .map(([name, value]) => `${name}=${value}`)
      .join('&');

    expect((await client.send({ key: 'a', sign: 'none', headers: { host, authorization } })).text).toBe(
      'hello',
    );
  });
});

describe('a signature is refused', () => {
  test.each([
    ['with a wrong key', { secretKey: 'wrong' }, 403, 'SignatureDoesNotMatch'],
    ['over another path', { signedPath: '/b' }, 403, 'SignatureDoesNotMatch'],
    ['with an unknown SecretId', { secretId: 'AKIDnobody' }, 403, 'InvalidAccessKeyId'],
    ['after its end', { validity: [-100, -10] }, 403, 'AccessDenied'],
    ['long before its start', { validity: [1000, 2000] }, 403, 'RequestTimeTooSkewed'],
    [
      'that is no signature',
      { sign: 'none', headers: { authorization: 'Bearer x' } },
      400,
      'InvalidArgument',
    ],
    [
      'of another kind',
      {
        sign: 'none',
        headers: { authorization: 'q-sign-algorithm=md5&q-ak=a&q-key-time=1;2&q-signature=b' },
      },
      400,
      'InvalidArgument',
    ],
  ] as [string, TestRequest, number, string][])('%s', async (_name, request, status, code) => {
    for (const sign of ['header', 'url'] as const) {
      const answer = await client.send({ method: 'PUT', key: 'refused', body: 'x', sign, ...request });
      expect([answer.status, answer.code]).toEqual([status, code]);
    }
    expect((await client.head('refused')).status).toBe(404);
  });

  test('over a header in UTF-8, when another header was changed', async () => {
    const head = client.head11({
      method: 'PUT',
      key: 'utf8',
      headers: {
        'x-cos-meta-city': '广州',
        'x-cos-acl': 'private',
        'content-length': '0',
        connection: 'close',
      },
    });
    const changed = head.replace('x-cos-acl: private', 'x-cos-acl: public-read');

    const answers = [await overSocket(service, changed), await overSocket(service, head)];

    expect(answers.map((answer) => answer.slice(0, 12))).toEqual(['HTTP/1.1 403', 'HTTP/1.1 200']);
    expect(answers[0]).toContain('<Code>SignatureDoesNotMatch</Code>');
  });

  test('when it is absent', async () => {
    const answer = await client.send({ key: 'a', sign: 'none' });

    expect([answer.status, answer.code, answer.xml()['Message']]).toEqual([
      403,
      'AccessDenied',
      'Access Denied.',
    ]);
  });

  test('and the answer shows what the service signed', async () => {
    const answer = await client.send({ key: 'a', secretKey: 'wrong' });

    expect(answer.xml()).toMatchObject({
      Message: 'The Signature you specified is invalid.',
      FormatString: `get\n/a\n\nhost=${encodeURIComponent(`${client.bucket}.cos.ap-guangzhou.localhost:${service.port}`)}\n`,
      StringToSign: expect.stringMatching(/^sha1\n\d+;\d+\n[0-9a-f]{40}\n$/) as string,
    });
    expect(answer.text).not.toContain(service.secretKey);
  });

  test('and the answer tells the time when that is the matter', async () => {
    const expired = await client.send({ key: 'a', validity: [-100, -10] });
    const early = await client.send({ key: 'a', validity: [1000, 2000] });

    expect(expired.xml()).toMatchObject({
      Message: 'Request has expired',
      ServerTime: expect.stringMatching(/Z$/) as string,
    });
    expect(early.xml()['ServerTime']).toMatch(/Z$/);
  });

  test('when a signed header was changed or left out', async () => {
    const signed = {
      key: 'a',
      headers: { 'x-cos-meta-a': '1' },
      signedHeaders: ['host', 'x-cos-meta-a', 'x-missing'],
    };
    const head = client.head11({ ...signed, headers: { ...signed.headers } });
    const { overSocket } = await import('./client.ts');

    const changed = await overSocket(service, head.replace('x-cos-meta-a: 1', 'x-cos-meta-a: 2'), {
      until: /<\/Error>/,
    });
    const dropped = await overSocket(service, head.replace('x-cos-meta-a: 1\r\n', ''), {
      until: /<\/Error>/,
    });

    expect(changed).toContain('SignatureDoesNotMatch');
    expect(dropped).toContain('SignatureDoesNotMatch');
  });

  test('with a token that belongs to nobody', async () => {
    const answer = await client.send({ key: 'a', secretId: 'AKIDtemporary', token: 'made-up' });

    expect([answer.status, answer.code]).toEqual([403, 'InvalidAccessKeyId']);
  });
});

describe('accounts of the accounts file', () => {
  const theirs = { secretId: root.secretId, secretKey: root.secretKey };
  const own = clientFor(service, 'theirs-1250000002');
  const asUser = { secretId: user.secretId, secretKey: user.secretKey };

  test('own what they make, and others have no part in it', async () => {
    const made = await own.send({ method: 'PUT', ...theirs });
    const put = await own.send({ method: 'PUT', key: 'inbox/a', body: 'x', ...theirs });

    expect([made.status, put.status]).toEqual([200, 200]);
    expect((await own.get('inbox/a')).code).toBe('AccessDenied');
    expect((await own.send({ bucket: null, ...theirs })).text).toContain('theirs-1250000002');
    expect((await client.send({ bucket: null })).text).not.toContain('theirs-1250000002');
    expect((await client.send({ key: 'a', ...theirs })).code).toBe('AccessDenied');
  });

  test('a user may do what its policy allows and nothing else', async () => {
    await own.send({ method: 'PUT', ...theirs });

    const put = await own.send({ method: 'PUT', key: 'inbox/b', body: 'x', ...asUser });
    const got = await own.send({ key: 'inbox/b', ...asUser });
    const outside = await own.send({ method: 'PUT', key: 'other/b', body: 'x', ...asUser });
    const listed = await own.send({ ...asUser });
    const removed = await own.send({ method: 'DELETE', key: 'inbox/b', ...asUser });

    expect([put.status, got.status]).toEqual([200, 200]);
    expect([outside.code, listed.code, removed.code]).toEqual([
      'AccessDenied',
      'AccessDenied',
      'AccessDenied',
    ]);
  });

  test('a denial outweighs a permission', async () => {
    await own.send({ method: 'PUT', ...theirs });

    const answer = await own.send({
      method: 'PUT',
      key: 'inbox/c',
      body: 'x',
      headers: { 'x-cos-acl': 'public-read' },
      ...asUser,
    });

    expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
  });
});
