/** Computes checksums on the UI thread in slices of less than a frame, even without a JIT. */
import { base64, Crc64, crc64Text, createMd5 } from '@sampan/protocol';
import type { PartDigest } from '../core/platform.ts';

/** What slices need of a host. */
export interface Pace {
  now(): number;
  /** Lets the host do what waits, and resolves then. */
  rest(): Promise<void>;
  /** A faster CRC-64 than the plain one, where the host has any. */
  readonly Sum?: typeof Crc64;
}

/** Little more than 1 ms where it is slowest: MD5 at 7 MB/s and CRC-64 at 33 MB/s, as measured with `node --jitless`. */
const stepBytes = 8 * 1024;
/** Half a frame: a step begun before its end is over within one. */
const stretchMs = 8;

/** CRC-64 of bytes, and their MD5 when it is wanted. */
export async function digestInSlices(
  pace: Pace,
  bytes: Uint8Array,
  want: { readonly md5: boolean },
): Promise<PartDigest> {
  const sum = new (pace.Sum ?? Crc64)();
  const md5 = want.md5 ? createMd5() : undefined;
  let begunMs = pace.now();
  for (let at = 0; at < bytes.byteLength; at += stepBytes) {
    if (pace.now() - begunMs >= stretchMs) {
      await pace.rest();
      begunMs = pace.now();
    }
    const step = bytes.subarray(at, at + stepBytes);
    sum.update(step);
    md5?.update(step);
  }
  // What the caller does next, signing first, has a stretch of its own.
  if (pace.now() - begunMs >= stretchMs / 2) await pace.rest();
  return { crc64: crc64Text(sum.value()), ...(md5 ? { md5: base64(md5.digest()) } : {}) };
}
