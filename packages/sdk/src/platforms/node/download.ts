/** Download outputs on Node: a writable stream of the caller, a stream that the caller reads, or a file. */
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc64Text, UsageError } from '@sampan/protocol';
import type { DownloadTarget, HostStream, PassedStream, Passage, Saved } from '../../core/platform.ts';
import { createCrc64 } from './crc64.ts';
import { fileName } from './storage.ts';

/** Writes an answer into `Output`: a writable stream, or the path of a file. */
export async function save(
  stream: HostStream,
  output: unknown,
  onBytes: (count: number) => void,
): Promise<Saved> {
  const target = typeof output === 'string' ? createWriteStream(output) : output;
  if (!(target instanceof Writable) && !isWritable(target))
    throw new UsageError('Output must be a writable stream or a path');
  const { counted, arrived } = gauge(onBytes);
  await pipeline(stream.hostStream as Readable, counted, target as Writable);
  return arrived();
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
  const final = resolve(path);
  const folder = dirname(final);
  const draft = join(folder, `.${basename(final)}.${fileName(tag).slice(0, 12)}.part`);
  await mkdir(folder, { recursive: true });
  // Not `w`: what an earlier run left is kept.
  const handle = await open(draft, 'r+').catch(() => open(draft, 'w+', 0o666));
  const { size } = await handle.stat();
  return {
    size,
    async write(offset, bytes) {
      for (let done = 0; done < bytes.byteLength;) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done, offset + done);
        done += bytesWritten;
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
      await rename(draft, final);
    },
    async discard() {
      await handle.close();
      await rm(draft, { force: true });
    },
    close: () => handle.close(),
  };
}

function isWritable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'write' in value && 'end' in value;
}
