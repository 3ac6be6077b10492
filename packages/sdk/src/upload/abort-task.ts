/** `abortUploadTask`: aborts one multipart upload, all of an object or all of a bucket, which frees their parts. */
import { multipartAbort, multipartList, UsageError } from '@sampan/protocol';
import type { Uploader } from './uploader/uploader.ts';

/** What to give up, in the official SDKs' words. */
export interface AbortTaskParams {
  readonly Bucket: string;
  readonly Region: string;
  /** `task`: the upload `UploadId` of `Key`; `file`: all of `Key`; `bucket`: all. Default `task`. */
  readonly Level?: 'task' | 'file' | 'bucket' | undefined;
  readonly Key?: string | undefined;
  readonly UploadId?: string | undefined;
  /** Requests at once. Default 1. */
  readonly AsyncLimit?: number | undefined;
}

/** One upload that was given up, or was not. */
export interface AbortedUpload {
  readonly Bucket: string;
  readonly Region: string;
  readonly Key: string;
  readonly UploadId: string;
  readonly error?: unknown;
}

type Fields = Readonly<Record<string, string | undefined>>;

/** Gives uploads up and says of each whether that worked; rejects when they cannot be listed. */
export async function abortUploadTask(
  uploader: Uploader,
  params: AbortTaskParams,
): Promise<{ readonly successList: readonly AbortedUpload[]; readonly errorList: readonly AbortedUpload[] }> {
  const uploads = await affected(uploader, params);
  const { Bucket, Region } = params;
  const successList: AbortedUpload[] = [];
  const errorList: AbortedUpload[] = [];
  const one = async ({ Key, UploadId }: Target): Promise<void> => {
    const upload = { Bucket, Region, Key, UploadId };
    try {
      await uploader.client.call({ operation: multipartAbort, values: upload });
      successList.push(upload);
    } catch (error) {
      errorList.push({ ...upload, error });
    }
  };
  const left = uploads.values();
  const worker = async (): Promise<void> => {
    for (const upload of left) await one(upload);
  };
  await Promise.all(Array.from({ length: Math.max(1, params.AsyncLimit ?? 1) }, worker));
  return { successList, errorList };
}

interface Target {
  readonly Key: string;
  readonly UploadId: string;
}

async function affected(uploader: Uploader, params: AbortTaskParams): Promise<Target[]> {
  const { Level = 'task', Key, UploadId } = params;
  if (Level === 'bucket') return listUploads(uploader, params, '');
  if (Key === undefined || Key === '') throw new UsageError('abort_upload_task_no_key: missing param Key');
  if (Level === 'file')
    return (await listUploads(uploader, params, Key)).filter((upload) => upload.Key === Key);
  if (UploadId === undefined || UploadId === '')
    throw new UsageError('abort_upload_task_no_id: missing param UploadId');
  return [{ Key, UploadId }];
}

async function listUploads(
  { client }: Uploader,
  { Bucket, Region }: AbortTaskParams,
  Prefix: string,
): Promise<Target[]> {
  const uploads: Target[] = [];
  let KeyMarker: string | undefined;
  let UploadIdMarker: string | undefined;
  for (;;) {
    const values = { Bucket, Region, Prefix, KeyMarker, UploadIdMarker };
    const { data } = await client.call({ operation: multipartList, values });
    for (const { Key, UploadId } of (data['Upload'] ?? []) as readonly Fields[])
      if (Key !== undefined && UploadId !== undefined) uploads.push({ Key, UploadId });
    const page = data as Fields;
    const before = `${KeyMarker ?? ''}\n${UploadIdMarker ?? ''}`;
    KeyMarker = page['NextKeyMarker'];
    UploadIdMarker = page['NextUploadIdMarker'];
    const isLast = page['IsTruncated']?.toLowerCase() !== 'true' || !KeyMarker;
    // A service that gives the same marker again would list for ever.
    if (isLast || `${KeyMarker}\n${UploadIdMarker ?? ''}` === before) return uploads;
  }
}
