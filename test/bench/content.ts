/** Bytes that every contender stores: noise, the same on every machine, that tells where it belongs. */
import { createCipheriv } from 'node:crypto';

export const MiB = 1_048_576;
/** Each body, and each MiB of a large file, begins with its number in this many digits. */
export const stampBytes = 16;

/** Noise that does not compress: the key stream of AES in counter mode. */
export function noise(sizeBytes: number): Buffer {
  return createCipheriv('aes-256-ctr', Buffer.alloc(32, 7), Buffer.alloc(16)).update(Buffer.alloc(sizeBytes));
}

/** The first bytes of body number `index`. */
export function stamp(index: number): Buffer {
  return Buffer.from(String(index).padStart(stampBytes, '0'), 'latin1');
}

/** A copy of `body` under a number of its own. */
export function stamped(body: Buffer, index: number): Buffer {
  const copy = Buffer.from(body);
  stamp(index).copy(copy);
  return copy;
}

/** Whether `bytes`, which lie at `offset` in body number `index`, are the right ones. */
export function isBodyAt(body: Buffer, index: number, bytes: Buffer, offset: number): boolean {
  let from = 0;
  if (offset < stampBytes) {
    from = Math.min(stampBytes - offset, bytes.length);
    if (bytes.compare(stamp(index), offset, offset + from, 0, from) !== 0) return false;
  }
  const end = offset + bytes.length;
  return end <= body.length && bytes.compare(body, offset + from, end, from) === 0;
}
