/** What Node programs upload from: paths, file handles, bytes of every kind, Blobs, and streams. */
import { Blob, Buffer } from 'node:buffer';
import { closeSync, fstatSync, open, read, ReadStream, type Stats } from 'node:fs';
import { stat, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { promisify } from 'node:util';
import { UsageError } from '@sampan/protocol';
import type { RangedSource, SequentialSource, Source } from '../../platform.ts';

// Opening and reading may wait for a disk and so leave this thread. What the kernel knows of a file that is open, and
// closing one that was only read, wait for nothing; another thread would cost ten times as much as the calls.
const openFile = promisify(open);
const readFile = promisify(read);

/** Opens what a caller passed as `Body` or `FilePath`. */
export async function openSource(input: {
  readonly Body?: unknown;
  readonly FilePath?: unknown;
}): Promise<Source> {
  const { Body, FilePath } = input;
  if (Body !== undefined && Body !== null) return openBody(Body);
  if (typeof FilePath === 'string' && FilePath !== '') return openPath(FilePath);
  throw new UsageError('missing param Body');
}

async function openBody(body: unknown): Promise<Source> {
  if (typeof body === 'string') return inMemory(Buffer.from(body));
  if (ArrayBuffer.isView(body))
    return inMemory(new Uint8Array(body.buffer, body.byteOffset, body.byteLength));
  if (body instanceof ArrayBuffer || body instanceof SharedArrayBuffer) return inMemory(new Uint8Array(body));
  if (body instanceof Blob) return fromBlob(body);
  if (isFileHandle(body)) return fromFile(body.fd, undefined, { closes: false });
  if (body instanceof Readable) {
    // A stream that fails before it is read reports so to its reader later; without a listener it would end the process.
    body.on('error', () => undefined);
    if (body.destroyed || body.readableDidRead)
      throw new UsageError('Body is a stream that has been read or destroyed already');
    return (body instanceof ReadStream && (await fromReadStream(body))) || fromStream(body);
  }
  if (body instanceof ReadableStream) return fromStream(Readable.fromWeb(body));
  if (isAsyncIterable(body)) return fromStream(Readable.from(body));
  throw new UsageError(
    `Body must be a string, Buffer, typed array, ArrayBuffer, Blob, stream or file handle, got ${typeof body}`,
  );
}

async function openPath(path: string, range?: Range): Promise<Source> {
  let fd: number;
  try {
    fd = await openFile(path, 'r');
  } catch (cause) {
    throw new UsageError(`FilePath cannot be read (${codeOf(cause)})`, { code: codeOf(cause), cause });
  }
  try {
    return fromFile(fd, resolve(path), { closes: true, range });
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function inMemory(bytes: Uint8Array): RangedSource {
  return {
    kind: 'ranged',
    size: bytes.byteLength,
    identity: undefined,
    read: async (offset, length) => {
      if (offset + length > bytes.byteLength) throw new UsageError('Body has become shorter');
      return bytes.subarray(offset, offset + length);
    },
    currentIdentity: async () => undefined,
    close: async () => undefined,
  };
}

function fromBlob(blob: Blob): RangedSource {
  const name = 'name' in blob && typeof blob.name === 'string' ? blob.name : undefined;
  const modified = 'lastModified' in blob ? String(blob.lastModified) : '';
  const identity = name === undefined ? undefined : `blob:${name}:${blob.size}:${modified}`;
  return {
    kind: 'ranged',
    size: blob.size,
    identity,
    read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
    currentIdentity: async () => identity,
    close: async () => undefined,
  };
}

/** Bytes of a file, both ends included. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** `path` names the file for its identity; without it the descriptor itself is all there is. */
function fromFile(
  fd: number,
  path: string | undefined,
  { closes, range }: { readonly closes: boolean; readonly range?: Range | undefined },
): RangedSource {
  const now = fstatSync(fd);
  if (!now.isFile()) throw new UsageError('FilePath is not a file', { code: 'EISDIR' });
  const start = range?.start ?? 0;
  const size = Math.max(0, (range ? Math.min(range.end + 1, now.size) : now.size) - start);
  const part = range ? `:${start}-${range.end}` : '';
  const buffers = spareBuffers();
  const identityOf = (seen: Stats): string =>
    `file:${path ?? ''}:${seen.dev}:${seen.ino}:${seen.size}:${seen.mtimeMs}:${seen.ctimeMs}${part}`;
  return {
    kind: 'ranged',
    size,
    identity: identityOf(now),
    read: (offset, length) => readExactly(fd, start + offset, buffers.take(length)),
    release: buffers.give,
    openIdentity: () => identityOf(fstatSync(fd)),
    // The path and not the descriptor: a file that was replaced lives on behind it.
    currentIdentity: async () =>
      path === undefined ? identityOf(fstatSync(fd)) : identityAt(path, identityOf),
    close: async () => {
      buffers.drop();
      if (closes) closeSync(fd);
    },
  };
}

async function identityAt(path: string, identityOf: (seen: Stats) => string) {
  try {
    return identityOf(await stat(path));
  } catch {
    return 'gone';
  }
}

interface Buffers {
  take(length: number): Buffer;
  give(bytes: Uint8Array): void;
  drop(): void;
}

/** Buffers of parts that were sent, for the next ones: a new one costs its pages, one by one, and a collection later. */
function spareBuffers(): Buffers {
  let spare: ArrayBufferLike[] = [];
  const drop = (): void => {
    // Freed now and not by some later collection, where the engine can (since Node 22).
    for (const buffer of spare) (buffer as { transfer?: (bytes: number) => unknown }).transfer?.(0);
    spare = [];
  };
  return {
    take(length) {
      const found = spare.findIndex(({ byteLength }) => byteLength >= length);
      if (found >= 0) return Buffer.from(spare.splice(found, 1)[0]!, 0, length);
      // Parts have grown: the smaller ones are of no use any more.
      drop();
      return Buffer.allocUnsafeSlow(length);
    },
    give: (bytes) => void spare.push(bytes.buffer),
    drop,
  };
}

async function readExactly(fd: number, position: number, bytes: Buffer): Promise<Uint8Array> {
  const { length } = bytes;
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await readFile(fd, bytes, filled, length - filled, position + filled);
    if (bytesRead === 0)
      throw new UsageError('The file became shorter while it was read', { code: 'FileChanged' });
    filled += bytesRead;
  }
  return bytes;
}

/** A read stream of a whole file that nobody has read from: the file itself is better, it can be read twice. */
async function fromReadStream(stream: ReadStream): Promise<Source | undefined> {
  const { start, end } = stream as unknown as { readonly start?: number; readonly end?: number };
  if (stream.bytesRead > 0 || stream.readableFlowing !== null || stream.destroyed) return undefined;
  if (typeof stream.path !== 'string' || stream.path === '') return undefined;
  const found = await stat(stream.path).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  const isWhole = start === undefined && (end === undefined || end === Infinity);
  const source = await openPath(
    stream.path,
    isWhole ? undefined : { start: start ?? 0, end: end ?? Infinity },
  ).catch(() => undefined);
  if (source) stream.destroy();
  return source;
}

function fromStream(stream: Readable): SequentialSource {
  // Read by iterator: pulls what is asked for and leaves the rest in the stream, so memory stays bounded.
  const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer | string>;
  const waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let ended = false;

  const fill = async (length: number): Promise<void> => {
    while (!ended && waitingBytes < length) {
      const { value, done } = (await pieces.next()) as { value: Buffer | string; done?: boolean };
      if (done) {
        ended = true;
        return;
      }
      const bytes = typeof value === 'string' ? Buffer.from(value) : asBytes(value);
      waiting.push(bytes);
      waitingBytes += bytes.byteLength;
    }
  };
  return {
    kind: 'sequential',
    size: undefined,
    async next(length) {
      await fill(length);
      const all = waiting.length === 1 ? waiting[0]! : Buffer.concat(waiting, waitingBytes);
      const taken = all.subarray(0, length);
      const rest = all.subarray(length);
      waiting.length = 0;
      waitingBytes = rest.byteLength;
      if (rest.byteLength > 0) waiting.push(rest);
      return taken;
    },
    close: async () => void stream.destroy(),
  };
}

function asBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new UsageError(`Body's stream must give bytes or text, got ${typeof value}`);
}

function isFileHandle(value: unknown): value is FileHandle {
  return typeof value === 'object' && value !== null && 'fd' in value && 'stat' in value && 'read' in value;
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function codeOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? code : 'unknown';
}
