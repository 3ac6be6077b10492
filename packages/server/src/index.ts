/**
 * The composition root: the only place that chooses implementations, for the main thread; `service/pool-worker.ts`
 * joins what was chosen here.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  createWorker,
  workerBufferPool,
  rootUin,
  type RequestWorker,
  type WorkerSettings,
  type OpenedStores,
} from './service/worker.ts';
import { openFileBlobs } from './blobs/files/file-store.ts';
import type { BufferPool } from './runtime/buffer-pool.ts';
import { hashCrew } from './body/hashing/hash-crew.ts';
import { systemClock, type Clock } from './runtime/clock.ts';
import type { Config } from './service/config.ts';
import type { Exposition } from './observability/prometheus.ts';
import { portsCanBeShared } from './http/ports.ts';
import { keepYoungGenerationSmall } from './runtime/gc-pressure.ts';
import { startHousekeeping, type Housekeeping } from './jobs/housekeeping.ts';
import { allReaders } from './jobs/readers.ts';
import { keyPairOf } from './service/root-key.ts';
import { createLog, type Log } from './observability/log.ts';
import { openSqlite, type SharedStore } from './metadata/sqlite/sqlite-store.ts';
import type { MetadataStore } from './metadata/port.ts';
import { runService, type ServeIo, type Service } from './service/cli.ts';
import { startPoolWorker, type PoolWorker } from './service/worker-pool.ts';

export {
  ConfigError,
  environmentName,
  readConfig,
  serveFlags,
  type Config,
  type Flag,
} from './service/config.ts';
export type { OpenedStores } from './service/worker.ts';
export type { KeyPair } from './service/root-key.ts';
export type { ServeIo, Service } from './service/cli.ts';

/**
 * Runs a service as `sampan serve` does, until SIGTERM or SIGINT, and gives the exit status: 0 after an orderly end, 2
 * for arguments that make no sense, 1 when it could not start.
 */
export function serve(args: readonly string[], io: ServeIo): Promise<number> {
  return runService(args, io, {
    create: (config) => createService(config),
    started: keepYoungGenerationSmall,
  });
}

/** What a service is made of when it is not the machine's. */
export interface ServiceParts {
  readonly clock?: Clock;
  readonly log?: Log;
  /** Stands between the service and the stores it opened; tests let them fail there. */
  readonly stores?: (opened: OpenedStores) => OpenedStores;
}

/**
 * Opens the stores and puts a service together. Throws when the data folder cannot be used. With parts of its own one
 * thread answers, whatever the configuration says: they are objects of this thread, which no other could use.
 */
