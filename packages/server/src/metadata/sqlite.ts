/** The embedded metadata store: SQLite in the data folder, or in memory. */
import { join, resolve } from 'node:path';
import { makeFolder } from '../folder.ts';
import { groupCommitter } from './committer.ts';
import { lockFolder } from './lock.ts';
import { sqlStore, type Engine } from './sql-store.ts';
import { openConnection, type Connection, type Durability } from './sqlite-connection.ts';
import { threadCommitter } from './sqlite-thread.ts';
import type { MetadataStore } from './store.ts';

/** Settings of the embedded store. */
export interface SqliteOptions {
  readonly folder: string;
  /** Default `full`. */
  readonly durability?: Durability;
  /** Clock for everything that is stamped with a time. Default: the system's. */
  readonly nowMs?: () => number;
  /**
   * False commits in the calling thread: a little faster when nothing else runs in it, and every sync holds it up.
   * Default true.
   */
  readonly thread?: boolean;
}

/**
 * Opens the store in a folder, which is locked until `close`. Changes are committed in a thread of their own, so that
 * syncs and checkpoints do not hold up requests; reads run in the calling thread over a connection of their own.
 * Throws `FolderInUse` or `SchemaTooNew`.
 */
export async function openSqlite({
  folder,
  durability = 'full',
  nowMs = Date.now,
  thread = true,
}: SqliteOptions): Promise<MetadataStore> {
  await makeFolder(resolve(folder), { durable: durability === 'full' });
  const unlock = lockFolder(folder);
  try {
    const path = join(folder, 'metadata.db');
    const engine = thread
      ? await threadEngine(path, durability)
      : singleEngine(openConnection({ path, durability }));
    return sqlStore(
      {
        ...engine,
        async close() {
          await engine.close();
          unlock();
        },
      },
      nowMs,
    );
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Opens an empty store that lives as long as the returned object, in one connection in this thread. */
export function openSqliteMemory(nowMs: () => number = Date.now): MetadataStore {
  return sqlStore(singleEngine(openConnection({ path: ':memory:', durability: 'relaxed' })), nowMs);
}

/** Changes in a thread of their own, reads in this one. */
async function threadEngine(path: string, durability: Durability): Promise<Engine> {
  let reader: Connection | undefined;
  // Whoever is answered must find its change when it reads next.
  const committer = await threadCommitter({ path, durability }, () => reader?.refresh());
  const reading = (reader = openConnection({ path, durability, readOnly: true }));
  return {
    alone: true,
    mutate: (name, argument, nowMs) => committer.submit({ name, argument, nowMs }),
    // A promise, failures included.
    read: async (step) => reading.read(step),
    async close() {
      reading.close(); // First, so that the writer is the last to close and leaves no log behind.
      await committer.close();
    },
  };
}

/** Reads and changes over one connection. */
function singleEngine(connection: Connection): Engine {
  const committer = groupCommitter((commands) => connection.commit(commands));
  return {
    alone: true,
    mutate: (name, argument, nowMs) => committer.submit({ name, argument, nowMs }),
    read: async (step) => connection.read(step),
    async close() {
      await committer.close();
      connection.close();
    },
  };
}
