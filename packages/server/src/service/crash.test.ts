/**
 * The service dies exactly between the bytes of a change and its transaction, for every change that has bytes, as
 * clients see it over HTTP. A store that never commits stands in for the death; a new service on the same folder is
 * what comes up after it.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { sign } from '@sampan/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from './config.ts';
import { createService, type OpenedStores, type Service } from '../index.ts';
import { createLog } from '../observability/log.ts';

const bucket = 'crash-1250000000';
const keys = { secretId: 'AKIDcrash', secretKey: 'crash-key' };
// Larger than what travels inside a transaction, so that there is a blob.
const large = (letter: string, sizeBytes = 100_000) => Buffer.alloc(sizeBytes, letter);

interface Dying {
  /** Resolves when the service has come to a transaction of the name and stays there. */
  reached(): Promise<void>;
  readonly stores: (opened: OpenedStores) => OpenedStores;
}

type Change = 'putVersion' | 'append' | 'putPart' | 'copyVersion' | 'completeUpload';

/** Stores whose next change of a name never comes to its transaction. */
function dyingBefore(change: Change): Dying {
  let arrive: () => void = () => undefined;
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  const never = () => {
    arrive();
    return new Promise<never>(() => undefined);
  };
  return {
    reached: () => arrived,
    stores: ({ metadata, blobs }) => ({ blobs, metadata: { ...metadata, [change]: never } }),
  };
}

async function start(dataDir: string, stores?: Dying['stores']): Promise<Service> {
  const flags = ['--port', '0', '--data', dataDir, '--bucket', bucket, '--durability', 'relaxed'];
  const config = readConfig(
    [...flags, '--secret-id', keys.secretId, '--secret-key', keys.secretKey],
    {},
    '/',
  );
  const service = await createService(config, { log: createLog('silent'), ...(stores ? { stores } : {}) });
  await service.listen();
  return service;
}

