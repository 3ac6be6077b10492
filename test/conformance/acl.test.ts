import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket, freshName, type TestClient } from './client.ts';
import { covers } from './covers.ts';
import { elements, putDocument } from './documents.ts';

covers('putBucketAcl', 'getBucketAcl', 'putObjectAcl', 'getObjectAcl');

const rootUin = '100000000001';
const friend = { uin: '100000000002', secretId: 'AKIDfriend', secretKey: 'friend-key' };
const user = { uin: '100000000011', secretId: 'AKIDuser', secretKey: 'user-key' };
const service = await serviceForTests({
  name: 'acl',
  accounts: {
    accounts: [
      { uin: friend.uin, appid: '1250000001', secretId: friend.secretId, secretKey: friend.secretKey },
      { uin: rootUin, appid: '1250000000', users: [{ ...user, policies: [] }] },
    ],
  },
});
const allUsers = 'http://cam.qcloud.com/groups/global/AllUsers';

type As = { readonly secretId: string; readonly secretKey: string } | 'nobody';

function as(who: As) {
  return who === 'nobody' ? { sign: 'none' as const } : { secretId: who.secretId, secretKey: who.secretKey };
}

/** Which of read, write, list, read list and write list are allowed, as letters. */
async function rights(client: TestClient, who: As, key = 'k'): Promise<string> {
  const attempts = {
    r: await client.send({ key, ...as(who) }),
    w: await client.send({ method: 'PUT', key: 'written', body: 'x', ...as(who) }),
    l: await client.send({ ...as(who) }),
    R: await client.send({ query: { acl: '' }, ...as(who) }),
    W: await client.send({
      method: 'PUT',
      query: { acl: '' },
      headers: { 'x-cos-acl': 'nonsense' },
      ...as(who),
    }),
  };
  // A list that is refused for its content was let through by its permission.
  return Object.entries(attempts)
    .filter(([, { status, code }]) => status === 200 || code === 'InvalidArgument')
    .map(([letter]) => letter)
    .join('');
}

async function bucketWith(headers: Readonly<Record<string, string>>): Promise<TestClient> {
  const client = await clientInNewBucket(service, headers);
  await client.put('k', 'x');
  return client;
}

test.each([
  ['private', '', '', ''],
  ['public-read', 'rl', 'rl', 'rl'],
  ['public-read-write', 'rwl', 'rwl', 'rwl'],
  ['authenticated-read', '', 'rl', 'rl'],
])(
  'a bucket that is %s lets in nobody, friends and users as its name says',
  async (acl, nobody, other, own) => {
    const client = await bucketWith({ 'x-cos-acl': acl });

    expect(await rights(client, 'nobody')).toBe(nobody);
    expect(await rights(client, friend)).toBe(other);
    expect(await rights(client, user)).toBe(own);
  },
);

test.each([
  ['read', 'rl'],
  ['write', 'w'],
  ['read-acp', 'R'],
  ['write-acp', 'W'],
  ['full-control', 'rwlRW'],
])('a grant of %s to an account gives it that and nothing more', async (grant, expected) => {
  const client = await bucketWith({ [`x-cos-grant-${grant}`]: `id="${friend.uin}"` });

  expect(await rights(client, friend)).toBe(expected);
  expect(await rights(client, 'nobody')).toBe('');
});

test.each([
  `id="${friend.uin}"`,
  `id="qcs::cam::uin/${friend.uin}:uin/${friend.uin}"`,
  `uin="${friend.uin}"`,
  `id="${user.uin}",id="${friend.uin}"`,
  `id="${user.uin}", id="${friend.uin}"`,
])('a grantee may be written %s', async (grantee) => {
  const client = await bucketWith({ 'x-cos-grant-read': grantee });

  expect(await rights(client, friend)).toBe('rl');
});

test('a user of the owner is granted by its own number', async () => {
  const client = await bucketWith({ 'x-cos-grant-read': `id="${rootUin}/${user.uin}"` });

  expect(await rights(client, user)).toBe('rl');
  expect(await rights(client, friend)).toBe('');
});

