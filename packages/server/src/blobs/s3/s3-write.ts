/** Writing one blob: a small one at once, a large one in parts, each proven by its MD5 on the way in. */
import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3';

/** Every part but the last has this size; 10,000 of them hold more than the largest body. */
export const partBytes = 8 << 20;
/** Parts on their way at once, while the next is gathered. */
const partsInFlight = 2;

/** Where the bytes go. */
export interface S3Target {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  readonly signal?: AbortSignal | undefined;
}

/** Stores the chunks, and gives their length. What fails leaves nothing but what a lost abort leaves. */
export async function writeObject(target: S3Target, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const gathered = inParts(chunks, target.signal)[Symbol.asyncIterator]();
  const first = await gathered.next();
  const bytes = first.done ? Buffer.alloc(0) : first.value;
  if (bytes.length < partBytes) {
    target.signal?.throwIfAborted();
    await put(target, bytes);
    return bytes.length;
  }
  return writeParts(target, bytes, { [Symbol.asyncIterator]: () => gathered });
}

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('base64');
}

const sending = ({ signal }: S3Target) => (signal ? { abortSignal: signal } : {});

async function put(target: S3Target, bytes: Buffer): Promise<void> {
  const { client, bucket, key } = target;
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: bytes,
    ContentLength: bytes.length,
    ContentMD5: md5(bytes),
  });
  await client.send(command, sending(target));
}

async function writeParts(target: S3Target, first: Buffer, rest: AsyncIterable<Buffer>): Promise<number> {
  const { client, bucket: Bucket, key: Key, signal } = target;
  const created = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }), sending(target));
  const upload = { Bucket, Key, UploadId: created.UploadId };
  const parts: { PartNumber: number; ETag: string | undefined }[] = [];
  const running = new Set<Promise<void>>();
  const send = async (bytes: Buffer, PartNumber: number): Promise<void> => {
    const command = new UploadPartCommand({
      ...upload,
      PartNumber,
      Body: bytes,
      ContentLength: bytes.length,
      ContentMD5: md5(bytes),
    });
    const { ETag } = await client.send(command, sending(target));
    parts.push({ PartNumber, ETag });
  };
  const begin = (bytes: Buffer, number: number): void => {
    const part = send(bytes, number);
    running.add(part);
    const done = (): boolean => running.delete(part);
    part.then(done, done);
    part.catch(() => undefined); // Reported when it is awaited.
  };
  try {
    let length = first.length;
    let number = 1;
    begin(first, number);
    for await (const bytes of rest) {
      if (running.size >= partsInFlight) await Promise.race(running);
      length += bytes.length;
      begin(bytes, (number += 1));
    }
    await Promise.all(running);
    signal?.throwIfAborted();
    if (parts.length !== number) throw new Error('a part of a blob could not be stored');
    parts.sort((a, b) => a.PartNumber - b.PartNumber);
    const MultipartUpload = { Parts: parts };
    await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload }), sending(target));
    return length;
  } catch (error) {
    await Promise.allSettled(running);
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  }
}

/** Copies chunks into buffers of one part each: the memory of a chunk is used again while its part is sent. */
async function* inParts(
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  let room = Buffer.allocUnsafeSlow(64 << 10);
  let used = 0;
  for await (const chunk of chunks) {
    signal?.throwIfAborted();
    for (let from = 0; from < chunk.length;) {
      if (used === room.length) {
        const larger = Buffer.allocUnsafeSlow(Math.min(room.length * 4, partBytes));
        room.copy(larger, 0, 0, used);
        room = larger;
      }
      const taken = Math.min(chunk.length - from, room.length - used);
      room.set(chunk.subarray(from, from + taken), used);
      used += taken;
      from += taken;
      if (used < partBytes) continue;
      yield room;
      room = Buffer.allocUnsafeSlow(partBytes);
      used = 0;
    }
  }
  if (used > 0) yield room.subarray(0, used);
}
