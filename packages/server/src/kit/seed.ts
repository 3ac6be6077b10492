/** The files of a folder, for a bucket. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** A file by its path below the folder, with `/` between its parts. */
export interface SeedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Reads all files below a folder. Rejects when there is no such folder. */
export async function readFolder(folder: string): Promise<readonly SeedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async ({ parentPath, name }) => {
      const file = join(parentPath, name);
      return { path: relative(folder, file).split(sep).join('/'), bytes: await readFile(file) };
    }),
  );
}
