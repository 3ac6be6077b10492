/**
 * Blobs as objects of an S3-compatible store, one each, under flat random names. Nothing rests on conditional requests,
 * which some stores take and ignore.
 */
import { randomBytes } from 'node:crypto';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { BlobMissing, type BlobStore } from '../port.ts';
import { ownerObject } from './s3-owner.ts';
import { probe } from './s3-probe.ts';
import type { S3Address } from './s3-address.ts';
import { writeObject } from './s3-write.ts';

/** How the store is opened. */
export interface S3Options {
  readonly address: S3Address;
  /** Checks before anything else that the store does what it is relied upon for. Default true. */
  readonly probe?: boolean;
}

/** Bytes per request: one is with the consumer, one is fetched ahead. */
const readBytes = 2 << 20;
const removedAtOnce = 1000;

/** Opens the store. Rejects with `UnreliableStore` when it does not do what it says. */
export async function openS3Blobs(options: S3Options): Promise<BlobStore> {
  const { bucket, prefix, endpoint, region, credentials } = options.address;
  const client = new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(credentials ? { credentials } : {}),
    // A checksum goes along with what is written, and what is read is proven by it where the store keeps it.
    requestChecksumCalculation: 'WHEN_SUPPORTED',
    responseChecksumValidation: 'WHEN_SUPPORTED',
    maxAttempts: 5,
  });
  const running = new Set<Promise<unknown>>();
  let closed = false;
  const write: BlobStore['write'] = async (chunks, { signal } = {}) => {
    if (closed) throw new Error('the blob store is closed');
    const blob = randomBytes(16).toString('hex');
    const length = await writeObject({ client, bucket, key: prefix + blob, signal }, chunks);
    return { blob, offset: 0, length };
  };
  const store: BlobStore = {
    // The first request is answered before its first byte is given on, and the second is under way by then.
    finishesBytes: readBytes,

    write(chunks, writing) {
      const work = write(chunks, writing);
      running.add(work);
      const done = (): boolean => running.delete(work);
      work.then(done, done);
      return work;
    },

    read: (blob, offset, length, signal) =>
      readObject({ client, bucket, key: prefix + blob, blob }, { offset, length, signal }),

    async remove(blobs) {
      for (let from = 0; from < blobs.length; from += removedAtOnce) {
        const Objects = blobs.slice(from, from + removedAtOnce).map((blob) => ({ Key: prefix + blob }));
        const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
        const { Errors = [] } = await client.send(command);
        const failed = Errors.find(({ Code }) => Code !== 'NoSuchKey');
        if (failed)
          throw new Error(`a blob could not be removed: ${failed.Code ?? ''} ${failed.Message ?? ''}`);
      }
    },

    owner: ownerObject(client, options.address),

    async *list() {
      for (let token: string | undefined; ;) {
        const page = await client.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
        );
        for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
          const id = Key.slice(prefix.length);
          if (!namePattern.test(id)) continue;
          yield { id, sizeBytes: Size, modifiedAtMs: LastModified?.getTime() ?? Date.now() };
        }
        if (!page.IsTruncated) return;
        token = page.NextContinuationToken;
      }
    },

    async ping() {
      await client.send(new HeadBucketCommand({ Bucket: bucket }));
    },

    async close() {
      closed = true;
      await Promise.allSettled(running);
      client.destroy();
    },
  };
  if (options.probe === false) return store;
  try {
    await probe(store);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

/** Other objects in the bucket are none of this store's. */
const namePattern = /^[0-9a-f]{32}$/;

interface S3Blob {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  readonly blob: string;
}

interface Reading {
  readonly offset: number;
  readonly length: number;
  readonly signal: AbortSignal | undefined;
}

async function* readObject(from: S3Blob, { offset, length, signal }: Reading): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  const end = offset + length;
  if (length === 0) {
    await head(from);
    return;
  }
  let ahead: Promise<Uint8Array> | undefined = readRun(from, offset, Math.min(readBytes, length), signal);
  for (let position = offset; ahead;) {
    const chunk: Uint8Array = await ahead;
    position += chunk.length;
    ahead = position < end ? readRun(from, position, Math.min(readBytes, end - position), signal) : undefined;
    ahead?.catch(() => undefined); // Reported when it is awaited.
    yield chunk;
    signal?.throwIfAborted();
  }
}

async function readRun(
  { client, bucket, key, blob }: S3Blob,
  offset: number,
  length: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const command = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    Range: `bytes=${offset}-${offset + length - 1}`,
  });
  const answer = await client.send(command, signal ? { abortSignal: signal } : {}).catch((error: unknown) => {
    throw asMissing(blob, error);
  });
  const bytes = await answer.Body!.transformToByteArray();
  // A whole object where a run was asked for, or one that is cut short, must not pass for the run.
  const said = answer.ContentRange?.match(/^bytes (\d+)-(\d+)\//);
  const isRun = !said || (Number(said[1]) === offset && Number(said[2]) === offset + bytes.length - 1);
  if (!isRun || bytes.length > length) throw new Error(`blob ${blob}: the store answered with another run`);
  if (bytes.length < length) throw new BlobMissing(blob, 'is shorter than its extents');
  return bytes;
}

async function head({ client, bucket, key, blob }: S3Blob): Promise<void> {
  await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).catch((error: unknown) => {
    throw asMissing(blob, error);
  });
}

function asMissing(blob: string, error: unknown): unknown {
  const { name = '', $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  if (status === 404 || name === 'NoSuchKey') return new BlobMissing(blob, 'is not there');
  if (status === 416 || name === 'InvalidRange') return new BlobMissing(blob, 'is shorter than its extents');
  return error;
}
