/** The clients that are measured. Each loads what it needs first and gives the work, which alone is timed. */
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fastCrc64 } from '@sampan/protocol';
import { before } from './contender.ts';
import { MiB } from './content.ts';
import { requirePeer } from './peers.ts';

/** Orders to a client. */
export interface Job {
  readonly port: number;
  /** Path of the large file; absent when small files are to be sent. */
  readonly large?: string;
  readonly sizeBytes: number;
  /** Paths of small files. */
  readonly small?: readonly string[];
  /** A name that no other round has. */
  readonly name: string;
  /** Whether the link may be cut: clients that do so only when told to go on then. */
  readonly survivesCuts?: boolean;
  /** Where a client may keep records of uploads. */
  readonly folder: string;
}

type Client = (job: Job) => Promise<() => Promise<unknown>>;
type Options = Readonly<Record<string, unknown>>;
type Callback = (error: unknown, data: { readonly files: readonly { readonly error?: unknown }[] }) => void;

/** What Sampan's SDK and the official one have in common. */
interface CosClient {
  uploadFile(options: Options, callback: Callback): void;
  uploadFiles(options: Options, callback: Callback): void;
}
type CosClass = new (options: Options) => CosClient;

const requireHere = createRequire(import.meta.url);
// An import would load Node's `fetch` into every contender's process, and count its 13 MB as theirs.
const { Agent, request } = process.getBuiltinModule('node:http');
const partBytes = 8 * MiB;
const parallel = 4;
/** The same computation as in the SDK, so that a ratio shows everything else. */
const Crc64 = fastCrc64(WebAssembly);
const sum = (bytes: Uint8Array) => new Crc64().update(bytes).value();

/** Clients by name; `limit` is what Node can do at all. */
export const clients = {
  async sampan(job) {
    const { COS } = await import('@sampan/sdk');
    return cosWork(COS as unknown as CosClass, job, {});
  },
  /** The built SDK of another checkout. */
  async before(job) {
    const entry = createRequire(join(before!, 'packages/sdk/package.json')).resolve('@sampan/sdk');
    const { COS } = (await import(pathToFileURL(entry).href)) as { readonly COS: CosClass };
    return cosWork(COS, job, {});
  },
  'cos-nodejs': async (job) => cosWork(requireHere('cos-nodejs-sdk-v5') as CosClass, job, {}),
  /** With the part size and the number in flight that the limit has. */
  'cos-nodejs-tuned': async (job) =>
    cosWork(requireHere('cos-nodejs-sdk-v5') as CosClass, job, {
      ChunkSize: partBytes,
      ChunkParallelLimit: parallel,
      FileParallelLimit: 16,
    }),
  limit: (job) => limit(job, () => undefined, 16),
  'limit-crc64': (job) => limit(job, sum, 16),
  /** With as many small files in flight as the COS clients have by default. */
  'limit-crc64-3': (job) => limit(job, sum, 3),

  async 'aws-lib-storage'({ port, large, small, name }) {
    const { S3Client, PutObjectCommand } = requirePeer('@aws-sdk/client-s3') as {
      readonly S3Client: new (options: Options) => { send(command: unknown): Promise<unknown> };
      readonly PutObjectCommand: new (input: Options) => unknown;
    };
    const { Upload } = requirePeer('@aws-sdk/lib-storage') as {
      readonly Upload: new (options: Options) => { done(): Promise<unknown> };
    };
    const client = new S3Client({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    });
    if (large !== undefined)
      return () =>
        new Upload({ client, params: { Bucket: 'b', Key: name, Body: createReadStream(large) } }).done();
    // It has nothing for many files; 50 is how many connections it keeps.
    return () =>
      inParallel(small!, 50, async (path) => {
        await client.send(
          new PutObjectCommand({ Bucket: 'b', Key: basename(path), Body: await readFile(path) }),
        );
      });
  },

  async 'ali-oss'({ port, large, small, name }) {
    const OSS = requirePeer('ali-oss') as new (options: Options) => {
      multipartUpload(key: string, path: string, options: Options): Promise<unknown>;
      put(key: string, path: string): Promise<unknown>;
    };
    const client = new OSS({
      region: 'oss-cn-hangzhou',
      accessKeyId: 'key',
      accessKeySecret: 'secret',
      bucket: 'bucket',
      endpoint: `http://127.0.0.1:${port}`,
      cname: true,
      secure: false,
    });
    if (large !== undefined) return () => client.multipartUpload(name, large, {});
    return () => inParallel(small!, 5, (path) => client.put(basename(path), path));
  },

  async tus({ port, large, small, name, sizeBytes, survivesCuts }) {
    const { Upload } = requirePeer('tus-js-client') as {
      readonly Upload: new (stream: unknown, options: Options) => { start(): void };
    };
    const send = (path: string, filename: string, uploadSize: number) =>
      new Promise<void>((resolve, reject) => {
        const options = {
          endpoint: `http://127.0.0.1:${port}/files/`,
          uploadSize,
          metadata: { filename },
          // Its own default.
          retryDelays: survivesCuts ? [0, 1000, 3000, 5000] : null,
          onError: reject,
          onSuccess: () => resolve(),
        };
        new Upload(createReadStream(path), options).start();
      });
    if (large !== undefined) return () => send(large, name, sizeBytes);
    return () => inParallel(small!, 5, (path) => send(path, basename(path), sizeBytes));
  },
} satisfies Readonly<Record<string, Client>>;

