/**
 * Sums of a blob that a release before block sums wrote, in a file beside it: `<name>.sums`, of the same format as the sums
 * behind a newer blob (`block-sums.ts`). A scrub writes it once the bytes are proven by the CRC-64 of their object.
 */
import { createReadStream } from 'node:fs';
import { chown, open, readFile, rename, stat } from 'node:fs/promises';
import { readSums, withSums } from './block-sums.ts';

/** Where they stand. */
export function sumsPath(path: string): string {
  return `${path}.sums`;
}

/** The sums of a blob of a length: undefined when there are none, `damaged` when they cannot be used. */
export async function readSumsBeside(
  path: string,
  length: number,
): Promise<((block: number) => number) | 'damaged' | undefined> {
  // A file that this user may not read is none.
  const written = await readFile(sumsPath(path)).catch(() => undefined);
  return written && (readSums(written, length) ?? 'damaged');
}

/** Writes them, unless they are there or the blob has another length. Gives whether it did. */
export async function writeSumsBeside(path: string, length: number): Promise<boolean> {
  const blob = await stat(path).catch(() => undefined);
  if (blob?.size !== length || (await stat(sumsPath(path)).catch(() => undefined))) return false;
  const summed = withSums(createReadStream(path));
  let last: Uint8Array = new Uint8Array();
  for await (const chunk of summed) last = chunk;
  if (summed.length !== length) return false;
  const draft = `${sumsPath(path)}.draft`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(last);
    await file.sync();
  } finally {
    await file.close();
  }
  // The scrub may run as another user than the service. Only the superuser may give a file away, and needs to.
  await chown(draft, blob.uid, blob.gid).catch(() => undefined);
  await rename(draft, sumsPath(path));
  return true;
}
