/** The rules over real connections: the SDK on Node, a proxy that spoils what passes, and a served process. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import COS from '@sampan/sdk';
import { crc64, crc64Text } from '@sampan/protocol';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startService, type RunningService } from '../service.ts';
import { startProxy, type Fate } from './proxy.ts';

const mib = 1_048_576;
const target = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou' } as const;
const bytes = randomBytes(6 * mib + 11);
const expected = crc64Text(crc64(bytes));
let service: RunningService;
let folder: string;

beforeAll(async () => {
  service = await startService({ name: 'proxy', flags: ['--bucket', 'examplebucket'] });
  folder = await mkdtemp(join(tmpdir(), 'sampan-proxy-'));
  await writeFile(join(folder, 'file'), bytes);
});
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

async function through(plan: (connection: number) => Fate, options: object = {}) {
  const proxy = await startProxy(service.port, plan);
  onTestFinished(() => proxy.close());
  const cos = new COS({
    SecretId: service.secretId,
    SecretKey: service.secretKey,
    Protocol: 'http',
    Domain: `{Bucket}.cos.{Region}.localhost:${proxy.port}`,
    ConfCwd: folder,
    Timeout: 1500,
    KeepAlive: false,
    ...options,
  });
  return { cos, proxy };
}

const portal =
  'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 34\r\nconnection: close\r\n\r\n<html><body>log in</body></html>\r\n';
const unavailable =
  'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nx-cos-request-id: a\r\nconnection: close\r\n\r\n';

const fates: readonly (readonly [string, (connection: number) => Fate])[] = [
  ['resets at a byte of the body', (n) => (n % 3 === 1 ? { resetAfterBytes: 400_000 + n * 10_000 } : {})],
  ['resets in the middle of an answer', (n) => (n % 3 === 1 ? { resetAnswerAfterBytes: 20 } : {})],
  ['half-closes after a truncated answer', (n) => (n % 4 === 2 ? { halfCloseAnswerAfterBytes: 20 } : {})],
  ['swallows requests', (n) => (n % 5 === 2 ? { blackHole: true } : {})],
  ['answers 503', (n) => (n % 3 === 1 ? { answer: unavailable } : {})],
  ['answers with the page of a captive portal', (n) => (n % 4 === 1 ? { answer: portal } : {})],
  ['sends answers twice', (n) => (n % 4 === 1 ? { twice: true } : {})],
  ['is slow', () => ({ latencyMs: 5, bytesPerSecond: 20_000_000 })],
];

describe('through a proxy that', () => {
  test.each(fates)(
    '%s, an upload in parts stores exactly the file',
    async (name, plan) => {
      const { cos } = await through(plan);
      const Key = `parts ${name}`;

      const data = await cos.uploadFile({ ...target, Key, FilePath: join(folder, 'file') });

      expect(data).toMatchObject({ CRC64: expected, statusCode: 200 });
      const { headers } = await direct().headObject({ ...target, Key });
      expect(headers).toMatchObject({
        'x-cos-hash-crc64ecma': expected,
        'content-length': String(bytes.length),
      });
      const left = await direct().multipartList({ ...target, Prefix: Key });
      // Of an Initiate whose answer was lost an upload without parts may be left.
      for (const { UploadId } of left.Upload)
        expect((await direct().multipartListPart({ ...target, Key, UploadId })).Part).toEqual([]);
    },
    60_000,
  );

  test('swallows everything, an upload ends with a TimeoutError', async () => {
    const { cos } = await through(() => ({ blackHole: true }), { Timeout: 100, ChunkRetryTimes: 0 });

    await expect(
      cos.uploadFile({ ...target, Key: 'hole', FilePath: join(folder, 'file') }),
    ).rejects.toMatchObject({ code: 'Timeout' });
  }, 60_000);

  test('answers everything with a portal’s page, an upload fails and there is no object', async () => {
    const { cos } = await through(() => ({ answer: portal }), { ChunkRetryTimes: 0 });

    await expect(cos.uploadFile({ ...target, Key: 'portal', Body: 'small' })).rejects.toMatchObject({
      code: 'InvalidResponse',
    });
    await expect(direct().headObject({ ...target, Key: 'portal' })).rejects.toMatchObject({
      statusCode: 404,
    });
  }, 60_000);
});

function direct() {
  return new COS({
    SecretId: service.secretId,
    SecretKey: service.secretKey,
    Protocol: 'http',
    Domain: `{Bucket}.cos.{Region}.localhost:${service.port}`,
  });
}
