/** Large files for tests: noise that follows from a seed, and the checksum that the service should answer. */
import { createCipheriv } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Crc64, crc64Text } from '@sampan/protocol';

const MiB = 1_048_576;

/** Writes a file anew. */
export async function fillWithNoise(path: string, mebibytes: number, seed: number): Promise<void> {
  const key = Buffer.alloc(32);
  key.writeUInt32BE(seed >>> 0);
  const noise = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  const handle = await open(path, 'w');
  for (let i = 0; i < mebibytes; i++) await handle.write(noise.update(Buffer.alloc(MiB)));
  await handle.close();
}

/** CRC-64/XZ of a file's bytes, as the service tells it. */
export async function crc64OfFile(path: string): Promise<string> {
  const sum = new Crc64();
  for await (const chunk of createReadStream(path, { highWaterMark: MiB })) sum.update(chunk as Buffer);
  return crc64Text(sum.value());
}
