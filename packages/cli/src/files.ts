/** Which files a command line means, and the key of each. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import type { CosAddress } from './address.ts';
import { Failure, UsageFailure } from './failure.ts';

/** A file and where it goes. */
export interface Shipment {
  readonly path: string;
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number;
}

export interface Listing {
  readonly shipments: readonly Shipment[];
  /** What is neither a file nor a folder. */
  readonly skipped: readonly string[];
}

/**
 * Finds the files. A key that ends with `/`, or none, is a folder that names are added to; otherwise it is the key of
 * the one file. A folder goes with its own name, unless written with a slash at its end.
 */
export async function listShipments(
  words: readonly string[],
  to: CosAddress,
  recursive: boolean,
): Promise<Listing> {
  const shipments: Shipment[] = [];
  const skipped: string[] = [];
  const intoFolder = to.key === '' || to.key.endsWith('/');
  if (words.length > 1 && !intoFolder)
    throw new UsageFailure(
      `several files need an address that ends with /, such as cos://${to.bucket}/${to.key}/`,
    );

  const walk = async (folder: string, prefix: string, above: readonly string[]): Promise<void> => {
    const real = await realpath(folder);
    if (above.includes(real)) throw new Failure(`${folder}: a symbolic link leads back to a folder above it`);
    const names = (await readdir(folder)).toSorted();
    for (const name of names) await add(join(folder, name), `${prefix}${name}`, [...above, real]);
  };
  const add = async (path: string, key: string, above: readonly string[]): Promise<void> => {
    const found = await stat(path);
    if (found.isDirectory()) await walk(path, `${key}/`, above);
    else if (found.isFile()) shipments.push({ path, bucket: to.bucket, key, sizeBytes: found.size });
    else skipped.push(path);
  };

  for (const word of words) {
    const found = await stat(word);
    const contentsOnly = word.endsWith('/') || word.endsWith(sep) || /(^|[/\\])\.{1,2}$/.test(word);
    if (!found.isDirectory()) {
      await add(word, intoFolder ? `${to.key}${basename(word)}` : to.key, []);
      continue;
    }
    if (!recursive) throw new UsageFailure(`${word} is a folder: add -r to upload what is in it`);
    if (!intoFolder)
      throw new UsageFailure(
        `a folder needs an address that ends with /, such as cos://${to.bucket}/${to.key}/`,
      );
    await walk(word, contentsOnly ? to.key : `${to.key}${basename(resolve(word))}/`, []);
  }
  refuseTwins(shipments);
  return { shipments, skipped };
}

/** Two files with one key: the second would replace the first. */
function refuseTwins(shipments: readonly Shipment[]): void {
  const paths = new Map<string, string>();
  for (const { path, key } of shipments) {
    const other = paths.get(key);
    if (other !== undefined) throw new UsageFailure(`${other} and ${path} would both become ${key}`);
    paths.set(key, path);
  }
}
