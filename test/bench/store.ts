/**
 * What may not grow with the store, over HTTP: a page of a listing, the end of an upload of many parts, the start. Each is
 * asked of a store with much in it and of one with little, in turn.
 */
import { createHash, createHmac } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { signUrlQuery } from '@sampan/protocol';
import { file, startNode, type Running } from './contender.ts';
import { MiB } from './content.ts';
import { order } from './order.ts';
import type { Figures, Settings, Work } from './rounds.ts';
import { servers, type Server } from './servers.ts';
import { short, spread } from './statistics.ts';
import type { Place } from './targets.ts';

/** Names of the tasks of this benchmark. */
export const storeTasks = ['list-page', 'list-folders', 'complete-10k', 'start-1m'];

const pageKeys = 1000;
/** So few that a page of folders is full in the small store too. */
const keysInFolder = 10;
const fewKeys = pageKeys * keysInFolder;
const requestsInRound = 20;
const parts = 10_000;

interface Store {
  readonly name: string;
  readonly keys: number;
  readonly folder: string;
  server: Server;
}

/** Runs all tasks, or those that are asked for. With `quick` the large store has a tenth of its keys. */
export async function benchStore(settings: Settings): Promise<Work[]> {
  const { wants, note } = settings;
  const load = await startNode(file('load.ts'), []);
  const stores: Store[] = [];
  try {
    for (const keys of [settings.quick ? 100_000 : 1_000_000, fewKeys]) {
      const folder = join(settings.folder, String(keys));
      await mkdir(folder, { recursive: true });
      const store: Store = { name: `${keys} keys`, keys, folder, server: await started(folder) };
      stores.push(store);
      if (!storeTasks.some((task) => task !== 'complete-10k' && wants(task))) continue;
      note(`filling a store with ${keys} keys`);
      await fill(load, store);
    }
    const works: Work[] = [];
    const measured = async (task: string, once: (store: Store) => Promise<number>) => {
      if (wants(task)) works.push(await inTurn(settings, { task, stores, once }));
    };
    await measured('list-page', (store) => pages(store, {}));
    await measured('list-folders', (store) => pages(store, { delimiter: '/' }));
    await measured('complete-10k', complete);
    await measured('start-1m', restart);
    return works;
  } finally {
    await Promise.all([load, ...stores.map(({ server }) => server.running)].map((one) => one.stop()));
  }
}

async function started(folder: string): Promise<Server> {
  const server = await servers.sampan(folder);
  if (typeof server === 'string') throw new Error(server);
  return server;
}

async function fill(load: Running, { keys, server }: Store): Promise<void> {
  for (let from = 0; from < keys; from += 50_000) {
    const count = Math.min(50_000, keys - from);
    const result = await order(load, {
      place: server.place,
      method: 'PUT',
      sizeBytes: 16,
      connections: 64,
      keys: { prefix: 'folder-', from, count, inFolder: keysInFolder },
    });
    if (result.failure !== undefined) throw new Error(result.failure);
  }
}

interface Turn {
  readonly task: string;
  readonly stores: readonly Store[];
  /** One round; gives milliseconds. */
  once(store: Store): Promise<number>;
}

async function inTurn(settings: Settings, { task, stores, once }: Turn): Promise<Work> {
  const states = stores.map((store) => ({ store, ms: [] as number[], cpuSeconds: 0, peakBytes: 0 }));
  for (let round = 0; round <= settings.rounds; round++)
    for (const state of states) {
      const before = { server: state.store.server, usage: state.store.server.running.usage() };
      const ms = await once(state.store);
      if (round === 0) continue; // Warms up.
      const { server } = state.store;
      const usage = server.running.usage();
      state.ms.push(ms);
      state.cpuSeconds += usage.cpuSeconds - (server === before.server ? before.usage.cpuSeconds : 0);
      state.peakBytes = Math.max(state.peakBytes, usage.peakBytes);
      settings.note(`${task} ${round}/${settings.rounds} ${state.store.name} ${short(ms)} ms`);
    }
  const figures = states.map(({ store, ms, cpuSeconds, peakBytes }): Figures => {
    const more = { 'median ms': short(spread(ms).median) };
    return {
      name: store.name,
      note: 'durable',
      rates: ms.map((one) => 1000 / one),
      cpuSeconds,
      peakBytes,
      more,
    };
  });
  return { work: task, unit: 'per second', figures, skipped: [] };
}

