/**
 * What the collector asks of whoever answers requests: one thread, or several as if they were one. In this order the
 * first two say when nobody is left who knows what was released: `fence` for all, and only then `settle` for all.
 */
export interface Readers {
  /**
   * Resolves when every change is committed that was stamped with a time before the call; whoever begins to read from
   * then on sees it.
   */
  fence(): Promise<void>;
  /** Resolves when all requests that run now have ended. */
  settle(): Promise<void>;
  /** Those of the blobs that are being read. */
  pinned(blobs: readonly string[]): Promise<readonly string[]>;
}

/** Several as if they were one. */
export function allReaders(each: readonly Readers[]): Readers {
  return {
    async fence() {
      await Promise.all(each.map((one) => one.fence()));
    },
    async settle() {
      await Promise.all(each.map((one) => one.settle()));
    },
    pinned: async (blobs) => (await Promise.all(each.map((one) => one.pinned(blobs)))).flat(),
  };
}
