/**
 * Finds an unfinished multipart upload of an object by a listing, for devices that have no record of one. It is opt-in,
 * because it needs the permission to list uploads. Uploads that may be active elsewhere are left alone: a candidate has
 * parts and got none for a day. Its content is then verified like that of any other upload.
 *
 * Two clients that search at once find the same upload, and only one may take it. Each writes a claim into it: a part
 * whose number no file reaches, with a text of its own, stored within `claimMs` of the search. The client then waits
 * for as long and lists the parts again. A client that searched before that claim has overwritten it by then with its
 * own; one that searches later sees an upload that is not idle. So exactly one client finds its own claim.
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

/** Finds the newest upload of this object that got no part for a day. */
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
