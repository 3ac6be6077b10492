import { createSha1, sha1 } from './sha1.ts';

const BLOCK_BYTES = 64;

/** Computes HMAC-SHA-1 (RFC 2104): 20 bytes. */
export function hmacSha1(key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(key.length > BLOCK_BYTES ? sha1(key) : key);
  const inner = createSha1()
    .update(block.map((byte) => byte ^ 0x36))
    .update(message)
    .digest();
  return createSha1()
    .update(block.map((byte) => byte ^ 0x5c))
    .update(inner)
    .digest();
}
