/** Buffers that are used again: a new one costs its pages, and a collection later. */
import { Buffer } from 'node:buffer';

/** Buffers that are free. A class, because every open file has its own, and a batch of small ones opens thousands. */
export class SpareBuffers {
  readonly #leastBytes: number;
  #spare: ArrayBufferLike[] = [];

  /** New ones have `leastBytes`, or as many as are asked for. */
  constructor(leastBytes = 0) {
    this.#leastBytes = leastBytes;
  }

  get isEmpty(): boolean {
    return this.#spare.length === 0;
  }

  take(length: number): Buffer {
    const found = this.#spare.findIndex(({ byteLength }) => byteLength >= length);
    if (found >= 0) return Buffer.from(this.#spare.splice(found, 1)[0]!, 0, length);
    // What is asked for has grown: the smaller ones are of no use any more.
    this.drop();
    const bytes = Math.max(length, this.#leastBytes);
    return Buffer.allocUnsafeSlow(bytes).subarray(0, length);
  }

  /** Takes back what {@link take} gave; nobody looks at these bytes any more. */
  give(bytes: Uint8Array): void {
    this.#spare.push(bytes.buffer);
  }

  /** Frees them now and not by some later collection, where the engine can (since Node 22). */
  drop(): void {
    for (const buffer of this.#spare) (buffer as { transfer?: (bytes: number) => unknown }).transfer?.(0);
    this.#spare = [];
  }
}
