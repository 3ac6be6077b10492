/**
 * Memory that begins at a page. From there a disk takes bytes itself (`O_DIRECT`), without a copy in the page cache; from
 * anywhere else the kernel refuses.
 */

/** What offsets in memory and in a file, and lengths, must be multiples of: at least the block of any common disk. */
export const pageBytes = 4096;

const paged = new WeakSet<ArrayBufferLike>();

/** Makes such memory, which threads can share. `sizeBytes` is a multiple of `pageBytes`. */
export function pagedMemory(sizeBytes: number): SharedArrayBuffer {
  // V8 takes memory that could grow from the system as whole pages, and any other where there is room.
  const memory = new SharedArrayBuffer(sizeBytes, { maxByteLength: sizeBytes });
  paged.add(memory);
  return memory;
}

/** How many bytes at the start of a chunk are whole pages of such memory; 0 in any other memory. */
export function wholePages({ buffer, byteOffset, length }: Uint8Array): number {
  return byteOffset % pageBytes === 0 && paged.has(buffer) ? length - (length % pageBytes) : 0;
}

/** Memory for bodies on their way: what one has used is there for the next. */
export interface Memories {
  /** Memory of `memoryBytes`, which begins at a page. */
  take(): SharedArrayBuffer;
  /** The same for one that could do without: undefined when others may soon need what is left. */
  takeMore(): SharedArrayBuffer | undefined;
  /** Says that nobody looks at it any more. */
  giveBack(memory: SharedArrayBuffer): void;
}

/** So much is taken at a time. */
export const memoryBytes = 1 << 20;

/**
 * Keeps at most `kept` memories that nobody uses; those beyond are freed when they are collected, in every thread that has
 * seen them. Memory that is made for each body anew would be resident until then, and the C library keeps its own for each
 * thread. Only half of what is kept is given to those who could do without.
 */
export function memoriesKept(kept: number): Memories {
  const spare: SharedArrayBuffer[] = [];
  let taken = 0;
  const take = (): SharedArrayBuffer => {
    taken += 1;
    return spare.pop() ?? pagedMemory(memoryBytes);
  };
  return {
    take,
    takeMore: () => (taken < kept / 2 ? take() : undefined),
    giveBack(memory) {
      taken -= 1;
      if (spare.length < kept) spare.push(memory);
    },
  };
}
