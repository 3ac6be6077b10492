/**
 * Memory that begins at a page. From there a disk takes bytes itself (`O_DIRECT`), without a copy in the page cache; from
 * anywhere else the kernel refuses.
 */

/** What offsets in memory and in a file, and lengths, must be multiples of: at least the block of any common disk. */
export const pageBytes = 4096;

const paged = new WeakSet<ArrayBufferLike>();

/** Makes such memory, which threads can share. `sizeBytes` is a multiple of `pageBytes`. */
export function pageAlignedBuffer(sizeBytes: number): SharedArrayBuffer {
  // V8 takes memory that could grow from the system as whole pages, and any other where there is room.
  const memory = new SharedArrayBuffer(sizeBytes, { maxByteLength: sizeBytes });
  paged.add(memory);
  return memory;
}

/** How many bytes at the start of a chunk are whole pages of such memory; 0 in any other memory. */
export function wholePageBytes({ buffer, byteOffset, length }: Uint8Array): number {
  return byteOffset % pageBytes === 0 && paged.has(buffer) ? length - (length % pageBytes) : 0;
}

/** Memory for bodies on their way: what one has used is there for the next. */
export interface BufferPool {
  /** Memory of `memoryBytes`, which begins at a page. */
  acquire(): SharedArrayBuffer;
  /** The same for one that could do without: undefined when others may soon need what is left. */
  tryAcquire(): SharedArrayBuffer | undefined;
  /** Returns the memory: its last reader has finished. */
  release(memory: SharedArrayBuffer): void;
  /** Calls `released` when memory was let go: it is free once every thread that has seen it has collected its whole heap. */
  onTrim(released: () => void): void;
}

/** So much is taken at a time. */
export const bufferBytes = 1 << 20;

/** How long more than `kept` buffers are kept after so many were last in use. */
const lookEveryMs = 30_000;

/**
 * Keeps `kept` buffers, and more for a while when more were in use at once. Memory that is made for each body anew would be
 * resident until V8 has collected all of its heap, in every thread that has seen it, and V8 sees no reason to. Only half of
 * what is kept is given to those who could do without.
 */
export function createBufferPool(kept: number): BufferPool {
  const spare: SharedArrayBuffer[] = [];
  const listeners: (() => void)[] = [];
  let taken = 0;
  /** Most in use at once since it was last looked. */
  let most = 0;
  let looking: NodeJS.Timeout | undefined;

  const take = (): SharedArrayBuffer => {
    taken += 1;
    most = Math.max(most, taken);
    return spare.pop() ?? pageAlignedBuffer(bufferBytes);
  };
  const look = (): void => {
    looking = undefined;
    const letGo = spare.splice(0, Math.max(0, spare.length + taken - Math.max(kept, most)));
    most = taken;
    if (letGo.length > 0) for (const released of listeners) released();
    lookLater();
  };
  const lookLater = (): void => {
    if (spare.length + taken > kept) looking ??= setTimeout(look, lookEveryMs).unref();
  };
  return {
    acquire: take,
    tryAcquire: () => (taken < kept / 2 ? take() : undefined),
    release(memory) {
      taken -= 1;
      spare.push(memory);
      lookLater();
    },
    onTrim: (released) => void listeners.push(released),
  };
}
