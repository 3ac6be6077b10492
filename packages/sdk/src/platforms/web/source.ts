/** Opens upload sources in web pages: Files, Blobs, bytes and text. Only the requested ranges are read. */
import { hex, IntegrityError, UsageError } from '@sampan/protocol';
import { bytesOf, inMemory, isBlob, wrongForm } from '../../core/body.ts';
import type { RangedSource, Source, SourceInput } from '../../core/platform.ts';
import { md5ByWorker } from './md5.ts';
import { importForMiniProgram } from './mini-program.ts';

/** So much is read and digested well before the engine stops waiting for it. */
const mostWorkerBytes = 1024 * 1024 * 1024;

/** Opens what a caller passed as `Body`. */
export async function openSource(input: SourceInput): Promise<RangedSource> {
  const Body = input.Body ?? input.FilePath;
  if (isBlob<Blob>(Body)) {
    // Quirk: a file that is gone, and a folder, look like an empty file; only reading it whole shows this
    // (slices resolve with nothing; Chromium 156, 2026-11-30).
    if (Body.size === 0) await readBlob(Body);
    return fromBlob(Body);
  }
  if (input.Body === undefined || input.Body === null)
    throw new UsageError(
      importForMiniProgram() ?? 'FilePath cannot be read in a page; pass a File or a Blob as Body',
    );
  const bytes = bytesOf(Body);
  if (!bytes) throw wrongForm('a File, a Blob, a string, an ArrayBuffer or a typed array', Body);
  return inMemory(bytes);
}

/** What a form sends of what a caller passed, and how it names that. */
export async function formFileOf(input: SourceInput): Promise<{ file: Blob; name: string }> {
  const { name } = Object(input.Body ?? input.FilePath) as { readonly name?: unknown };
  const source = await openSource(input);
  const file = blobOf(source) ?? new Blob([(await source.read(0, source.size)) as Uint8Array<ArrayBuffer>]);
  return { file, name: typeof name === 'string' ? name : 'blob' };
}

/** The Blob behind a source, or behind bytes that were read of one, for requests that send it without this thread. */
export function blobOf(body: Source | Uint8Array): Blob | undefined {
  return blobs.get(body);
}

const blobs = new WeakMap<Source | Uint8Array, Blob>();

function fromBlob(blob: Blob): RangedSource {
  const { name, lastModified } = blob as Partial<File>;
  const identity = name === undefined ? undefined : `file:${name}:${blob.size}:${String(lastModified)}`;
  const source: RangedSource = {
    kind: 'ranged',
    size: blob.size,
    identity,
    async read(offset, length) {
      const slice = blob.slice(offset, offset + length);
      const bytes = await readBlob(slice);
      blobs.set(bytes, slice);
      if (bytes.byteLength === length) return bytes;
      throw new IntegrityError('The file has become shorter while it was read', { code: 'FileChanged' });
    },
    // A File is what it was when it was picked; one that changed since cannot be read, and says so then.
    currentIdentity: async () => identity,
    async md5() {
      const digest = blob.size <= mostWorkerBytes ? await md5ByWorker(blob) : undefined;
      return digest && hex(digest);
    },
    close: async () => undefined,
  };
  blobs.set(source, blob);
  return source;
}

/** Reads a Blob. Browsers refuse a file that changed after it was picked. */
export async function readBlob(blob: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw new IntegrityError('The file cannot be read: it changed or is gone since it was picked', {
      code: 'FileChanged',
      cause,
    });
  }
}

/** Throws when a file is unreadable: browsers report a failing read of a body like a network error. */
export async function checkReadable(blob: Blob): Promise<void> {
  const { byteLength } = await readBlob(blob.slice(0, 1));
  if (byteLength === 0) await readBlob(blob);
  if (byteLength < Math.min(1, blob.size))
    throw new IntegrityError('The file has become shorter while it was read', { code: 'FileChanged' });
}
