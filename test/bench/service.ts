/** Puts and gets over HTTP: the service beside other servers and beside what this machine can do. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { file, startNode, type Running } from './contender.ts';
import { MiB } from './content.ts';
import type { Round, RoundResult } from './load.ts';
import { order } from './order.ts';
import type { Figures, Settings, Work } from './rounds.ts';
import { servers, type Server, type ServerName } from './servers.ts';
import { short, spread } from './statistics.ts';

interface Task {
  readonly name: string;
  readonly method: 'PUT' | 'GET';
  readonly sizeBytes: number;
  readonly connections: number;
}

const tasks: readonly Task[] = [
  { name: 'put-4k', method: 'PUT', sizeBytes: 4096, connections: 64 },
  { name: 'get-4k', method: 'GET', sizeBytes: 4096, connections: 64 },
  { name: 'put-64m-1', method: 'PUT', sizeBytes: 64 * MiB, connections: 1 },
  { name: 'put-64m-16', method: 'PUT', sizeBytes: 64 * MiB, connections: 16 },
  { name: 'get-64m-1', method: 'GET', sizeBytes: 64 * MiB, connections: 1 },
  { name: 'get-64m-16', method: 'GET', sizeBytes: 64 * MiB, connections: 16 },
];

// Several threads share them, and each compiles for itself: V8 is done after some ten thousand requests (decision 0017).
const warmUpRequests = 20_000;
const longestWarmUpMs = 10_000;

/** Names of the tasks of this benchmark. */
export const serviceTasks = tasks.map(({ name }) => name);

/** Runs all tasks, or those that are asked for. */
export async function benchService(settings: Settings): Promise<Work[]> {
  const load = await startNode(file('load.ts'), [], { env: { UV_THREADPOOL_SIZE: '4' } });
  const skipped: string[] = [];
  const started: Server[] = [];
  try {
    for (const name of settings.contenders(Object.keys(servers) as ServerName[])) {
      const folder = join(settings.folder, name);
      await mkdir(folder, { recursive: true });
      const server = await servers[name](folder);
      if (typeof server === 'string') skipped.push(`${name}: ${server}`);
      else started.push(server);
    }
    const works: Work[] = [];
    for (const task of tasks.filter(({ name }) => settings.wants(name)))
      works.push(await measure({ task, settings, load, skipped }, started));
    return works;
  } finally {
    await Promise.all([load, ...started.map(({ running }) => running)].map((running) => running.stop()));
    await rm(settings.folder, { recursive: true, force: true });
  }
}

interface Bench {
  readonly task: Task;
  readonly settings: Settings;
  readonly load: Running;
  readonly skipped: readonly string[];
}

async function measure(bench: Bench, started: readonly Server[]): Promise<Work> {
  const { task, settings, skipped } = bench;
  const states = started.map((server) => ({ server, state: newState(bench, server) }));
  for (const { state } of states) await state.prepare();
  for (let round = 0; round < settings.rounds; round++)
    for (const { server, state } of states) {
      const rate = await state.round();
      settings.note(`${task.name} ${round + 1}/${settings.rounds} ${server.name} ${short(rate)}`);
    }
  const figures: Figures[] = [];
  for (const { state } of states) figures.push(await state.finish());
  return { work: task.name, unit: task.sizeBytes < MiB ? 'requests/s' : 'MB/s', figures, skipped };
}

/** The rounds of one task on one server. */
function newState({ task, settings, load }: Bench, server: Server) {
  const { method, sizeBytes, connections, name } = task;
  const small = sizeBytes < MiB;
  const prefix = `${name}-`;
  const rates: number[] = [];
  const p99: number[] = [];
  let nextKey = 0;
  let rate = 3000;
  let cpuSeconds = 0;
  let requests = 0;
  type Asked = Pick<Round, 'method' | 'keys'> & Partial<Round>;
  const attempt = (round: Asked) => order(load, { place: server.place, sizeBytes, connections, ...round });
  const ask = async (round: Asked): Promise<RoundResult> => {
    const result = await attempt(round);
    if (result.failure !== undefined) throw new Error(`${server.name}, ${name}: ${result.failure}`);
    return result;
  };
  /** The part of a round that counts. */
  const timed = async (round: Asked): Promise<RoundResult> => {
    const before = server.running.usage();
    const result = await ask(round);
    cpuSeconds += server.running.usage().cpuSeconds - before.cpuSeconds;
    requests += result.requests;
    return result;
  };
  const kept = small ? 4000 : connections === 1 ? 2 : 16;
  /** One round, counted by its caller. */
  const once = async (seconds: number): Promise<RoundResult> => {
    if (method === 'GET') {
      const keys = { prefix, from: 0, count: kept };
      return timed(small ? { method, keys, seconds } : { method, keys, requests: kept * 2 });
    }
    const count = small ? Math.ceil(rate * seconds * 1.5) : kept;
    const keys = { prefix, from: nextKey, count };
    nextKey += count;
    const result = await timed({ method, keys, ...(small ? { seconds } : {}) });
    if (small) {
      rate = result.requests / result.seconds;
      await ask({ method: 'GET', keys: { ...keys, count: Math.min(200, result.requests) }, requests: 200 });
    } else {
      await ask({ method: 'GET', keys, requests: kept });
      await ask({ method: 'DELETE', keys, requests: kept });
    }
    return result;
  };

  return {
    /** What readers read, and a round that does not count. */
    async prepare() {
      if (method === 'GET') await ask({ method: 'PUT', keys: { prefix, from: 0, count: kept } });
      // A server whose code is not compiled yet says little about one that runs for days.
      const until = performance.now() + longestWarmUpMs;
      do await once(settings.seconds / 2);
      while (small && requests < warmUpRequests && performance.now() < until);
      cpuSeconds = requests = 0;
    },
    async round(): Promise<number> {
      const result = await once(settings.seconds);
      const perSecond = result.requests / result.seconds;
      rates.push(small ? perSecond : (perSecond * sizeBytes) / 1e6);
      p99.push(result.p99Ms);
      return rates.at(-1)!;
    },
    async finish(): Promise<Figures> {
      // Nothing is measured any more: a contender that drops connections here, as azurite does, spoils no figure.
      if (method === 'GET')
        await attempt({ method: 'DELETE', keys: { prefix, from: 0, count: kept }, requests: kept });
      const { peakBytes } = server.running.usage();
      const cpuMs = (cpuSeconds * 1000) / requests;
      const more = { 'CPU ms/request': cpuMs.toFixed(3), 'p99 ms': short(spread(p99).median) };
      return { name: server.name, note: server.note, rates, cpuSeconds, peakBytes, more };
    },
  };
}
