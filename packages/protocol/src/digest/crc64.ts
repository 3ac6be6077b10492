// CRC-64/XZ, which COS reports as `x-cos-hash-crc64ecma` (https://cloud.tencent.com/document/product/436/34078).
// Numbers are two 32-bit halves, because BigInt is missing in ES2018 engines.

import { wordsOf } from './words.ts';

/** A 64-bit checksum as two unsigned 32-bit halves. */
export interface Crc64Value {
  readonly hi: number;
  readonly lo: number;
}

/** The checksum of no bytes. */
export const crc64Empty: Crc64Value = { hi: 0, lo: 0 };

/** A running CRC-64/XZ. `value` does not end it. */
export class Crc64 {
  // Declared alone: a field's definition costs a bundle for ES2018 a helper.
  declare protected hi: number;
  declare protected lo: number;

  /** Starts at `from`, the checksum of the bytes before: none by default. */
  constructor(from: Crc64Value = crc64Empty) {
    this.hi = ~from.hi;
    this.lo = ~from.lo;
  }

  update(bytes: Uint8Array): this {
    // A word view needs an aligned start; up to three bytes go alone so that large input is not copied.
    const lead = Math.min((4 - (bytes.byteOffset & 3)) & 3, bytes.length);
    const wholeEnd = lead + ((bytes.length - lead) & ~7);
    this.updateBytes(bytes, 0, lead);
    for (let at = lead; at < wholeEnd; at += SPAN_BYTES) {
      this.updateWords(wordsOf(bytes, at, Math.min(SPAN_BYTES, wholeEnd - at) / 4));
    }
    this.updateBytes(bytes, wholeEnd, bytes.length);
    return this;
  }

  value(): Crc64Value {
    return { hi: ~this.hi >>> 0, lo: ~this.lo >>> 0 };
  }

  private updateBytes(bytes: Uint8Array, from: number, end: number): void {
    const { high, low } = tables();
    for (let i = from; i < end; i++) {
      const index = (this.lo ^ bytes[i]!) & 0xff;
      this.lo = ((this.lo >>> 8) | (this.hi << 24)) ^ low[index]!;
      this.hi = (this.hi >>> 8) ^ high[index]!;
    }
  }

  // Slicing by eight: table t holds what a byte contributes after t more zero bytes.
  private updateWords(words: Int32Array): void {
    const { high, low } = tables();
    let hi = this.hi;
    let lo = this.lo;
    for (let i = 0; i < words.length; i += 2) {
      const first = lo ^ words[i]!;
      const second = hi ^ words[i + 1]!;
      const i0 = 1792 + (first & 255);
      const i1 = 1536 + ((first >>> 8) & 255);
      const i2 = 1280 + ((first >>> 16) & 255);
      const i3 = 1024 + (first >>> 24);
      const i4 = 768 + (second & 255);
      const i5 = 512 + ((second >>> 8) & 255);
      const i6 = 256 + ((second >>> 16) & 255);
      const i7 = second >>> 24;
      // prettier-ignore
      lo = low[i0]! ^ low[i1]! ^ low[i2]! ^ low[i3]!
        ^ low[i4]! ^ low[i5]! ^ low[i6]! ^ low[i7]!;
      // prettier-ignore
      hi = high[i0]! ^ high[i1]! ^ high[i2]! ^ high[i3]!
        ^ high[i4]! ^ high[i5]! ^ high[i6]! ^ high[i7]!;
    }
    this.hi = hi;
    this.lo = lo;
  }
}

/** Computes the CRC-64/XZ of `bytes`. */
export function crc64(bytes: Uint8Array): Crc64Value {
  return new Crc64().update(bytes).value();
}

/** Whether two checksums are the same. */
export function crc64Equal(a: Crc64Value, b: Crc64Value): boolean {
  return a.hi === b.hi && a.lo === b.lo;
}

/**
 * Gives the checksum of two runs of bytes laid end to end, from their checksums alone. `lengthB` is the length in bytes
 * of the second run, up to 2^53 - 1.
 */
export function crc64Combine(a: Crc64Value, b: Crc64Value, lengthB: number): Crc64Value {
  const moved = multiply(shiftOf(lengthB), a);
  return { hi: (moved.hi ^ b.hi) >>> 0, lo: (moved.lo ^ b.lo) >>> 0 };
}

