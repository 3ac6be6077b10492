/** Turns the pieces of a stored body back into bytes, as fast as they are taken. */
import type { BlobStore, BodyPiece } from '../blobs/port.ts';
import type { MetadataStore, ObjectVersion } from '../metadata/port.ts';
import { counterBytes, cryptAt, type CustomerKey } from './encryption.ts';
import { proveWhole, provenAtEnd } from './prove.ts';
import type { OutgoingBody } from './stream.ts';

export interface Stores {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  /** Keeps blobs from being collected until the returned function is called. */
  pin(blobs: readonly string[]): () => void;
}

export interface Run {
  readonly offset: number;
  readonly length: number;
  readonly key?: CustomerKey | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Gives a run of a version's bytes. What fits in memory because it was inline comes as one piece. The whole of a version is
 * proven by its CRC-64 before the last bytes of it are given, a run by what the store of blobs has as proof.
 */
export async function send(stores: Stores, version: ObjectVersion, run: Run): Promise<OutgoingBody> {
  if (run.length === 0) return new Uint8Array();
  const inline = inlineRun(version, run.offset, run.length);
  if (inline) return inline;
  const chunks = stream(stores, await piecesOf(stores.metadata, version, run), run);
  return run.length === version.sizeBytes ? provenAtEnd(version, chunks) : chunks;
}

/**
 * A run of a version whose bytes are one piece that was read with it; undefined for any other. All of them are proven,
 * whichever are wanted.
 */
export function inlineRun(version: ObjectVersion, offset: number, length: number): Uint8Array | undefined {
  const { body } = version;
  if (!('pieces' in body) || body.pieces.length !== 1) return undefined;
  const piece = body.pieces[0]!;
  if (!('bytes' in piece)) return undefined;
  proveWhole(version, piece.bytes);
  return runOf(piece.bytes, offset, length);
}

/** A run of bytes. Most reads want all of them, and need no second view. */
function runOf(bytes: Uint8Array, offset: number, length: number): Uint8Array {
  return length === bytes.length ? bytes : bytes.subarray(offset, offset + length);
}

/** A piece and the run of it that is wanted. */
interface Wanted {
  readonly piece: BodyPiece;
  readonly from: number;
  readonly length: number;
}

async function piecesOf(metadata: MetadataStore, version: ObjectVersion, run: Run): Promise<Wanted[]> {
  const { body } = version;
  if ('pieces' in body) return overlap(body.pieces, run.offset, run.length);
  // Decryption counts from the start of each piece, so pieces must not come clipped.
  if (run.key)
    return overlap(await metadata.manifest(body.manifest, 0, version.sizeBytes), run.offset, run.length);
  return overlap(await metadata.manifest(body.manifest, run.offset, run.length), 0, run.length);
}

function overlap(pieces: readonly BodyPiece[], offset: number, length: number): Wanted[] {
  const wanted: Wanted[] = [];
  let at = 0;
  for (const piece of pieces) {
    const size = 'bytes' in piece ? piece.bytes.length : piece.length;
    const from = Math.max(0, offset - at);
    const end = Math.min(size, offset + length - at);
    if (end > from) wanted.push({ piece, from, length: end - from });
    at += size;
  }
  return wanted;
}

async function* stream(stores: Stores, pieces: readonly Wanted[], run: Run): AsyncGenerator<Uint8Array> {
  const release = stores.pin(pieces.flatMap(({ piece }) => ('blob' in piece ? [piece.blob] : [])));
  try {
    for (const wanted of pieces) yield* bytesOf(stores.blobs, wanted, run);
  } finally {
    release();
  }
}

async function* bytesOf(blobs: BlobStore, wanted: Wanted, { key, signal }: Run): AsyncGenerator<Uint8Array> {
  const { piece, from, length } = wanted;
  if ('bytes' in piece) {
    yield piece.bytes.subarray(from, from + length);
    return;
  }
  const chunks = blobs.read(piece.blob, piece.offset + from, length, signal);
  if (!key) {
    yield* chunks;
    return;
  }
  const counter = await readAll(blobs.read(piece.blob, piece.offset - counterBytes, counterBytes, signal));
  const decrypt = cryptAt(key, counter, from);
  for await (const chunk of chunks) yield decrypt(chunk);
}

/** A few bytes as one piece. */
async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(Uint8Array.from(chunk));
  return Buffer.concat(all);
}
