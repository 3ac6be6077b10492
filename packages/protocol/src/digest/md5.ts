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

interface State {
  a: number;
  b: number;
  c: number;
  d: number;
}

function compress(state: Int32Array, words: Int32Array): void {
  const [a, b, c, d] = state as unknown as [number, number, number, number];
  const s: State = { a, b, c, d };
  for (let at = 0; at < words.length; at += 16) {
    const a0 = s.a;
    const b0 = s.b;
    const c0 = s.c;
    const d0 = s.d;
    roundF(s, words, at);
    roundG(s, words, at);
    roundH(s, words, at);
    roundI(s, words, at);
    s.a = (s.a + a0) | 0;
    s.b = (s.b + b0) | 0;
    s.c = (s.c + c0) | 0;
    s.d = (s.d + d0) | 0;
  }
  state.set([s.a, s.b, s.c, s.d]);
}

// Each round of RFC 1321, section 3.4, is written out: an interpreter (mini programs have no JIT on iOS) pays for every
// loop step and table read. One function for all 64 steps would be too long for the compiler of an engine with a JIT.

function roundF(s: State, m: Int32Array, at: number): void {
  let a = s.a;
  let b = s.b;
  let c = s.c;
  let d = s.d;
  a = (a + (d ^ (b & (c ^ d))) + m[at]! - 0x28955b88) | 0;
  a = (((a << 7) | (a >>> 25)) + b) | 0;
  d = (d + (c ^ (a & (b ^ c))) + m[at + 1]! - 0x173848aa) | 0;
  d = (((d << 12) | (d >>> 20)) + a) | 0;
  c = (c + (b ^ (d & (a ^ b))) + m[at + 2]! + 0x242070db) | 0;
  c = (((c << 17) | (c >>> 15)) + d) | 0;
  b = (b + (a ^ (c & (d ^ a))) + m[at + 3]! - 0x3e423112) | 0;
  b = (((b << 22) | (b >>> 10)) + c) | 0;
  a = (a + (d ^ (b & (c ^ d))) + m[at + 4]! - 0xa83f051) | 0;
  a = (((a << 7) | (a >>> 25)) + b) | 0;
  d = (d + (c ^ (a & (b ^ c))) + m[at + 5]! + 0x4787c62a) | 0;
  d = (((d << 12) | (d >>> 20)) + a) | 0;
  c = (c + (b ^ (d & (a ^ b))) + m[at + 6]! - 0x57cfb9ed) | 0;
  c = (((c << 17) | (c >>> 15)) + d) | 0;
  b = (b + (a ^ (c & (d ^ a))) + m[at + 7]! - 0x2b96aff) | 0;
  b = (((b << 22) | (b >>> 10)) + c) | 0;
  a = (a + (d ^ (b & (c ^ d))) + m[at + 8]! + 0x698098d8) | 0;
  a = (((a << 7) | (a >>> 25)) + b) | 0;
  d = (d + (c ^ (a & (b ^ c))) + m[at + 9]! - 0x74bb0851) | 0;
  d = (((d << 12) | (d >>> 20)) + a) | 0;
  c = (c + (b ^ (d & (a ^ b))) + m[at + 10]! - 0xa44f) | 0;
  c = (((c << 17) | (c >>> 15)) + d) | 0;
  b = (b + (a ^ (c & (d ^ a))) + m[at + 11]! - 0x76a32842) | 0;
  b = (((b << 22) | (b >>> 10)) + c) | 0;
  a = (a + (d ^ (b & (c ^ d))) + m[at + 12]! + 0x6b901122) | 0;
  a = (((a << 7) | (a >>> 25)) + b) | 0;
  d = (d + (c ^ (a & (b ^ c))) + m[at + 13]! - 0x2678e6d) | 0;
  d = (((d << 12) | (d >>> 20)) + a) | 0;
  c = (c + (b ^ (d & (a ^ b))) + m[at + 14]! - 0x5986bc72) | 0;
  c = (((c << 17) | (c >>> 15)) + d) | 0;
  b = (b + (a ^ (c & (d ^ a))) + m[at + 15]! + 0x49b40821) | 0;
  b = (((b << 22) | (b >>> 10)) + c) | 0;
  s.a = a;
  s.b = b;
  s.c = c;
  s.d = d;
}