export type ClientName = keyof typeof clients;

/** Both COS clients by the same calls; the difference is in what they do by default. */
function cosWork(COS: CosClass, { port, large, small, name, folder }: Job, options: Options) {
  const cos = new COS({
    SecretId: 'AKIDbench',
    SecretKey: 'bench',
    Protocol: 'http:',
    Domain: `127.0.0.1:${port}`,
    ConfCwd: folder,
    ...options,
  });
  const place = { Bucket: 'bench-1250000000', Region: 'ap-guangzhou' };
  return () =>
    new Promise<void>((resolve, reject) => {
      const callback: Callback = (error, data) => {
        const failed = error ?? (small && data.files.find((file) => file.error)?.error);
        if (failed) reject(new Error(JSON.stringify(failed)));
        else resolve();
      };
      if (large !== undefined) cos.uploadFile({ ...place, Key: name, FilePath: large }, callback);
      else {
        const files = small!.map((path) => ({ ...place, Key: basename(path), FilePath: path }));
        cos.uploadFiles({ files }, callback);
      }
    });
}

/** Parts by hand: read, looked at, sent by node:http over kept connections. No signature, no retry, no record. */
async function limit(
  { port, large, small, name, sizeBytes }: Job,
  look: (bytes: Uint8Array) => unknown,
  filesInFlight: number,
) {
  const inFlight = large === undefined ? filesInFlight : parallel;
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  const send = (method: string, path: string, bytes: Uint8Array) =>
    new Promise<string>((resolve, reject) => {
      const headers = { 'Content-Length': bytes.length };
      const sent = request({ port, host: '127.0.0.1', method, path, agent, headers }, (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
        answer.on('end', () => resolve(text)).on('error', reject);
      });
      sent.on('error', reject).end(bytes);
    });
  if (large === undefined)
    return () =>
      inParallel(small!, inFlight, async (path) => {
        const bytes = await readFile(path);
        look(bytes);
        await send('PUT', `/${basename(path)}`, bytes);
      });
  return async () => {
    const handle = await open(large);
    const begun = await send('POST', `/${name}?uploads`, new Uint8Array());
    const id = /<UploadId>([^<]+)/.exec(begun)?.[1] ?? '';
    const spare: Buffer[] = [];
    const numbers = Array.from({ length: Math.ceil(sizeBytes / partBytes) }, (_, i) => i);
    await inParallel(numbers, inFlight, async (number) => {
      const buffer = spare.pop() ?? Buffer.allocUnsafeSlow(partBytes);
      const length = Math.min(partBytes, sizeBytes - number * partBytes);
      const bytes = buffer.subarray(0, length);
      await handle.read(bytes, 0, length, number * partBytes);
      look(bytes);
      await send('PUT', `/${name}?partNumber=${number + 1}&uploadId=${id}`, bytes);
      spare.push(buffer);
    });
    await send('POST', `/${name}?uploadId=${id}`, new Uint8Array());
    await handle.close();
  };
}

async function inParallel<T>(
  all: readonly T[],
  width: number,
  work: (one: T) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < all.length) await work(all[next++]!);
  };
  await Promise.all(Array.from({ length: width }, lane));
}
