/** Blobs in memory, for tests and for services that may forget everything. */
import { BlobMissing, type BlobStore } from './port.ts';

/** Bytes per chunk, so that readers see chunks as they do from files. */
const readBytes = 64 << 10;

/** Opens an empty store that lives as long as the returned object. `nowMs` stamps blobs for the collector. */
export function openMemoryBlobs(nowMs: () => number = Date.now): BlobStore {
  const blobs = new Map<string, { readonly bytes: Uint8Array; readonly modifiedAtMs: number }>();
  let created = 0;

  return {
    finishesBytes: Infinity,

    async write(chunks, options = {}) {
      const received: Uint8Array[] = [];
      for await (const chunk of chunks) {
        options.signal?.throwIfAborted();
        received.push(Uint8Array.from(chunk));
      }
      options.signal?.throwIfAborted();
      const bytes = Buffer.concat(received);
      const blob = `memory-${(created += 1)}`;
      blobs.set(blob, { bytes, modifiedAtMs: nowMs() });
      return { blob, offset: 0, length: bytes.length };
    },

    async *read(id, offset, length, signal) {
      signal?.throwIfAborted();
      const blob = blobs.get(id);
      if (!blob) throw new BlobMissing(id, 'is not there');
      if (offset + length > blob.bytes.length) throw new BlobMissing(id, 'is shorter than its extents');
      const end = offset + length;
      for (let at = offset; at < end; at += readBytes) {
        signal?.throwIfAborted();
        yield blob.bytes.subarray(at, Math.min(at + readBytes, end));
      }
    },

    async remove(ids) {
      for (const id of ids) blobs.delete(id);
    },

    async *list() {
      for (const [id, { bytes, modifiedAtMs }] of blobs) yield { id, sizeBytes: bytes.length, modifiedAtMs };
    },

    async ping() {},

    async close() {},
  };
}
