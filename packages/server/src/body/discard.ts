/** Bodies that were stored but never named by metadata. */
import type { BlobStore, BodyPiece } from '../blobs/port.ts';

/** Removes the blobs of a body that no transaction named after all. What fails here is left to the collector. */
export async function discardBody(blobs: BlobStore, body: readonly BodyPiece[]): Promise<void> {
  const stored = body.flatMap((piece) => ('blob' in piece ? [piece.blob] : []));
  if (stored.length > 0) await blobs.remove(stored).catch(() => undefined);
}