test.each(['id="somebody"', 'uri="http://example.com"', '100000000002', 'id=""'])(
  'a grant header %s names no grantee and is refused',
  async (grantee) => {
    const client = await bucketWith({});

    const answer = await client.put('k', 'x', { 'x-cos-grant-read': grantee });

    expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
  },
);

test.each(['everybody', 'bucket-owner-read'])('a bucket cannot be %s', async (acl) => {
  const client = await bucketWith({});

  const answer = await client.send({ method: 'PUT', query: { acl: '' }, headers: { 'x-cos-acl': acl } });

  expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
});

test('the list of a bucket is read as it was set', async () => {
  const client = await bucketWith({});
  const headers = { 'x-cos-acl': 'public-read', 'x-cos-grant-write': `id="${friend.uin}"` };

  const put = await client.send({ method: 'PUT', query: { acl: '' }, headers });
  const answer = await client.send({ query: { acl: '' } });

  expect([put.status, put.text]).toEqual([200, '']);
  expect(answer.headers['x-cos-acl']).toBe('public-read');
  expect(answer.xml()).toMatchObject({ Owner: { ID: `qcs::cam::uin/${rootUin}:uin/${rootUin}` } });
  expect(elements(answer.text, 'Permission')).toEqual(['FULL_CONTROL', 'READ', 'WRITE']);
  expect(elements(answer.text, 'URI')).toEqual([allUsers]);
  expect(answer.text).toContain(
    'xsi:type="CanonicalUser"><ID>qcs::cam::uin/100000000002:uin/100000000002</ID>',
  );
});

function listDocument(grants: string, owner = `qcs::cam::uin/${rootUin}:uin/${rootUin}`): string {
  return `<AccessControlPolicy><Owner><ID>${owner}</ID></Owner><AccessControlList>${grants}</AccessControlList></AccessControlPolicy>`;
}

function grant(grantee: string, permission: string): string {
  return `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group">${grantee}</Grantee><Permission>${permission}</Permission></Grant>`;
}

test('a list may come as a document, and replaces the one before', async () => {
  const client = await bucketWith({ 'x-cos-acl': 'public-read' });

  const answer = await putDocument(client, 'acl', listDocument(grant(`<ID>${friend.uin}</ID>`, 'READ')));

  expect(answer.status).toBe(200);
  expect(await rights(client, 'nobody')).toBe('');
  expect(await rights(client, friend)).toBe('rl');
});

test('headers beat the document', async () => {
  const client = await bucketWith({});

  await putDocument(client, 'acl', listDocument(grant(`<URI>${allUsers}</URI>`, 'READ')), {
    headers: { 'x-cos-acl': 'private' },
  });

  expect(await rights(client, 'nobody')).toBe('');
});

test.each([
  ['an unknown permission', listDocument(grant(`<URI>${allUsers}</URI>`, 'EVERYTHING')), 'MalformedXML'],
  ['an unknown group', listDocument(grant('<URI>http://example.com</URI>', 'READ')), 'InvalidArgument'],
  ['another owner', listDocument('', 'qcs::cam::uin/1:uin/1'), 'InvalidArgument'],
  ['no grantee', listDocument('<Grant><Permission>READ</Permission></Grant>'), 'MalformedXML'],
  ['101 grants', listDocument(grant(`<ID>1</ID>`, 'READ').repeat(101)), 'InvalidArgument'],
  ['nothing', '', 'MissingRequestBodyError'],
])('a document with %s is refused', async (_what, document, code) => {
  const client = await bucketWith({});

  const answer = await putDocument(client, 'acl', document);

  expect([answer.status, answer.code]).toEqual([400, code]);
});

