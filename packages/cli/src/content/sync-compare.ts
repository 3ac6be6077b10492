/** Compares the content of a name on two sides of a sync, with the least reading that proves equality. */
import type { Connected } from '../connection/context.ts';
import { digestFile } from './digest.ts';
import { headOf, type RemoteObject } from './remote.ts';
import type { Item } from './sync-sides.ts';
import type { SyncState } from './sync-state.ts';

export interface Pair {
  readonly from: Item;
  readonly to: Item;
}

export interface Comparing {
  readonly state: SyncState;
  /** Compares contents, and ignores earlier results. */
  readonly checksum: boolean;
  readonly signal: AbortSignal;
}

const together = 16;

/** Of pairs with one size, gives the sources whose content differs. What cannot be compared counts as different. */
export async function differing(
  connected: Connected,
  pairs: readonly Pair[],
  comparing: Comparing,
): Promise<readonly Item[]> {
  const differ: Item[] = [];
  const waiting = pairs.values();
  const lane = async (): Promise<void> => {
    for (const pair of waiting) {
      if (comparing.signal.aborted) return;
      if (!(await areEqual(connected, pair, comparing))) differ.push(pair.from);
    }
  };
  await Promise.all(Array.from({ length: together }, lane));
  return differ;
}

async function areEqual(
  connected: Connected,
  { from, to }: Pair,
  { state, checksum, signal }: Comparing,
): Promise<boolean> {
  const file = from.file ?? to.file;
  const object = from.object ?? to.object;
  if (!object) return false;
  if (file) {
    const isKnown = !checksum && state.knows(from.name, file.identity, object.eTag);
    const isEqual = isKnown || (await hasContent(connected, object, { path: file.path, signal }));
    if (isEqual) state.learn(from.name, file.identity, object.eTag);
    return isEqual;
  }
  if (!from.object || !to.object) return false;
  // Equal MD5s prove equal contents; multipart ETags depend on the part sizes.
  if (!checksum && isMd5(from.object.eTag) && from.object.eTag === to.object.eTag) return true;
  const [one, other] = await Promise.all([crcOf(connected, from.object), crcOf(connected, to.object)]);
  return one !== undefined && one === other;
}

/** Whether a file has the content of an object: by the ETag when it is its MD5, else by CRC-64. */
async function hasContent(
  connected: Connected,
  object: RemoteObject,
  { path, signal }: { readonly path: string; readonly signal: AbortSignal },
): Promise<boolean> {
  // A file that cannot be read is reported by the transfer that follows.
  const digests = await digestFile(path, signal).catch(() => undefined);
  if (!digests) return false;
  if (object.eTag.replaceAll('"', '') === digests.md5) return true;
  return (await crcOf(connected, object)) === digests.crc64;
}

async function crcOf(connected: Connected, object: RemoteObject): Promise<string | undefined> {
  return (await headOf(connected, object))?.headers['x-cos-hash-crc64ecma'];
}

function isMd5(eTag: string): boolean {
  return /^"?[0-9a-f]{32}"?$/i.test(eTag);
}
