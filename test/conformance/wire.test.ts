import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientFor, clientInNewBucket, freshName, type TestClient } from './client.ts';
import { covers } from './covers.ts';
import { documentHeaders, elements, putDocument } from './documents.ts';
import { completeUpload, sendParts, startUpload } from './uploads.ts';

/** What goes over the wire with every operation: heads of requests, documents, and rules for browsers on errors. */

covers(
  'getBucket',
  'multipartInit',
  'multipartComplete',
  'deleteMultipleObject',
  'optionsObject',
  'getBucketDomain',
);

const service = await serviceForTests({ name: 'wire' });
const client = await clientInNewBucket(service);

/** Everything that comes back for these bytes until the connection is closed, or until it has been quiet. */
function raw(text: string, quietMs = 1500): Promise<{ text: string; closed: boolean }> {
  return new Promise((resolve, reject) => {
    const socket = connect(service.port, '127.0.0.1', () => socket.write(text));
    let received = '';
    const done = (closed: boolean) => {
      socket.destroy();
      resolve({ text: received, closed });
    };
    socket.setTimeout(quietMs, () => done(false));
    socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
    socket.on('end', () => done(true));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? done(true) : reject(error),
    );
  });
}

/** The head of a signed PUT with lines put in before its end, and what follows it. */
function signedPut(lines: readonly string[], body: string, drop = /^$/): string {
  const head = client.head11({ method: 'PUT', key: 'raw', body: '' }).replace(/\r\n\r\n[^]*$/, '');
  const kept = head.split('\r\n').filter((line) => !drop.test(line));
  return [...kept, ...lines, '', body].join('\r\n');
}

const host = () => `Host: ${client.bucket}.cos.${service.region}.localhost:${service.port}`;
const chunked = '5\r\nhello\r\n0\r\n\r\n';
const length = /^content-length:/i;

