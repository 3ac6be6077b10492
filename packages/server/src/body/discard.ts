/** Bodies that were stored for a change which metadata refused. */
import type { BlobStore, BodyPiece } from '../blobs/port.ts';

/**
 * Removes the blobs of a body whose change was refused. After a rejection they must stay: the change may have been
 * committed. What fails here is left to the collector.
 */
export async function discardBody(blobs: BlobStore, body: readonly BodyPiece[]): Promise<void> {
  const stored = body.flatMap((piece) => ('blob' in piece ? [piece.blob] : []));
  if (stored.length > 0) await blobs.remove(stored).catch(() => undefined);
}
