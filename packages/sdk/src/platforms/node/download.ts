/** Download outputs on Node: a writable stream of the caller, a stream that the caller reads, or a file. */
import { mkdir, open, rm } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FileHandle } from 'node:fs/promises';
import { CosError, crc64Text, TransportError, UsageError } from '@sampan/protocol';
import type {
  DownloadTarget,
  HostStream,
  PassedStream,
  Passage,
  ReceivePassage,
  Saved,
} from '../../core/platform.ts';
import { createCrc64 } from './crc64.ts';
import { checkFilePath, draftName } from './file-names.ts';
import { replaceFile } from './replace-file.ts';

/** Writes an answer into `Output`: a writable stream, or the path of a file. */
export async function save(
  stream: HostStream,
  output: unknown,
  onBytes: (count: number) => void,
): Promise<Saved> {
  const source = stream.hostStream as Readable;
  let target: Writable;
  try {
    target = writableOf(output);
  } catch (error) {
    source.destroy(); // An answer that is not read holds its connection, and with it the process.
    throw error;
  }
  const { counted, arrived } = gauge(onBytes);
  await pipeline(source, counted, target);
  return arrived();
}

function writableOf(output: unknown): Writable {
  if (typeof output !== 'string') {
    if (output instanceof Writable || isWritable(output)) return output as Writable;
    throw new UsageError('Output must be a writable stream or a path');
  }
  checkFilePath(output);
  return createWriteStream(output);
}

/** A stream that the caller can read at once; it gives what `pending` brings, or fails with its error. */
export function streamOf(pending: Promise<HostStream | undefined>, passage: Passage): PassedStream {
  const out = new PassThrough();
  const { counted, arrived } = gauge((count) => passage.onBytes(count));
  const passed = async function* (pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    yield* passage.through?.(counted(pieces)) ?? counted(pieces);
    await passage.atEnd?.(arrived());
  };
  const pass = async (): Promise<void> => {
    try {
      const stream = await pending;
      if (stream) await pipeline(stream.hostStream as Readable, passed, out);
      else out.end();
    } catch (error) {
      out.destroy(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  };
  return { hostStream: out, passed: pass() };
}

/** Counts and sums what passes. */
function gauge(onBytes: (count: number) => void) {
  const sum = createCrc64();
  let size = 0;
  return {
    async *counted(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const piece of pieces) {
        sum.update(piece);
        size += piece.byteLength;
        onBytes(size);
        yield piece;
      }
    },
    arrived: (): Saved => ({ size, crc64: crc64Text(sum.value()) }),
  };
}

/**
 * Opens a file beside its final place, so that committing is a rename on one file system. The name carries the tag, so
 * that an unfinished download of other content is never continued.
 */
export async function openTarget(path: string, tag: string): Promise<DownloadTarget> {
  checkFilePath(path);
  const final = resolve(path);
  const folder = dirname(final);
  const draft = join(folder, draftName(basename(final), tag));
  await mkdir(folder, { recursive: true });
  // Not `w`: what an earlier run left is kept.
  const handle = await open(draft, 'r+').catch(() => open(draft, 'w+', 0o666));
  const { size } = await handle.stat();
  const batches = spareBatches();
  return {
    size,
    async receive(offset, response, passage) {
      const batch = batches.take();
      try {
        return await receive(handle, offset, { response, batch, passage });
      } finally {
        batches.keep(batch);
      }
    },
    async read(offset, length) {
      const bytes = Buffer.allocUnsafe(length);
      const { bytesRead } = await handle.read(bytes, 0, length, offset);
      return bytes.subarray(0, bytesRead);
    },
    resize: (length) => handle.truncate(length),
    async commit() {
      await handle.sync();
      await handle.close();
      await replaceFile(draft, final);
    },
    async discard() {
      await handle.close();
      await rm(draft, { force: true });
    },
    close: () => handle.close(),
  };
}

/** Pieces of a response are small; a write of this many bytes at once costs hardly more than one of a piece. */
const batchBytes = 1_048_576;

/** Memory of batches, used again: freshly allocated, it would stay until the next full collection. */
function spareBatches() {
  const spare: Buffer[] = [];
  return {
    take: (): Buffer => spare.pop() ?? Buffer.allocUnsafeSlow(batchBytes),
    keep: (batch: Buffer): void => void spare.push(batch),
  };
}

async function receive(
  handle: FileHandle,
  offset: number,
  {
    response,
    batch,
    passage,
  }: { readonly response: HostStream; readonly batch: Buffer; readonly passage: ReceivePassage },
): Promise<Saved> {
  const stream = response.hostStream as Readable;
  const stopListening = passage.signal.onCancel((reason) => stream.destroy(reason));
  const sum = createCrc64();
  let written = 0;
  let filled = 0;
  const flush = async (): Promise<void> => {
    await writeWhole(handle, batch.subarray(0, filled), offset + written);
    sum.update(batch.subarray(0, filled));
    written += filled;
    passage.onBytes(filled);
    filled = 0;
  };
  try {
    for await (const piece of pieces(stream)) {
      if (written + filled + piece.byteLength > passage.length)
        throw new TransportError(`The answer is longer than the ${passage.length} bytes of its range`, {
          code: 'InvalidResponse',
        });
      for (let at = 0; at < piece.byteLength;) {
        const copied = piece.copy(batch, filled, at);
        at += copied;
        filled += copied;
        if (filled === batch.byteLength) await flush();
      }
    }
    await flush();
  } finally {
    stopListening();
    stream.destroy();
  }
  return { size: written, crc64: crc64Text(sum.value()) };
}

/** Pieces of a response, whose own failures become errors of the transport. */
async function* pieces(stream: Readable): AsyncGenerator<Buffer> {
  try {
    yield* stream as AsyncIterable<Buffer>;
  } catch (error) {
    if (error instanceof CosError) throw error;
    throw new TransportError('The answer broke off', { code: 'ECONNRESET', cause: error });
  }
}

async function writeWhole(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done, position + done);
    done += bytesWritten;
  }
}

function isWritable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'write' in value && 'end' in value;
}
