/** Bytes of a request while they arrive. They can be read once, in one of the two ways. */
export interface IncomingBody extends AsyncIterable<Uint8Array> {
  /** What the sender announced; absent when it only says where the body ends. */
  readonly sizeBytes: number | undefined;
  /** Everything as one piece. Rejects with `EntityTooLarge` as soon as there is more than `limitBytes`. */
  all(limitBytes: number): Promise<Uint8Array>;
  /** Demands a rate from a sender who is not known yet, until the returned function is called. */
  demand?(bytesPerSecond: number): () => void;
  /** Frees a chunk at once, instead of when it is collected. Absent where chunks are not the body's own. */
  release?(chunk: Uint8Array): void;
}

/**
 * Bytes of an answer: at hand, or made as fast as the receiver takes them. A chunk stands until the next is read or the
 * loop is left; then its memory may be used again.
 */
export type OutgoingBody = Uint8Array | AsyncIterable<Uint8Array>;
