/** Which stores a service has, by its configuration. The one place that chooses implementations. */
import { join } from 'node:path';
import { openMemoryBlobs } from '../blobs/memory.ts';
import { fileBlobsProvider, openFileBlobs, statBlob } from '../blobs/files/file-store.ts';
import type { BlobStore, StoredBlob } from '../blobs/port.ts';
import type { MetadataStore } from '../metadata/port.ts';
import { openSqliteReading } from '../metadata/sqlite/reading.ts';
import { openSqliteMemory, sqliteProvider } from '../metadata/sqlite/sqlite-store.ts';
import { sqliteTableSource, sqliteTableTarget } from '../metadata/sqlite/table-move.ts';
import type { BufferPool } from '../runtime/buffer-pool.ts';
import { joinStore, type StoreProvider, type StoreTicket } from '../runtime/store-provider.ts';
import type { Config } from './config.ts';
import type { MigrationEnds } from './migrate.ts';
import { openedElsewhere, StoreProblem } from './store-problem.ts';

/** The stores of a service. */
export interface OpenedStores {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
}

/** How each thread of the process comes to them. */
export interface StoreProviders {
  readonly metadata: StoreProvider<MetadataStore>;
  readonly blobs: StoreProvider<BlobStore>;
}

/** What the stores of one thread are given by it. */
export interface StoreResources {
  readonly nowMs: () => number;
  /** How many threads use the stores. */
  readonly threads: number;
  /** For bodies on their way. */
  readonly buffers: BufferPool;
}

/** What a further thread needs to join, by store. */
export interface StoreTickets {
  readonly metadata: StoreTicket | undefined;
  readonly blobs: StoreTicket | undefined;
}

/** The stores of the first thread. */
export interface FirstStores extends OpenedStores {
  tickets(): StoreTickets;
}

/** Stores of one thread that keep everything in memory. */
export interface EphemeralStores {
  readonly providers: StoreProviders;
  /** Begins anew with empty stores. Requests under way may fail. */
  clear(): Promise<void>;
}

/** Chooses stores that are gone when the process ends. */
export function ephemeralStores(nowMs: () => number): EphemeralStores {
  let metadata = openSqliteMemory(nowMs);
  let blobs = openMemoryBlobs(nowMs);
  const opened = {
    metadata: forwarding(() => metadata),
    blobs: forwarding(() => blobs),
  };
  return {
    providers: {
      metadata: { ownership: 'exclusive', open: async () => ({ store: opened.metadata }) },
      blobs: { ownership: 'exclusive', open: async () => ({ store: opened.blobs }) },
    },
    async clear() {
      const old = metadata;
      metadata = openSqliteMemory(nowMs);
      blobs = openMemoryBlobs(nowMs);
      await old.close();
    },
  };
}

/** A store that does what the present one does. */
function forwarding<Store extends object>(present: () => Store): Store {
  const forwarded: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(present()) as [keyof Store & string, unknown][])
    forwarded[name] =
      typeof member === 'function'
        ? (...args: unknown[]) => (present()[name] as (...args: unknown[]) => unknown)(...args)
        : member;
  return forwarded as Store;
}

/** Chooses the stores. Nothing is opened yet. */
export function storeProviders(
  {
    dataDir,
    durability,
    database,
    blobs,
    system,
  }: Pick<Config, 'dataDir' | 'durability' | 'database' | 'blobs' | 'system'>,
  { nowMs, threads, buffers }: StoreResources,
): StoreProviders {
  const root = join(dataDir, 'blobs');
  return {
    metadata:
      database === undefined
        ? sqliteProvider({ folder: dataDir, durability, nowMs, readers: threads })
        : postgres(database, threads),
    blobs:
      blobs === undefined
        ? fileBlobsProvider({
            root,
            lost: join(dataDir, 'lost'),
            durable: durability === 'full',
            ...(system === 'portable' ? { directBytes: Infinity } : {}),
            buffers,
          })
        : s3(blobs),
  };
}

/** Most connections of all threads of a process. */
const databaseConnections = 24;

/** Loaded when it is opened: a service without it needs neither the module nor the driver. */
function postgres(url: string, threads: number): StoreProvider<MetadataStore> {
  return {
    ownership: 'shared',
    async open() {
      const { openPostgres } = await import('../metadata/postgres/postgres-store.ts');
      const connections = Math.max(2, Math.floor(databaseConnections / threads));
      return { store: await openPostgres({ url, connections }) };
    },
  };
}

/** Loaded when it is opened, as the database is. The first thread finds out whether the store can be relied upon. */
function s3(url: string): StoreProvider<BlobStore> {
  const open = async (probe: boolean): Promise<BlobStore> => {
    const [{ openS3Blobs }, { readS3Address }] = await Promise.all([
      import('../blobs/s3/s3-store.ts'),
      import('../blobs/s3/s3-address.ts'),
    ]);
    const address = readS3Address(url);
    if (!address)
      throw new StoreProblem(
        '--blobs must be s3://BUCKET[/PREFIX][?endpoint=URL&region=REGION]: a bucket of 3 to 63 lower-case letters, digits, dots and dashes, and no other parameters',
      );
    return openS3Blobs({ address, probe });
  };
  const ticket = { data: undefined, transfer: [] };
  return {
    // Which blobs are in use is for the metadata store to say, and with it who else may use them.
    ownership: 'exclusive',
    open: async () => ({ store: await open(true), ticket: () => ticket }),
    join: () => open(false),
  };
}

