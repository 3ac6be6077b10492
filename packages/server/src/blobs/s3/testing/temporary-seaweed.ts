/** A SeaweedFS store on loopback for tests, in a folder that is thrown away. */
import { execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Address } from '../s3-address.ts';

/** A running store. */
export interface TemporaryS3 {
  readonly address: S3Address;
  stop(): Promise<void>;
}

const credentials = { accessKeyId: 'sampankey', secretAccessKey: 'sampansecret0' };
const installed = fileURLToPath(new URL('../../../../../../.tmp/cluster/bin/', import.meta.url));

/** A program that `test/cluster/install.sh` puts into the clone, or that the machine has. */
export function programOf(name: string): string | undefined {
  const own = join(installed, name);
  if (existsSync(own)) return own;
  try {
    return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** How to have the programs, for the line that says why tests are skipped. */
export const howToEnable =
  'skipped: not installed here; run `bash test/cluster/install.sh` (Linux, needs pip)';

/** Starts a store with one bucket. */
export async function startSeaweed(weed: string, bucket: string): Promise<TemporaryS3> {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-seaweed-'));
  const config = join(folder, 's3.json');
  const identity = {
    name: 'sampan',
    credentials: [{ accessKey: credentials.accessKeyId, secretKey: credentials.secretAccessKey }],
    actions: ['Admin', 'Read', 'Write', 'List', 'Tagging'],
  };
  await writeFile(config, JSON.stringify({ identities: [identity] }));
  const [master, volume, filer, s3] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const grpc = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const flags = {
    dir: folder,
    ip: '127.0.0.1',
    'ip.bind': '127.0.0.1',
    'master.port': master,
    'master.port.grpc': grpc[0],
    'volume.port': volume,
    'volume.port.grpc': grpc[1],
    'volume.max': 20,
    'master.volumeSizeLimitMB': 64,
    filer: 'true',
    'filer.port': filer,
    'filer.port.grpc': grpc[2],
    s3: 'true',
    's3.port': s3,
    's3.port.grpc': grpc[3],
    's3.config': config,
    // Services beside it, on ports that only one store of a machine can have.
    's3.port.iceberg': 0,
    's3.port.lance': 0,
  };
  const args = ['server', ...Object.entries(flags).map(([name, value]) => `-${name}=${String(value)}`)];
  const child = spawn(weed, args, { cwd: folder, stdio: 'ignore' });
  const address: S3Address = {
    bucket,
    prefix: 'blobs/',
    endpoint: `http://127.0.0.1:${s3}`,
    region: 'us-east-1',
    credentials,
  };
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await makeBucket(address);
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, stop };
}

/** Creates the bucket as soon as the store takes requests. */
export async function makeBucket({ bucket, endpoint, region, credentials: keys }: S3Address): Promise<void> {
  const { CreateBucketCommand, S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({ region, endpoint: endpoint!, forcePathStyle: true, credentials: keys! });
  for (let tries = 0; ; tries += 1) {
    try {
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      break;
    } catch (error) {
      if ((error as Error).name.startsWith('BucketAlready')) break;
      if (tries === 300) throw error;
      await sleep(100);
    }
  }
  client.destroy();
}

/** Below the ports that systems give to connections, so that no connection takes one before its server listens. */
const [leastPort, mostPort] = [15_000, 32_000];

/** A port that is free now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(leastPort, mostPort);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
