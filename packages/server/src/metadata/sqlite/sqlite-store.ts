/** The embedded metadata store: SQLite in the data folder, or in memory. */
import { join, resolve } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import { makeFolder } from '../../runtime/durable-folder.ts';
import type { StoreProvider } from '../../runtime/store-provider.ts';
import { groupCommitter, type Committer } from './group-committer.ts';
import { lockFolder } from './folder-lock.ts';
import { remoteCommitter } from './remote-committer.ts';
import { commitCounter, type CommitCounter } from './commit-counter.ts';
import { sqlStore, type Engine } from '../sql/sql-store.ts';
import { openConnection, type Connection, type Durability } from './connection.ts';
import { startCommitThread, type CommitThread } from './commit-thread.ts';
import type { MetadataStore } from '../port.ts';

/** Settings of the embedded store. */
export interface SqliteOptions {
  readonly folder: string;
  /** Default `full`. */
  readonly durability?: Durability;
  /** Clock for everything that is stamped with a time. Default: the system's. */
  readonly nowMs?: () => number;
  /** How many threads of this process will read, this one included: they divide memory for pages. Default 1. */
  readonly readers?: number;
}

/** A store that other threads of the process can join. */
export interface SharedStore extends MetadataStore {
  /** What one more thread needs for `joinSqlite`. Each ticket is for one thread. */
  ticket(): SqliteTicket;
}

/** Goes to the other thread by `postMessage` or as its `workerData`, with `port` in the transfer list. */
export interface SqliteTicket {
  readonly path: string;
  readonly port: MessagePort;
  /** Memory of the store's `Progress`. */
  readonly progress: SharedArrayBuffer;
  readonly cacheKiB: number;
}

/** Up to here a row in the log costs less than a file of its own (decision 0012). */
const inlineLimitBytes = 32 * 1024;

/** Most memory for pages of all readers together. */
const readersCacheKiB = 32 * 1024;

/**
 * Opens the store in a folder, which is locked until `close`. Changes are committed in a thread of their own, so that
 * syncs and checkpoints do not hold up requests; reads run in the calling thread over a connection of their own.
 * Throws `FolderInUse` or `SchemaTooNew`. Threads that joined should have closed their stores when this one is closed:
 * what of theirs was not committed by then is rejected.
 */
export async function openSqlite({
  folder,
  durability = 'full',
  nowMs = Date.now,
  readers = 1,
}: SqliteOptions): Promise<SharedStore> {
  await makeFolder(resolve(folder), { durable: durability === 'full' });
  const unlock = lockFolder(folder);
  let thread: CommitThread | undefined;
  try {
    const path = join(folder, 'metadata.db');
    const progress = commitCounter();
    const committing = (thread = await startCommitThread({ path, durability, progress: progress.memory }));
    const ticket = (): SqliteTicket => ({
      path,
      port: committing.join(),
      progress: progress.memory,
      cacheKiB: Math.floor(readersCacheKiB / readers),
    });
    const engine = joinedEngine(ticket(), progress, committing.ended);
    const closeAll = async (): Promise<void> => {
      await engine.close();
      await committing.close(); // Last, so that the writer leaves no log behind.
      unlock();
    };
    return { ...sqlStore({ ...engine, close: closeAll }, nowMs), ticket };
  } catch (error) {
    await thread?.close();
    unlock();
    throw error;
  }
}

/**
 * Joins a store that another thread of this process opened. It sees what was answered on any thread, as that one does.
 * `close` waits until its own changes are answered, and leaves the store open.
 */
export function joinSqlite({
  ticket,
  nowMs = Date.now,
}: {
  readonly ticket: SqliteTicket;
  /** Default: the system's clock. */
  readonly nowMs?: () => number;
}): MetadataStore {
  return sqlStore(joinedEngine(ticket, commitCounter(ticket.progress)), nowMs);
}

/** The embedded store for all threads of the process, which is the only one on the folder. */
export function sqliteProvider(options: SqliteOptions): StoreProvider<MetadataStore> {
  const { nowMs = Date.now } = options;
  return {
    ownership: 'exclusive',
    async open() {
      const store = await openSqlite(options);
      return {
        store,
        ticket() {
          const data = store.ticket();
          return { data, transfer: [data.port] };
        },
      };
    },
    join: async ({ data }) => joinSqlite({ ticket: data as SqliteTicket, nowMs }),
  };
}

/** Opens an empty store that lives as long as the returned object, in one connection in this thread. */
export function openSqliteMemory(nowMs: () => number = Date.now): MetadataStore {
  return openSqliteHere(':memory:', nowMs);
}

/**
 * Opens a store over one connection in the calling thread, which commits there: every sync holds it up. Nothing keeps
 * others from the file.
 */
export function openSqliteHere(path: string, nowMs: () => number): MetadataStore {
  const progress = commitCounter();
  const connection = openConnection({ path, durability: 'relaxed', progress });
  const committer = groupCommitter((commands) => connection.commit(commands));
  return sqlStore(engineOf(committer, connection, progress), nowMs);
}

/** Changes in the committing thread, reads in this one. */
function joinedEngine(
  { path, port, cacheKiB }: SqliteTicket,
  progress: CommitCounter,
  reason?: Promise<Error>,
): Engine {
  const committer = remoteCommitter(port, reason);
  const reading = openConnection({ path, durability: 'full', readOnly: true, progress, cacheKiB });
  return engineOf(committer, reading, progress);
}

/** Changes by one, reads over the other; closes both. */
function engineOf(committer: Committer, connection: Connection, progress: CommitCounter): Engine {
  return {
    inlineLimitBytes,
    bucketChanges: () => progress.bucketChanges(),
    mutate: (name, argument, nowMs) => committer.submit({ name, argument, nowMs }),
    // A promise, failures included.
    read: async (logic) => connection.read(logic()),
    // Changes of one committer are committed in the order in which they were submitted.
    async barrier() {
      await committer.submit({ name: 'nothing', argument: {}, nowMs: 0 });
    },
    async close() {
      await committer.close();
      connection.close();
    },
  };
}
