import { signUrlQuery } from '@sampan/protocol';
import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket } from './client.ts';
import { covers } from './covers.ts';
import { documentHeaders, elements, putDocument } from './documents.ts';

covers('putBucketStrictSignature', 'getBucketStrictSignature', 'deleteBucketStrictSignature');

const service = await serviceForTests({ name: 'presigned' });
const client = await clientInNewBucket(service);
await client.put('k', 'hello');

test('addresses are signed for every method', async () => {
  const signed = { sign: 'url' as const };

  const put = await client.send({ method: 'PUT', key: 'made', body: 'x', ...signed });
  const get = await client.send({ key: 'made', ...signed });
  const head = await client.send({ method: 'HEAD', key: 'made', ...signed });
  const append = await client.send({
    method: 'POST',
    key: 'appended',
    query: { append: '', position: '0' },
    body: 'x',
    ...signed,
  });
  const list = await client.send({ query: { prefix: 'made' }, ...signed });
  const upload = await client.send({ method: 'POST', key: 'up', query: { uploads: '' }, ...signed });
  const remove = await client.send({ method: 'DELETE', key: 'made', ...signed });
  const document = '<Delete><Object><Key>appended</Key></Object></Delete>';
  const many = await client.send({
    method: 'POST',
    query: { delete: '' },
    body: document,
    headers: documentHeaders(document),
    ...signed,
  });

  expect([put, get, head, append, list, upload, remove, many].map(({ status }) => status)).toEqual([
    200, 200, 200, 200, 200, 200, 204, 200,
  ]);
});

test('an address that has expired is refused, also for what everybody may read', async () => {
  await client.put('public', 'x', { 'x-cos-acl': 'public-read' });

  const answer = await client.send({ key: 'public', sign: 'url', validity: [-100, -10] });

  expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
  expect(answer.text).toContain('<Message>Request has expired</Message>');
});

test('an address for one key or method is none for another', async () => {
  const now = Math.floor(Date.now() / 1000);
  const host = `${client.bucket}.cos.${service.region}.localhost:${service.port}`;
  const pairs = signUrlQuery({
    secretId: service.secretId,
    secretKey: service.secretKey,
    method: 'GET',
    path: '/k',
    query: [],
    headers: { host },
    keyTime: { start: now - 1, end: now + 60 },
  });
  const query = Object.fromEntries(pairs);

  const right = await client.send({ key: 'k', sign: 'none', query });
  const key = await client.send({ key: 'other', sign: 'none', query });
  const method = await client.send({ method: 'DELETE', key: 'k', sign: 'none', query });

  expect(right.text).toBe('hello');
  expect([key.status, key.code]).toEqual([403, 'SignatureDoesNotMatch']);
  expect([method.status, method.code]).toEqual([403, 'SignatureDoesNotMatch']);
});

const strict = (inner: string) =>
  `<StrictSignatureConfiguration><Rule><ID>1</ID>${inner}</Rule></StrictSignatureConfiguration>`;

test('a bucket can demand that headers and parameters are signed', async () => {
  const guarded = await clientInNewBucket(service);
  await guarded.put('k', 'x');
  await putDocument(
    guarded,
    'strict-signature',
    strict(
      '<actionlist><action>Get*</action><action>PutObject</action></actionlist><headerlist><header>x-cos-*</header><header>host</header></headerlist><paramlist><param>all</param></paramlist>',
    ),
  );
  const hostOnly = { signedHeaders: ['host'] };

  const plain = await guarded.send({ key: 'k' });
  const covered = await guarded.send({
    method: 'PUT',
    key: 'k',
    body: 'x',
    headers: { 'x-cos-meta-a': '1' },
  });
  const header = await guarded.send({
    method: 'PUT',
    key: 'k',
    body: 'x',
    headers: { 'x-cos-meta-a': '1' },
    ...hostOnly,
  });
  const host = await guarded.send({ key: 'k', signedHeaders: [] });
  const otherAction = await guarded.send({
    method: 'DELETE',
    key: 'k',
    headers: { 'x-cos-meta-a': '1' },
    ...hostOnly,
  });

  expect([plain.status, covered.status, otherAction.status]).toEqual([200, 200, 204]);
  expect([header.status, header.code]).toEqual([403, 'AccessDenied']);
  expect(header.text).toContain('Strict signature missing header that must be signed');
  expect([host.status, host.code]).toEqual([403, 'AccessDenied']);
});

test('a parameter that is added to a signed address is refused where the bucket demands it', async () => {
  const guarded = await clientInNewBucket(service);
  await guarded.put('k', 'x');
  const now = Math.floor(Date.now() / 1000);
  const host = `${guarded.bucket}.cos.${service.region}.localhost:${service.port}`;
  const pairs = signUrlQuery({
    secretId: service.secretId,
    secretKey: service.secretKey,
    method: 'GET',
    path: '/k',
    query: [],
    headers: { host },
    keyTime: { start: now - 1, end: now + 60 },
  });
  const query = { ...Object.fromEntries(pairs), 'response-content-type': 'text/html' };

  const lax = await guarded.send({ key: 'k', sign: 'none', query });
  await putDocument(
    guarded,
    'strict-signature',
    strict('<actionlist><action>GetObject</action></actionlist><paramlist><param>all</param></paramlist>'),
  );
  const refused = await guarded.send({ key: 'k', sign: 'none', query });
  const untouched = await guarded.send({ key: 'k', sign: 'none', query: Object.fromEntries(pairs) });

  expect(lax.headers['content-type']).toBe('text/html');
  expect([refused.status, refused.code]).toEqual([403, 'AccessDenied']);
  expect(refused.text).toContain('Strict signature missing param that must be signed');
  expect(untouched.status).toBe(200);
});

test('the demands are read as they were set, and dropped', async () => {
  const guarded = await clientInNewBucket(service);
  const none = await guarded.send({ query: { 'strict-signature': '' } });
  const inner =
    '<actionlist><action>GetObject</action></actionlist><headerlist><header>host</header></headerlist>';

  await putDocument(guarded, 'strict-signature', strict(inner));
  const read = await guarded.send({ query: { 'strict-signature': '' } });
  const removed = await guarded.send({ method: 'DELETE', query: { 'strict-signature': '' } });
  const after = await guarded.send({ query: { 'strict-signature': '' } });

  expect(none.text).toContain('<StrictSignatureConfiguration/>');
  expect(elements(read.text, 'action')).toEqual(['GetObject']);
  expect(elements(read.text, 'header')).toEqual(['host']);
  expect(removed.status).toBe(204);
  expect(after.text).toContain('<StrictSignatureConfiguration/>');
});

test.each([
  ['no rule', '<StrictSignatureConfiguration/>'],
  ['a rule without actions', strict('<headerlist><header>host</header></headerlist>')],
  [
    'eleven rules',
    `<StrictSignatureConfiguration>${'<Rule><actionlist><action>*</action></actionlist></Rule>'.repeat(11)}</StrictSignatureConfiguration>`,
  ],
])('demands with %s are malformed', async (_what, document) => {
  const answer = await putDocument(client, 'strict-signature', document);

  expect([answer.status, answer.code]).toEqual([400, 'MalformedXML']);
});
