/**
 * Reads every stored byte and compares it with its proofs: each blob with the sums of its blocks, and each object with its
 * CRC-64. Nothing is changed but that old blobs are given the sums that they lack. It can work beside a service, because what was removed meanwhile is not damage.
 */
import { send, type Stores } from '../body/send.ts';
import { customerAlgorithm } from '../body/encryption.ts';
import { isDamage } from '../body/prove.ts';
import type { Bucket, ListedVersion, MetadataStore, ObjectVersion } from '../metadata/port.ts';
import type { BlobStore } from '../blobs/port.ts';
import type { Clock } from '../runtime/clock.ts';

/** Where a scrub is: what stands before it is done. */
export interface ScrubPlace {
  readonly bucket: string;
  /** The last version that was read; absent at the start of a bucket. */
  readonly after?: { readonly key: string; readonly versionId: string } | undefined;
}

/** Stored bytes that are missing or are not what was stored. */
export interface ScrubFinding {
  /** Of an object. */
  readonly bucket?: string;
  readonly key?: string;
  readonly versionId?: string;
  /** Of a blob, which several objects or none may name. */
  readonly blob?: string;
  readonly reason: string;
}

/** What a scrub has found. */
export interface ScrubReport {
  readonly objects: number;
  readonly blobs: number;
  /** Read, bodies that are read twice counted twice. */
  readonly bytes: number;
  /** Objects whose CRC-64 is not known: their blobs alone were proven. */
  readonly withoutCrc: number;
  /** Blobs of releases before block sums that have sums from now on. */
  readonly filled: number;
  readonly damaged: readonly ScrubFinding[];
  /** Where the next run goes on; absent when everything was read. */
  readonly place?: ScrubPlace | undefined;
}

/** What to read, and how fast. */
export interface Scrubbing {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  /** Default: as fast as the disk. */
  readonly bytesPerSecond?: number | undefined;
  /** Goes on there; blobs were read by the run before. */
  readonly from?: ScrubPlace | undefined;
  /** Ends the scrub early; the report then has a place. */
  readonly signal?: AbortSignal | undefined;
}

const pageVersions = 200;

/** Reads everything. Rejects when the stores cannot be listed. */
export async function scrub(scrubbing: Scrubbing): Promise<ScrubReport> {
  const { metadata, blobs, from, signal } = scrubbing;
  const found = { objects: 0, blobs: 0, bytes: 0, withoutCrc: 0, filled: 0, damaged: [] as ScrubFinding[] };
  const paced = pacing(scrubbing);
  const read = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const { length } of chunks) {
      found.bytes += length;
      await paced(length);
    }
  };
  const isOver = (): boolean => signal?.aborted === true;

  if (!from)
    for await (const { id, sizeBytes } of blobs.list()) {
      // A run that stops here begins anew: the store lists blobs in no order.
      if (isOver()) return { ...found, place: { bucket: '' } };
      found.blobs += 1;
      const reason = await failureOf(read(blobs.read(id, 0, sizeBytes)));
      if (reason !== undefined && (await isNamed(scrubbing, id))) found.damaged.push({ blob: id, reason });
    }
  for await (const bucket of bucketsFrom(metadata, from?.bucket ?? '')) {
    let after = bucket.name === from?.bucket ? from.after : undefined;
    for await (const version of versionsOf(metadata, bucket.name, after)) {
      if (isOver()) return { ...found, place: { bucket: bucket.name, after } };
      after = { key: version.key, versionId: version.versionId };
      if (version.kind !== 'object') continue;
      found.objects += 1;
      if (version.crc64 === undefined) found.withoutCrc += 1;
      const reading = readVersion(scrubbing, bucket.name, version, read);
      const reason = await failureOf(reading);
      if (reason === undefined) found.filled += await fillSums(scrubbing, await reading);
      if (reason !== undefined && (await isStill(metadata, bucket.name, version)))
        found.damaged.push({ bucket: bucket.name, key: version.key, versionId: version.versionId, reason });
    }
  }
  return found;
}

async function readVersion(
  { metadata, blobs, signal }: Scrubbing,
  bucket: string,
  { key, versionId, revision }: ListedVersion,
  read: (chunks: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<ObjectVersion | undefined> {
  const version = await metadata.version({ bucket, key, versionId }, { bytes: true });
  if (version?.kind !== 'object' || version.revision !== revision) return undefined;
  // Under a customer's key the CRC-64 is of bytes that only the customer can see.
  const provable: ObjectVersion =
    version.encryption?.algorithm === customerAlgorithm ? { ...version, crc64: undefined } : version;
  const stores: Stores = { metadata, blobs, pin: () => () => undefined };
  const body = await send(stores, provable, { offset: 0, length: version.sizeBytes, signal });
  await read(body instanceof Uint8Array ? each(body) : body);
  return provable;
}

/** Gives sums to those old blobs of a version whose bytes its CRC-64 has just proven. */
async function fillSums({ metadata, blobs }: Scrubbing, version: ObjectVersion | undefined): Promise<number> {
  if (!blobs.addSums || version?.crc64 === undefined) return 0;
  const { body, sizeBytes } = version;
  const pieces = 'pieces' in body ? body.pieces : await metadata.manifest(body.manifest, 0, sizeBytes);
  let filled = 0;
  for (const piece of pieces)
    if ('blob' in piece && piece.offset === 0 && (await blobs.addSums(piece.blob, piece.length))) filled += 1;
  return filled;
}

async function* each(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** What a read failed with when that is damage; another failure is the caller's. */
async function failureOf(reading: Promise<unknown>): Promise<string | undefined> {
  try {
    await reading;
    return undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (isDamage(error) || code === 'EIO') return (error as Error).message;
    throw error;
  }
}

async function isNamed({ metadata }: Scrubbing, blob: string): Promise<boolean> {
  return (await metadata.unknownBlobs([blob])).length === 0;
}

async function isStill(metadata: MetadataStore, bucket: string, listed: ListedVersion): Promise<boolean> {
  const { key, versionId, revision } = listed;
  // A damaged index cannot say so, and is damage itself.
  const now = await metadata.version({ bucket, key, versionId }).catch(() => listed);
  return now?.revision === revision;
}

async function* bucketsFrom(metadata: MetadataStore, first: string): AsyncGenerator<Bucket> {
  const resumed = first === '' ? undefined : await metadata.bucket(first);
  if (resumed) yield resumed;
  for (let after = first; ;) {
    const page = await metadata.buckets({ after, limit: 100 });
    yield* page;
    const last = page.at(-1);
    if (!last) return;
    after = last.name;
  }
}

async function* versionsOf(
  metadata: MetadataStore,
  bucket: string,
  after: ScrubPlace['after'],
): AsyncGenerator<ListedVersion> {
  for (let marker: ScrubPlace['after'] | { key: string; versionId?: string | undefined } = after; ;) {
    const page = await metadata.listVersions({ bucket, limit: pageVersions, after: marker });
    yield* page.items;
    if (!page.next) return;
    marker = page.next;
  }
}

/** Sleeps so that no more than so many bytes are read in a second. */
function pacing({ bytesPerSecond, clock, signal }: Scrubbing): (bytes: number) => Promise<void> {
  if (bytesPerSecond === undefined) return async () => undefined;
  let freeAtMs = clock.nowMs();
  return async (bytes) => {
    const nowMs = clock.nowMs();
    freeAtMs = Math.max(freeAtMs, nowMs) + (bytes / bytesPerSecond) * 1000;
    if (freeAtMs > nowMs) await clock.sleep(freeAtMs - nowMs, signal);
  };
}
