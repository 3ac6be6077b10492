/** Uploads into a sink: the SDK beside other clients and beside what Node can do. */
import { once } from 'node:events';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobResult } from './client.ts';
import type { ClientName, Job } from './clients.ts';
import { before, file, startNode, type Running } from './contender.ts';
import { MiB, noise, stamp, stamped } from './content.ts';
import type { Settings, Work } from './rounds.ts';
import type { Arrived } from './sink.ts';
import { short } from './statistics.ts';

/** Clients in the order of the table, with what they prove of the bytes. */
const notes: Readonly<Record<ClientName, string>> = {
  sampan: 'defaults; CRC-64',
  before: 'defaults; CRC-64',
  'cos-nodejs': 'defaults; MD5 of parts',
  'cos-nodejs-tuned': '8 MiB × 4, 16 files; MD5 of parts',
  'aws-lib-storage': 'defaults; CRC-32',
  'ali-oss': 'defaults; nothing',
  tus: 'defaults; nothing',
  limit: '8 MiB × 4, 16 files; nothing',
  'limit-crc64': '8 MiB × 4, 16 files; CRC-64',
  'limit-crc64-3': '8 MiB × 4, 3 files; CRC-64',
};

/** Names of the tasks of this benchmark. */
export const uploadTasks = ['upload-large', 'upload-small'];

const smallBytes = 16_384;
const smallCount = 2000;

/** Runs both tasks, or the one that is asked for. */
export async function benchUpload(settings: Settings): Promise<Work[]> {
  const largeMiB = settings.quick ? 256 : 1024;
  const all = (Object.keys(notes) as ClientName[]).filter(
    (name) => name !== 'before' || before !== undefined,
  );
  const clients = settings.contenders(all);
  const sink = await startNode(file('sink.ts'), [String(largeMiB), String(smallBytes), String(smallCount)]);
  try {
    const works: Work[] = [];
    if (settings.wants('upload-large')) {
      const path = join(settings.folder, 'large');
      await makeLarge(path, largeMiB);
      const job = { large: path, sizeBytes: largeMiB * MiB };
      works.push(await measure({ settings, sink, clients }, `upload-large, ${largeMiB} MiB`, job));
      await rm(path);
    }
    if (settings.wants('upload-small')) {
      const small = await makeSmall(join(settings.folder, 'small'));
      const job = { small, sizeBytes: smallBytes };
      works.push(await measure({ settings, sink, clients }, `upload-small, ${smallCount} × 16 KiB`, job));
    }
    return works;
  } finally {
    await sink.stop();
    await rm(settings.folder, { recursive: true, force: true });
  }
}

interface Bench {
  readonly settings: Settings;
  readonly sink: Running;
  readonly clients: readonly ClientName[];
}

async function measure(
  { settings, sink, clients }: Bench,
  work: string,
  job: Pick<Job, 'large' | 'small' | 'sizeBytes'>,
): Promise<Work> {
  const states = clients.map((name) => ({
    name,
    rates: [] as number[],
    cpuSeconds: 0,
    peakBytes: 0,
    connections: 0,
  }));
  for (let round = 0; round <= settings.rounds; round++)
    for (const state of states) {
      const folder = join(settings.folder, 'records', `${state.name}-${round}`);
      await mkdir(folder, { recursive: true });
      const name = `large-${state.name}-${round}`;
      const result = await runClient(state.name, { ...job, port: Number(sink.ready), name, folder });
      const arrived = await askSink(sink);
      const bytes = job.small ? smallCount * smallBytes : job.sizeBytes;
      if (result.failure !== undefined) throw new Error(`${state.name}: ${result.failure}`);
      if (arrived.wrong > 0) throw new Error(`${state.name}: ${arrived.wrong} bodies arrived changed`);
      if (arrived.bytes < bytes)
        throw new Error(`${state.name}: only ${arrived.bytes} of ${bytes} bytes arrived`);
      const rate = job.small ? smallCount / result.seconds : bytes / 1e6 / result.seconds;
      settings.note(
        `${work} ${round}/${settings.rounds} ${state.name} ${short(rate)}${round === 0 ? ' (warm-up)' : ''}`,
      );
      if (round === 0) continue;
      state.rates.push(rate);
      state.cpuSeconds += result.cpuSeconds;
      state.peakBytes = Math.max(state.peakBytes, result.peakBytes);
      state.connections = arrived.connections;
    }
  const figures = states.map(({ name, connections, ...state }) => ({
    name,
    note: notes[name],
    ...state,
    more: { connections: String(connections) },
  }));
  return { work, unit: job.small ? 'files/s' : 'MB/s', figures, skipped: [] };
}

/** Does one job with one client; after `limitMs` it counts as failed. */
export async function runClient(name: ClientName, job: Job, limitMs = 600_000): Promise<JobResult> {
  const client = await startNode(file('client.ts'), [name, JSON.stringify(job)], {
    env: { NODE_NO_WARNINGS: '1' },
  });
  let late: NodeJS.Timeout | undefined;
  const answered = Promise.race([
    once(client.child, 'message'),
    once(client.child, 'exit').then(() => [{ failure: 'the process ended' }]),
    new Promise<[{ failure: string }]>((resolve) => {
      late = setTimeout(() => resolve([{ failure: `not done within ${limitMs} ms` }]), limitMs);
    }),
  ]);
  client.child.send('go');
  const [result] = (await answered) as [JobResult];
  clearTimeout(late);
  await client.stop();
  return result;
}

/** Asks what arrived since the last question. */
export async function askSink(sink: Running): Promise<Arrived> {
  const answered = once(sink.child, 'message');
  sink.child.send('what arrived?');
  const [arrived] = (await answered) as [Arrived];
  return arrived;
}

/** One large file: the same MiB of noise again and again, each with its number. */
export async function makeLarge(path: string, mebibytes: number): Promise<void> {
  const block = noise(MiB);
  const handle = await open(path, 'w');
  for (let i = 0; i < mebibytes; i++) {
    stamp(i).copy(block);
    await handle.write(block);
  }
  await handle.sync();
  await handle.close();
}

async function makeSmall(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const body = noise(smallBytes);
  const paths = Array.from({ length: smallCount }, (_, i) => join(folder, `small-${i}`));
  await Promise.all(paths.map((path, i) => writeFile(path, stamped(body, i))));
  return paths;
}
