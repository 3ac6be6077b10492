/** A SeaweedFS cluster on loopback: a master, three volume servers that keep each byte twice, a filer and the S3 gateway. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, makeBucket } from '../../../packages/server/src/blobs/s3/testing/temporary-seaweed.ts';
import type { S3Address } from '../../../packages/server/src/blobs/s3/s3-address.ts';

type Member = 'master' | 'volume1' | 'volume2' | 'volume3' | 'filer' | 's3';

/** A running cluster. */
export interface SeaweedCluster {
  readonly address: S3Address;
  /** Ends a member as a crash does. */
  kill(member: Member): Promise<void>;
  start(member: Member): void;
  stop(): Promise<void>;
}

const credentials = { accessKeyId: 'sampankey', secretAccessKey: 'sampansecret0' };

/** Starts a cluster with one bucket. */
export async function startSeaweedCluster(weed: string, bucket: string): Promise<SeaweedCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-seaweeds-'));
  const identity = {
    name: 'sampan',
    credentials: [{ accessKey: credentials.accessKeyId, secretKey: credentials.secretAccessKey }],
    actions: ['Admin', 'Read', 'Write', 'List', 'Tagging'],
  };
  const config = join(folder, 's3.json');
  await writeFile(config, JSON.stringify({ identities: [identity] }));
  const ports = await Promise.all(Array.from({ length: 12 }, freePort));
  const at = (n: number): readonly string[] => [
    '-ip.bind=127.0.0.1',
    `-port=${ports[2 * n]}`,
    `-port.grpc=${ports[2 * n + 1]}`,
  ];
  const place = (n: number): string => `127.0.0.1:${ports[2 * n]}.${ports[2 * n + 1]}`;
  const folderOf = async (name: string): Promise<string> => {
    await mkdir(join(folder, name));
    return join(folder, name);
  };
  const volume = async (n: number): Promise<readonly string[]> => {
    const dir = await folderOf(`volume${n}`);
    return ['volume', `-dir=${dir}`, '-max=20', `-master=${place(0)}`, '-ip=127.0.0.1', ...at(n), '-rack=r1'];
  };
  const master = ['-peers=none', `-mdir=${await folderOf('master')}`, '-ip=127.0.0.1', ...at(0)];
  const filer = [
    `-master=${place(0)}`,
    '-ip=127.0.0.1',
    ...at(4),
    `-defaultStoreDir=${await folderOf('filer')}`,
  ];
  const args: Readonly<Record<Member, readonly string[]>> = {
    // `001`: one more copy, on another server of the rack.
    master: ['master', ...master, '-defaultReplication=001', '-volumeSizeLimitMB=128'],
    volume1: await volume(1),
    volume2: await volume(2),
    volume3: await volume(3),
    filer: ['filer', ...filer],
    // Its other services listen on ports that only one store of a machine can have.
    s3: ['s3', `-filer=${place(4)}`, ...at(5), `-config=${config}`, '-port.iceberg=0', '-port.lance=0'],
  };
  const running = new Map<Member, ChildProcess>();
  const start = (member: Member): void => {
    running.set(member, spawn(weed, args[member], { cwd: folder, stdio: 'ignore' }));
  };
  const kill = async (member: Member): Promise<void> => {
    const child = running.get(member);
    running.delete(member);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
  const stop = async (): Promise<void> => {
    for (const member of [...running.keys()]) await kill(member);
    await rm(folder, { recursive: true, force: true });
  };
  process.once('exit', () => {
    for (const child of running.values()) child.kill('SIGKILL');
  });
  for (const member of Object.keys(args) as Member[]) start(member);
  const endpoint = `http://127.0.0.1:${ports[10]}`;
  const address: S3Address = { bucket, prefix: 'blobs/', endpoint, region: 'us-east-1', credentials };
  try {
    await makeBucket(address);
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, kill, start, stop };
}
