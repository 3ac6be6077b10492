/** Counts the readers of each blob in this thread, so that the collector keeps blobs that are being read. */
import type { BlobStore } from '../blobs/port.ts';

const pinned = new WeakMap<BlobStore, Map<string, number>>();

/** Keeps blobs from being collected until the returned function is called. */
export function pin(store: BlobStore, blobs: readonly string[]): () => void {
  const counts = pinned.get(store) ?? new Map<string, number>();
  pinned.set(store, counts);
  for (const blob of blobs) counts.set(blob, (counts.get(blob) ?? 0) + 1);
  return () => {
    for (const blob of blobs) {
      const left = (counts.get(blob) ?? 1) - 1;
      if (left > 0) counts.set(blob, left);
      else counts.delete(blob);
    }
  };
}

/** Those of the blobs that someone in this thread reads from. */
export function pinnedOf(store: BlobStore, blobs: readonly string[]): string[] {
  const counts = pinned.get(store);
  return counts ? blobs.filter((blob) => counts.has(blob)) : [];
}
