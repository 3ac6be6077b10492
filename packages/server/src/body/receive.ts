/**
 * Takes up the body of a request: checks it against what the sender claims, computes its digests while it streams by,
 * and puts it where it belongs. What comes back is durable but unknown to metadata: until a transaction names it, it
 * is garbage.
 */
import { randomBytes } from 'node:crypto';
import { base64Decode, fault, hex, maxPutBytes } from '@sampan/protocol';
import type { BlobStore } from '../blobs/port.ts';
import type { NewBody } from '../metadata/port.ts';
import { counterBytes, cryptAt, type CustomerKey } from './encryption.ts';
import { gathered } from './hashing/gather.ts';
import { sumsDiffer } from './sums-differ.ts';
import { digestAll, type Digests, type Hashing, type HashingOptions } from './hashing/hashing.ts';
import type { IncomingBody } from './stream.ts';

export interface ReceiveOptions {
  readonly limitBytes?: number;
  /** Content-MD5: base64 of 16 bytes. */
  readonly contentMd5?: string | undefined;
  /** x-cos-content-sha1: hexadecimal. */
  readonly contentSha1?: string | undefined;
  readonly customerKey?: CustomerKey | undefined;
  /** Who sends: when it goes away, writing stops. Its signal is read only when something is written. */
  readonly client?: { readonly signal: AbortSignal } | undefined;
}

export interface Received {
  readonly body: NewBody;
  readonly sizeBytes: number;
  /** Lower-case hexadecimal. */
  readonly md5: string;
  readonly crc64: string;
}

/** Where bodies are put. */
export interface Receiver {
  readonly blobs: BlobStore;
  /** Bodies up to this size travel inside the metadata transaction. */
  readonly inlineBytes: number;
  hashing(options: HashingOptions, sizeBytes: number | undefined): Hashing;
}

/** Reads the whole body and stores it. Throws the documented error when it is not what was announced. */
export async function receive(
  { blobs, inlineBytes, hashing }: Receiver,
  body: IncomingBody,
  options: ReceiveOptions,
): Promise<Received> {
  const { limitBytes = maxPutBytes, contentMd5, contentSha1, customerKey } = options;
  const claimedMd5 = contentMd5 === undefined ? undefined : md5Claim(contentMd5);
  const claimedSha1 = contentSha1 === undefined ? undefined : sha1Claim(contentSha1);
  const wanted = { sha1: claimedSha1 !== undefined };
  if (body.sizeBytes !== undefined && body.sizeBytes > limitBytes) throw fault('EntityTooLarge');

  const checked = (digests: Digests) => {
    if (claimedMd5 !== undefined && claimedMd5 !== digests.md5)
      throw sumsDiffer('BadDigest', { header: 'Content-MD5', claimed: claimedMd5, computed: digests.md5 });
    if (claimedSha1 !== undefined && claimedSha1 !== digests.sha1)
      throw sumsDiffer('InvalidSHA1Digest', {
        header: 'x-cos-content-sha1',
        claimed: claimedSha1,
        computed: digests.sha1 ?? '',
      });
    return { md5: digests.md5, crc64: digests.crc64 };
  };

  if (body.sizeBytes !== undefined && body.sizeBytes <= inlineBytes && !customerKey) {
    const bytes = await body.all(inlineBytes);
    const digests = checked(digestAll(bytes, wanted));
    return { body: bytes.length === 0 ? [] : [{ bytes }], sizeBytes: bytes.length, ...digests };
  }

  const running = hashing(wanted, body.sizeBytes);
  let sizeBytes = 0;
  let digests: ReturnType<typeof checked> | undefined;
  async function* limited(): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      sizeBytes += chunk.length;
      if (sizeBytes > limitBytes) throw fault('EntityTooLarge');
      yield chunk;
    }
  }
  async function* pass(): AsyncGenerator<Uint8Array> {
    yield* gathered(limited(), running, (chunk) => body.release?.(chunk));
    // Checked before the source ends, so that a body that is not what it claims is never finished as a blob.
    digests = checked(await running.finish());
  }
  try {
    const stored = await place(blobs, pass(), {
      inlineBytes,
      customerKey,
      sizeBytes: body.sizeBytes,
      signal: options.client?.signal,
    });
    return { body: stored, sizeBytes, ...digests! };
  } finally {
    running.end();
  }
}

interface Placing {
  readonly inlineBytes: number;
  readonly customerKey: CustomerKey | undefined;
  readonly sizeBytes: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Keeps a short stream as it is and writes any other to the blob store. */
async function place(
  blobs: BlobStore,
  chunks: AsyncGenerator<Uint8Array>,
  { inlineBytes, customerKey, sizeBytes, signal }: Placing,
): Promise<NewBody> {
  if (customerKey) {
    const extent = await blobs.write(encrypted(chunks, customerKey), { signal });
    const length = extent.length - counterBytes;
    return length === 0 ? [] : [{ blob: extent.blob, offset: extent.offset + counterBytes, length }];
  }
  if (sizeBytes !== undefined) return [await blobs.write(chunks, { sizeBytes, signal })];
  const head = await take(chunks, inlineBytes);
  if (head.ended) return head.bytes.length === 0 ? [] : [{ bytes: head.bytes }];
  return [await blobs.write(joined(head.bytes, chunks), { signal })];
}

async function* encrypted(chunks: AsyncIterable<Uint8Array>, key: CustomerKey): AsyncGenerator<Uint8Array> {
  const counter = randomBytes(counterBytes);
  yield counter;
  const crypt = cryptAt(key, counter, 0);
  for await (const chunk of chunks) yield crypt(chunk);
}

/** The start of a stream: all of it when it is short, otherwise a little more than `limitBytes`. */
async function take(
  chunks: AsyncGenerator<Uint8Array>,
  limitBytes: number,
): Promise<{ bytes: Uint8Array; ended: boolean }> {
  let bytes = Buffer.alloc(0);
  while (bytes.length <= limitBytes) {
    const next = await chunks.next();
    if (next.done) return { bytes, ended: true };
    bytes = Buffer.concat([bytes, next.value]);
  }
  return { bytes, ended: false };
}

async function* joined(head: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  yield* rest;
}

function md5Claim(text: string): string {
  const bytes = base64Decode(text);
  if (bytes?.length !== 16) throw fault('InvalidDigest');
  return hex(bytes);
}

function sha1Claim(text: string): string {
  if (!/^[0-9a-f]{40}$/i.test(text)) throw fault('InvalidSHA1Digest');
  return text.toLowerCase();
}