interface Asked {
  readonly method?: string;
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

async function ask(service: Service, { method = 'GET', key = '', query = {}, headers = {}, body }: Asked) {
  const path = `/${bucket}/${key}`;
  const now = Math.floor(Date.now() / 1000);
  const pairs = Object.entries(query);
  const { authorization } = sign({
    ...keys,
    method,
    path,
    query: pairs,
    headers,
    keyTime: { start: now - 1, end: now + 600 },
  });
  const text = pairs
    .map(([name, value]) => (value === '' ? name : `${name}=${encodeURIComponent(value)}`))
    .join('&');
  const response = await fetch(`${service.url}${path}${text === '' ? '' : `?${text}`}`, {
    method,
    headers: { ...headers, authorization },
    ...(body === undefined ? {} : { body: body as BodyInit }),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

const only = (text: string, name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? '';

async function startUpload(service: Service): Promise<string> {
  const answer = await ask(service, { method: 'POST', key: 'k', query: { uploads: '' } });
  return only(answer.text, 'UploadId');
}

function completion(uploadId: string, etag: string): Asked {
  const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`;
  const md5 = createHash('md5').update(body).digest('base64');
  const headers = { 'content-type': 'application/xml', 'content-md5': md5 };
  return { method: 'POST', key: 'k', query: { uploadId }, headers, body };
}

/** Makes what a change needs and gives the request that makes it. */
type Prepare = (service: Service) => Promise<Asked>;

const changes: readonly (readonly [string, Change, Prepare])[] = [
  ['PUT Object', 'putVersion', async () => ({ method: 'PUT', key: 'k', body: large('n') })],
  [
    'Append Object',
    'append',
    async (service) => {
      await ask(service, { method: 'DELETE', key: 'k' });
      const first = await ask(service, {
        method: 'POST',
        key: 'k',
        query: { append: '', position: '0' },
        body: large('o'),
      });
      expect(first.status).toBe(200);
      return { method: 'POST', key: 'k', query: { append: '', position: '100000' }, body: large('n') };
    },
  ],
  [
    'Upload Part',
    'putPart',
    async (service) => {
      const query = { partNumber: '1', uploadId: await startUpload(service) };
      return { method: 'PUT', key: 'k', query, body: large('n') };
    },
  ],
  [
    'Complete',
    'completeUpload',
    async (service) => {
      const uploadId = await startUpload(service);
      const part = { method: 'PUT', key: 'k', query: { partNumber: '1', uploadId }, body: large('n') };
      return completion(uploadId, (await ask(service, part)).headers.get('etag') ?? '');
    },
  ],
  [
    'PUT Object - Copy',
    'copyVersion',
    async (service) => {
      await ask(service, { method: 'PUT', key: 'source', body: large('n') });
      const source = `${bucket}.cos.ap-guangzhou.myqcloud.com/source`;
      return { method: 'PUT', key: 'k', headers: { 'x-cos-copy-source': source } };
    },
  ],
];

async function blobsIn(dataDir: string): Promise<number> {
  const entries = await readdir(join(dataDir, 'blobs'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name !== 'store-id').length;
}

test.each(changes)(
  'a service that dies in %s after the bytes and before the transaction has changed nothing and leaves nothing',
  async (_what, change, prepare) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'sampan-crash-'));
    onTestFinished(() => rm(dataDir, { recursive: true }));
    const whole = await start(dataDir);
    await ask(whole, { method: 'PUT', key: 'k', body: large('o') });
    const request = await prepare(whole);
    const blobsBefore = await blobsIn(dataDir);
    await whole.close();

    const dying = dyingBefore(change);
    const dead = await start(dataDir, dying.stores);
    const answer = ask(dead, request).then(
      ({ status }) => status,
      () => 'cut',
    );
    await dying.reached();
    await dead.close(0);
    expect(await answer).toBe('cut');

    const after = await start(dataDir);
    onTestFinished(() => after.close(0));
    const { text } = await ask(after, { key: 'k' });
    expect([text.length, new Set(text)]).toEqual([100_000, new Set(['o'])]);
    // What the dead service wrote is found and removed; what is needed stays.
    await expect.poll(() => blobsIn(dataDir), { timeout: 10_000 }).toBe(blobsBefore);

    const again = await ask(after, request);
    expect(again.status).toBe(200);
  },
);

/** Stores whose changes of a name are committed once, and whose answer is then lost. */
function losingTheAnswerOf(change: Change): Dying['stores'] {
  return ({ metadata, blobs }) => {
    let lost = false;
    const committed = async (argument: never): Promise<unknown> => {
      const outcome = await (metadata[change] as (argument: never) => Promise<unknown>)(argument);
      if (lost) return outcome;
      lost = true;
      throw new Error('the connection was lost');
    };
    return { blobs, metadata: { ...metadata, [change]: committed } };
  };
}

test.each(changes)(
  '%s whose answer the metadata store lost leaves the bytes that it committed',
  async (_what, change, prepare) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'sampan-crash-'));
    onTestFinished(() => rm(dataDir, { recursive: true }));
    const whole = await start(dataDir);
    await ask(whole, { method: 'PUT', key: 'k', body: large('o') });
    const request = await prepare(whole);
    await whole.close();

    const losing = await start(dataDir, losingTheAnswerOf(change));
    const lost = await ask(losing, request);
    const part = change === 'putPart' && completion(request.query!['uploadId']!, etagOf(large('n')));
    if (part) expect((await ask(losing, part)).status).toBe(200);
    const { status, text } = await ask(losing, { key: 'k' });
    const again = await ask(losing, request);
    await losing.close(0);

    expect(lost.status).toBe(500);
    expect([status, text.at(-1), text.length]).toEqual([200, 'n', change === 'append' ? 200_000 : 100_000]);
    // An append is at its place already, and an upload whose part was completed is gone; all others may come twice.
    expect(again.status).toBe(change === 'append' ? 409 : change === 'putPart' ? 404 : 200);
  },
);

function etagOf(bytes: Uint8Array): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

test('a service that lives makes the same changes', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'sampan-crash-'));
  const service = await start(dataDir);
  onTestFinished(async () => {
    await service.close(0);
    await rm(dataDir, { recursive: true });
  });

  for (const [what, , prepare] of changes) {
    const { status } = await ask(service, await prepare(service));
    expect([what, status]).toEqual([what, 200]);
    await ask(service, { method: 'DELETE', key: 'k' });
  }
});
