/**
 * The blob port: where the bytes of bodies live that are too large to travel inside a metadata transaction.
 *
 * A blob is written once, never changed, and addressed by extents (blob, offset, length). The port knows no
 * object, key or upload: which blobs are in use is for the metadata store to say. A blob that no metadata names
 * is garbage, for any reason (an aborted request, a crash, a lost race), and the collector removes it.
 */

/** A run of bytes inside one blob. */
export interface Extent {
  readonly blob: string;
  readonly offset: number;
  readonly length: number;
}

/** Bytes that travel inside the metadata transaction instead of in a blob. */
export interface InlineBytes {
  readonly bytes: Uint8Array;
}

/** One consecutive run of a body, in either place. */
export type BodyPiece = Extent | InlineBytes;

/** What the collector needs to know about a stored blob. */
export interface StoredBlob {
  readonly id: string;
  readonly sizeBytes: number;
  /** When the blob was last written to, in milliseconds since 1970 by the clock of the storage. */
  readonly modifiedAtMs: number;
}

/** Settings of one write. */
export interface BlobWriteOptions {
  /** Announced size, when the sender announced one. A hint for placement, not a check. */
  readonly sizeBytes?: number | undefined;
  /** Stops the write. What was written so far is removed. */
  readonly signal?: AbortSignal | undefined;
}

/** How long bytes that no metadata names are kept where a person finds them: 7 days. */
export const lostStayMs = 7 * 24 * 60 * 60_000;

/** A place for immutable bytes. */
export interface BlobStore {
  /** Runs up to this length are read to their end although the blob is removed after the first chunk. */
  readonly finishesBytes: number;
  /**
   * Stores the chunks in order and says where they are. Once it resolves, the bytes survive the loss of the
   * process and of power, unless the store was opened to be relaxed about that. When the source throws or the
   * signal fires, the write rejects with that error and leaves nothing, or something only the collector sees.
   * A chunk is read until the second one after it is read, or the write has settled; then its memory may be used again.
   * Chunks have any size and stand anywhere.
   */
  write(chunks: AsyncIterable<Uint8Array>, options?: BlobWriteOptions): Promise<Extent>;
  /**
   * Reads `length` bytes from `offset`. A reader that has begun finishes although the blob is removed meanwhile, up to
   * `finishesBytes` of the store. Chunks are produced only as fast as they are consumed; leaving the loop
   * early closes the source. Throws `BlobMissing` when the blob does not exist or is shorter than the range, and
   * `BlobDamaged` before it hands on bytes of which the store knows that they are not what was written. A chunk
   * stands until the next is read or the loop is left; then its memory is used again.
   */
  read(blob: string, offset: number, length: number, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** Removes blobs. Names that do not exist are ignored. */
  remove(blobs: readonly string[]): Promise<void>;
  /**
   * Takes blobs that no metadata names out of the store, to a place where a person finds them for `lostStayMs` from
   * `nowMs` on. Absent: such a store removes them.
   */
  setAside?(blobs: readonly string[], nowMs: number): Promise<void>;
  /** Removes what was set aside longer than `lostStayMs` ago. */
  removeLost?(nowMs: number): Promise<void>;
  /**
   * The name of the metadata store that the blobs belong to. Absent: such a store keeps none. Both are called once, before
   * anything else.
   */
  readonly owner?: {
    /** Where the name is kept, in words for a person who must remove it. */
    readonly place: string;
    read(): Promise<string | undefined>;
    write(storeId: string): Promise<void>;
  };
  /**
   * Writes the sums of a blob that was stored without them, when it has exactly `length` bytes. The caller has just proven
   * them otherwise. Gives whether it did. Absent: such a store has no use for it.
   */
  addSums?(blob: string, length: number): Promise<boolean>;
  /** Every stored blob, in no order, without reading the whole index into memory. For the collector. */
  list(): AsyncIterable<StoredBlob>;
  /** Resolves when the store can answer; rejects when it cannot. For readiness checks. */
  ping(): Promise<void>;
  /** Finishes running writes and releases what is held. */
  close(): Promise<void>;
}

/** Thrown when metadata names bytes that the blob store does not have: damage, never a normal answer. */
export class BlobMissing extends Error {
  override readonly name = 'BlobMissing';
  readonly blob: string;

  constructor(blob: string, detail: string) {
    super(`blob ${blob}: ${detail}`);
    this.blob = blob;
  }
}

/** Thrown when bytes are not the ones that were written, as far as the store has proof of it. */
export class BlobDamaged extends Error {
  override readonly name = 'BlobDamaged';
  readonly blob: string;

  constructor(blob: string, detail: string) {
    super(`blob ${blob}: ${detail}`);
    this.blob = blob;
  }
}
