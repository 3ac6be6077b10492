import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import COS from '@sampan/sdk';
import { expect, onTestFinished, test, vi } from 'vitest';
import { snippets } from '../guides.ts';
import { serviceForTests } from '../service.ts';
import { runBlock as run } from './run-block.ts';

/** The pages that a new user reads first, done as they say against a served process. */

const place = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou' };
const service = await serviceForTests({ flags: ['--bucket', place.Bucket], name: 'guide-start' });
const permanent = { SecretId: service.secretId, SecretKey: service.secretKey };
const reader = new COS({ ...permanent, Proxy: service.url, Protocol: 'http' });
const env = { SECRET_ID: service.secretId, SECRET_KEY: service.secretKey };

/** The class, led to the service. */
class ServedCOS extends COS {
  constructor(options: object) {
    super({ ...options, Proxy: service.url, Protocol: 'http' });
  }
}

const stored = async (Key: string): Promise<string> =>
  String((await reader.getObject({ ...place, Key })).Body);

test('start: a Node script uploads a file', async () => {
  const file = join(service.dataDir, 'photo.jpg');
  writeFileSync(file, 'a photo');
  const code = snippets('start.md')[2]!.replace('./photo.jpg', () => file);
  await run(code, { COS: ServedCOS, process: { env } });

  expect(await stored('start/node.jpg')).toBe('a photo');
});

test('start: the option leads to the local service', async () => {
  const code = snippets('start.md')[4]!.replace('127.0.0.1:9000', () => service.host);
  await run(code, { COS, process: { env } });

  expect(await stored('start/local.txt')).toBe('hello');
});

type KeysFor = (key: string) => Promise<object>;

/** The backend of the guide over HTTP. Who asks for `other.bin` gets keys for `mine.bin`. */
async function backend(): Promise<{ origin: string; asked: string[] }> {
  const at = 'import.meta.url';
  const led = snippets('sign.md')[2]!.replace(at, () => JSON.stringify(import.meta.url));
  await run(led, { createRequire, process: { env: { STS_ENDPOINT: service.host } } });
  const sts: unknown = createRequire(import.meta.url)('qcloud-cos-sts');
  const given = {
    COS_SECRET_ID: service.secretId,
    COS_SECRET_KEY: service.secretKey,
    STS_ENDPOINT: service.host,
  };
  const keysFor = (await run(
    snippets('sign.md')[0]!,
    { sts, process: { env: given } },
    'keysFor',
  )) as KeysFor;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const key = new URL(request.url!, 'http://backend').searchParams.get('key')!;
    asked.push(key);
    keysFor(key === 'other.bin' ? 'mine.bin' : key).then(
      (keys) => response.end(JSON.stringify(keys)),
      (error: unknown) => response.writeHead(502).end(String(error)),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test('sign: keys for one file upload it in parts, and no other file', { timeout: 30_000 }, async () => {
  const { origin, asked } = await backend();
  const cos = (await run(
    snippets('sign.md')[1]!,
    { COS: ServedCOS, fetch: (path: string) => fetch(`${origin}${path}`) },
    'cos',
  )) as COS;
  const Body = Buffer.alloc(3 * 1024 * 1024, 'x');
  await cos.uploadFile({ ...place, Key: 'mine.bin', Body, SliceSize: 1024 * 1024 });
  const { headers } = await reader.headObject({ ...place, Key: 'mine.bin' });
  const other = cos.putObject({ ...place, Key: 'other.bin', Body: 'x' });

  expect(Number(headers!['content-length'])).toBe(Body.length);
  expect(String(headers!['etag'])).toMatch(/-\d+"$/);
  await expect(other).rejects.toMatchObject({ code: 'AccessDenied', statusCode: 403 });
  expect(new Set(asked)).toEqual(new Set(['mine.bin', 'other.bin']));
});

test('sign: an answer of the backend that is no success is an error of the call', async () => {
  const failing = vi.fn(() => Promise.resolve(new Response('', { status: 401 })));
  const cos = (await run(snippets('sign.md')[1]!, { COS: ServedCOS, fetch: failing }, 'cos')) as COS;

  await expect(cos.putObject({ ...place, Key: 'k', Body: 'x' })).rejects.toMatchObject({
    code: 'CredentialsFailed',
  });
});
