/** Puts a service together: its stores, the threads that answer, and what runs in the background. */
import { hkdfSync, randomBytes } from 'node:crypto';
import { MetadataDamaged } from '../metadata/failures.ts';
import { hashCrew, type HashCrew } from '../body/hashing/hash-crew.ts';
import { portsCanBeShared } from '../http/ports.ts';
import { inspectionOf } from '../inspect/inspection.ts';
import { startHousekeeping, type Housekeeping } from '../jobs/housekeeping.ts';
import { allReaders } from '../jobs/readers.ts';
import { settingsFor } from '../lab/laboratory.ts';
import type { LabDocument } from '../lab/rule.ts';
import { createLog, type Log } from '../observability/log.ts';
import type { Exposition } from '../observability/prometheus.ts';
import { movableClock, systemClock, type Clock } from '../runtime/clock.ts';
import { canSyncFolder } from '../runtime/durable-folder.ts';
import { troublesOf } from '../runtime/trouble.ts';
import type { DiskSpace } from '../runtime/disk-reserve.ts';
import { diskGuard, makeRoomToStart, watchDisk, type DiskGuardOptions } from './disk-guard.ts';
import { guardedStores } from './guarded-stores.ts';
import type { Service } from './cli.ts';
import type { Config } from './config.ts';
import { keyPairOf, randomKeyPair } from './root-key.ts';
import {
  closeStores,
  ephemeralStores,
  isShared,
  openStores,
  storeProviders,
  type FirstStores,
  type OpenedStores,
} from './stores.ts';
import {
  createWorker,
  rootUin,
  workerBufferPool,
  type RequestWorker,
  type WorkerSettings,
} from './worker.ts';
import { startPoolWorker, type PoolWorker } from './worker-pool.ts';

/** What a service is made of when it is not the machine's. */
export interface ServiceParts {
  readonly clock?: Clock;
  readonly log?: Log;
  /** Stands between the service and the stores it opened; tests let them fail there. */
  readonly stores?: (opened: OpenedStores) => OpenedStores;
  /** Says how much space the disk has; tests make it full. */
  readonly diskSpace?: (folder: string) => Promise<DiskSpace>;
}

/**
 * Opens the stores and puts a service together. Throws when a store cannot be opened. With parts of its own one thread
 * answers, whatever the configuration says: they are objects of this thread, which no other could use.
 */
export async function createService(config: Config, parts: ServiceParts = {}): Promise<Service> {
  const moved = config.ephemeral ? movableClock() : undefined;
  const { clock = moved ?? systemClock, log = createLog(config.logLevel, config.logFormat) } = parts;
  const held = new Held(log);
  try {
    const threads = await threadsFor(config, parts, log);
    const workers: RequestWorker[] = [];
    const background = new Background();
    const inspection = inspectionOf(workers, randomBytes(4).toString('hex'));
    const common = {
      released: () => background.released(),
      metrics: metricsOf(workers),
      inspection,
      async setLaboratory(document: LabDocument | undefined) {
        const rules = document && settingsFor(document);
        await Promise.all(workers.map((worker) => worker.experiment(rules)));
      },
    };
    // Further threads load while the stores are opened.
    for (let count = 1; count < threads; count += 1)
      held.pool.push(
        startPoolWorker({
          ...inspection,
          released: async () => common.released(),
          metrics: () => common.metrics(),
          setLaboratory: (document) => common.setLaboratory(document),
        }),
      );
    const buffers = workerBufferPool(threads);
    const nowMs = (): number => clock.nowMs();
    const inMemory = config.ephemeral ? ephemeralStores(nowMs) : undefined;
    const providers = inMemory?.providers ?? storeProviders(config, { nowMs, threads, buffers });
    const troubles = troublesOf();
    const disk = { dataDir: config.dataDir, troubles, space: parts.diskSpace };
    if (!inMemory) await makeRoomToStart(disk);
    const opened = (held.stores = await openStores(providers));
    const stores = guardedStores(parts.stores?.(opened) ?? opened, diskGuard(disk));
    if (!inMemory) await sayWhatIsNotSynced(config, log);
    // Where several processes start at once, another one's probe may be among the blobs.
    if (!isShared(providers)) await refuseForeignBytes(opened, config.dataDir);
    await claimBlobs(stores, log);
    if (!inMemory) await makeRoomToStart(disk);
    const keyPair = await keyPairFor(config);
    const shared = isShared(providers);
    const ticketKeys = shared ? sharedTicketKeys(keyPair.secretKey) : randomBytes(48);
    const settings: WorkerSettings = {
      ...{ config, keyPair, ticketKeys, threads },
      troubles: troubles.memory,
      laboratory: config.link && settingsFor(config.link),
    };
    const hashers = held.crew.join();
    const ephemeral =
      inMemory && moved
        ? {
            clock: moved,
            async reset() {
              await inMemory.clear();
              await createBuckets(stores, config);
            },
          }
        : undefined;
    workers.push(
      createWorker({ ...settings, ...stores, ...common, ephemeral, buffers, hashers, clock, log }),
    );
    await Promise.all(
      held.pool.map((worker) =>
        worker.join({ ...settings, tickets: opened.tickets(), hashers: held.crew.join() }),
      ),
    );
    workers.push(...held.pool);
    return serviceOf({ config, clock, log, keyPair, stores, shared, workers, background, held, disk });
  } catch (error) {
    await held.release();
    throw error;
  }
}