test.each<[string, () => string]>([
  ['two hosts', () => signedPut(['Host: other-1250000000.cos.ap-guangzhou.myqcloud.com'], '')],
  ['one host twice', () => signedPut([host()], '')],
  ['a second host without a value', () => signedPut(['hOST:'], '')],
  ['identity before chunks', () => signedPut(['Transfer-Encoding: identity, chunked'], chunked, length)],
  ['chunks before identity', () => signedPut(['Transfer-Encoding: chunked, identity'], chunked, length)],
  ['chunks twice', () => signedPut(['Transfer-Encoding: chunked, chunked'], chunked, length)],
  [
    'chunks in two headers',
    () => signedPut(['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], chunked, length),
  ],
  [
    'identity and chunks in two headers',
    () => signedPut(['Transfer-Encoding: identity', 'Transfer-Encoding: chunked'], chunked, length),
  ],
  ['compressed chunks', () => signedPut(['Transfer-Encoding: gzip, chunked'], chunked, length)],
  ['identity alone', () => signedPut(['Transfer-Encoding: identity'], 'hello', length)],
  ['another coding', () => signedPut(['Transfer-Encoding: xchunked'], chunked, length)],
  ['chunks in quotes', () => signedPut(['Transfer-Encoding: "chunked"'], chunked, length)],
  ['chunks with a parameter', () => signedPut(['Transfer-Encoding: chunked;a=b'], chunked, length)],
  ['a coding of no name', () => signedPut(['Transfer-Encoding:'], 'hello', length)],
  [
    'chunks and a length',
    () => signedPut(['Content-Length: 5', 'Transfer-Encoding: chunked'], chunked, length),
  ],
  [
    'a length and chunks',
    () => signedPut(['Transfer-Encoding: chunked', 'Content-Length: 5'], chunked, length),
  ],
  ['two lengths', () => signedPut(['Content-Length: 5', 'Content-Length: 0'], 'hello', length)],
  ['one length twice', () => signedPut(['Content-Length: 5', 'Content-Length: 5'], 'hello', length)],
  ['a list of lengths', () => signedPut(['Content-Length: 5, 5'], 'hello', length)],
  ['a length with a sign', () => signedPut(['Content-Length: +5'], 'hello', length)],
  ['a length in hexadecimal', () => signedPut(['Content-Length: 0x5'], 'hello', length)],
  [
    'chunks of HTTP/1.0',
    () => signedPut(['Transfer-Encoding: chunked'], chunked, length).replace('HTTP/1.1', 'HTTP/1.0'),
  ],
  ['a space before a colon', () => signedPut(['Transfer-Encoding : chunked'], chunked, length)],
  ['a folded line', () => signedPut(['X-A: b', ' Transfer-Encoding: chunked'], chunked, length)],
  ['a control character in a name', () => signedPut(['Transfer\u000bEncoding: chunked'], chunked, length)],
  ['a bare CR', () => signedPut(['X-A: b\rTransfer-Encoding: chunked'], chunked, length)],
])('a head with %s is answered with 400, and nothing after it is read', async (_what, head) => {
  const smuggled = `GET /-/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;

  const { text, closed } = await raw(`${head()}${smuggled}`);

  expect(text).toMatch(/^HTTP\/1\.1 400 /);
  expect(closed).toBe(true);
  expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  expect((await client.head('raw')).status).toBe(404);
});

test('chunks by themselves are taken, in any case of their name', async () => {
  const answer = await raw(signedPut(['transfer-encoding: Chunked', 'connection: close'], chunked, length));

  expect(answer.text).toMatch(/^HTTP\/1\.1 200 /);
  expect((await client.get('raw')).text).toBe('hello');
});

/** Whether a document has only what XML 1.0 can hold, references included. */
function isXml(text: string): boolean {
  const references = [...text.matchAll(/&#(?:x([0-9a-f]+)|(\d+));/gi)].map(([, hex, decimal]) =>
    String.fromCodePoint(hex === undefined ? Number(decimal) : parseInt(hex, 16)),
  );

  return !/[\0-\x08\v\f\x0e-\x1f\ufffe\uffff]/.test(text + references.join(''));
}

const strange = ['bell\u0007', 'null\u0000', 'unit\u001f', 'nothing\ufffe'];

test.each(strange)('an upload in parts of %j is named in well-formed documents', async (key) => {
  const started = await client.send({ method: 'POST', key, query: { uploads: '' } });
  const uploadId = elements(started.text, 'UploadId')[0] ?? '';
  const parts = await sendParts(client, { key, uploadId }, ['content']);
  const listed = await client.send({ key, query: { uploadId } });
  const completed = await completeUpload(client, { key, uploadId }, parts);

  for (const answer of [started, listed, completed]) {
    expect([answer.status, isXml(answer.text)]).toEqual([200, true]);
    expect(elements(answer.text, 'EncodingType')).toEqual(['url']);
    expect(decodeURIComponent(elements(answer.text, 'Key')[0] ?? '')).toBe(key);
  }
  expect((await client.get(key)).text).toBe('content');
});

test('lists demand encoding-type where a key is no XML, and give it then', async () => {
  const odd = await clientInNewBucket(service);
  for (const key of ['plain', ...strange]) await odd.put(key, 'x');
  await startUpload(odd, 'open\u0001');
  const lists = [{}, { versions: '' }, { uploads: '' }, { delimiter: '\u0007' }, { prefix: 'bell\u0007' }];

  for (const query of lists) {
    const bare = await odd.send({ query });
    const encoded = await odd.send({ query: { ...query, 'encoding-type': 'url' } });

    expect([bare.status, bare.code, isXml(bare.text)]).toEqual([400, 'InvalidArgument', true]);
    expect(bare.text).toContain('encoding-type=url');
    expect([encoded.status, isXml(encoded.text)]).toEqual([200, true]);
  }
  const all = await odd.send({ query: { 'encoding-type': 'url' } });
  expect(elements(all.text, 'Key').map(decodeURIComponent).sort()).toEqual(['plain', ...strange].sort());
  // A page without such a key needs no encoding.
  expect((await odd.send({ query: { prefix: 'plain' } })).status).toBe(200);
});

test.each(strange)('an error about %j is a well-formed document', async (key) => {
  const missing = await client.get(`missing/${key}`);
  const malformed = await client.send({ key, query: { uploadId: key } });

  expect([missing.status, isXml(missing.text)]).toEqual([404, true]);
  expect(elements(missing.text, 'Resource')[0]).toContain(encodeURIComponent(key.slice(-1)));
  expect(isXml(malformed.text)).toBe(true);
});

test.each([
  ['a control character', 'a\u0007'],
  ['a null', 'a\u0000'],
  ['a reference to a control character', 'a&#7;'],
  ['a reference to null', 'a&#0;'],
  ['a hexadecimal one', 'a&#x1b;'],
  ['half of a pair', 'a&#xD800;'],
  ['no character', 'a&#xFFFF;'],
])('a document with %s is malformed, and nothing is deleted', async (_what, key) => {
  await client.put('a', 'x');
  const body = `<Delete><Object><Key>a</Key></Object><Object><Key>${key}</Key></Object></Delete>`;

  const deleted = await client.send({
    method: 'POST',
    query: { delete: '' },
    body,
    headers: documentHeaders(body),
  });
  const tags = `<Tagging><TagSet><Tag><Key>k</Key><Value>${key}</Value></Tag></TagSet></Tagging>`;
  const tagged = await client.send({
    method: 'PUT',
    key: 'a',
    query: { tagging: '' },
    body: tags,
    headers: documentHeaders(tags),
  });

  expect([deleted.status, deleted.code]).toEqual([400, 'MalformedXML']);
  expect([tagged.status, tagged.code]).toEqual([400, 'MalformedXML']);
  expect((await client.head('a')).status).toBe(200);
});

test('white space that XML holds as references is taken', async () => {
  await client.put('line\r\n\ttab', 'x');
  const body = '<Delete><Object><Key>line&#13;&#10;&#9;tab</Key></Object></Delete>';

  await client.send({ method: 'POST', query: { delete: '' }, body, headers: documentHeaders(body) });

  expect((await client.head('line\r\n\ttab')).status).toBe(404);
});

/** A bucket whose rules let one origin in. */
async function bucketFor(origin: string): Promise<TestClient> {
  const bucket = await clientInNewBucket(service);
  const rules =
    `<CORSConfiguration><CORSRule><AllowedOrigin>${origin}</AllowedOrigin><AllowedMethod>GET</AllowedMethod>` +
    '<AllowedMethod>PUT</AllowedMethod><ExposeHeader>x-cos-request-id</ExposeHeader></CORSRule></CORSConfiguration>';
  const answer = await putDocument(bucket, 'cors', rules);
  if (answer.status !== 200) throw new Error(answer.text);
  return bucket;
}

const early: readonly [string, string][] = [
  ['a key of 900 characters', `/${'k'.repeat(900)}`],
  ['a path that is no UTF-8', '/%ff'],
  ['a percent sign alone', '/a%zz'],
  ['a forbidden character', '/a%1b'],
  ['a query that is no UTF-8', '/k?versionId=%ff'],
];

test.each(early)(
  '%s is refused with the headers that the rules of the bucket give',
  async (_what, target) => {
    const bucket = await bucketFor('https://app.example.com');
    const asked = (origin: string) => bucket.send({ target, sign: 'none', headers: { origin } });

    const [allowed, other] = [
      await asked('https://app.example.com'),
      await asked('https://else.example.com'),
    ];

    expect(allowed.status).toBe(400);
    expect(allowed.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-expose-headers': 'x-cos-request-id',
      vary: 'Origin',
    });
    expect(other.status).toBe(400);
    expect(other.headers['access-control-allow-origin']).toBeUndefined();
  },
);

test.each(early)('%s is no matter for a preflight', async (_what, target) => {
  const bucket = await bucketFor('https://app.example.com');
  const preflight = (origin: string) =>
    bucket.send({
      method: 'OPTIONS',
      target,
      sign: 'none',
      headers: { origin, 'access-control-request-method': 'PUT' },
    });

  const [allowed, other] = [
    await preflight('https://app.example.com'),
    await preflight('https://else.example.com'),
  ];

  expect([allowed.status, allowed.headers['access-control-allow-origin']]).toEqual([
    200,
    'https://app.example.com',
  ]);
  expect(other.status).toBe(403);
});

test.each(early)(
  '%s without a bucket, or without rules, has the headers of the default',
  async (_what, target) => {
    const absent = clientFor(service, freshName());
    for (const bucket of [client, absent]) {
      const answer = await bucket.send({
        target,
        sign: 'none',
        headers: { origin: 'https://app.example.com' },
      });

      expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([400, '*']);
    }
  },
);

test('the domains of a bucket are not there before they are set, and after they were deleted', async () => {
  const bucket = await clientInNewBucket(service);
  const read = () => bucket.send({ query: { domain: '' } });
  const rule =
    '<DomainConfiguration><DomainRule><Status>ENABLED</Status><Name>www.example.com</Name><Type>REST</Type></DomainRule></DomainConfiguration>';

  const before = await read();
  await putDocument(bucket, 'domain', rule);
  const between = await read();
  await bucket.send({ method: 'DELETE', query: { domain: '' } });
  const after = await read();

  expect([before.status, before.code]).toEqual([404, 'DomainConfigNotFoundError']);
  expect(between.status).toBe(200);
  expect([after.status, after.code]).toEqual([404, 'DomainConfigNotFoundError']);
});

test('requests that AWS S3 clients sign get a sentence that says so', async () => {
  const header = await client.send({
    key: 'k',
    sign: 'none',
    headers: {
      authorization:
        'AWS4-HMAC-SHA256 Credential=A/20260101/r/s3/aws4_request, SignedHeaders=host, Signature=0',
    },
  });
  const older = await client.send({ key: 'k', sign: 'none', headers: { authorization: 'AWS AKID:c2ln' } });
  const address = await client.send({
    key: 'k',
    sign: 'none',
    query: { 'X-Amz-Algorithm': 'AWS4-HMAC-SHA256', 'X-Amz-Signature': '0' },
  });

  for (const answer of [header, older, address]) {
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('AWS S3');
  }
});
