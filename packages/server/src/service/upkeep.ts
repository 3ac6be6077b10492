/** Work on a data folder beside the service that may be running on it: proving its bytes, and copying it whole. */
import {
  constants,
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { StoreProblem, onFolder } from './store-problem.ts';
import { fsckFolder, type FsckFinding } from './fsck.ts';
import { scrub, type ScrubPlace, type ScrubReport } from './scrub.ts';
import { syncFolder } from '../runtime/durable-folder.ts';
import { closeStores, copyDatabase, openStoresToRead, ownerName, usedBlobs } from './stores.ts';
import { systemClock } from '../runtime/clock.ts';

export { fsckFolder, type FsckFinding, type FsckOptions, type FsckReport } from './fsck.ts';
export type { ScrubFinding, ScrubPlace, ScrubReport } from './scrub.ts';

/** How a data folder is scrubbed. */
export interface ScrubFolderOptions {
  readonly dataDir: string;
  /** Default: as fast as the disk. */
  readonly bytesPerSecond?: number | undefined;
  /** Ends the scrub early; the next run goes on where it ended. */
  readonly signal?: AbortSignal | undefined;
}

const placeName = 'scrub.json';

/**
 * Reads all bytes of a data folder and compares them with their proofs. One that was ended early has left its place in the
 * folder (`scrub.json`), and the next goes on there. Rejects with `StoreProblem` when there is no database.
 */
export function scrubFolder(options: ScrubFolderOptions): Promise<ScrubReport> {
  return onFolder(options.dataDir, () => scrubbed(options));
}

async function scrubbed({ dataDir, ...options }: ScrubFolderOptions): Promise<ScrubReport> {
  const place = join(dataDir, placeName);
  const stores = await openStoresToRead(dataDir);
  try {
    const report = await scrub({
      ...stores,
      clock: systemClock,
      from: await placeIn(place),
      ...options,
    });
    if (report.place && report.place.bucket !== '') await writeFile(place, JSON.stringify(report.place));
    else await rm(place, { force: true });
    return report;
  } finally {
    await closeStores(stores);
  }
}

async function placeIn(path: string): Promise<ScrubPlace | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const found = JSON.parse(text) as Partial<ScrubPlace>;
  return typeof found.bucket === 'string' ? (found as ScrubPlace) : undefined;
}

/** What was made of a backup. */
export interface RestoreReport extends BackupReport {
  /** What a check of the new folder found; it serves only when there is nothing. */
  readonly findings: readonly FsckFinding[];
}

/**
 * Makes a data folder of a backup and checks it. A backup is a data folder itself, so that it can be restored more than once.
 * Rejects with `StoreProblem` when the target exists and is not empty, or the backup was cut off.
 */
export async function restoreFolder(backup: string, target: string): Promise<RestoreReport> {
  if (!(await stat(join(backup, 'metadata.db')).catch(ignoreMissing)))
    throw new StoreProblem(`${backup} is not a whole backup: it has no metadata.db`);
  const report = await backupFolder(backup, target);
  return { ...report, findings: (await fsckFolder({ dataDir: target })).findings };
}

/** What a backup holds. */
export interface BackupReport {
  readonly blobs: number;
  readonly bytes: number;
}

/** Each attempt needs blobs to vanish between two looks, which the collector of a busy service may do. */
const attempts = 5;

/**
 * Copies a data folder to a new one, whole as of one moment, while a service may be running on it. A service runs on the
 * copy as on the original. Rejects with `StoreProblem` when the target exists and is not empty.
 */
export function backupFolder(dataDir: string, target: string): Promise<BackupReport> {
  return onFolder(dataDir, () => copied(dataDir, target));
}

async function copied(dataDir: string, target: string): Promise<BackupReport> {
  const [from, to] = [resolve(dataDir), resolve(target)];
  await mkdir(join(to, 'blobs'), { recursive: true, mode: 0o700 });
  const present = await readdir(to);
  if (present.length > 1 || (await readdir(join(to, 'blobs'))).length > 0)
    throw new StoreProblem(`${target} is not empty`);
  // Most bytes are copied before the moment, so that few are left to be copied in a hurry after it.
  for (const folder of await readdir(join(from, 'blobs')))
    for (const name of await readdir(join(from, 'blobs', folder)).catch(() => []))
      await copyBlob(from, to, `${folder}-${name}`);
  for (let attempt = 1; ; attempt += 1) {
    const draft = join(to, 'metadata.draft');
    await rm(draft, { force: true });
    copyDatabase(join(from, 'metadata.db'), draft);
    const report = await copyUsed(from, to, usedBlobs(draft));
    if (report) {
      for (const name of ['credentials.json', join('blobs', ownerName)])
        await copyFile(join(from, name), join(to, name)).catch(ignoreMissing);
      await syncAll(to);
      // Last: a copy that was cut off has no database, and no service starts on it.
      await rename(draft, join(to, 'metadata.db'));
      await syncFolder(to);
      return report;
    }
    if (attempt === attempts)
      throw new StoreProblem(`blobs that the database of ${dataDir} names are missing`);
  }
}

/** Brings everything to the disk, so that a copy which looks whole survives a loss of power. */
async function syncAll(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) {
      await syncFolder(path);
      continue;
    }
    const file = await open(path, 'r+');
    await file.sync().finally(() => file.close());
  }
}

/** Copies what is missing and removes what is not used; undefined when a blob is gone already. */
async function copyUsed(
  from: string,
  to: string,
  used: ReadonlySet<string>,
): Promise<BackupReport | undefined> {
  let bytes = 0;
  for (const blob of used) {
    const size = await copyBlob(from, to, blob);
    if (size === undefined) return undefined;
    bytes += size;
  }
  for (const folder of await readdir(join(to, 'blobs')))
    for (const name of await readdir(join(to, 'blobs', folder)))
      if (!used.has(`${folder}-${name.replace(/\.sums$/, '')}`)) await rm(join(to, 'blobs', folder, name));
  return { blobs: used.size, bytes };
}

/** Copies a blob unless it is there in its whole length. Gives its size in the copy; undefined when there is none. */
async function copyBlob(from: string, to: string, blob: string): Promise<number | undefined> {
  const [folder, name] = [blob.slice(0, 13), blob.slice(14)];
  const [source, copy] = [join(from, 'blobs', folder, name), join(to, 'blobs', folder, name)];
  const copied = (await stat(copy).catch(ignoreMissing))?.size;
  const size = (await stat(source).catch(ignoreMissing))?.size;
  // Once copied whole it may go: a file of a blob only grows, and its last bytes are its sums.
  if (size === undefined || size === copied) return copied;
  await mkdir(join(to, 'blobs', folder), { recursive: true, mode: 0o700 });
  await copyFile(source, copy, constants.COPYFILE_FICLONE).catch(ignoreMissing);
  return (await stat(copy).catch(ignoreMissing))?.size;
}

function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
