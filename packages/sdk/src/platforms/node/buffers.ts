/** A pool of buffers for parts: a new buffer costs page faults now and a garbage collection later. */
import { Buffer } from 'node:buffer';

/** Buffers that are free. A class, because every open file has its own, and a batch of small ones opens thousands. */
export class SpareBuffers {
  readonly #leastBytes: number;
  #spare: ArrayBufferLike[] = [];

  /** New buffers have at least `leastBytes`. */
  constructor(leastBytes = 0) {
    this.#leastBytes = leastBytes;
  }

  get isEmpty(): boolean {
    return this.#spare.length === 0;
  }

  take(length: number): Buffer {
    const found = this.#spare.findIndex(({ byteLength }) => byteLength >= length);
    if (found >= 0) return Buffer.from(this.#spare.splice(found, 1)[0]!, 0, length);
    // The requested size has grown, so the smaller buffers are dropped.
    this.drop();
    const bytes = Math.max(length, this.#leastBytes);
    return Buffer.allocUnsafeSlow(bytes).subarray(0, length);
  }

  /** Returns a buffer of {@link take} to the pool; the caller must not read it afterwards. */
  give(bytes: Uint8Array): void {
    this.#spare.push(bytes.buffer);
  }

  /** Frees them now and not by some later collection, where the engine can (since Node 22). */
  drop(): void {
    for (const buffer of this.#spare) (buffer as { transfer?: (bytes: number) => unknown }).transfer?.(0);
    this.#spare = [];
  }
}
