import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket, type TestAnswer, type TestClient, type TestRequest } from './client.ts';
import { covers } from './covers.ts';
import { putDocument } from './documents.ts';

covers('putBucketPolicy', 'getBucketPolicy', 'deleteBucketPolicy');

const rootUin = '100000000001';
const root = `qcs::cam::uin/${rootUin}:uin/${rootUin}`;
const anyone = 'qcs::cam::anyone:anyone';
const friend = { uin: '100000000002', secretId: 'AKIDfriend', secretKey: 'friend-key' };
const user = { uin: '100000000011', secretId: 'AKIDuser', secretKey: 'user-key' };
const reader = { uin: '100000000012', secretId: 'AKIDreader', secretKey: 'reader-key' };
const readerPolicy = {
  version: '2.0',
  statement: [
    { effect: 'allow', action: ['name/cos:GetObject', 'cos:HeadObject'], resource: '*' },
    { effect: 'deny', action: 'name/cos:*', resource: 'qcs::cos:*:uid/1250000000:*/hidden/*' },
  ],
};
const service = await serviceForTests({
  name: 'bucket-policy',
  accounts: {
    accounts: [
      { uin: friend.uin, appid: '1250000001', secretId: friend.secretId, secretKey: friend.secretKey },
      {
        uin: rootUin,
        appid: '1250000000',
        users: [
          { ...user, policies: [] },
          { ...reader, policies: [readerPolicy] },
        ],
      },
    ],
  },
});
const userName = `qcs::cam::uin/${rootUin}:uin/${user.uin}`;

type As = { readonly secretId: string; readonly secretKey: string } | 'nobody' | 'root';

function as(who: As): TestRequest {
  if (who === 'root') return {};
  return who === 'nobody' ? { sign: 'none' } : { secretId: who.secretId, secretKey: who.secretKey };
}

interface Statement {
  readonly effect?: string;
  readonly who?: string;
  readonly action?: string | readonly string[];
  readonly resource?: string;
  readonly condition?: object;
}

function policyOf(client: TestClient, ...statements: readonly Statement[]): string {
  return JSON.stringify({
    version: '2.0',
    statement: statements.map(
      ({ effect = 'allow', who = anyone, action = 'name/cos:GetObject', resource = '*', condition }) => ({
        principal: { qcs: [who] },
        effect,
        action,
        resource: [`qcs::cos:${service.region}:uid/${service.appId}:${client.bucket}/${resource}`],
        ...(condition ? { condition } : {}),
      }),
    ),
  });
}

async function bucketWith(...statements: readonly Statement[]): Promise<TestClient> {
  const client = await clientInNewBucket(service);
  await Promise.all(['a', 'dir/b', 'hidden/c'].map((key) => client.put(key, key)));
  if (statements.length > 0) {
    const answer = await putDocument(client, 'policy', policyOf(client, ...statements));
    if (answer.status !== 204) throw new Error(`policy: ${answer.status} ${answer.text}`);
  }
  return client;
}

async function readStatus(client: TestClient, who: As, key = 'a', headers = {}): Promise<number> {
  return (await client.send({ key, headers, ...as(who) })).status;
}

test('a policy is stored, read as it was written, and removed', async () => {
  const client = await bucketWith();
  const none = await client.send({ query: { policy: '' } });
  const document = policyOf(client, {});

  const put = await putDocument(client, 'policy', document);
  const read = await client.send({ query: { policy: '' } });
  const removed = await client.send({ method: 'DELETE', query: { policy: '' } });

  expect([none.status, none.code]).toEqual([404, 'NoSuchPolicy']);
  expect([put.status, put.text]).toEqual([204, '']);
  expect(JSON.parse(read.text)).toEqual(JSON.parse(document));
  expect(removed.status).toBe(204);
  expect((await client.send({ query: { policy: '' } })).code).toBe('NoSuchPolicy');
  expect(await readStatus(client, 'nobody')).toBe(403);
});

test('what is allowed to anyone is allowed with and without signature, and nothing else is', async () => {
  const client = await bucketWith({});

  expect(await readStatus(client, 'nobody')).toBe(200);
  expect(await readStatus(client, friend)).toBe(200);
  expect((await client.send({ sign: 'none' })).status).toBe(403);
  expect((await client.send({ method: 'PUT', key: 'x', body: 'x', sign: 'none' })).status).toBe(403);
});

