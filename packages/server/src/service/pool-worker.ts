/** A thread that answers requests beside the main one, started by `worker-pool.ts`. It shares the main thread's stores. */
import { parentPort } from 'node:worker_threads';
import { createWorker, workerBufferPool, type RequestWorker, type WorkerSettings } from './worker.ts';
import type { HashTicket } from '../body/hashing/hash-crew.ts';
import { systemClock } from '../runtime/clock.ts';
import { diskGuard } from './disk-guard.ts';
import { guardedStores } from './guarded-stores.ts';
import { troublesOf } from '../runtime/trouble.ts';
import type { Config } from './config.ts';
import { closeStores, joinStores, storeProviders, type StoreTickets } from './stores.ts';
import type { Inspection } from '../inspect/inspection.ts';
import type { LabDocument } from '../lab/rule.ts';
import { createLog } from '../observability/log.ts';
import { serveCalls, callOver } from '../runtime/thread-rpc.ts';
import { coalesce } from '../runtime/coalesce.ts';

/** The first message, which it waits for. */
export interface JoinMessage extends WorkerSettings {
  readonly tickets: StoreTickets;
  readonly hashers: HashTicket;
}

/** Calls that it serves. */
export interface PoolProcedures extends RequestWorker {
  /** Releases what it holds. Called once, after `close`. */
  end(): Promise<void>;
}

/** What it asks the main thread: also for the requests of all threads. */
export interface MainProcedures extends Inspection {
  /** A request may have released something. */
  released(): Promise<void>;
  /** The metrics of all threads, as text. */
  metrics(): Promise<string>;
  /** Puts rules of the laboratory in force in all threads, or none. */
  setLaboratory(document: LabDocument | undefined): Promise<void>;
}

const releasedEveryMs = 1000;

const port = parentPort;
if (!port) throw new Error('pool-worker runs as a thread');
// The main thread opens the stores while the modules are loaded here.
const joining = await new Promise<JoinMessage>((resolve) => port.once('message', resolve));
const config = copied(joining.config);
const log = createLog(config.logLevel, config.logFormat);
const { threads } = joining;
const buffers = workerBufferPool(threads);
const providers = storeProviders(config, { nowMs: () => systemClock.nowMs(), threads, buffers });
const disk = diskGuard({ dataDir: config.dataDir, troubles: troublesOf(joining.troubles) });
const stores = guardedStores(await joinStores(providers, joining.tickets), disk);
const call = callOver<MainProcedures>(port);
const member: PoolProcedures = {
  ...createWorker({
    ...joining,
    config,
    ...stores,
    buffers,
    clock: systemClock,
    log,
    released: coalesce(() => void call('released'), releasedEveryMs, systemClock),
    metrics: () => call('metrics'),
    inspection: {
      list: (asked) => call('list', asked),
      explained: (id) => call('explained', id),
      endedUpload: (uploadId) => call('endedUpload', uploadId),
    },
    setLaboratory: (document) => call('setLaboratory', document),
  }),
  async end() {
    await closeStores(stores);
    log.flush();
  },
};
serveCalls(port, member);
port.postMessage({ opened: true });

/** Buffers arrive as plain arrays of bytes. */
function copied(config: Config): Config {
  const { tls } = config;
  return tls ? { ...config, tls: { cert: Buffer.from(tls.cert), key: Buffer.from(tls.key) } } : config;
}
