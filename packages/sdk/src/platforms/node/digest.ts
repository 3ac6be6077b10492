/** Computes checksums of parts in slices, so that the event loop is never blocked for longer than a frame. */
import { Buffer } from 'node:buffer';
import { createHash, hash as hashOf } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { crc64Text, type Digests } from '@sampan/protocol';
import type { PartDigest } from '../../core/platform.ts';
import { createCrc64 } from './crc64.ts';

/** At 300 MB/s, the slowest measured with a JIT and without WebAssembly, 2 MiB take 7 ms. */
const sliceBytes = 2 * 1024 * 1024;

interface Wanted {
  readonly md5: boolean;
}

/** CRC-64 of a part, and its MD5 when it is wanted. */
export function digest(bytes: Uint8Array, { md5 }: Wanted): PartDigest | Promise<PartDigest> {
  if (bytes.byteLength > sliceBytes) return digestSlices(bytes, { md5 });
  const crc64 = crc64Text(createCrc64().update(bytes).value());
  return md5 ? { crc64, md5: hashOf('md5', bytes, 'base64') } : { crc64 };
}

async function digestSlices(bytes: Uint8Array, { md5 }: Wanted): Promise<PartDigest> {
  const sum = createCrc64();
  const hash = md5 ? createHash('md5') : undefined;
  for (let at = 0; at < bytes.byteLength; at += sliceBytes) {
    if (at > 0) await nextTurn();
    const slice = bytes.subarray(at, at + sliceBytes);
    sum.update(slice);
    hash?.update(slice);
  }
  return { crc64: crc64Text(sum.value()), ...(hash ? { md5: hash.digest('base64') } : {}) };
}

/** The digests of a signature, by the crypto library that Node links. */
export const nativeDigests: Digests = { sha1Hex: (text) => hashOf('sha1', text, 'hex'), hmacSha1Hex };

const blockBytes = 64;

const sha1Bytes = 20;
/** A text of a signature has some hundred bytes. */
const roomBytes = 512;

/** A key as RFC 2104 lays it before the text and before the digest of both, with room for these behind it. */
interface Pads {
  readonly key: string;
  readonly inner: Buffer;
  readonly outer: Buffer;
}

/** One key signs all requests of a second. */
let last: Pads | undefined;

/** RFC 2104 by two plain digests; the library's own HMAC is an object, a key and a stream, at many times the price. */
function hmacSha1Hex(key: string, text: string): string {
  const leastBytes = blockBytes + text.length * 3;
  if (last?.key !== key || last.inner.length < leastBytes) last = padsOf(key, leastBytes);
  const { inner, outer } = last;
  const end = blockBytes + inner.write(text, blockBytes);
  outer.set(hashOf('sha1', inner.subarray(0, end), 'buffer'), blockBytes);
  return hashOf('sha1', outer, 'hex');
}

function padsOf(key: string, leastBytes: number): Pads {
  const given = Buffer.from(key);
  const block = Buffer.alloc(blockBytes);
  block.set(given.length > blockBytes ? hashOf('sha1', given, 'buffer') : given);
  const inner = Buffer.alloc(Math.max(roomBytes, leastBytes));
  const outer = Buffer.alloc(blockBytes + sha1Bytes);
  inner.set(block.map((byte) => byte ^ 0x36));
  outer.set(block.map((byte) => byte ^ 0x5c));
  return { key, inner, outer };
}
