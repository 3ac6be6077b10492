import type { Digest } from './digest.ts';
import { wordsOf } from './words.ts';

const BLOCK_BYTES = 64;
// Bounds the copy of input that is not aligned to words.
const SPAN_BYTES = 16384;

/** What differs between digests that eat 64-byte blocks and end with the length in bits (MD5 and SHA-1). */
export interface BlockFunction {
  readonly initial: readonly number[];
  /** Byte order of the length and of the result. */
  readonly bigEndian: boolean;
  /** Folds the words (little-endian, 16 a block) into `state`. */
  readonly compress: (state: Int32Array, words: Int32Array) => void;
}

/** Starts a digest built from 64-byte blocks. Input may be up to 2^53 bytes, in pieces of any size and alignment. */
export function blockDigest(of: BlockFunction): Digest {
  return new BlockDigest(of);
}

class BlockDigest implements Digest {
  declare private readonly of: BlockFunction;
  declare private readonly state: Int32Array;
  declare private readonly rest: Uint8Array;
  declare private length: number;

  constructor(of: BlockFunction) {
    this.of = of;
    this.state = Int32Array.from(of.initial);
    this.rest = new Uint8Array(BLOCK_BYTES);
    this.length = 0;
  }

  update(bytes: Uint8Array): this {
    const held = this.length % BLOCK_BYTES;
    this.length += bytes.length;
    let at = 0;
    if (held > 0) {
      at = Math.min(BLOCK_BYTES - held, bytes.length);
      this.rest.set(bytes.subarray(0, at), held);
      if (held + at < BLOCK_BYTES) return this;
      this.of.compress(this.state, wordsOf(this.rest, 0, BLOCK_BYTES / 4));
    }
    const whole = bytes.length - ((bytes.length - at) % BLOCK_BYTES);
    for (; at < whole; at += SPAN_BYTES) {
      this.of.compress(this.state, wordsOf(bytes, at, Math.min(SPAN_BYTES, whole - at) / 4));
    }
    this.rest.set(bytes.subarray(whole));
    return this;
  }

  digest(): Uint8Array {
    const { bigEndian, compress } = this.of;
    const held = this.length % BLOCK_BYTES;
    const tail = new Uint8Array(held < BLOCK_BYTES - 8 ? BLOCK_BYTES : 2 * BLOCK_BYTES);
    tail.set(this.rest.subarray(0, held));
    tail[held] = 0x80;
    // A product with 8 and a quotient by 2^29 are exact below 2^53, so bits beyond 2^32 are not lost.
    const low = (this.length * 8) % 0x100000000;
    const high = Math.floor(this.length / 0x20000000);
    const lengthAt = new DataView(tail.buffer, tail.length - 8);
    lengthAt.setUint32(bigEndian ? 4 : 0, low, !bigEndian);
    lengthAt.setUint32(bigEndian ? 0 : 4, high, !bigEndian);

    const state = this.state.slice();
    compress(state, wordsOf(tail, 0, tail.length / 4));

    const result = new DataView(new ArrayBuffer(state.length * 4));
    state.forEach((word, i) => result.setInt32(i * 4, word, !bigEndian));
    return new Uint8Array(result.buffer);
  }
}