function roundG(s: State, m: Int32Array, at: number): void {
  let a = s.a;
  let b = s.b;
  let c = s.c;
  let d = s.d;
  a = (a + (c ^ (d & (b ^ c))) + m[at + 1]! - 0x9e1da9e) | 0;
  a = (((a << 5) | (a >>> 27)) + b) | 0;
  d = (d + (b ^ (c & (a ^ b))) + m[at + 6]! - 0x3fbf4cc0) | 0;
  d = (((d << 9) | (d >>> 23)) + a) | 0;
  c = (c + (a ^ (b & (d ^ a))) + m[at + 11]! + 0x265e5a51) | 0;
  c = (((c << 14) | (c >>> 18)) + d) | 0;
  b = (b + (d ^ (a & (c ^ d))) + m[at]! - 0x16493856) | 0;
  b = (((b << 20) | (b >>> 12)) + c) | 0;
  a = (a + (c ^ (d & (b ^ c))) + m[at + 5]! - 0x29d0efa3) | 0;
  a = (((a << 5) | (a >>> 27)) + b) | 0;
  d = (d + (b ^ (c & (a ^ b))) + m[at + 10]! + 0x2441453) | 0;
  d = (((d << 9) | (d >>> 23)) + a) | 0;
  c = (c + (a ^ (b & (d ^ a))) + m[at + 15]! - 0x275e197f) | 0;
  c = (((c << 14) | (c >>> 18)) + d) | 0;
  b = (b + (d ^ (a & (c ^ d))) + m[at + 4]! - 0x182c0438) | 0;
  b = (((b << 20) | (b >>> 12)) + c) | 0;
  a = (a + (c ^ (d & (b ^ c))) + m[at + 9]! + 0x21e1cde6) | 0;
  a = (((a << 5) | (a >>> 27)) + b) | 0;
  d = (d + (b ^ (c & (a ^ b))) + m[at + 14]! - 0x3cc8f82a) | 0;
  d = (((d << 9) | (d >>> 23)) + a) | 0;
  c = (c + (a ^ (b & (d ^ a))) + m[at + 3]! - 0xb2af279) | 0;
  c = (((c << 14) | (c >>> 18)) + d) | 0;
  b = (b + (d ^ (a & (c ^ d))) + m[at + 8]! + 0x455a14ed) | 0;
  b = (((b << 20) | (b >>> 12)) + c) | 0;
  a = (a + (c ^ (d & (b ^ c))) + m[at + 13]! - 0x561c16fb) | 0;
  a = (((a << 5) | (a >>> 27)) + b) | 0;
  d = (d + (b ^ (c & (a ^ b))) + m[at + 2]! - 0x3105c08) | 0;
  d = (((d << 9) | (d >>> 23)) + a) | 0;
  c = (c + (a ^ (b & (d ^ a))) + m[at + 7]! + 0x676f02d9) | 0;
  c = (((c << 14) | (c >>> 18)) + d) | 0;
  b = (b + (d ^ (a & (c ^ d))) + m[at + 12]! - 0x72d5b376) | 0;
  b = (((b << 20) | (b >>> 12)) + c) | 0;
  s.a = a;
  s.b = b;
  s.c = c;
  s.d = d;
}

function roundH(s: State, m: Int32Array, at: number): void {
  let a = s.a;
  let b = s.b;
  let c = s.c;
  let d = s.d;
  a = (a + (b ^ c ^ d) + m[at + 5]! - 0x5c6be) | 0;
  a = (((a << 4) | (a >>> 28)) + b) | 0;
  d = (d + (a ^ b ^ c) + m[at + 8]! - 0x788e097f) | 0;
  d = (((d << 11) | (d >>> 21)) + a) | 0;
  c = (c + (d ^ a ^ b) + m[at + 11]! + 0x6d9d6122) | 0;
  c = (((c << 16) | (c >>> 16)) + d) | 0;
  b = (b + (c ^ d ^ a) + m[at + 14]! - 0x21ac7f4) | 0;
  b = (((b << 23) | (b >>> 9)) + c) | 0;
  a = (a + (b ^ c ^ d) + m[at + 1]! - 0x5b4115bc) | 0;
  a = (((a << 4) | (a >>> 28)) + b) | 0;
  d = (d + (a ^ b ^ c) + m[at + 4]! + 0x4bdecfa9) | 0;
  d = (((d << 11) | (d >>> 21)) + a) | 0;
  c = (c + (d ^ a ^ b) + m[at + 7]! - 0x944b4a0) | 0;
  c = (((c << 16) | (c >>> 16)) + d) | 0;
  b = (b + (c ^ d ^ a) + m[at + 10]! - 0x41404390) | 0;
  b = (((b << 23) | (b >>> 9)) + c) | 0;
  a = (a + (b ^ c ^ d) + m[at + 13]! + 0x289b7ec6) | 0;
  a = (((a << 4) | (a >>> 28)) + b) | 0;
  d = (d + (a ^ b ^ c) + m[at]! - 0x155ed806) | 0;
  d = (((d << 11) | (d >>> 21)) + a) | 0;
  c = (c + (d ^ a ^ b) + m[at + 3]! - 0x2b10cf7b) | 0;
  c = (((c << 16) | (c >>> 16)) + d) | 0;
  b = (b + (c ^ d ^ a) + m[at + 6]! + 0x4881d05) | 0;
  b = (((b << 23) | (b >>> 9)) + c) | 0;
  a = (a + (b ^ c ^ d) + m[at + 9]! - 0x262b2fc7) | 0;
  a = (((a << 4) | (a >>> 28)) + b) | 0;
  d = (d + (a ^ b ^ c) + m[at + 12]! - 0x1924661b) | 0;
  d = (((d << 11) | (d >>> 21)) + a) | 0;
  c = (c + (d ^ a ^ b) + m[at + 15]! + 0x1fa27cf8) | 0;
  c = (((c << 16) | (c >>> 16)) + d) | 0;
  b = (b + (c ^ d ^ a) + m[at + 2]! - 0x3b53a99b) | 0;
  b = (((b << 23) | (b >>> 9)) + c) | 0;
  s.a = a;
  s.b = b;
  s.c = c;
  s.d = d;
}