/** What is held until the service has closed, in the order in which it is released. */
class Held {
  readonly pool: PoolWorker[] = [];
  readonly crew: HashCrew;
  stores: FirstStores | undefined;
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
    this.crew = hashCrew({ failed: (error) => log.trouble(error, 'a thread that hashes has ended') });
  }

  async release(): Promise<void> {
    // The pool first: what it joined is closed last.
    await Promise.all(this.pool.map((worker) => worker.end()));
    await this.crew.close();
    if (this.stores) await closeStores(this.stores);
    this.#log.flush();
  }
}

/** Work in the background, which begins when the service listens. */
class Background {
  #housekeeping: Housekeeping | undefined;
  readonly #stopping = new AbortController();
  #watching: Promise<void> | undefined;

  start(housekeeping: Housekeeping): void {
    this.#housekeeping = housekeeping;
  }

  /** Begins work that goes on until the signal fires. */
  watch(work: (signal: AbortSignal) => Promise<void>): void {
    this.#watching = work(this.#stopping.signal);
  }

  /** A request may have released something. */
  released(): void {
    this.#housekeeping?.released();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#housekeeping?.stop(), this.#watching]);
  }
}

interface Made {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly keyPair: Service['keyPair'];
  readonly stores: OpenedStores;
  /** Other processes may work on the same data. */
  readonly shared: boolean;
  readonly workers: readonly RequestWorker[];
  readonly background: Background;
  readonly held: Held;
  readonly disk: DiskGuardOptions;
}

function serviceOf(made: Made): Service {
  const { keyPair, workers, background, held } = made;
  let listening: Promise<string> | undefined;
  let url: string | undefined;
  return {
    keyPair,
    get url() {
      if (url === undefined) throw new Error('the service is not listening');
      return url;
    },
    async listen() {
      listening = listen(made);
      url = await listening;
    },
    async close(graceMs = 30_000) {
      // What is being opened is opened to the end, so that nothing is left of it.
      await listening?.catch(() => undefined);
      await Promise.all([...workers.map((worker) => worker.close(graceMs)), background.stop()]);
      await held.release();
    },
  };
}

/** Creates the buckets, opens the ports of all threads, and begins the work in the background. Gives the address. */
async function listen({
  config,
  clock,
  log,
  stores,
  shared,
  workers,
  background,
  disk,
}: Made): Promise<string> {
  const aloneSinceMs = clock.nowMs();
  await createBuckets(stores, config).catch((error: unknown) => {
    // What is whole can still be read, and what there is can still be removed.
    if (!(error instanceof MetadataDamaged) && disk.troubles.present().length === 0) throw error;
    log.trouble(error, 'the buckets of the configuration could not be made');
  });
  const { host } = config;
  const [first, ...further] = workers;
  if (!first) throw new Error('a service without a thread');
  const ports = [config.port, ...extraPorts(config)];
  const place = await first.listen({ host, ports, sharing: further.length > 0 ? 'first' : 'alone' });
  const joined = { host: place.address, ports: place.ports, sharing: 'joined' } as const;
  await Promise.all(further.map((worker) => worker.listen(joined)));
  if (!config.ephemeral) background.watch((signal) => watchDisk(disk, { clock, log, signal }));
  background.start(
    startHousekeeping({
      ...stores,
      clock,
      readers: allReaders(workers),
      aloneSinceMs: shared ? undefined : aloneSinceMs,
      // Only what is on the disk stays released: after a loss of power a relaxed store may name old bytes again. Where
      // others read the same data, this process does not know of all readers.
      atOnce: !shared && config.durability === 'full',
      dayMs: config.lifecycleDayMs,
      onRemoved: (job, count) => log.event('housekeeping removed something', { job, count }),
      onFailure: (job, error) => log.trouble(error, `housekeeping failed: ${job}`),
    }),
  );
  return `${config.tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${place.ports[0]!}`;
}

