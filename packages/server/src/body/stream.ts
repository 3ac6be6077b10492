/** Bytes of a request while they arrive. They can be read once, in one of the two ways. */
export interface IncomingBody extends AsyncIterable<Uint8Array> {
  /** What the sender announced; absent when it only says where the body ends. */
  readonly sizeBytes: number | undefined;
  /** Everything as one piece. Rejects with `EntityTooLarge` as soon as there is more than `limitBytes`. */
  all(limitBytes: number): Promise<Uint8Array>;
}

/** Bytes of an answer: at hand, or made as fast as the receiver takes them. */
export type OutgoingBody = Uint8Array | AsyncIterable<Uint8Array>;
