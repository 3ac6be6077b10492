import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket, overSocket } from './client.ts';

const service = await serviceForTests({ name: 'bad-input' });
const client = await clientInNewBucket(service);
const statusOf = (text: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
const codeOf = (text: string) => /<Code>([^<]*)<\/Code>/.exec(text)?.[1];
const nothingStored = async (key: string) => {
  expect((await client.head(key)).status).toBe(404);
};

describe('keys', () => {
  test('of 850 bytes are stored, of 851 refused', async () => {
    const longest = 'ü'.repeat(425);

    expect((await client.put(longest, 'x')).status).toBe(200);
    expect((await client.get(longest)).text).toBe('x');
    const longer = await client.put(`${longest}x`, 'x');
    expect([longer.status, longer.code]).toEqual([400, 'KeyTooLong']);
  });

  test.each(['\u0018', '\u0019', '\u001a', 'a\u001bb'])(
    'with the control character in %j are refused',
    async (key) => {
      const answer = await client.put(key, 'x');

      expect([answer.status, answer.code]).toEqual([400, 'InvalidObjectName']);
    },
  );
});

describe('metadata', () => {
  const meta = (bytes: number) => ({ 'x-cos-meta-a': 'v'.repeat(bytes - 'x-cos-meta-a'.length) });

  test('of 2 KB is stored, above that refused', async () => {
    const over = await client.put('meta/over', 'x', meta(2049));

    expect((await client.put('meta/full', 'x', meta(2048))).status).toBe(200);
    expect([over.status, over.code]).toEqual([400, 'InvalidArgument']);
    await nothingStored('meta/over');
  });
});

describe('bodies', () => {
  test('over 5 GB are refused by their header, before they are sent', async () => {
    const head = client.head11({
      method: 'PUT',
      key: 'body/huge',
      headers: { 'content-length': String(5 * 2 ** 30 + 1), expect: '100-continue' },
    });

    const answer = await overSocket(service, head);

    expect([statusOf(answer), codeOf(answer)]).toEqual([400, 'EntityTooLarge']);
    await nothingStored('body/huge');
  });

  test.each([100, 500_000])('shorter than %i announced bytes are IncompleteBody', async (announced) => {
    const key = `body/short${announced}`;
    const head = client.head11({ method: 'PUT', key, headers: { 'content-length': String(announced) } });

    const answer = await overSocket(service, [head, randomBytes(announced - 10)], { halfClose: true });

    expect([statusOf(answer), codeOf(answer)]).toEqual([400, 'IncompleteBody']);
    await nothingStored(key);
  });

  test('that break off leave nothing behind', async () => {
    const head = client.head11({
      method: 'PUT',
      key: 'body/broken',
      headers: { 'transfer-encoding': 'chunked' },
    });

    const answer = await overSocket(service, [head, '5\r\nhello\r\nzzz'], { halfClose: true });

    expect(statusOf(answer)).toBe(400);
    await nothingStored('body/broken');
  });

  test('without length are MissingContentLength', async () => {
    const head = client.head11({ method: 'PUT', key: 'body/unknown' });

    const answer = await overSocket(service, head, { until: /<\/Error>/ });

    expect([statusOf(answer), codeOf(answer)]).toEqual([411, 'MissingContentLength']);
    await nothingStored('body/unknown');
  });
});

describe('Expect: 100-continue', () => {
  const headers = { 'content-length': '5', expect: '100-continue' };

  test('is answered when the request is in order, and the body then taken', async () => {
    const head = client.head11({ method: 'PUT', key: 'expect/yes', headers });

    const answer = await overSocket(service, [head, 'hello'], { until: /200 OK[^]*\r\n\r\n/ });

    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/);
    expect((await client.get('expect/yes')).text).toBe('hello');
  });

  test.each([
    ['a wrong key', { secretKey: 'wrong' }, 403],
    ['a malformed MD5', { headers: { ...headers, 'content-md5': 'x' } }, 400],
    ['a missing bucket', { bucket: 'nothere-1250000000' }, 404],
  ])('is answered with the error of %s instead', async (_name, request, status) => {
    const head = client.head11({ method: 'PUT', key: 'expect/no', headers, ...request });

    const answer = await overSocket(service, head, { until: /<\/Error>/ });

    expect(answer).not.toContain('100 Continue');
    expect(statusOf(answer)).toBe(status);
  });
});