/** Reads pages from the start and from the middle of a bucket; the median of their times. */
async function pages({ keys, server }: Store, query: Readonly<Record<string, string>>): Promise<number> {
  const times: number[] = [];
  const middle = `folder-${String(Math.floor(keys / keysInFolder / 2)).padStart(8, '0')}/`;
  // In the small store fewer than a page of folders lie behind the middle.
  const markers = query['delimiter'] === undefined ? ['', middle] : [''];
  for (let n = 0; n < requestsInRound; n++) {
    const marker = markers[n % markers.length]!;
    const beganAt = performance.now();
    const { text } = await ask(server.place, 'GET', '/', { query: { ...query, 'max-keys': '1000', marker } });
    times.push(performance.now() - beganAt);
    const found = text.split(query['delimiter'] === undefined ? '<Key>' : '<CommonPrefixes>').length - 1;
    if (found !== pageKeys) throw new Error(`a page has ${found} entries`);
  }
  return spread(times).median;
}

/**
 * The time of one Complete. A part has at least a MiB, so that sending 10,000 would move 10 GB; these are copied from one
 * object, which moves none. What completing does is the same.
 */
async function complete({ server: { place } }: Store): Promise<number> {
  const source = `bench-1250000000.cos.ap-guangzhou.localhost/source`;
  await ask(place, 'PUT', '/source', { body: Buffer.alloc(MiB, 'sampan') });
  const begun = await ask(place, 'POST', '/large', { query: { uploads: '' } });
  const uploadId = /<UploadId>([^<]+)/.exec(begun.text)![1]!;
  const tags: string[] = [];
  let next = 1;
  const copier = async (): Promise<void> => {
    while (next <= parts) {
      const number = next++;
      const query = { partNumber: String(number), uploadId };
      const headers = { 'x-cos-copy-source': source };
      const { text } = await ask(place, 'PUT', '/large', { query, headers });
      tags[number] = /<ETag>([^<]+)/.exec(text)![1]!;
    }
  };
  await Promise.all(Array.from({ length: 32 }, copier));
  const list = tags.map(
    (tag, number) => `<Part><PartNumber>${number}</PartNumber><ETag>${tag}</ETag></Part>`,
  );
  const body = Buffer.from(`<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`);
  const beganAt = performance.now();
  const { text } = await ask(place, 'POST', '/large', { query: { uploadId }, body });
  const tookMs = performance.now() - beganAt;
  if (!text.includes(`-${parts}`)) throw new Error(`the answer to Complete is ${text.slice(0, 300)}`);
  return tookMs;
}

/** Stops the service and starts it again on the same folder: until the line that says it is ready. */
async function restart(store: Store): Promise<number> {
  await store.server.running.stop();
  const beganAt = performance.now();
  store.server = await started(store.folder);
  return performance.now() - beganAt;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const digests = {
  sha1Hex: (text: string) => createHash('sha1').update(text).digest('hex'),
  hmacSha1Hex: (key: string, text: string) => createHmac('sha1', key).update(text).digest('hex'),
};

interface Asked {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** One signed request; rejects unless it succeeds. */
function ask(place: Place, method: string, path: string, asked: Asked): Promise<{ text: string }> {
  const { signing, port } = place;
  if (signing.kind !== 'cos') throw new Error('only the service is asked');
  const { query = {}, headers = {}, body } = asked;
  const own = Object.entries(query);
  const host = `127.0.0.1:${port}`;
  const fullPath = `${place.folder}${path}`;
  const start = Math.floor(Date.now() / 1000) - 60;
  const signed = signUrlQuery({
    method,
    path: fullPath,
    query: own,
    headers: { host },
    keyTime: { start, end: start + 3600 },
    digests,
    ...signing,
  });
  const target = `${fullPath}?${new URLSearchParams([...own, ...signed].map(([name, value]) => [name, value]))}`;
  return new Promise((resolve, reject) => {
    const length = { 'content-length': String(body?.length ?? 0) };
    const options = {
      host: '127.0.0.1',
      port,
      method,
      path: target,
      agent,
      headers: { ...headers, ...length },
    };
    request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode! < 300) resolve({ text });
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 300)}`));
      });
    })
      .on('error', reject)
      .end(body);
  });
}