/** Whether other processes may work on the same data. */
export function isShared({ metadata, blobs }: StoreProviders): boolean {
  return metadata.ownership === 'shared' || blobs.ownership === 'shared';
}

/** Opens both for the first thread, or none. */
export async function openStores({ metadata, blobs }: StoreProviders): Promise<FirstStores> {
  const openedMetadata = await metadata.open();
  try {
    const openedBlobs = await blobs.open();
    return {
      metadata: openedMetadata.store,
      blobs: openedBlobs.store,
      tickets: () => ({ metadata: openedMetadata.ticket?.(), blobs: openedBlobs.ticket?.() }),
    };
  } catch (error) {
    await openedMetadata.store.close();
    throw error;
  }
}

/** Opens both for a further thread, or none. */
export async function joinStores(
  { metadata, blobs }: StoreProviders,
  tickets: StoreTickets,
): Promise<OpenedStores> {
  const joined = await joinStore(metadata, tickets.metadata);
  try {
    return { metadata: joined, blobs: await joinStore(blobs, tickets.blobs) };
  } catch (error) {
    await joined.close();
    throw error;
  }
}

/** Closes both, the bytes first. */
export async function closeStores({ metadata, blobs }: OpenedStores): Promise<void> {
  await blobs.close();
  await metadata.close();
}

/** Opens the stores of a data folder beside a service that may be running on it. Changes of metadata reject. */
export async function openStoresToRead(dataDir: string): Promise<OpenedStores> {
  const metadata = openSqliteReading(join(dataDir, 'metadata.db'));
  return { metadata, blobs: await openFileBlobs({ root: join(dataDir, 'blobs') }) };
}

/** Every blob of a data folder by its id, or one of them. */
export async function blobsOf(dataDir: string, id?: string): Promise<Map<string, StoredBlob>> {
  const root = join(dataDir, 'blobs');
  const found = new Map<string, StoredBlob>();
  if (id !== undefined) {
    const blob = await statBlob(root, id);
    if (blob) found.set(id, blob);
    return found;
  }
  for await (const blob of (await openFileBlobs({ root })).list()) found.set(blob.id, blob);
  return found;
}

/** What both halves of a data folder say whose they are. */
export async function storeNames(
  dataDir: string,
): Promise<{ readonly metadata: string; readonly blobs: string | undefined }> {
  const stores = await openStoresToRead(dataDir);
  try {
    return { metadata: await stores.metadata.storeId(), blobs: await stores.blobs.owner?.read() };
  } finally {
    await closeStores(stores);
  }
}

/** Where the other half of a migration is. */
export interface SharedPlace {
  readonly database: string;
  /** An `s3://` address. */
  readonly blobs: string;
}

/** Opens both sides of a migration: from a folder to shared stores, or back to a folder without a store. */
export async function openMigration(
  dataDir: string,
  { database, blobs }: SharedPlace,
  back: boolean,
): Promise<Pick<MigrationEnds, 'from' | 'to'> & { readonly close: () => Promise<void> }> {
  const { postgresTableSource, postgresTableTarget } = await import('../metadata/postgres/table-move.ts');
  const { store: bytes } = await openedElsewhere(() => s3(blobs).open(), 'the store of --blobs');
  const files = await openFileBlobs({ root: join(dataDir, 'blobs') });
  const opened: { close(): Promise<void> }[] = [files, bytes];
  const keep = <Side extends { close(): Promise<void> }>(side: Side): Side => {
    opened.push(side);
    return side;
  };
  const close = async (): Promise<void> => {
    for (const side of opened.reverse()) await side.close();
  };
  try {
    const ends = back
      ? {
          from: { rows: keep(await openedElsewhere(() => postgresTableSource(database))), blobs: bytes },
          to: { rows: keep(await sqliteTableTarget(dataDir)), blobs: files },
        }
      : {
          from: { rows: keep(sqliteTableSource(dataDir)), blobs: files },
          to: { rows: keep(await openedElsewhere(() => postgresTableTarget(database))), blobs: bytes },
        };
    return { ...ends, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens shared stores to read them. */
export async function openSharedStores({ database, blobs }: SharedPlace): Promise<OpenedStores> {
  return { metadata: (await postgres(database, 1).open()).store, blobs: (await s3(blobs).open()).store };
}

export { StoreCheck, type Contradiction, type KnownBlob } from '../metadata/sqlite/check.ts';
export { isLocked, lockFolder } from '../metadata/sqlite/folder-lock.ts';
export { ownerName } from '../blobs/files/owner.ts';
export { copyDatabase, usedBlobs } from '../metadata/sqlite/reading.ts';
