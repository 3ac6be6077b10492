/** Checksums of parts, in slices, so that the event loop is never held for longer than a frame. */
import { Buffer } from 'node:buffer';
import { createHash, hash as hashOf } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { crc64Text, type Digests } from '@sampan/protocol';
import type { PartDigest } from '../../platform.ts';
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

/** A key as RFC 2104 lays it before the text and before the digest of both. */
interface Pads {
  readonly key: string;
  readonly inner: Uint8Array;
  readonly outer: Uint8Array;
}

/** One key signs all requests of a second. */
let last: Pads | undefined;

/** RFC 2104 by two plain digests; the library's own HMAC is an object, a key and a stream, at many times the price. */
function hmacSha1Hex(key: string, text: string): string {
  if (last?.key !== key) last = padsOf(key);
  const inner = hashOf('sha1', Buffer.concat([last.inner, Buffer.from(text)]), 'buffer');
  return hashOf('sha1', Buffer.concat([last.outer, inner]), 'hex');
}

function padsOf(key: string): Pads {
  const given = Buffer.from(key);
  const block = Buffer.alloc(blockBytes);
  block.set(given.length > blockBytes ? hashOf('sha1', given, 'buffer') : given);
  return { key, inner: block.map((byte) => byte ^ 0x36), outer: block.map((byte) => byte ^ 0x5c) };
}