test('an allowance holds for the keys that its resource covers', async () => {
  const client = await bucketWith({ resource: 'dir/*' });

  expect(await readStatus(client, 'nobody', 'dir/b')).toBe(200);
  expect(await readStatus(client, 'nobody', 'a')).toBe(403);
  expect(await readStatus(client, 'nobody', 'dir')).toBe(403);
});

test('an allowance holds for its principal alone', async () => {
  const client = await bucketWith({ who: userName });

  expect(await readStatus(client, user)).toBe(200);
  expect(await readStatus(client, friend)).toBe(403);
  expect(await readStatus(client, 'nobody')).toBe(403);
});

test('a denial beats every allowance, also for the owner', async () => {
  const client = await bucketWith({}, { effect: 'deny', who: root, resource: 'hidden/*' });

  expect(await readStatus(client, 'root')).toBe(200);
  expect(await readStatus(client, 'root', 'hidden/c')).toBe(403);
  expect(await readStatus(client, 'nobody', 'hidden/c')).toBe(200);
});

test('the owner can always take a policy back that shuts everybody out', async () => {
  const client = await bucketWith({ effect: 'deny', who: root, action: '*' });

  const shut = await client.get('a');
  const removed = await client.send({ method: 'DELETE', query: { policy: '' } });

  expect(shut.status).toBe(403);
  expect(removed.status).toBe(204);
  expect((await client.get('a')).status).toBe(200);
});

test('a denial for anyone shuts out the unsigned, not those who are allowed by name', async () => {
  const client = await bucketWith({ effect: 'deny' }, { who: userName });

  expect(await readStatus(client, 'nobody')).toBe(403);
  expect(await readStatus(client, user)).toBe(200);
});

test('actions may end in a wildcard', async () => {
  const client = await bucketWith({ who: userName, action: 'name/cos:Get*' });

  expect((await client.send({ ...as(user) })).status).toBe(200);
  expect((await client.send({ method: 'HEAD', key: 'a', ...as(user) })).status).toBe(403);
});

test('a user does what its own policies allow, and not what they deny', async () => {
  const client = await bucketWith();

  expect(await readStatus(client, reader)).toBe(200);
  expect(await readStatus(client, reader, 'hidden/c')).toBe(403);
  expect((await client.send({ method: 'PUT', key: 'x', body: 'x', ...as(reader) })).status).toBe(403);
  expect(await readStatus(client, user)).toBe(403);
});

test("a user's own denial beats the bucket's allowance", async () => {
  const client = await bucketWith({ who: `qcs::cam::uin/${rootUin}:uin/${reader.uin}` });

  expect(await readStatus(client, reader, 'hidden/c')).toBe(403);
});

interface Case {
  readonly what: string;
  readonly condition: object;
  readonly action?: string;
  readonly holds: TestRequest;
  readonly fails?: TestRequest;
}

