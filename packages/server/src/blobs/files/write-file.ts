/** How the bytes of one body get into its file. */
import type { DirectFile } from './direct-io.ts';
import type { WritableFile } from './file.ts';

/** Settings of one body. */
export interface WritingOptions {
  /** Whether it will be synced: then most of it is while it is written. */
  readonly durable: boolean;
  /** The same file, for writes past the page cache. */
  readonly direct?: DirectFile | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes in the page cache that are brought to the disk while more are written, so that little is left at the end. */
const syncBytes = 16 << 20;

/** Writes one chunk while the source makes the next. Gives the length of the body; the last sync is the caller's. */
export async function writeChunks(
  file: WritableFile,
  chunks: AsyncIterable<Uint8Array>,
  { durable, direct, signal }: WritingOptions,
): Promise<number> {
  const sync = durable ? syncing(file) : undefined;
  const write = async (chunk: Uint8Array, position: number): Promise<void> => {
    const writtenBytes = direct ? await direct.write(chunk, position) : 0;
    if (writtenBytes === chunk.length) return;
    sync?.before(chunk.length - writtenBytes);
    await writeAll(file, chunk.subarray(writtenBytes), position + writtenBytes);
  };
  let length = 0;
  let running: Promise<void> = Promise.resolve();
  try {
    for await (const chunk of chunks) {
      signal?.throwIfAborted();
      await running;
      running = write(chunk, length);
      running.catch(() => undefined); // Reported when it is awaited; must not be unhandled until then.
      length += chunk.length;
    }
  } finally {
    // The caller closes the file next, also after a failure, and the memory of chunks is used again.
    await allOf([running, sync?.idle() ?? Promise.resolve()]);
  }
  signal?.throwIfAborted();
  return length;
}

/** Syncs a file while it is written, one sync at a time. One that fails fails the write: a later one would not report it. */
function syncing(file: WritableFile): { before(bytes: number): void; idle(): Promise<void> } {
  let waitingBytes = 0;
  let isRunning = false;
  let last: Promise<void> = Promise.resolve();
  return {
    /** So many bytes more are about to be written. */
    before(bytes) {
      if (!isRunning && waitingBytes >= syncBytes) {
        waitingBytes = 0;
        isRunning = true;
        last = last.then(() => file.datasync()).finally(() => (isRunning = false));
        last.catch(() => undefined); // Reported by `idle`.
      }
      waitingBytes += bytes;
    },
    idle: () => last,
  };
}

async function writeAll(file: WritableFile, bytes: Uint8Array, position: number): Promise<void> {
  for (let from = 0; from < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, from, bytes.length - from, position + from);
    from += bytesWritten;
  }
}

/** Waits for all, also when one fails; then throws what the first failed with. */
export async function allOf(promises: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(promises);
  await Promise.all(promises);
}
