/** Blobs that no metadata names, in a folder for each day on which they were found. */
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, syncFolder } from '../../runtime/durable-folder.ts';
import { lostStayMs, type BlobStore } from '../port.ts';

const dayMs = 24 * 60 * 60_000;
const dayPattern = /^\d{4}-\d{2}-\d{2}$/;

/** Moves files to `<folder>/<day>/<id>`, from where a person can move them back by their names. */
export function lostBlobs(
  folder: string,
  pathOf: (blob: string) => string,
  durable: boolean,
): Required<Pick<BlobStore, 'setAside' | 'removeLost'>> {
  return {
    async setAside(blobs, nowMs) {
      if (blobs.length === 0) return;
      const today = join(folder, dayOf(nowMs));
      await makeFolder(today, { durable });
      for (const blob of blobs)
        await rename(pathOf(blob), join(today, blob)).catch((error: unknown) => {
          if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        });
      if (durable) await syncFolder(today);
    },
    async removeLost(nowMs) {
      // A day's folder has what was found until its end.
      const oldest = dayOf(nowMs - lostStayMs - dayMs);
      for (const day of await readdir(folder).catch(() => []))
        if (dayPattern.test(day) && day <= oldest)
          await rm(join(folder, day), { recursive: true, force: true });
    },
  };
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}