export async function createService(config: Config, parts: ServiceParts = {}): Promise<Service> {
  const { clock = systemClock, log = createLog(config.logLevel) } = parts;
  const pool: PoolWorker[] = [];
  const crew = hashCrew({ failed: (error) => log.trouble(error, 'a thread that hashes has ended') });
  let opened: SharedStores | undefined;
  let housekeeping: Housekeeping | undefined;
  let listening: Promise<string> | undefined;
  let url: string | undefined;
  const released = () => housekeeping?.released();
  let exposition: Promise<Exposition> | undefined;
  const metrics = async () => {
    exposition ??= import('./observability/prometheus.ts').then(({ createExposition }) => createExposition());
    const counted = await Promise.all([self, ...pool].map((thread) => thread.counted()));
    return (await exposition).text(counted);
  };
  const release = async () => {
    // The pool first: what they joined is closed last.
    await Promise.all(pool.map((worker) => worker.end()));
    await crew.close();
    await opened?.blobs.close();
    await opened?.metadata.close();
    log.flush();
  };

  let self: RequestWorker;
  let keyPair: Service['keyPair'];
  let stores: OpenedStores;
  try {
    const threads = await threadsFor(config, parts, log);
    // They load while the stores are opened.
    while (pool.length < threads - 1)
      pool.push(startPoolWorker({ released: async () => released(), metrics }));
    opened = await openStores(config, threads, () => clock.nowMs());
    const { buffers } = opened;
    stores = parts.stores?.(opened) ?? opened;
    keyPair = config.keyPair ? { ...config.keyPair, made: false } : await keyPairOf(config.dataDir);
    const settings: WorkerSettings = { config, keyPair, ticketKeys: randomBytes(48), threads };
    const hashers = crew.join();
    self = createWorker({ ...settings, ...stores, buffers, hashers, clock, log, released, metrics });
    const { metadata } = opened;
    const joining = () => ({ ...settings, ticket: metadata.ticket(), hashers: crew.join() });
    await Promise.all(pool.map((worker) => worker.join(joining())));
  } catch (error) {
    await release();
    throw error;
  }

  const listen = async (): Promise<string> => {
    const aloneSinceMs = clock.nowMs();
    await createBuckets(stores.metadata, config);
    const { host } = config;
    const ports = [config.port, ...extraPorts(config)];
    const sharing = pool.length > 0 ? 'first' : 'alone';
    const place = await self.listen({ host, ports, sharing });
    const joined = { host: place.address, ports: place.ports, sharing: 'joined' } as const;
    await Promise.all(pool.map((worker) => worker.listen(joined)));
    housekeeping = startHousekeeping({
      ...stores,
      clock,
      readers: allReaders([self, ...pool]),
      aloneSinceMs,
      // Only what is on the disk stays released: after a loss of power a relaxed store may name old bytes again.
      atOnce: config.durability === 'full',
      dayMs: config.lifecycleDayMs,
      onRemoved: (job, count) => log.event('housekeeping removed something', { job, count }),
      onFailure: (job, error) => log.trouble(error, `housekeeping failed: ${job}`),
    });
    return `${config.tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${place.ports[0]!}`;
  };
  return {
    keyPair,
    get url() {
      if (url === undefined) throw new Error('the service is not listening');
      return url;
    },
    async listen() {
      listening = listen();
      url = await listening;
    },
    async close(graceMs = 30_000) {
      // What is being opened is opened to the end, so that nothing is left of it.
      await listening?.catch(() => undefined);
      await Promise.all([...[self, ...pool].map((thread) => thread.close(graceMs)), housekeeping?.stop()]);
      await release();
    },
  };
}

/** How many threads answer, here and with these parts. */
async function threadsFor({ threads }: Config, parts: ServiceParts, log: Log): Promise<number> {
  if (threads === 1 || parts.clock || parts.log || parts.stores) return 1;
  if (await portsCanBeShared()) return threads;
  log.event('one thread answers: on this system threads cannot share a port', { threads });
  return 1;
}

interface SharedStores extends OpenedStores {
  readonly metadata: SharedStore;
  readonly buffers: BufferPool;
}

async function openStores(
  { dataDir, durability }: Config,
  threads: number,
  nowMs: () => number,
): Promise<SharedStores> {
  const metadata = await openSqlite({ folder: dataDir, durability, nowMs, readers: threads });
  try {
    const buffers = workerBufferPool(threads);
    const durable = durability === 'full';
    const blobs = await openFileBlobs({ root: join(dataDir, 'blobs'), durable, buffers });
    return { metadata, blobs, buffers };
  } catch (error) {
    await metadata.close();
    throw error;
  }
}

/** Ports that domains are bound to besides the main one. */
function extraPorts({ port, bound }: Config): number[] {
  const asked = bound.flatMap((domain) => (domain.port === undefined ? [] : [domain.port]));
  return [...new Set(asked)].filter((extra) => extra !== port);
}

async function createBuckets(metadata: MetadataStore, config: Config): Promise<void> {
  for (const name of new Set([...config.buckets, ...config.bound.map(({ bucket }) => bucket)]))
    await metadata.createBucket({ name, region: config.region, owner: rootUin });
}
