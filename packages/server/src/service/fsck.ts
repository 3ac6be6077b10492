/**
 * Compares the two halves of a data folder: every named run of bytes has its blob, every blob its references. Counts,
 * lengths and names are looked at, bytes are not: that is what a scrub does.
 */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredBlob } from '../blobs/port.ts';
import {
  blobsOf,
  isLocked,
  lockFolder,
  StoreCheck,
  storeNames,
  type Contradiction,
  type KnownBlob,
} from './stores.ts';
import { onFolder } from './store-problem.ts';
import { systemClock } from '../runtime/clock.ts';

/** Something that is not as it should be. */
export interface FsckFinding {
  /**
   * `page`: the database itself is damaged. `missing`: what is named is not there. `short`: a blob has fewer bytes than are
   * named of it. `orphan`: a blob that the database does not know. `unnamed`: bytes that are counted but not named.
   * `count`: a wrong count of references. `length`: a body whose pieces are not as long as it. `stray`: rows that belong to
   * nothing. `store`: the halves are of different stores.
   */
  readonly kind: Contradiction['kind'] | 'short' | 'orphan' | 'store';
  readonly about: string;
  readonly detail: string;
  /** Objects, versions and parts that lack bytes because of it, the first ten as `BUCKET/KEY`. */
  readonly users?: readonly string[];
}

/** What was found. */
export interface FsckReport {
  /** Blobs that something names. */
  readonly blobs: number;
  /** Blobs that were released and wait for the collector. */
  readonly waiting: number;
  readonly findings: readonly FsckFinding[];
  /** Blobs and bodies that were moved to `lost/`. Absent without `repair`. */
  readonly moved?: readonly string[];
}

/** How a folder is checked. */
export interface FsckOptions {
  readonly dataDir: string;
  /** Moves what nothing names to `lost/` and puts counts right; the service must not run. */
  readonly repair?: boolean;
}

/** What a service is writing has no row yet. */
const inFlightMs = 24 * 60 * 60_000;

/**
 * Checks a data folder, also while a service runs on it. With `repair` the report is of what is left afterwards. Rejects with
 * `StoreProblem` when there is no database, or when it is to repair beside a service.
 */
export function fsckFolder({ dataDir, repair = false }: FsckOptions): Promise<FsckReport> {
  return onFolder(dataDir, () => (repair ? checkMended(dataDir) : check(dataDir)));
}

async function checkMended(dataDir: string): Promise<FsckReport> {
  const unlock = lockFolder(dataDir);
  try {
    const moved = await mend(dataDir);
    return { ...(await check(dataDir, { alone: true })), moved };
  } finally {
    unlock();
  }
}

async function check(dataDir: string, { alone = !isLocked(dataDir) } = {}): Promise<FsckReport> {
  const findings: FsckFinding[] = [];
  const names = await storeNames(dataDir);
  if (names.blobs !== undefined && names.blobs !== names.metadata)
    findings.push({
      kind: 'store',
      about: 'store-id',
      detail: `the database is of the store ${names.metadata}, the blobs are of ${names.blobs}`,
    });
  // Before the moment of the database: a blob that is stored later may have a row by then.
  const stored = await blobsOf(dataDir);
  const database = new StoreCheck(join(dataDir, 'metadata.db'));
  try {
    findings.push(...database.contradictions());
    const counts = { blobs: 0, waiting: 0 };
    for (const blob of database.blobs()) {
      const found = stored.get(blob.id) ?? (await blobsOf(dataDir, blob.id)).get(blob.id);
      stored.delete(blob.id);
      if (!blob.isNamed) counts.waiting += 1;
      else {
        counts.blobs += 1;
        const finding = lacking(blob, found);
        if (finding) findings.push({ ...finding, users: database.usersOf(blob.id) });
      }
    }
    for (const { id, modifiedAtMs } of stored.values())
      if (alone || modifiedAtMs < systemClock.nowMs() - inFlightMs)
        findings.push({ kind: 'orphan', about: `blob ${id}`, detail: 'the database does not know it' });
    return { ...counts, findings };
  } finally {
    database.close();
  }
}

function lacking(blob: KnownBlob, found: StoredBlob | undefined): FsckFinding | undefined {
  const about = `blob ${blob.id}`;
  if (!found) return { kind: 'missing', about, detail: 'is named but not there' };
  if (found.sizeBytes >= blob.neededBytes) return undefined;
  return {
    kind: 'short',
    about,
    detail: `has ${found.sizeBytes} bytes, ${blob.neededBytes} are named of it`,
  };
}

async function mend(dataDir: string): Promise<readonly string[]> {
  const lost = join(dataDir, 'lost', new Date(systemClock.nowMs()).toISOString().slice(0, 10));
  await mkdir(lost, { recursive: true, mode: 0o700 });
  const moved: string[] = [];
  const kept: { readonly name: string; readonly content: Uint8Array }[] = [];
  const database = new StoreCheck(join(dataDir, 'metadata.db'), { writable: true });
  try {
    const unnamed = database.repair((name, content) => kept.push({ name, content }));
    // What leaves the database is in its file before it is gone from the database.
    for (const { name, content } of kept) {
      await writeFile(join(lost, name), content, { mode: 0o600, flush: true });
      moved.push(name);
    }
    database.commit();
    const known = new Set([...database.blobs()].map(({ id }) => id));
    for (const id of [...unnamed, ...(await blobsOf(dataDir)).keys()]) {
      if (known.has(id) || moved.includes(id)) continue;
      const path = join(dataDir, 'blobs', id.slice(0, 13), id.slice(14));
      if (await rename(path, join(lost, id)).then(() => true, ignoreMissing)) moved.push(id);
    }
    return moved;
  } finally {
    database.close();
  }
}

function ignoreMissing(error: unknown): false {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  return false;
}
