/**
 * Moves a store to another kind of stores. Bytes are copied in passes while the service goes on; each pass finds what came
 * since the one before. When no service uses the store, the last pass and the rows follow: that is the pause. Every blob
 * is read back and compared by its CRC-64. What was copied is noted, so that a run that was ended goes on there.
 */
import { Crc64, crc64Equal, type Crc64Value } from '@sampan/protocol';
import type { BlobStore } from '../blobs/port.ts';
import {
  blobsTable,
  tables,
  type PageReader,
  type Table,
  type TableRow,
  type TableSource,
  type TableTarget,
} from '../metadata/tables.ts';
import type { MigrationJournal } from './migration-journal.ts';
import { StoreProblem } from './store-problem.ts';

/** One side of a migration. */
export interface MigrationEnds {
  readonly from: { readonly rows: TableSource; readonly blobs: BlobStore };
  readonly to: { readonly rows: TableTarget; readonly blobs: BlobStore };
  readonly journal: MigrationJournal;
  /** Ends the run early; the next goes on. */
  readonly signal?: AbortSignal | undefined;
}

/** What a run did. */
export interface MigrationReport {
  /** Blobs and bytes that this run copied. */
  readonly blobs: number;
  readonly bytes: number;
  /** Rows of all tables; absent when a service still uses the store, so that the last step is yet to be done. */
  readonly rows?: number | undefined;
  /** How long the last step took. */
  readonly pauseMs?: number | undefined;
}

const passes = 5;
const copiesAtOnce = 4;

/** Runs a migration as far as it can go now. Rejects when the target has something in it already. */
export async function migrateStores(ends: MigrationEnds): Promise<MigrationReport> {
  const { from, to } = ends;
  if (!(await to.rows.isEmpty())) throw new StoreProblem('the target has buckets already');
  const owner = await to.blobs.owner?.read();
  if (owner !== undefined && owner !== to.rows.storeId)
    throw new StoreProblem(`the target's blobs are of another store: ${to.blobs.owner!.place} says ${owner}`);
  await to.blobs.owner?.write(to.rows.storeId);
  const sum = { blobs: 0, bytes: 0 };
  for (let pass = 0; pass < passes; pass += 1) {
    const named = await from.rows.snapshot(namedBlobs, false);
    const copied = await copyMissing(ends, named, sum);
    if (copied === 0) break;
  }
  if (await from.rows.isInUse()) return sum;
  const startMs = performance.now();
  const rows = await from.rows.snapshot(async (page) => {
    const named = await namedBlobs(page);
    await copyMissing(ends, named, sum);
    const missing = [...named].find((blob) => !ends.journal.copied.has(blob));
    if (missing !== undefined)
      throw new StoreProblem(`the blob ${missing} is named and is not there: see sampan fsck`);
    return copyRows(ends, page, named);
  }, true);
  return { ...sum, rows, pauseMs: performance.now() - startMs };
}

/** Names of blobs that rows name. */
async function namedBlobs(page: PageReader): Promise<Set<string>> {
  const named = new Set<string>();
  for await (const row of rowsOf(page, blobsTable)) if (row['refs'] !== 0) named.add(row['id'] as string);
  return named;
}

async function* rowsOf(page: PageReader, table: Table): AsyncGenerator<TableRow> {
  for (let after: TableRow | undefined; ;) {
    const read = await page(table, after);
    yield* read;
    if (!(after = read.at(-1))) return;
  }
}

/** Copies what is named and not copied yet. Gives how many. */
async function copyMissing(
  ends: MigrationEnds,
  named: ReadonlySet<string>,
  sum: { blobs: number; bytes: number },
): Promise<number> {
  const { from, journal, signal } = ends;
  let copied = 0;
  const running = new Set<Promise<void>>();
  let failure: Error | undefined;
  for await (const { id, sizeBytes } of from.blobs.list()) {
    signal?.throwIfAborted();
    if (failure) break;
    if (!named.has(id) || journal.copied.has(id)) continue;
    const work = copyBlob(ends, id, sizeBytes).then(
      () => {
        copied += 1;
        sum.blobs += 1;
        sum.bytes += sizeBytes;
      },
      (error: unknown) => void (failure ??= error as Error),
    );
    const tracked = work.then(() => void running.delete(tracked));
    running.add(tracked);
    if (running.size >= copiesAtOnce) await Promise.race(running);
  }
  await Promise.all(running);
  if (failure) throw failure;
  return copied;
}

async function copyBlob(
  { from, to, journal, signal }: MigrationEnds,
  id: string,
  sizeBytes: number,
): Promise<void> {
  const read = new Crc64();
  const { blob, length } = await to.blobs.write(summed(from.blobs.read(id, 0, sizeBytes, signal), read), {
    sizeBytes,
    signal,
  });
  const written = new Crc64();
  for await (const chunk of to.blobs.read(blob, 0, length, signal)) written.update(chunk);
  if (!isSame(read.value(), written.value(), length === sizeBytes))
    throw new StoreProblem(`the copy of blob ${id} reads back as other bytes`);
  await journal.note(id, blob);
}

function isSame(a: Crc64Value, b: Crc64Value, sameLength: boolean): boolean {
  return sameLength && crc64Equal(a, b);
}

async function* summed(chunks: AsyncIterable<Uint8Array>, sum: Crc64): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    sum.update(chunk);
    yield chunk;
  }
}

const rowsAtOnce = 200;

/** Copies all rows, with blobs by their new names. Gives how many there were. */
async function copyRows(
  { to, journal }: MigrationEnds,
  page: PageReader,
  named: ReadonlySet<string>,
): Promise<number> {
  let count = 0;
  await to.rows.fill(async (add) => {
    for (const table of tables) {
      let batch: TableRow[] = [];
      for await (const row of rowsOf(page, table)) {
        // Blobs that wait for the collector were not copied.
        if (table === blobsTable && !named.has(row['id'] as string)) continue;
        batch.push(renamed(table, row, journal.copied));
        count += 1;
        if (batch.length < rowsAtOnce) continue;
        await add(table, batch);
        batch = [];
      }
      await add(table, batch);
    }
  });
  return count;
}

function renamed({ blob }: Table, row: TableRow, names: ReadonlyMap<string, string>): TableRow {
  const old = blob === undefined ? null : row[blob];
  return typeof old === 'string' ? { ...row, [blob!]: names.get(old) ?? old } : row;
}
