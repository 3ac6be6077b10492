import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket, type TestClient } from './client.ts';
import { covers } from './covers.ts';
import { putDocument, setVersioning } from './documents.ts';
import { completeUpload, sendParts, startUpload } from './uploads.ts';

covers('appendObject');

const service = await serviceForTests({ name: 'append-object' });
const client = await clientInNewBucket(service);

function append(
  key: string,
  position: number | string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
  by: TestClient = client,
) {
  return by.send({ method: 'POST', key, query: { append: '', position: String(position) }, body, headers });
}

test('the first append creates the object, the next one continues it', async () => {
  const first = await append('log', 0, 'one\n');
  const second = await append('log', 4, 'two\n');

  expect(first.status).toBe(200);
  expect(first.headers['x-cos-next-append-position']).toBe('4');
  expect(first.headers.etag).toBe('"5bbf5a52328e7439ae6e719dfe712200"');
  expect(second.headers['x-cos-next-append-position']).toBe('8');
  expect(second.headers.etag).not.toBe(first.headers.etag);
  expect((await client.get('log')).text).toBe('one\ntwo\n');
});

test('the CRC-64 covers the whole object', async () => {
  await append('crc', 0, 'hello ');
  const appended = await append('crc', 6, 'world');
  const simple = await client.put('crc-simple', 'hello world');

  expect(appended.headers['x-cos-hash-crc64ecma']).toBe(simple.headers['x-cos-hash-crc64ecma']);
  expect((await client.head('crc')).headers['x-cos-hash-crc64ecma']).toBe(
    simple.headers['x-cos-hash-crc64ecma'],
  );
});

test('HEAD says that an object can be appended to, and where', async () => {
  await append('typed', 0, 'abc', { 'content-type': 'text/plain', 'x-cos-meta-a': '1' });
  await append('typed', 3, 'def', { 'content-type': 'image/png', 'x-cos-meta-a': '2' });

  const { headers } = await client.head('typed');

  expect(headers['x-cos-object-type']).toBe('appendable');
  expect(headers['x-cos-next-append-position']).toBe('6');
  expect(headers['content-length']).toBe('6');
  // What the first append said stays.
  expect(headers['content-type']).toBe('text/plain');
  expect(headers['x-cos-meta-a']).toBe('1');
});

test('an append of nothing creates an empty object', async () => {
  const answer = await append('empty', 0, '');

  expect(answer.headers['x-cos-next-append-position']).toBe('0');
  expect((await append('empty', 0, 'x')).headers['x-cos-next-append-position']).toBe('1');
});

test('a large append is read back by ranges across its pieces', async () => {
  const piece = Buffer.alloc(300_000, 'p');
  await append('large', 0, piece);
  await append('large', 300_000, Buffer.alloc(300_000, 'q'));

  const answer = await client.get('large', { range: 'bytes=299998-300001' });

  expect(answer.text).toBe('ppqq');
});

test.each([
  ['before the end', 1],
  ['behind the end', 9],
])('a position %s is refused', async (_what, position) => {
  const key = `position-${position}`;
  await append(key, 0, 'abc');

  const answer = await append(key, position, 'x');

  expect([answer.status, answer.code]).toEqual([409, 'AppendPositionErr']);
  expect((await client.get(key)).text).toBe('abc');
});

test('a position in an object that does not exist is refused', async () => {
  const answer = await append('absent', 5, 'x');

  expect([answer.status, answer.code]).toEqual([409, 'AppendPositionErr']);
  expect((await client.head('absent')).status).toBe(404);
});

test.each(['x', '-1', ''])('the position %j is no position', async (position) => {
  const answer = await append('k', position, 'x');

  expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
});

test('a request without a position is refused', async () => {
  const answer = await client.send({ method: 'POST', key: 'k', query: { append: '' }, body: 'x' });

  expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
});

test('a normal object takes no appends, whatever the position', async () => {
  await client.put('normal', 'abc');
  const upload = { key: 'parts', uploadId: await startUpload(client, 'parts') };
  await completeUpload(client, upload, await sendParts(client, upload, ['abc']));

  const atStart = await append('normal', 0, 'x');
  const atEnd = await append('normal', 3, 'x');
  const parts = await append('parts', 3, 'x');

  expect([atStart.status, atStart.code]).toEqual([409, 'ObjectNotAppendable']);
  expect([atEnd.status, atEnd.code]).toEqual([409, 'ObjectNotAppendable']);
  expect([parts.status, parts.code]).toEqual([409, 'ObjectNotAppendable']);
});

test('a PUT makes an appendable object a normal one', async () => {
  await append('replaced', 0, 'abc');
  await client.put('replaced', 'abc');

  const answer = await append('replaced', 3, 'x');

  expect(answer.code).toBe('ObjectNotAppendable');
  expect((await client.head('replaced')).headers['x-cos-object-type']).toBeUndefined();
});