function roundI(s: State, m: Int32Array, at: number): void {
  let a = s.a;
  let b = s.b;
  let c = s.c;
  let d = s.d;
  a = (a + (c ^ (b | ~d)) + m[at]! - 0xbd6ddbc) | 0;
  a = (((a << 6) | (a >>> 26)) + b) | 0;
  d = (d + (b ^ (a | ~c)) + m[at + 7]! + 0x432aff97) | 0;
  d = (((d << 10) | (d >>> 22)) + a) | 0;
  c = (c + (a ^ (d | ~b)) + m[at + 14]! - 0x546bdc59) | 0;
  c = (((c << 15) | (c >>> 17)) + d) | 0;
  b = (b + (d ^ (c | ~a)) + m[at + 5]! - 0x36c5fc7) | 0;
  b = (((b << 21) | (b >>> 11)) + c) | 0;
  a = (a + (c ^ (b | ~d)) + m[at + 12]! + 0x655b59c3) | 0;
  a = (((a << 6) | (a >>> 26)) + b) | 0;
  d = (d + (b ^ (a | ~c)) + m[at + 3]! - 0x70f3336e) | 0;
  d = (((d << 10) | (d >>> 22)) + a) | 0;
  c = (c + (a ^ (d | ~b)) + m[at + 10]! - 0x100b83) | 0;
  c = (((c << 15) | (c >>> 17)) + d) | 0;
  b = (b + (d ^ (c | ~a)) + m[at + 1]! - 0x7a7ba22f) | 0;
  b = (((b << 21) | (b >>> 11)) + c) | 0;
  a = (a + (c ^ (b | ~d)) + m[at + 8]! + 0x6fa87e4f) | 0;
  a = (((a << 6) | (a >>> 26)) + b) | 0;
  d = (d + (b ^ (a | ~c)) + m[at + 15]! - 0x1d31920) | 0;
  d = (((d << 10) | (d >>> 22)) + a) | 0;
  c = (c + (a ^ (d | ~b)) + m[at + 6]! - 0x5cfebcec) | 0;
  c = (((c << 15) | (c >>> 17)) + d) | 0;
  b = (b + (d ^ (c | ~a)) + m[at + 13]! + 0x4e0811a1) | 0;
  b = (((b << 21) | (b >>> 11)) + c) | 0;
  a = (a + (c ^ (b | ~d)) + m[at + 4]! - 0x8ac817e) | 0;
  a = (((a << 6) | (a >>> 26)) + b) | 0;
  d = (d + (b ^ (a | ~c)) + m[at + 11]! - 0x42c50dcb) | 0;
  d = (((d << 10) | (d >>> 22)) + a) | 0;
  c = (c + (a ^ (d | ~b)) + m[at + 2]! + 0x2ad7d2bb) | 0;
  c = (((c << 15) | (c >>> 17)) + d) | 0;
  b = (b + (d ^ (c | ~a)) + m[at + 9]! - 0x14792c6f) | 0;
  b = (((b << 21) | (b >>> 11)) + c) | 0;
  s.a = a;
  s.b = b;
  s.c = c;
  s.d = d;
}
