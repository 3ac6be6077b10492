/**
 * A file of the data folder that only keeps space. It is let go when the disk is full, so that deletions and starts still
 * work, and made again when there is enough space for both.
 */
import { open, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** Name of the file in the data folder. */
export const reserveName = 'reserve';
/** Twice what the log of the database grows to before it starts over. */
const mostReserveBytes = 16 << 20;
const chunkBytes = 1 << 20;

/** Space of the disk of a folder. */
export interface DiskSpace {
  readonly freeBytes: number;
  readonly allBytes: number;
}

/** The reserve of one data folder. */
export interface DiskReserve {
  /** Makes the file unless it is there. Returns whether it is there now: not where the disk has too little space. */
  make(): Promise<boolean>;
  /** Gives its space back. */
  release(): Promise<void>;
}

/** Works on the folder. `space` is asked for what is free; tests pass their own. */
export function diskReserve(
  folder: string,
  space: (folder: string) => Promise<DiskSpace> = spaceOf,
): DiskReserve {
  const path = join(folder, reserveName);
  const release = (): Promise<void> => rm(path, { force: true });
  return {
    release,
    async make() {
      const { freeBytes, allBytes } = await space(folder);
      const wanted = Math.min(mostReserveBytes, Math.floor(allBytes / 16));
      const present = (await stat(path).catch(() => undefined))?.size;
      // What is left beside the reserve must do for some work, or it would be let go at once.
      if (present === wanted) return freeBytes > 0;
      if (freeBytes < 2 * wanted) return false;
      await release();
      try {
        await fillFile(path, wanted);
      } catch (error) {
        await release();
        if (isFull(error)) return false;
        throw error;
      }
      return true;
    },
  };
}

/** Whether a call failed because there is no space on the disk, or none for this user. */
export function isFull(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

async function fillFile(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    const zeros = new Uint8Array(chunkBytes);
    for (let at = 0; at < bytes;) {
      const { bytesWritten } = await file.write(zeros, 0, Math.min(chunkBytes, bytes - at), at);
      at += bytesWritten;
    }
  } finally {
    await file.close();
  }
}

async function spaceOf(folder: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, allBytes: blocks * bsize };
}
