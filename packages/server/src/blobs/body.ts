/**
 * Bodies over the ports: what arrives is divided into inline bytes or a blob, what is stored is read back in order.
 */
import type { Body, MetadataStore, NewBody } from '../metadata/store.ts';
import { pin } from './pins.ts';
import type { BlobStore, BlobWriteOptions } from './store.ts';

/** A received body, ready to be named by a metadata transaction. */
export interface StoredBody {
  readonly body: NewBody;
  readonly sizeBytes: number;
}

/** Settings of `storeBody`. */
export interface StoreBodyOptions extends BlobWriteOptions {
  /** Bodies up to this size stay in memory and travel inside the metadata transaction. */
  readonly inlineBytes: number;
}

/**
 * Takes in a body of any size with bounded memory. Small ones stay inline, larger ones are a durable blob when this
 * resolves. The chunks are kept until then: the caller must not reuse their memory.
 */
export async function storeBody(
  blobs: BlobStore,
  chunks: AsyncIterable<Uint8Array>,
  options: StoreBodyOptions,
): Promise<StoredBody> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let firstBytes = 0;
  for (;;) {
    const { done, value } = await iterator.next();
    if (done) {
      options.signal?.throwIfAborted();
      const bytes = first.length === 1 && first[0] ? first[0] : Buffer.concat(first);
      return { body: bytes.length > 0 ? [{ bytes }] : [], sizeBytes: bytes.length };
    }
    first.push(value);
    firstBytes += value.length;
    if (firstBytes > options.inlineBytes) break;
  }
  const extent = await blobs.write(resume(first, iterator), options);
  return { body: [extent], sizeBytes: extent.length };
}

/** Removes the blob of a body that no transaction named after all. Failures are left to the collector. */
export async function discardBody(blobs: BlobStore, body: NewBody): Promise<void> {
  const named = body.flatMap((piece) => ('blob' in piece ? [piece.blob] : []));
  if (named.length > 0) await blobs.remove(named).catch(() => undefined);
}

/** The two stores that a body is read from. */
export interface BodyStores {
  readonly metadata: Pick<MetadataStore, 'manifest'>;
  readonly blobs: BlobStore;
}

/** Which bytes of a body to read. */
export interface BodyRange {
  readonly offset: number;
  readonly length: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a run of bytes of a stored body, in order, as fast as it is consumed. The blobs it still needs are not
 * removed meanwhile, even when the object is overwritten or deleted.
 */
export async function* readBody(
  stores: BodyStores,
  body: Body,
  range: BodyRange,
): AsyncGenerator<Uint8Array> {
  const { metadata, blobs } = stores;
  if (range.length === 0) return;
  const pieces =
    'pieces' in body
      ? clip(body.pieces, range.offset, range.length)
      : await metadata.manifest(body.manifest, range.offset, range.length);
  const release = pin(
    blobs,
    pieces.flatMap((piece) => ('blob' in piece ? [piece.blob] : [])),
  );
  try {
    for (const piece of pieces) {
      if ('bytes' in piece) yield piece.bytes;
      else yield* blobs.read(piece.blob, piece.offset, piece.length, range.signal);
    }
  } finally {
    release();
  }
}

/** The part of a list of pieces that covers a run of bytes. */
export function clip(pieces: NewBody, offset: number, length: number): NewBody {
  const clipped: NewBody[number][] = [];
  let start = 0;
  for (const piece of pieces) {
    const size = 'bytes' in piece ? piece.bytes.length : piece.length;
    const from = Math.max(offset - start, 0);
    const to = Math.min(offset + length - start, size);
    if (from < to) {
      clipped.push(
        'bytes' in piece
          ? { bytes: piece.bytes.subarray(from, to) }
          : { blob: piece.blob, offset: piece.offset + from, length: to - from },
      );
    }
    start += size;
  }
  return clipped;
}

async function* resume(
  first: Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* first.splice(0);
    for (let step = await rest.next(); !step.done; step = await rest.next()) yield step.value;
  } finally {
    await rest.return?.();
  }
}