// The parts of an upload are nearly all of one length, and a shift costs some twenty times as much as its use.
let lastShift: { readonly length: number; readonly shift: Crc64Value } | undefined;

/** The shift by a run of bytes: x^(8 * length), by repeated squaring. Bits are reflected: x^0 is the highest. */
function shiftOf(length: number): Crc64Value {
  if (lastShift?.length === length) return lastShift.shift;
  let shift: Crc64Value = { hi: 0x80000000, lo: 0 };
  let power: Crc64Value = { hi: 0x00800000, lo: 0 };
  for (let left = length; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) shift = multiply(shift, power);
    power = multiply(power, power);
  }
  lastShift = { length, shift };
  return shift;
}

/** Writes a checksum as COS does: an unsigned decimal number. */
export function crc64Text({ hi, lo }: Crc64Value): string {
  // 2^32 is 4294 millions and 967296; so both parts of the number stay below 2^53, and exact.
  const low = hi * 967296 + lo;
  const millions = hi * 4294 + Math.floor(low / 1e6);
  return millions > 0 ? String(millions) + String(low % 1e6).padStart(6, '0') : String(low);
}

/** Reads an unsigned decimal number below 2^64, or gives undefined. */
export function crc64Parse(text: string): Crc64Value | undefined {
  if (!/^\d{1,20}$/.test(text)) return undefined;
  let hi = 0;
  let lo = 0;
  for (let i = 0; i < text.length; i++) {
    const next = lo * 10 + (text.charCodeAt(i) - 48);
    lo = next % 0x100000000;
    hi = hi * 10 + Math.floor(next / 0x100000000);
  }
  return hi < 0x100000000 ? { hi, lo } : undefined;
}

const POLYNOMIAL: Crc64Value = { hi: 0xc96c5795, lo: 0xd7870f42 };
// Bounds the copy made where words cannot be viewed in place.
const SPAN_BYTES = 16384;

/** What each value of a byte contributes after 0, 1, 2, … more zero bytes, 256 entries for each. */
export interface Crc64Tables {
  readonly high: Int32Array;
  readonly low: Int32Array;
}

let built: Crc64Tables | undefined;

// 16 KiB, made at the first use: importing this module costs nothing.
function tables(): Crc64Tables {
  return (built ??= crc64Tables(8));
}

/** Makes tables of what a byte contributes, for up to `count - 1` zero bytes after it. */
export function crc64Tables(count: number): Crc64Tables {
  const high = new Int32Array(count * 256);
  const low = new Int32Array(count * 256);
  for (let i = 0; i < high.length; i++) {
    let hi = i < 256 ? 0 : high[i - 256]!;
    let lo = i < 256 ? i : low[i - 256]!;
    if (i < 256) {
      for (let bit = 0; bit < 8; bit++) {
        const odd = lo & 1;
        lo = (lo >>> 1) | (hi << 31);
        hi >>>= 1;
        if (odd === 1) {
          lo ^= POLYNOMIAL.lo;
          hi ^= POLYNOMIAL.hi;
        }
      }
    } else {
      const index = lo & 255;
      lo = ((lo >>> 8) | (hi << 24)) ^ low[index]!;
      hi = (hi >>> 8) ^ high[index]!;
    }
    high[i] = hi;
    low[i] = lo;
  }
  return { high, low };
}

/** Multiplies two reflected polynomials modulo the CRC's. */
function multiply(a: Crc64Value, b: Crc64Value): Crc64Value {
  let { hi, lo } = b;
  let productHi = 0;
  let productLo = 0;
  for (let bit = 63; bit >= 0; bit--) {
    const half = bit >= 32 ? a.hi : a.lo;
    if (((half >>> (bit & 31)) & 1) === 1) {
      productHi ^= hi;
      productLo ^= lo;
    }
    const odd = lo & 1;
    lo = (lo >>> 1) | (hi << 31);
    hi >>>= 1;
    if (odd === 1) {
      lo ^= POLYNOMIAL.lo;
      hi ^= POLYNOMIAL.hi;
    }
  }
  return { hi: productHi >>> 0, lo: productLo >>> 0 };
}