const read: TestRequest = { key: 'a' };
const write: TestRequest = { method: 'PUT', key: 'w', body: 'x' };
const cases: readonly Case[] = [
  { what: 'the address', condition: { ip_equal: { 'qcs:ip': ['127.0.0.0/8', '::1'] } }, holds: read },
  { what: 'another address', condition: { ip_not_equal: { 'qcs:ip': '192.0.2.0/24' } }, holds: read },
  { what: 'a plain connection', condition: { bool_equal: { 'cos:secure-transport': 'false' } }, holds: read },
  {
    what: 'the storage class',
    condition: { string_equal: { 'cos:x-cos-storage-class': 'STANDARD_IA' } },
    action: 'name/cos:PutObject',
    holds: { ...write, headers: { 'x-cos-storage-class': 'STANDARD_IA' } },
    fails: write,
  },
  {
    what: 'the storage class if there is one',
    condition: { string_equal_if_exist: { 'cos:x-cos-storage-class': 'STANDARD_IA' } },
    action: 'name/cos:PutObject',
    holds: write,
    fails: { ...write, headers: { 'x-cos-storage-class': 'ARCHIVE' } },
  },
  {
    what: 'the canned list',
    condition: { string_equal: { 'cos:x-cos-acl': ['private', 'default'] } },
    action: 'name/cos:PutObject',
    holds: { ...write, headers: { 'x-cos-acl': 'private' } },
    fails: { ...write, headers: { 'x-cos-acl': 'public-read' } },
  },
  {
    what: 'the type',
    condition: { string_like: { 'cos:content-type': 'image/*' } },
    action: 'name/cos:PutObject',
    holds: { ...write, headers: { 'content-type': 'image/png' } },
    fails: { ...write, headers: { 'content-type': 'text/html' } },
  },
  {
    what: 'the length',
    condition: { numeric_less_than_equal: { 'cos:content-length': 3 } },
    action: 'name/cos:PutObject',
    holds: { ...write, body: 'abc' },
    fails: { ...write, body: 'abcd' },
  },
  {
    what: 'the prefix of a list',
    condition: { string_equal: { 'cos:prefix': 'dir/' } },
    action: 'name/cos:GetBucket',
    holds: { query: { prefix: 'dir/' } },
    fails: { query: { prefix: '' } },
  },
  {
    what: 'the type asked for, in encoded form',
    condition: { string_equal: { 'cos:response-content-type': 'image%2Fjpeg' } },
    holds: { ...read, query: { 'response-content-type': 'image/jpeg' } },
    fails: { ...read, query: { 'response-content-type': 'text/html' } },
  },
  {
    what: 'the current version',
    condition: { string_equal: { 'cos:versionid': '' } },
    holds: read,
    fails: { ...read, query: { versionId: 'null' } },
  },
];

test.each(cases)(
  'a condition on $what holds where it should and nowhere else',
  async ({ condition, action = 'name/cos:GetObject', holds, fails }) => {
    const client = await bucketWith({ who: userName, action, condition });

    const held = await client.send({ ...holds, ...as(user) });
    const failed: TestAnswer | undefined = fails && (await client.send({ ...fails, ...as(user) }));

    expect(held.status).toBe(200);
    expect(failed?.code).toBe(fails ? 'AccessDenied' : undefined);
  },
);

test('a condition on an address that does not fit shuts out', async () => {
  const client = await bucketWith({ condition: { ip_equal: { 'qcs:ip': '192.0.2.0/24' } } });

  expect(await readStatus(client, 'nobody')).toBe(403);
});

test.each([
  ['no JSON', '{'],
  ['no statement', '{"version":"2.0"}'],
  ['no principal', '{"version":"2.0","statement":[{"effect":"allow","action":"*","resource":"*"}]}'],
  [
    'an unknown effect',
    '{"version":"2.0","statement":[{"principal":{"qcs":["*"]},"effect":"maybe","action":"*","resource":"*"}]}',
  ],
  [
    'an unknown operator',
    '{"version":"2.0","statement":[{"principal":{"qcs":["*"]},"effect":"allow","action":"*","resource":"*","condition":{"moon":{"a":"b"}}}]}',
  ],
  [
    'a resource that is none',
    '{"version":"2.0","statement":[{"principal":{"qcs":["*"]},"effect":"allow","action":"*","resource":"bucket/key"}]}',
  ],
  [
    'another version',
    '{"version":"1.0","statement":[{"principal":{"qcs":["*"]},"effect":"allow","action":"*","resource":"*"}]}',
  ],
])('a policy with %s is refused', async (_what, policy) => {
  const client = await bucketWith();

  const answer = await putDocument(client, 'policy', policy);

  expect([answer.status, answer.code]).toEqual([400, 'MalformedPolicy']);
});

test('a policy that is empty, too long, or not what its digest says is refused', async () => {
  const client = await bucketWith();
  const document = policyOf(client, {});

  const empty = await putDocument(client, 'policy', '');
  const long = await putDocument(client, 'policy', document + ' '.repeat(20 * 1024));
  const digest = await putDocument(client, 'policy', document, {
    headers: { 'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==' },
  });

  expect([empty.status, empty.code]).toEqual([400, 'MissingRequestBodyError']);
  expect([long.status, long.code]).toEqual([400, 'PolicyFull']);
  expect([digest.status, digest.code]).toEqual([400, 'BadDigest']);
});

test('users may not change the policy unless they are allowed to', async () => {
  const client = await bucketWith({});

  const answer = await putDocument(client, 'policy', policyOf(client, {}), as(user));

  expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
});
