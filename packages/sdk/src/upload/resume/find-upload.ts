/**
 * Looking for an unfinished upload of an object when this device has no record of one. Only for callers who ask for it:
 * it needs the permission to list uploads. Uploads that anyone may be working on are left alone: one is taken only when
 * it has parts and nothing was added to it for a day, and its content is compared like that of any other.
 *
 * Two who look at once find the same upload, and only one may have it. Whoever finds one writes a claim into it: a part
 * of a number that no file reaches, with a text of its own, which must be there within `claimMs` of the look. Then it
 * waits for as long and looks again. Whoever looked before that claim has written its own by then, in the same place,
 * and whoever looks later sees an upload that is not idle: so of all claims only the last is found, by one.
 */
import {
  isServiceError,
  multipartList,
  multipartListPart,
  multipartUpload,
  utf8Encode,
} from '@sampan/protocol';
import type { CosResponse, Call } from '../../client/client.ts';
import { followingCall } from '../uploader/params.ts';
import { whileReady } from '../uploader/wait-until-active.ts';
import type { FileToFind, Found, Uploader, UploadParams } from '../uploader/uploader.ts';
import { bareETag } from '../../client/verify.ts';
import { pause } from '../../core/wait.ts';

const idleMs = 24 * 3_600_000;
const claimMs = 10_000;
/** The highest number; a file that has so many parts replaces the claim in the end. */
const claimNumber = 10_000;
type Fields = Readonly<Record<string, string | undefined>>;

/** Finds the newest upload of this object that nobody has touched for a day. */
export async function discover(
  uploader: Uploader,
  params: UploadParams,
  { size, signal }: FileToFind,
): Promise<Found | undefined> {
  const { Bucket, Region, Key, StorageClass } = params;
  const ask = async (call: Call): Promise<CosResponse | undefined> => {
    try {
      return await whileReady(uploader, signal, (ready) => uploader.client.call({ ...call, signal: ready }));
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
  const { clock, random } = uploader.platform;
  /** Whether the upload is ours alone, seen idle by a look that began at `lookedMs`. */
  const claim = async (UploadId: string, lookedMs: number): Promise<boolean> => {
    const body = utf8Encode(`claim ${random()} ${random()} ${clock.now()}`);
    const call = followingCall(multipartUpload, params, { UploadId, PartNumber: claimNumber });
    const ours = bareETag((await ask({ ...call, body }))?.headers['etag']);
    if (ours === '' || clock.now() - lookedMs > claimMs) return false;
    await pause(clock, claimMs, signal);
    const PartNumberMarker = claimNumber - 1;
    const values = { Bucket, Region, Key, UploadId, PartNumberMarker };
    const found = (await ask({ operation: multipartListPart, values }))?.data['Part'];
    return ((found ?? []) as readonly Fields[]).some((part) => bareETag(part['ETag']) === ours);
  };
  for (const { UploadId } of uploads.reverse()) {
    if (UploadId === undefined) continue;
    const lookedMs = clock.now();
    const response = await ask({ operation: multipartListPart, values: { Bucket, Region, Key, UploadId } });
    const parts = (response?.data['Part'] ?? []) as readonly Fields[];
    const first = parts[0];
    const partBytes = Number(first?.['Size']);
    const nowMs = Date.parse(response?.headers['date'] ?? '') || clock.now();
    const isIdle = parts.every((part) => nowMs - Date.parse(part['LastModified'] ?? '') > idleMs);
    const fits = first?.['PartNumber'] === '1' && partBytes <= size;
    if (fits && isIdle && (await claim(UploadId, lookedMs))) return { UploadId, partBytes };
  }
  return undefined;
}
