/** The file `store-id` of a folder of blobs: the name of the metadata store that they belong to, on one line. */
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../../runtime/durable-folder.ts';
import type { BlobStore } from '../port.ts';

/** Name of the file. */
export const ownerName = 'store-id';

/** Reads and writes it in `root`. */
export function ownerFile(root: string, durable: boolean): NonNullable<BlobStore['owner']> {
  const path = join(root, ownerName);
  return {
    place: `the file ${path}`,
    async read() {
      try {
        return (await readFile(path, 'utf8')).trim() || undefined;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async write(storeId) {
      const file = await open(path, 'w', 0o600);
      try {
        await file.writeFile(`${storeId}\n`);
        if (durable) await file.sync();
      } finally {
        await file.close();
      }
      if (durable) await syncFolder(root);
    },
  };
}
