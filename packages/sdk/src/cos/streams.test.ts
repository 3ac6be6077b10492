import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import type { COS as Declared } from '../api/index.ts';
import { COS } from '../entries/node.ts';
import { end, event, message } from '../testing/messages.ts';

const object = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou', Key: 'a.csv' };
const query = { ...object, SelectType: 2, SelectRequest: { Expression: 'SELECT * FROM COSObject' } };
// CRC-64 of `hello`.
const helloCrc64 = '11177612005948864433';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** The class before a service that answers everything alike. */
async function serving(answer: (response: ServerResponse) => void): Promise<Declared> {
  const server = createServer((request, response) => {
    response.setHeader('x-cos-request-id', 'NjE=');
    request.resume().once('end', () => answer(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return new COS({ SecretId: 'id', SecretKey: 'key', Protocol: 'http', Domain: `127.0.0.1:${port}` });
}

/** A method's stream, read to its end, and what its callback got. */
async function outcome(
  method: 'getObjectStream' | 'selectObjectContentStream',
  cos: Declared,
  more: object = {},
) {
  const calls: unknown[][] = [];
  let stream: Readable | undefined;
  const told = new Promise<void>((resolve) => {
    const given = { ...query, ...more } as never;
    stream = cos[method](given, (...call: unknown[]) => {
      calls.push(call);
      resolve();
    }) as unknown as Readable;
  });
  const text = stream!.toArray().then((pieces) => Buffer.concat(pieces as Buffer[]).toString());
  const [read] = await Promise.all([text.catch((error: unknown) => error), told]);
  return { read, calls };
}

const inPieces = (bytes: Buffer, size: number) => (response: ServerResponse) => {
  response.writeHead(200);
  for (let at = 0; at < bytes.length; at += size) response.write(bytes.subarray(at, at + size));
  response.end();
};

describe('getObjectStream', () => {
  test('gives the bytes, then calls back with what the answer said', async () => {
    const cos = await serving((response) =>
      response
        .writeHead(200, { etag: '"e"', 'x-cos-hash-crc64ecma': helloCrc64, 'content-length': '5' })
        .end('hello'),
    );
    const progress: { percent: number; total: number }[] = [];
    const { read, calls } = await outcome('getObjectStream', cos, {
      onProgress: (event: { percent: number; total: number }) => progress.push(event),
    });

    expect(read).toBe('hello');
    expect(calls).toMatchObject([[null, { statusCode: 200, ETag: '"e"' }]]);
    expect(progress.at(-1)).toMatchObject({ percent: 1, total: 5 });
  });

  test('ends with an error when other bytes arrived than the service holds', async () => {
    const cos = await serving((response) =>
      response.writeHead(200, { 'x-cos-hash-crc64ecma': helloCrc64 }).end('hallo'),
    );
    const { read, calls } = await outcome('getObjectStream', cos);

    expect(read).toMatchObject({ name: 'IntegrityError' });
    expect(calls).toMatchObject([[{ name: 'IntegrityError' }]]);
  });

  test('brings a refusal as the error of the stream', async () => {
    const cos = await serving((response) =>
      response.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>'),
    );
    const { read, calls } = await outcome('getObjectStream', cos);

    expect(read).toMatchObject({ code: 'NoSuchKey' });
    expect(calls).toMatchObject([[{ code: 'NoSuchKey' }]]);
  });

  test('is empty when nothing was modified', async () => {
    const cos = await serving((response) => response.writeHead(304).end());
    const { read, calls } = await outcome('getObjectStream', cos, { IfModifiedSince: 'x' });

    expect([read, calls]).toMatchObject(['', [[null, { NotModified: true }]]]);
  });

  test('throws for a wrong address, as nobody could listen to a stream', async () => {
    const cos = await serving((response) => response.end());

    expect(() => cos.getObjectStream({ ...object, Key: '' })).toThrow('missing param Key');
  });
});

describe('selectObjectContentStream', () => {
  const stats = event('Stats', '<Stats><BytesScanned>5</BytesScanned></Stats>');
  const whole = Buffer.concat([
    event('Records', 'a,1\n'),
    event('Continuation'),
    event('Records', 'é,2\n'),
    stats,
    end,
  ]);

  test.each([1, 7, 1000])('gives the records of messages that come in pieces of %d bytes', async (size) => {
    const { read, calls } = await outcome('selectObjectContentStream', await serving(inPieces(whole, size)));

    expect(read).toBe('a,1\né,2\n');
    expect(calls).toMatchObject([[null, { statusCode: 200, Stats: { BytesScanned: '5' } }]]);
  });

  test('gives the answer as it came when it is asked to', async () => {
    const cos = await serving(inPieces(whole, 1000));
    const { read } = await outcome('selectObjectContentStream', cos, { DataType: 'raw' });

    expect(read).toBe(whole.toString());
  });

  test('ends with the error that a message tells', async () => {
    const error = { ':error-code': 'InvalidExpression', ':error-message': 'no' };
    const answer = Buffer.concat([event('Records', 'a'), message({ ':message-type': 'error', ...error })]);
    const { read, calls } = await outcome('selectObjectContentStream', await serving(inPieces(answer, 1000)));

    expect(read).toMatchObject({ name: 'ServiceError', code: 'InvalidExpression' });
    expect(calls).toMatchObject([[{ code: 'InvalidExpression' }]]);
  });

  test.each([
    ['without its end', whole.subarray(0, -end.length)],
    ['in the middle of a message', whole.subarray(0, -1)],
    ['in a message that says it is endless', Buffer.alloc(100_000, 255)],
  ])('ends with an error when the records stop %s', async (_where, answer) => {
    const { read, calls } = await outcome(
      'selectObjectContentStream',
      await serving(inPieces(answer, 65_536)),
    );

    expect(read).toMatchObject({ name: 'IntegrityError' });
    expect(calls).toMatchObject([[{ name: 'IntegrityError' }]]);
  });
});
