/** Opens upload sources on Node: paths, file handles, bytes of every kind, Blobs and streams. */
import { Buffer, type Blob } from 'node:buffer';
import { closeSync, createReadStream, read, ReadStream } from 'node:fs';
import { stat, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { isCosError, UsageError } from '@sampan/protocol';
import { bytesOf, inMemory, isBlob, wrongForm } from '../../core/body.ts';
import type { RangedSource, SequentialSource, Source } from '../../core/platform.ts';
import { absolute, FileSource, openFile, type Range } from './file.ts';

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
  const bytes = bytesOf(body, encode);
  if (bytes) return inMemory(bytes);
  if (isBlob<Blob>(body)) return fromBlob(body);
  if (isFileHandle(body)) return new FileSource(body.fd, { path: undefined, closes: false });
  if (isReadable(body)) {
    // A stream that fails before it is read reports so to its reader later; without a listener it would end the process.
    body.on('error', () => undefined);
    if (body.destroyed || body.readableDidRead)
      throw new UsageError('Body is a stream that has been read or destroyed already');
    return (body instanceof ReadStream && (await fromReadStream(body))) || fromStream(body);
  }
  if (isAsyncIterable(body)) return fromStream(Readable.from(body));
  throw wrongForm('a string, Buffer, typed array, ArrayBuffer, Blob, stream or file handle', body);
}

function encode(text: string): Uint8Array {
  return Buffer.from(text);
}

async function openPath(path: string, range?: Range): Promise<Source> {
  let fd: number;
  try {
    fd = await openFile(path);
  } catch (cause) {
    throw new UsageError(`FilePath cannot be read (${codeOf(cause)}): ${path}`, {
      code: codeOf(cause),
      cause,
    });
  }
  try {
    const file = new FileSource(fd, { path: absolute(path), closes: true, range });
    // Files of /proc and of some mounts have bytes and no size.
    if (file.size > 0 || range || !(await hasBytes(fd))) return file;
    return fromStream(createReadStream(path, { fd, start: 0 }));
  } catch (error) {
    closeSync(fd);
    throw error;
  }
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

/** Replaces an unread stream of a whole file by the file itself, which can be read twice. */
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
  // The iterator pulls only the requested bytes and leaves the rest in the stream, so memory stays bounded.
  const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer | string>;
  const waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let ended = false;

  const fill = async (length: number): Promise<void> => {
    while (!ended && waitingBytes < length) {
      const { value, done } = (await pieces.next().catch(unreadable)) as {
        value: Buffer | string;
        done?: boolean;
      };
      if (done) {
        ended = true;
        return;
      }
      const bytes = bytesOf(value, encode);
      if (!bytes) throw new UsageError(`Body's stream must give bytes or text, got ${typeof value}`);
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

/** Whether there are bytes behind a descriptor whose file says that it is empty. */
function hasBytes(fd: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    read(fd, Buffer.alloc(1), 0, 1, 0, (error, count) => (error ? reject(error) : resolve(count > 0)));
  });
}

/** What a stream failed of is no failure of the network, and no repetition mends it. */
function unreadable(cause: unknown): never {
  if (isCosError(cause)) throw cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  throw new UsageError(`Body cannot be read: ${message}`, { code: codeOf(cause), cause });
}

/** A stream of Node, of whichever copy of its library. */
function isReadable(value: unknown): value is Readable {
  if (value instanceof Readable) return true;
  const { pipe, read: take, on } = Object(value) as Partial<Readable>;
  return typeof pipe === 'function' && typeof take === 'function' && typeof on === 'function';
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
