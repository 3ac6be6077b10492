import { blockDigest, type BlockFunction } from './block.ts';
import type { Digest } from './digest.ts';

/** Starts a SHA-1 (RFC 3174). It serves request signatures, which are HMAC-SHA-1; do not use it as a content check. */
export function createSha1(): Digest {
  return blockDigest(SHA1);
}

/** Computes the SHA-1 of `bytes`: 20 bytes. */
export function sha1(bytes: Uint8Array): Uint8Array {
  return createSha1().update(bytes).digest();
}

const SHA1: BlockFunction = {
  initial: [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0],
  bigEndian: true,
  compress,
};

function compress(state: Int32Array, words: Int32Array): void {
  const w = new Int32Array(80);
  let [h0, h1, h2, h3, h4] = state as unknown as [number, number, number, number, number];
  for (let block = 0; block < words.length; block += 16) {
    for (let i = 0; i < 16; i++) {
      const x = words[block + i]!;
      w[i] = (x << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24);
    }
    for (let i = 16; i < 80; i++) {
      const x = w[i - 3]! ^ w[i - 8]! ^ w[i - 14]! ^ w[i - 16]!;
      w[i] = (x << 1) | (x >>> 31);
    }

    let a = h0;
    let b = h1;
    let c = h2;
    let d = h3;
    let e = h4;
    // One loop for all rounds: what is signed is short, and a bundle carries this.
    for (let i = 0; i < 80; i++) {
      const round =
        i < 20
          ? (d ^ (b & (c ^ d))) + 0x5a827999
          : i < 40
            ? (b ^ c ^ d) + 0x6ed9eba1
            : i < 60
              ? ((b & c) | (d & (b | c))) - 0x70e44324
              : (b ^ c ^ d) - 0x359d3e2a;
      const next = (((a << 5) | (a >>> 27)) + round + e + w[i]!) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
    h0 = (h0 + a) | 0;
    h1 = (h1 + b) | 0;
    h2 = (h2 + c) | 0;
    h3 = (h3 + d) | 0;
    h4 = (h4 + e) | 0;
  }
  state.set([h0, h1, h2, h3, h4]);
}
