/** Computes checksums of files in the form that the service gives for objects. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { crc64Text, fastCrc64, type WebAssemblyHost } from '@sampan/protocol';

const Crc64 = fastCrc64((globalThis as { readonly WebAssembly?: WebAssemblyHost }).WebAssembly);

export interface FileDigests {
  /** As `x-cos-hash-crc64ecma` says it: a decimal number. */
  readonly crc64: string;
  /** In hexadecimal digits, as ETags of objects that came in one piece. */
  readonly md5: string;
  readonly sizeBytes: number;
}

/** Reads a file once and gives its checksums. */
export async function digestFile(path: string, signal?: AbortSignal): Promise<FileDigests> {
  const sum = new Crc64();
  const md5 = createHash('md5');
  let sizeBytes = 0;
  const stream = createReadStream(path, { highWaterMark: 1_048_576, ...(signal ? { signal } : {}) });
  for await (const bytes of stream as AsyncIterable<Buffer>) {
    sum.update(bytes);
    md5.update(bytes);
    sizeBytes += bytes.byteLength;
  }
  return { crc64: crc64Text(sum.value()), md5: md5.digest('hex'), sizeBytes };
}
