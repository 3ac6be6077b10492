import { blockDigest, type BlockFunction } from './block.ts';
import type { Digest } from './digest.ts';

/** Starts an MD5 (RFC 1321). COS uses it for `Content-MD5` and for the ETag of a simple object. */
export function createMd5(): Digest {
  return blockDigest(MD5);
}

/** Computes the MD5 of `bytes`: 16 bytes. */
export function md5(bytes: Uint8Array): Uint8Array {
  return createMd5().update(bytes).digest();
}

const MD5: BlockFunction = {
  initial: [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476],
  bigEndian: false,
  compress,
};

/** The constants of RFC 1321: the whole part of 2^32 times |sin(i)|. None is nearer than 2^-7 to the next number. */
let sines: Int32Array | undefined;

// Each round of section 3.4 takes four steps in one turn of a loop, whose registers and shifts are constants. All 64
// steps written out cost 3 KB more, and are a fifth faster where there is no JIT, as in mini programs on iOS.
function compress(state: Int32Array, m: Int32Array): void {
  sines ??= Int32Array.from({ length: 64 }, (_, i) => Math.abs(Math.sin(i + 1)) * 2 ** 32);
  compressWith(sines, state, m);
}

function compressWith(sines: Int32Array, state: Int32Array, m: Int32Array): void {
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  for (let at = 0; at < m.length; at += 16) {
    const a0 = a;
    const b0 = b;
    const c0 = c;
    const d0 = d;
    for (let i = 0; i < 16; i += 4) {
      a = (a + (d ^ (b & (c ^ d))) + m[at + i]! + sines[i]!) | 0;
      a = (((a << 7) | (a >>> 25)) + b) | 0;
      d = (d + (c ^ (a & (b ^ c))) + m[at + i + 1]! + sines[i + 1]!) | 0;
      d = (((d << 12) | (d >>> 20)) + a) | 0;
      c = (c + (b ^ (d & (a ^ b))) + m[at + i + 2]! + sines[i + 2]!) | 0;
      c = (((c << 17) | (c >>> 15)) + d) | 0;
      b = (b + (a ^ (c & (d ^ a))) + m[at + i + 3]! + sines[i + 3]!) | 0;
      b = (((b << 22) | (b >>> 10)) + c) | 0;
    }
    for (let i = 16; i < 32; i += 4) {
      a = (a + (c ^ (d & (b ^ c))) + m[at + ((5 * i + 1) & 15)]! + sines[i]!) | 0;
      a = (((a << 5) | (a >>> 27)) + b) | 0;
      d = (d + (b ^ (c & (a ^ b))) + m[at + ((5 * i + 6) & 15)]! + sines[i + 1]!) | 0;
      d = (((d << 9) | (d >>> 23)) + a) | 0;
      c = (c + (a ^ (b & (d ^ a))) + m[at + ((5 * i + 11) & 15)]! + sines[i + 2]!) | 0;
      c = (((c << 14) | (c >>> 18)) + d) | 0;
      b = (b + (d ^ (a & (c ^ d))) + m[at + ((5 * i + 16) & 15)]! + sines[i + 3]!) | 0;
      b = (((b << 20) | (b >>> 12)) + c) | 0;
    }
    for (let i = 32; i < 48; i += 4) {
      a = (a + (b ^ c ^ d) + m[at + ((3 * i + 5) & 15)]! + sines[i]!) | 0;
      a = (((a << 4) | (a >>> 28)) + b) | 0;
      d = (d + (a ^ b ^ c) + m[at + ((3 * i + 8) & 15)]! + sines[i + 1]!) | 0;
      d = (((d << 11) | (d >>> 21)) + a) | 0;
      c = (c + (d ^ a ^ b) + m[at + ((3 * i + 11) & 15)]! + sines[i + 2]!) | 0;
      c = (((c << 16) | (c >>> 16)) + d) | 0;
      b = (b + (c ^ d ^ a) + m[at + ((3 * i + 14) & 15)]! + sines[i + 3]!) | 0;
      b = (((b << 23) | (b >>> 9)) + c) | 0;
    }
    for (let i = 48; i < 64; i += 4) {
      a = (a + (c ^ (b | ~d)) + m[at + ((7 * i) & 15)]! + sines[i]!) | 0;
      a = (((a << 6) | (a >>> 26)) + b) | 0;
      d = (d + (b ^ (a | ~c)) + m[at + ((7 * i + 7) & 15)]! + sines[i + 1]!) | 0;
      d = (((d << 10) | (d >>> 22)) + a) | 0;
      c = (c + (a ^ (d | ~b)) + m[at + ((7 * i + 14) & 15)]! + sines[i + 2]!) | 0;
      c = (((c << 15) | (c >>> 17)) + d) | 0;
      b = (b + (d ^ (c | ~a)) + m[at + ((7 * i + 21) & 15)]! + sines[i + 3]!) | 0;
      b = (((b << 21) | (b >>> 11)) + c) | 0;
    }
    a = (a + a0) | 0;
    b = (b + b0) | 0;
    c = (c + c0) | 0;
    d = (d + d0) | 0;
  }
  state.set([a, b, c, d]);
}
