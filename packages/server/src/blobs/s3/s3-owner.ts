/** The object `store-id` beside the blobs: the name of the metadata store that they belong to. */
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { BlobStore } from '../port.ts';
import type { S3Address } from './s3-address.ts';

/** Reads and writes it. */
export function ownerObject(
  client: S3Client,
  { bucket, prefix }: Pick<S3Address, 'bucket' | 'prefix'>,
): NonNullable<BlobStore['owner']> {
  const place = { Bucket: bucket, Key: `${prefix}store-id` };
  return {
    place: `the object ${place.Key} of the bucket ${bucket}`,
    async read() {
      try {
        const { Body } = await client.send(new GetObjectCommand(place));
        return (await Body!.transformToString()).trim() || undefined;
      } catch (error) {
        if ((error as Error).name === 'NoSuchKey') return undefined;
        throw error;
      }
    },
    async write(storeId) {
      await client.send(
        new PutObjectCommand({ ...place, Body: `${storeId}\n`, ContentType: 'text/plain; charset=utf-8' }),
      );
    },
  };
}
