import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc64, crc64Text } from '@sampan/protocol';
import COS from '@sampan/sdk';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

/** Downloads into files from a service that breaks off, lies and changes its mind. */

const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 31) & 255));
const rangeBytes = 65_536;

interface Served {
  /** Answers a range instead of the honest answer; gives false where it does not want to. */
  answer: (response: ServerResponse, range: { readonly first: number; readonly bytes: Buffer }) => boolean;
  crc64: string;
  ranges: string[];
}

/** What marks an answer as one of the service. */
const known = { 'x-cos-request-id': 'id' };

const honest = (): Served => ({ answer: () => false, crc64: crc64Text(crc64(content)), ranges: [] });
let served = honest();
let folder = '';

const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  const headers = { etag: '"one"', 'x-cos-hash-crc64ecma': served.crc64, ...known };
  const [, first, last] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
  if (first === undefined || last === undefined) {
    response.writeHead(200, { ...headers, 'content-length': content.byteLength }).end();
    return;
  }
  served.ranges.push(first);
  const bytes = content.subarray(Number(first), Number(last) + 1);
  if (served.answer(response, { first: Number(first), bytes })) return;
  response.writeHead(206, { ...headers, 'content-length': bytes.byteLength }).end(bytes);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  folder = await mkdtemp(join(tmpdir(), 'sampan-download-'));
});
afterEach(() => (served = honest()));
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

async function download(name: string, extra: object = {}) {
  const { port } = server.address() as AddressInfo;
  const cos = new COS({
    SecretId: 'a',
    SecretKey: 'b',
    Proxy: `http://127.0.0.1:${port}`,
    Protocol: 'http:',
    ConfCwd: join(folder, 'state'),
  });
  const loaded: number[] = [];
  const FilePath = join(folder, name, 'file');
  const result = await cos.downloadFile({
    Bucket: 'a-1250000000',
    Region: 'ap-guangzhou',
    Key: 'a',
    FilePath,
    ChunkSize: rangeBytes,
    ParallelLimit: 2,
    onProgress: (progress) => loaded.push(progress.loaded),
    ...extra,
  });
  return { result, loaded, file: await readFile(FilePath) };
}

const rest = (name: string) => readdir(join(folder, name)).catch(() => []);

test('a range that breaks off is fetched again, and progress never falls', async () => {
  let broken = false;
  served.answer = (response, { first, bytes }) => {
    if (first !== rangeBytes || broken) return false;
    broken = true;
    response.writeHead(206, { ...known, 'content-length': bytes.byteLength });
    response.write(bytes.subarray(0, 20_000), () => response.destroy());
    return true;
  };

  const { result, loaded, file } = await download('broken', { ParallelLimit: 1 });

  expect(file.equals(content)).toBe(true);
  expect(result).toMatchObject({ CRC64: served.crc64, resumedBytes: 0 });
  expect(served.ranges.filter((first) => first === String(rangeBytes))).toHaveLength(2);
  expect(loaded).toEqual(loaded.toSorted((a, b) => a - b));
  expect(loaded.at(-1)).toBe(content.byteLength);
}, 20_000);

test.each([
  ['shorter', (bytes: Buffer) => bytes.subarray(1), /65536 bytes arrived with 65535/],
  ['longer', (bytes: Buffer) => Buffer.concat([bytes, bytes]), /longer than the 65536 bytes of its range/],
])('a range that is %s than was asked for is no success', async (name, change, message) => {
  served.answer = (response, { first, bytes }) => {
    if (first !== 0) return false;
    response.writeHead(206, known).end(change(bytes));
    return true;
  };

  await expect(download(name, { RetryTimes: 0 })).rejects.toThrow(message);
  expect(await rest(name)).not.toContain('file');
});

test('bytes that differ from their CRC-64 are not kept', async () => {
  served.crc64 = '1';

  await expect(download('differs')).rejects.toMatchObject({ cosErrorKind: 'IntegrityError' });
  expect(await rest('differs')).toEqual([]);
});

test('a download that failed goes on with the ranges that are there, which it proves', async () => {
  served.answer = (response, { first }) => {
    if (first !== 3 * rangeBytes) return false;
    response.writeHead(403).end();
    return true;
  };
  await expect(download('again', { ParallelLimit: 1 })).rejects.toMatchObject({ statusCode: 403 });
  served = honest();

  const { result, file } = await download('again');

  expect(file.equals(content)).toBe(true);
  expect(result).toMatchObject({ resumedBytes: 3 * rangeBytes });
  expect(served.ranges).toEqual([String(3 * rangeBytes), String(4 * rangeBytes)]);
});

test('an object that changed on the way leaves nothing behind', async () => {
  served.answer = (response, { first }) => {
    if (first === 0) return false;
    response.writeHead(412).end();
    return true;
  };

  await expect(download('changed', { ParallelLimit: 1 })).rejects.toMatchObject({ statusCode: 412 });
  expect(await rest('changed')).toEqual([]);
});

test('a caller that stops a download stops the ranges in flight', async () => {
  const stop = new AbortController();
  const closed = new Promise<void>((resolve) => {
    served.answer = (response, { bytes }) => {
      response.on('close', resolve);
      response.writeHead(206, { ...known, 'content-length': bytes.byteLength });
      response.write(bytes.subarray(0, 10), () => stop.abort());
      return true;
    };
  });

  await expect(download('stopped', { ParallelLimit: 1, Signal: stop.signal })).rejects.toMatchObject({
    cosErrorKind: 'AbortedError',
  });
  await closed;
});