test('a body that is not what Content-MD5 says changes nothing', async () => {
  await append('digest', 0, 'abc');

  const answer = await append('digest', 3, 'x', { 'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==' });

  expect([answer.status, answer.code]).toEqual([400, 'BadDigest']);
  expect((await client.get('digest')).text).toBe('abc');
});

test('a body of unknown length is refused', async () => {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('x');
  }

  const answer = await client.send({
    method: 'POST',
    key: 'chunked',
    query: { append: '', position: '0' },
    body: chunks(),
  });

  expect([answer.status, answer.code]).toEqual([411, 'MissingContentLength']);
});

test('intelligent tiering is not for appendable objects', async () => {
  const answer = await append('tiering', 0, 'x', { 'x-cos-storage-class': 'INTELLIGENT_TIERING' });

  expect([answer.status, answer.code]).toEqual([400, 'NotSupportedStorageClass']);
});

test('a bucket with versioning takes no appends', async () => {
  const versioned = await clientInNewBucket(service);
  await setVersioning(versioned, 'Enabled');

  const answer = await append('k', 0, 'x', {}, versioned);

  expect([answer.status, answer.code]).toEqual([409, 'InvalidBucketState']);
});

test('a bucket whose versioning is suspended takes appends to the null version', async () => {
  const suspended = await clientInNewBucket(service);
  await setVersioning(suspended, 'Enabled');
  await setVersioning(suspended, 'Suspended');

  await append('k', 0, 'one,', {}, suspended);
  const second = await append('k', 4, 'two', {}, suspended);

  expect([second.status, second.headers['x-cos-next-append-position']]).toEqual([200, '7']);
  expect((await suspended.get('k')).text).toBe('one,two');
});

test('of clients that append at the same position exactly one wins, and the object is what it was told', async () => {
  await append('race', 0, 'start');
  const bodies = Array.from({ length: 8 }, (_, index) => `<${index}>`);

  const answers = await Promise.all(bodies.map((body) => append('race', 5, body)));

  const winners = answers.flatMap((answer, index) => (answer.status === 200 ? [index] : []));
  const losers = answers.filter(({ status }) => status !== 200);
  expect(winners).toHaveLength(1);
  expect(losers.map(({ status, code }) => [status, code])).toEqual(
    losers.map(() => [409, 'AppendPositionErr']),
  );
  const stored = await client.get('race');
  expect(stored.text).toBe(`start${bodies[winners[0]!]!}`);
  expect(stored.headers.etag).toBe(answers[winners[0]!]!.headers.etag);
});

test('of clients that create an object by appending exactly one wins', async () => {
  const answers = await Promise.all(['a', 'b', 'c', 'd'].map((body) => append('race-create', 0, body)));

  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect((await client.get('race-create')).text).toHaveLength(1);
});

/** Appends a body of two halves; `between` happens after the first is sent. */
function appendInHalves(key: string, position: number, half: Uint8Array, between: () => Promise<unknown>) {
  const body = async function* () {
    yield half;
    await between();
    yield half;
  };
  return client.send({
    method: 'POST',
    key,
    query: { append: '', position: String(position) },
    headers: { 'content-length': String(2 * half.length) },
    body: body(),
  });
}

test('tags that change while an append arrives stay, and do not refuse it', async () => {
  await append('tagged', 0, 'one');

  const answer = await appendInHalves('tagged', 3, Buffer.from('two'), () =>
    putDocument(
      client,
      'tagging',
      '<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>',
      { key: 'tagged' },
    ),
  );

  expect([answer.status, answer.headers['x-cos-next-append-position']]).toEqual([200, '9']);
  expect((await client.get('tagged')).text).toBe('onetwotwo');
  expect((await client.send({ key: 'tagged', query: { tagging: '' } })).text).toContain('<Value>1</Value>');
});

test('an append goes to the object that was made anew at the same length while it arrived', async () => {
  await append('anew', 0, 'one');

  const answer = await appendInHalves('anew', 3, Buffer.from('x'), async () => {
    await client.delete('anew');
    await append('anew', 0, 'two');
  });

  const stored = await client.get('anew');
  const simple = await client.put('anew-simple', 'twoxx');
  expect([answer.status, stored.text]).toEqual([200, 'twoxx']);
  expect(stored.headers['x-cos-hash-crc64ecma']).toBe(simple.headers['x-cos-hash-crc64ecma']);
});

test('the bytes of an append that came too late are removed at once', async () => {
  const files = async () => {
    const entries = await readdir(join(service.dataDir, 'blobs'), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  };
  await append('late', 0, 'one');
  const before = await files();

  const answer = await appendInHalves('late', 3, Buffer.alloc(1_048_576, 'x'), () =>
    append('late', 3, 'two'),
  );

  expect([answer.status, answer.code]).toEqual([409, 'AppendPositionErr']);
  expect((await client.get('late')).text).toBe('onetwo');
  expect(await files()).toEqual(before);
});
