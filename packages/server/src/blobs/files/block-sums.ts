/**
 * Sums that prove runs of a blob, in the file behind its bytes (decision 0029):
 *
 *     bytes of the blob | CRC-32 of each block of 64 KiB, 4 bytes each | footer of 24 bytes
 *
 * The footer is the magic `SAMPSUM1`, the length of the blob (8 bytes), the size of a block (4 bytes) and the CRC-32 of
 * the sums and of the footer up to here (4 bytes). Numbers are little-endian. A name that ends in `s` says that the file
 * has sums, so a damaged footer is not taken for a file of a release that wrote none.
 */
import { crc32 } from 'node:zlib';

/** Bytes that one sum is of. Readers read whole blocks. */
export const blockBytes = 64 * 1024;

const magic = Buffer.from('SAMPSUM1', 'latin1');
const footerBytes = 24;
const sumBytes = 4;

/** How many bytes stand behind a blob of a length. */
export function sumsBytes(length: number): number {
  return Math.ceil(length / blockBytes) * sumBytes + footerBytes;
}

/** The length of the blob in a file of a size; negative when the file is too short to have sums. */
export function lengthInFile(fileBytes: number): number {
  const blocks = Math.ceil((fileBytes - footerBytes) / (blockBytes + sumBytes));
  return fileBytes - footerBytes - blocks * sumBytes;
}

/** Passes chunks on, and behind them their sums. `length` of the result is that of the chunks so far. */
export function withSums(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> & { length: number } {
  const sums: number[] = [];
  let sum = 0;
  let inBlock = 0;
  const add = (chunk: Uint8Array): void => {
    for (let at = 0; at < chunk.length;) {
      const taken = Math.min(chunk.length - at, blockBytes - inBlock);
      sum = crc32(chunk.subarray(at, at + taken), sum);
      at += taken;
      inBlock += taken;
      if (inBlock < blockBytes) continue;
      sums.push(sum);
      sum = inBlock = 0;
    }
  };
  const summed = {
    length: 0,
    async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        add(chunk);
        summed.length += chunk.length;
        yield chunk;
      }
      if (inBlock > 0) sums.push(sum);
      yield writeSums(sums, summed.length);
    },
  };
  return summed;
}

function writeSums(sums: readonly number[], length: number): Uint8Array {
  const written = Buffer.alloc(sums.length * sumBytes + footerBytes);
  sums.forEach((sum, at) => written.writeUInt32LE(sum, at * sumBytes));
  let at = sums.length * sumBytes;
  magic.copy(written, at);
  at = written.writeBigUInt64LE(BigInt(length), at + magic.length);
  at = written.writeUInt32LE(blockBytes, at);
  written.writeUInt32LE(crc32(written.subarray(0, at)), at);
  return written;
}

/** The sum of each block, from the bytes behind a blob of a length; undefined when they are damaged. */
export function readSums(written: Buffer, length: number): ((block: number) => number) | undefined {
  if (written.length !== sumsBytes(length)) return undefined;
  const footer = written.length - footerBytes;
  const isWhole =
    written.readUInt32LE(written.length - sumBytes) === crc32(written.subarray(0, -sumBytes)) &&
    magic.equals(written.subarray(footer, footer + magic.length)) &&
    written.readBigUInt64LE(footer + magic.length) === BigInt(length) &&
    written.readUInt32LE(footer + 16) === blockBytes;
  return isWhole ? (block) => written.readUInt32LE(block * sumBytes) : undefined;
}

/** The first of the blocks in `bytes` that is not what its sum says; `bytes` start at block `first`. */
export function damagedBlock(
  bytes: Uint8Array,
  first: number,
  sumOf: (block: number) => number,
): number | undefined {
  for (let at = 0, block = first; at < bytes.length; at += blockBytes, block += 1)
    if (crc32(bytes.subarray(at, at + blockBytes)) !== sumOf(block)) return block;
  return undefined;
}
