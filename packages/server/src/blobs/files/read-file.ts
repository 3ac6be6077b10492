/** How bytes come out of the file of a blob, each block proven before it is handed on. */
import { open, type FileHandle } from 'node:fs/promises';
import type { BufferPool } from '../../runtime/buffer-pool.ts';
import { BlobDamaged, BlobMissing } from '../port.ts';
import { readSumsBeside } from './sums-beside.ts';
import { blockBytes, damagedBlock, lengthInFile, readSums, sumsBytes } from './block-sums.ts';

/** Bytes per read: one is with the consumer, one is read ahead. Both fit into a memory that is taken. */
const readBytes = 512 << 10;

/** A run of a blob, and what reading it takes. */
export interface Reading {
  readonly blob: string;
  readonly path: string;
  /** Whether the file has sums behind its bytes. */
  readonly summed: boolean;
  readonly offset: number;
  readonly length: number;
  readonly signal: AbortSignal | undefined;
  readonly buffers: BufferPool;
}

/** Reads a run. Throws `BlobMissing` or `BlobDamaged`. */
export async function* readFile(reading: Reading): AsyncGenerator<Uint8Array> {
  const { blob, path, summed, offset, length, signal } = reading;
  signal?.throwIfAborted();
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? new BlobMissing(blob, 'is not there') : error;
  });
  try {
    const beside = summed ? undefined : await sumsOfOld(handle, reading);
    if (!summed && !beside) yield* readRun(handle, reading, { from: offset, end: offset + length });
    else yield* readProven(handle, reading, beside);
  } finally {
    await handle.close();
  }
}

/** Reads whole blocks, compares them with their sums, and gives what is wanted of them. */
async function* readProven(
  handle: FileHandle,
  reading: Reading,
  beside: Sums | undefined,
): AsyncGenerator<Uint8Array> {
  const { blob, offset, length } = reading;
  const wantedEnd = offset + length;
  const from = offset - (offset % blockBytes);
  const isShort = !beside && wantedEnd - from <= readBytes;
  const short = isShort ? await readToEnd(handle, from, wantedEnd) : undefined;
  const sums = beside ?? short?.sums ?? (await readSumsOf(handle, reading));
  if (length === 0) return;
  const end = Math.min(Math.ceil(wantedEnd / blockBytes) * blockBytes, sums.length);
  const runs = short ? [short.bytes] : readRun(handle, reading, { from, end });
  let position = from;
  for await (const run of runs) {
    const damaged = damagedBlock(run, position / blockBytes, sums.sumOf);
    if (damaged !== undefined) throw new BlobDamaged(blob, `block ${damaged} is not what its sum says`);
    const first = Math.max(0, offset - position);
    const last = Math.min(run.length, wantedEnd - position);
    yield first === 0 && last === run.length ? run : run.subarray(first, last);
    position += run.length;
  }
}

interface Sums {
  /** Of the blob. */
  readonly length: number;
  readonly sumOf: (block: number) => number;
}

/** The sums of a blob of a release that wrote none behind it, where a scrub has added them. */
async function sumsOfOld(
  handle: FileHandle,
  { blob, path, offset, length }: Reading,
): Promise<Sums | undefined> {
  const fileBytes = (await handle.stat()).size;
  const sumOf = await readSumsBeside(path, fileBytes);
  if (!sumOf) return undefined;
  if (sumOf === 'damaged') throw new BlobDamaged(blob, 'the sums of its blocks are damaged');
  if (fileBytes < offset + length) throw new BlobMissing(blob, 'is shorter than its extents');
  return { length: fileBytes, sumOf };
}

/** Most short runs reach to the end of their blob: then one read gives the bytes and the sums. */
async function readToEnd(
  handle: FileHandle,
  from: number,
  end: number,
): Promise<{ readonly bytes: Uint8Array; readonly sums: Sums } | undefined> {
  const room = Buffer.allocUnsafeSlow(end - from + sumsBytes(end));
  const bytesRead = await fill(handle, room, from);
  const sumOf = bytesRead === room.length ? readSums(room.subarray(end - from), end) : undefined;
  return sumOf && { bytes: room.subarray(0, end - from), sums: { length: end, sumOf } };
}

async function readSumsOf(handle: FileHandle, { blob, offset, length }: Reading): Promise<Sums> {
  const fileBytes = (await handle.stat()).size;
  const blobLength = lengthInFile(fileBytes);
  if (blobLength < offset + length) throw new BlobMissing(blob, 'is shorter than its extents');
  const room = Buffer.allocUnsafeSlow(fileBytes - blobLength);
  const bytesRead = await fill(handle, room, blobLength);
  const sumOf = bytesRead === room.length ? readSums(room, blobLength) : undefined;
  if (!sumOf) throw new BlobDamaged(blob, 'the sums of its blocks are damaged');
  return { length: blobLength, sumOf };
}

/** Reads as much as there is room for, unless the file ends before. */
async function fill(handle: FileHandle, room: Uint8Array, position: number): Promise<number> {
  let filled = 0;
  while (filled < room.length) {
    const { bytesRead } = await handle.read(room, filled, room.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/** Reads a run in pieces of `readBytes`; the next is read while one is looked at. */
async function* readRun(
  handle: FileHandle,
  { blob, signal, buffers }: Reading,
  { from, end }: { readonly from: number; readonly end: number },
): AsyncGenerator<Uint8Array> {
  const memory = end - from > readBytes ? buffers.acquire() : undefined;
  const roomAt = memory ? halvesInTurn(memory) : allOnce(end - from, from);
  const readAt = async (position: number): Promise<Uint8Array | undefined> => {
    if (position >= end) return undefined;
    const place = roomAt(position);
    const room = place.subarray(0, Math.min(place.length, end - position));
    if ((await fill(handle, room, position)) < room.length)
      throw new BlobMissing(blob, 'is shorter than its extents');
    return room;
  };
  let ahead: Promise<Uint8Array | undefined> | undefined;
  try {
    let position = from;
    for (let chunk = await readAt(position); chunk; chunk = await ahead) {
      signal?.throwIfAborted();
      position += chunk.length;
      ahead = readAt(position);
      ahead.catch(() => undefined); // Reported when it is awaited; must not be unhandled until then.
      yield chunk;
    }
  } finally {
    await ahead?.catch(() => undefined);
    if (memory) buffers.release(memory);
  }
}

/** Where the next read goes, when the read before the last one has been consumed. */
function halvesInTurn(memory: SharedArrayBuffer): () => Uint8Array {
  const halves = [
    new Uint8Array(memory, 0, readBytes),
    new Uint8Array(memory, readBytes, readBytes),
  ] as const;
  let reads = 0;
  return () => halves[(reads++ % 2) as 0 | 1];
}

/** Where a short run goes, which is mostly one read. */
function allOnce(length: number, offset: number): (position: number) => Uint8Array {
  const all = Buffer.allocUnsafeSlow(length);
  return (position) => all.subarray(position - offset);
}