test('a refused upload is answered at once and not read for ever', async () => {
  const gibibyte = 2 ** 30;
  const head = client.head11({
    method: 'PUT',
    key: 'refused',
    secretKey: 'wrong',
    headers: { 'content-length': String(gibibyte) },
  });
  const { connect } = await import('node:net');
  const chunk = randomBytes(65_536);
  let received = '';
  let sent = 0;

  await new Promise<void>((resolve) => {
    const socket = connect(service.port, '127.0.0.1');
    const pour = () => {
      while (sent < gibibyte && socket.writable) {
        sent += chunk.length;
        if (!socket.write(chunk)) return;
      }
    };
    socket.write(head);
    socket.on('drain', pour).on('data', (data) => (received += data.toString()));
    socket.on('error', () => undefined).on('close', () => resolve());
    pour();
  });

  expect(codeOf(received)).toBe('SignatureDoesNotMatch');
  expect(sent).toBeLessThan(64 * 2 ** 20);
});

describe('requests that are not HTTP as it should be', () => {
  const host = `Host: ${client.bucket}.cos.ap-guangzhou.localhost\r\n`;

  test.each([
    ['a header line of 64 KB', `GET /a HTTP/1.1\r\n${host}X-Long: ${'x'.repeat(65_536)}\r\n\r\n`],
    [
      'two different Content-Lengths',
      `PUT /a HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
    ],
    [
      'two equal Content-Lengths',
      `PUT /a HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 1\r\n\r\na`,
    ],
    [
      'Content-Length and chunks',
      `PUT /a HTTP/1.1\r\n${host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n`,
    ],
    ['a bad request line', `GET\r\n\r\n`],
    ['a bad version', `GET / HTTP/9.9\r\n\r\n`],
    ['a header without a name', `GET / HTTP/1.1\r\n: x\r\n\r\n`],
    ['a negative length', `PUT /a HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\n`],
  ])('%s is 400 with an error document', async (_name, text) => {
    const answer = await overSocket(service, text, { until: /<\/Error>/ });

    expect(statusOf(answer)).toBe(400);
    expect(codeOf(answer)).toBe('InvalidRequest');
    expect(answer).toMatch(/x-cos-request-id: \S+/i);
    await nothingStored('a');
  });

  test('a request without a host is still answered', async () => {
    const answer = await overSocket(service, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n');

    expect([statusOf(answer), codeOf(answer)]).toEqual([403, 'AccessDenied']);
  });

  test('a method that nobody knows is MethodNotAllowed', async () => {
    const answer = await client.send({ method: 'PATCH', key: 'a' });

    expect([answer.status, answer.code]).toEqual([405, 'MethodNotAllowed']);
  });
});

test.each(['torrent', 'select', 'object-lock', 'symlink'])(
  'the sub-resource %s of an object is NotImplemented',
  async (name) => {
    const put = await client.send({ method: 'PUT', key: 'sub', body: 'x', query: { [name]: '' } });
    const get = await client.send({ key: 'sub', query: { [name]: '' } });

    expect([put.status, put.code, get.status]).toEqual([501, 'NotImplemented', 501]);
    await nothingStored('sub');
  },
);

test.each([
  ['x-cos-acl', 'everybody'],
  ['x-cos-acl', 'public-read-write'],
  ['x-cos-grant-read', 'everyone'],
])('the header %s: %s is InvalidArgument', async (name, value) => {
  const answer = await client.put('acl', 'x', { [name]: value });

  expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
  await nothingStored('acl');
});