test.each([
  ['private', 403, 403],
  ['public-read', 200, 200],
  ['authenticated-read', 403, 200],
  ['bucket-owner-read', 403, 403],
  ['bucket-owner-full-control', 403, 403],
  ['default', 403, 403],
])('an object that is %s is read accordingly in a private bucket', async (acl, nobody, other) => {
  const client = await clientInNewBucket(service);
  await client.put('k', 'x', { 'x-cos-acl': acl });

  expect((await client.send({ key: 'k', sign: 'none' })).status).toBe(nobody);
  expect((await client.send({ key: 'k', ...as(friend) })).status).toBe(other);
});

test('a private object in a public bucket stays private, a default one is public', async () => {
  const client = await clientInNewBucket(service, { 'x-cos-acl': 'public-read' });
  await client.put('own', 'x', { 'x-cos-acl': 'private' });
  await client.put('inherits', 'x');

  expect((await client.send({ key: 'own', sign: 'none' })).status).toBe(403);
  expect((await client.send({ key: 'inherits', sign: 'none' })).status).toBe(200);
});

test('a list on a folder object holds for what is below it', async () => {
  const client = await clientInNewBucket(service);
  await client.put('shared/', '', { 'x-cos-acl': 'public-read' });
  await client.put('shared/deep/k', 'x');
  await client.put('other/k', 'x');

  expect((await client.send({ key: 'shared/deep/k', sign: 'none' })).status).toBe(200);
  expect((await client.send({ key: 'other/k', sign: 'none' })).status).toBe(403);
});

test('the list of an object is changed, read, and taken back with default', async () => {
  const client = await clientInNewBucket(service);
  await client.put('k', 'x');
  const put = (acl: string) =>
    client.send({ method: 'PUT', key: 'k', query: { acl: '' }, headers: { 'x-cos-acl': acl } });
  const read = () => client.send({ key: 'k', query: { acl: '' } });

  const before = await read();
  await put('public-read');
  const opened = await read();
  const anonymous = await client.send({ key: 'k', sign: 'none' });
  await put('default');
  const after = await read();

  expect(before.headers['x-cos-acl']).toBe('default');
  expect(opened.headers['x-cos-acl']).toBe('public-read');
  expect(elements(opened.text, 'Permission')).toEqual(['FULL_CONTROL', 'READ']);
  expect(anonymous.status).toBe(200);
  expect(after.headers['x-cos-acl']).toBe('default');
  expect((await client.send({ key: 'k', sign: 'none' })).status).toBe(403);
});

test('objects have no permission to write', async () => {
  const client = await bucketWith({});
  const document = listDocument(grant(`<ID>${friend.uin}</ID>`, 'WRITE'));

  const answer = await putDocument(client, 'acl', document, { key: 'k' });

  expect([answer.status, answer.code]).toEqual([400, 'MalformedXML']);
});

test('permissions of an object are given to an account by header', async () => {
  const client = await clientInNewBucket(service);
  await client.put('k', 'x', { 'x-cos-grant-read-acp': `id="${friend.uin}"` });

  expect((await client.send({ key: 'k', query: { acl: '' }, ...as(friend) })).status).toBe(200);
  expect((await client.send({ key: 'k', ...as(friend) })).status).toBe(403);
});

test('an object that does not exist has no list', async () => {
  const client = await bucketWith({});
  const read = await client.send({ key: 'absent', query: { acl: '' } });
  const written = await client.send({
    method: 'PUT',
    key: 'absent',
    query: { acl: '' },
    headers: { 'x-cos-acl': 'private' },
  });

  expect([read.status, read.code]).toEqual([404, 'NoSuchKey']);
  expect([written.status, written.code]).toEqual([404, 'NoSuchKey']);
});

test('another account makes buckets of its own and gets at no others', async () => {
  const name = freshName('1250000001');
  const theirs = (await bucketWith({})).in(name);

  const made = await theirs.send({ method: 'PUT', ...as(friend) });
  const foreign = await theirs.send({ method: 'PUT', bucket: freshName(), ...as(friend) });
  const read = await theirs.send({});

  expect(made.status).toBe(200);
  expect([foreign.status, foreign.code]).toEqual([403, 'AccessDenied']);
  expect([read.status, read.code]).toEqual([403, 'AccessDenied']);
});
