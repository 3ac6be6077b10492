import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket, type TestAnswer, type TestClient } from './client.ts';
import { covers } from './covers.ts';
import { elements, putDocument } from './documents.ts';

covers('putBucketCors', 'getBucketCors', 'deleteBucketCors', 'optionsObject');

const service = await serviceForTests({ name: 'bucket-cors', flags: ['--cors', 'off'] });

function rule(inner: string): string {
  return `<CORSRule>${inner}</CORSRule>`;
}

const usual = rule(
  '<ID>web</ID><AllowedOrigin>https://*.example.com</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><AllowedMethod>GET</AllowedMethod><AllowedHeader>Content-Type</AllowedHeader><AllowedHeader>x-cos-acl</AllowedHeader><ExposeHeader>ETag</ExposeHeader><ExposeHeader>x-cos-request-id</ExposeHeader><MaxAgeSeconds>600</MaxAgeSeconds>',
);

async function bucketWith(...rules: readonly string[]): Promise<TestClient> {
  const client = await clientInNewBucket(service);
  if (rules.length === 0) return client;
  const document = `<CORSConfiguration>${rules.join('')}</CORSConfiguration>`;
  const answer = await putDocument(client, 'cors', document);
  if (answer.status !== 200) throw new Error(`cors: ${answer.status} ${answer.text}`);
  return client;
}

function preflight(
  client: TestClient,
  origin: string,
  method: string,
  headers?: string,
): Promise<TestAnswer> {
  return client.send({
    method: 'OPTIONS',
    key: 'k',
    sign: 'none',
    headers: {
      origin,
      'access-control-request-method': method,
      ...(headers === undefined ? {} : { 'access-control-request-headers': headers }),
    },
  });
}

test('rules are stored, read as they were written, and removed', async () => {
  const client = await bucketWith();
  const none = await client.send({ query: { cors: '' } });

  const put = await putDocument(client, 'cors', `<CORSConfiguration>${usual}</CORSConfiguration>`);
  const read = await client.send({ query: { cors: '' } });
  const removed = await client.send({ method: 'DELETE', query: { cors: '' } });
  const gone = await client.send({ query: { cors: '' } });

  expect([none.status, none.code]).toEqual([404, 'NoSuchCORSConfiguration']);
  expect([put.status, put.text]).toEqual([200, '']);
  expect(elements(read.text, 'ID')).toEqual(['web']);
  expect(elements(read.text, 'AllowedMethod')).toEqual(['PUT', 'GET']);
  expect(elements(read.text, 'ExposeHeader')).toEqual(['ETag', 'x-cos-request-id']);
  expect(removed.status).toBe(204);
  expect(gone.code).toBe('NoSuchCORSConfiguration');
});

test('a preflight that a rule fits is answered with everything the rule says', async () => {
  const client = await bucketWith(usual);

  const answer = await preflight(client, 'https://a.example.com', 'PUT', 'content-type, X-Cos-Acl');

  expect([answer.status, answer.text]).toEqual([200, '']);
  expect(answer.headers).toMatchObject({
    'access-control-allow-origin': 'https://a.example.com',
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'PUT,GET',
    'access-control-allow-headers': 'content-type,x-cos-acl',
    'access-control-expose-headers': 'ETag,x-cos-request-id',
    'access-control-max-age': '600',
    vary: 'Origin',
  });
});

test.each([
  ['another origin', 'https://example.org', 'PUT', undefined],
  ['another scheme', 'http://a.example.com', 'PUT', undefined],
  ['another port', 'https://a.example.com:8443', 'PUT', undefined],
  ['another method', 'https://a.example.com', 'DELETE', undefined],
  ['another header', 'https://a.example.com', 'PUT', 'x-cos-meta-a'],
])('a preflight with %s is refused', async (_what, origin, method, headers) => {
  const client = await bucketWith(usual);

  const answer = await preflight(client, origin, method, headers);

  expect([answer.status, answer.code]).toEqual([403, 'AccessForbidden']);
  expect(answer.headers['access-control-allow-origin']).toBeUndefined();
});

test('a preflight in a bucket without rules is refused', async () => {
  const client = await bucketWith();

  const answer = await preflight(client, 'https://a.example.com', 'GET');

  expect([answer.status, answer.code]).toEqual([403, 'AccessForbidden']);
});

