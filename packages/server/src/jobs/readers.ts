/**
 * The collector's interface to the threads that serve requests, one or several. After `fence` for all threads and then
 * `settle` for all, no request holds the name of a blob that was released before.
 */
export interface Readers {
  /** Resolves when every change with an earlier timestamp than the call is committed and visible to new reads. */
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
