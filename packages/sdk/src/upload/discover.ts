/**
 * Looking for an unfinished upload of an object when this device has no record of one. Only for callers who ask for it:
 * it needs the permission to list uploads. Uploads that anyone may be working on are left alone: one is taken only when
 * it has parts and nothing was added to it for a day, and its content is compared like that of any other.
 */
import { isServiceError, multipartList, multipartListPart } from '@sampan/protocol';
import type { Answer, Call } from '../client.ts';
import { persist } from './persist.ts';
import type { FileToFind, Found, Uploader, UploadParams } from './uploader.ts';

const idleMs = 24 * 3_600_000;
type Fields = Readonly<Record<string, string | undefined>>;

/** Finds the newest upload of this object that nobody has touched for a day. */
export async function discover(
  uploader: Uploader,
  params: UploadParams,
  { size, signal }: FileToFind,
): Promise<Found | undefined> {
  const { Bucket, Region, Key, StorageClass } = params;
  const ask = async (call: Call): Promise<Answer | undefined> => {
    try {
      return await persist(uploader, signal, (ready) => uploader.client.call({ ...call, signal: ready }));
    } catch (error) {
      if (isServiceError(error)) return undefined;
      throw error;
    }
  };
  // Uploads of one key come by age; of many, one page is looked at.
  const list = await ask({ operation: multipartList, values: { Bucket, Region, Prefix: Key } });
  const uploads = ((list?.data['Upload'] ?? []) as readonly Fields[]).filter(
    (upload) =>
      upload['Key'] === Key &&
      (typeof StorageClass !== 'string' || upload['StorageClass']?.toUpperCase() === StorageClass),
  );
  for (const { UploadId } of uploads.reverse()) {
    if (UploadId === undefined) continue;
    const answer = await ask({ operation: multipartListPart, values: { Bucket, Region, Key, UploadId } });
    const parts = (answer?.data['Part'] ?? []) as readonly Fields[];
    const first = parts[0];
    const partBytes = Number(first?.['Size']);
    const nowMs = Date.parse(answer?.headers['date'] ?? '') || uploader.platform.clock.now();
    const isIdle = parts.every((part) => nowMs - Date.parse(part['LastModified'] ?? '') > idleMs);
    if (first?.['PartNumber'] === '1' && partBytes <= size && isIdle) return { UploadId, partBytes };
  }
  return undefined;
}