/** Sessions of TLS that one process began are resumed by all that have the same key pair. */
function sharedTicketKeys(secretKey: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secretKey, '', 'sampan tls ticket keys', 48));
}

/** The metrics of all threads together. The library that writes them is loaded when they are first read. */
function metricsOf(workers: readonly RequestWorker[]): () => Promise<string> {
  let exposition: Promise<Exposition> | undefined;
  return async () => {
    exposition ??= import('../observability/prometheus.ts').then(({ createExposition }) =>
      createExposition(),
    );
    const counted = await Promise.all(workers.map((worker) => worker.counted()));
    return (await exposition).text(counted);
  };
}

/** The root key pair: that of the configuration, of the data folder, or one for this run alone. */
async function keyPairFor({ keyPair, ephemeral, dataDir }: Config): Promise<Service['keyPair']> {
  if (keyPair) return { ...keyPair, made: false };
  return ephemeral ? { ...randomKeyPair(), made: true } : keyPairOf(dataDir);
}

/** How many threads answer, here and with these parts. */
async function threadsFor(
  { threads, system, ephemeral }: Config,
  parts: ServiceParts,
  log: Log,
): Promise<number> {
  // Memory is of one thread.
  if (threads === 1 || ephemeral || parts.clock || parts.log || parts.stores) return 1;
  if (system !== 'portable' && (await portsCanBeShared())) return threads;
  log.event('one thread answers: on this system threads cannot share a port', { threads });
  return 1;
}

/** Where names of new files may be lost with power, the operator of a durable service knows it from the log. */
async function sayWhatIsNotSynced({ durability, blobs, dataDir }: Config, log: Log): Promise<void> {
  if (durability === 'relaxed' || blobs !== undefined || (await canSyncFolder(dataDir))) return;
  log.event('this file system syncs no folders: a loss of power may take the newest objects', { dataDir });
}

/** Ports that domains are bound to besides the main one. */
function extraPorts({ port, bound }: Config): number[] {
  const ofDomains = bound.flatMap((domain) => (domain.port === undefined ? [] : [domain.port]));
  return [...new Set(ofDomains)].filter((extra) => extra !== port);
}

/** A database without buckets beside bytes is one that was lost: serving would make garbage of all of them. */
async function refuseForeignBytes({ metadata, blobs }: OpenedStores, dataDir: string): Promise<void> {
  const known = await metadata.buckets({ limit: 1 }).catch(() => undefined);
  if (!known || known.length > 0) return;
  for await (const { id } of blobs.list())
    throw new Error(
      `${dataDir} has blobs (such as ${id}) but its database knows no bucket: ` +
        'put the database back, or move the folder "blobs" away to begin anew',
    );
}

/** Blobs and database carry the same name, so that neither is taken for the other half of another store. */
async function claimBlobs({ metadata, blobs: { owner } }: OpenedStores, log: Log): Promise<void> {
  // A damaged page or a full disk is reported otherwise, and must not keep the service from what is whole.
  const storeId = await metadata.storeId().catch((error: unknown) => {
    log.trouble(error, 'the name of the store could not be read');
    return '';
  });
  if (!owner || storeId === '') return;
  let found = await owner.read();
  if (found === undefined) {
    await owner.write(storeId).catch(() => undefined);
    // Of two that start on new bytes at once, the name of one stays.
    found = (await owner.read()) ?? storeId;
  }
  if (found !== storeId)
    throw new Error(
      `the database is of the store ${storeId}, but its blobs are of the store ${found}: put back what ` +
        `belongs together, or remove ${owner.place} to serve them together from now on`,
    );
}

async function createBuckets({ metadata }: OpenedStores, config: Config): Promise<void> {
  for (const name of new Set([...config.buckets, ...config.bound.map(({ bucket }) => bucket)]))
    await metadata.createBucket({ name, region: config.region, owner: rootUin });
}