test('a rule for every origin and header echoes the headers and allows no credentials', async () => {
  const client = await bucketWith(
    rule(
      '<AllowedOrigin>*</AllowedOrigin><AllowedMethod>POST</AllowedMethod><AllowedHeader>*</AllowedHeader><MaxAgeSeconds>5</MaxAgeSeconds>',
    ),
  );

  const answer = await preflight(client, 'https://anything', 'POST', 'x-cos-meta-a, authorization');

  expect(answer.headers['access-control-allow-origin']).toBe('*');
  expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
  expect(answer.headers['access-control-allow-headers']).toBe('x-cos-meta-a,authorization');
});

test('the first rule that fits counts', async () => {
  const client = await bucketWith(
    usual,
    rule(
      '<AllowedOrigin>*</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><MaxAgeSeconds>1</MaxAgeSeconds>',
    ),
  );

  const first = await preflight(client, 'https://a.example.com', 'PUT');
  const second = await preflight(client, 'https://other', 'PUT');

  expect(first.headers['access-control-max-age']).toBe('600');
  expect(second.headers['access-control-max-age']).toBe('1');
});

test('actual answers carry the headers, errors too, and only for origins that a rule fits', async () => {
  const client = await bucketWith(usual);
  await client.put('k', 'x');

  const found = await client.get('k', { origin: 'https://a.example.com' });
  const missing = await client.get('absent', { origin: 'https://a.example.com' });
  const other = await client.get('k', { origin: 'https://example.org' });
  const none = await client.get('k');

  expect(found.headers['access-control-allow-origin']).toBe('https://a.example.com');
  expect(found.headers['access-control-expose-headers']).toBe('ETag,x-cos-request-id');
  expect([missing.status, missing.headers['access-control-allow-origin']]).toEqual([
    404,
    'https://a.example.com',
  ]);
  expect([other.status, other.headers['access-control-allow-origin']]).toEqual([200, undefined]);
  expect(none.headers['access-control-allow-origin']).toBeUndefined();
});

test('answers say that they differ by origin when the document wants it', async () => {
  const client = await clientInNewBucket(service);
  const open = rule('<AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>');
  await putDocument(
    client,
    'cors',
    `<CORSConfiguration>${open}<ResponseVary>true</ResponseVary></CORSConfiguration>`,
  );

  const answer = await client.get('k', { origin: 'https://a' });

  expect(answer.headers.vary).toBe('Origin');
});

test.each([
  ['rules for some', usual],
  ['a rule for all', rule('<AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>')],
])('no answer of a bucket with %s is taken from a cache for another origin', async (_what, rules) => {
  const client = await bucketWith(rules);
  await client.put('k', 'x');

  const plain = await client.get('k');
  const refused = await client.get('absent');
  const other = await client.get('k', { origin: 'https://other.example.org' });

  expect([plain, refused, other].map(({ headers }) => headers.vary)).toEqual(['Origin', 'Origin', 'Origin']);
});

test.each([
  ['no rule', '', 'MalformedXML'],
  ['a rule without origin', rule('<AllowedMethod>GET</AllowedMethod>'), 'MalformedXML'],
  ['a rule without method', rule('<AllowedOrigin>*</AllowedOrigin>'), 'MalformedXML'],
  [
    'an unknown method',
    rule('<AllowedOrigin>*</AllowedOrigin><AllowedMethod>PATCH</AllowedMethod>'),
    'InvalidArgument',
  ],
  [
    'an origin without scheme',
    rule('<AllowedOrigin>a.com</AllowedOrigin><AllowedMethod>GET</AllowedMethod>'),
    'InvalidArgument',
  ],
  [
    'two wildcards',
    rule('<AllowedOrigin>https://*.a.*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>'),
    'InvalidArgument',
  ],
  [
    'an exposed wildcard',
    rule('<AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod><ExposeHeader>*</ExposeHeader>'),
    'InvalidArgument',
  ],
  [
    '101 rules',
    rule('<AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>').repeat(101),
    'MalformedXML',
  ],
  [
    'more than 64 KB',
    rule(
      `<ID>${'x'.repeat(64 * 1024)}</ID><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>`,
    ),
    'XMLSizeLimit',
  ],
])('a document with %s is refused', async (_what, inner, code) => {
  const client = await clientInNewBucket(service);

  const answer = await putDocument(client, 'cors', `<CORSConfiguration>${inner}</CORSConfiguration>`);

  expect([answer.status, answer.code]).toEqual([400, code]);
});
