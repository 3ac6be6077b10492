/**
 * Making the object of its parts, and finding out whether it was made when the answer got lost: the upload is then
 * gone from the service, and the object that stands there must be exactly this one.
 */
import {
  headObject,
  IntegrityError,
  isServiceError,
  multipartComplete,
  TransportError,
} from '@sampan/protocol';
import type { CancelSignal } from '../../core/cancel.ts';
import type { CosResponse } from '../../client/client.ts';
import { followingCall } from '../uploader/params.ts';
import { retryInForeground } from '../uploader/retry-in-foreground.ts';
import { lengthOf } from '../parts/layout.ts';
import type { SentPart } from '../resume/verify-parts.ts';
import type { Uploader, UploadParams } from '../uploader/uploader.ts';
import { bareETag, composedCrc64, crc64Header, eTagOf, sameCrc64 } from '../uploader/verify.ts';

/** An object that was made, and what proves its bytes. */
export interface Made {
  readonly response: CosResponse;
  readonly ETag: string;
  readonly CRC64: string;
  readonly verified: 'object' | 'parts';
}

/** What an upload consists of at its end. */
export interface Finished {
  readonly UploadId: string;
  /** By number, without a gap. */
  readonly parts: readonly SentPart[];
  readonly signal: CancelSignal;
}

/** Completes an upload; gives undefined when the upload is gone and the object is not there either. */
export async function complete(
  uploader: Uploader,
  params: UploadParams,
  { UploadId, parts, signal }: Finished,
): Promise<Made | undefined> {
  const CRC64 = composedCrc64(parts);
  const Part = parts.map(({ number, ETag }) => ({ PartNumber: number, ETag }));
  const call = followingCall(multipartComplete, params, { UploadId, CompleteMultipartUpload: { Part } });

  let response: CosResponse;
  try {
    response = await retryInForeground(uploader, signal, async (ready) => {
      const made = await uploader.client.call({ ...call, signal: ready });
      if (textOf(made.data['ETag']) !== '') return made;
      throw new TransportError('The answer has no ETag', {
        code: 'InvalidResponse',
      });
    });
  } catch (error) {
    if (!isGone(error)) throw error;
    return madeBefore(uploader, params, { parts, signal });
  }
  const ETag = textOf(response.data['ETag']);
  const storedCrc64 = response.headers[crc64Header];
  if (storedCrc64 !== undefined) {
    if (!sameCrc64(storedCrc64, CRC64)) throw wrongObject();
    return { response, ETag, CRC64, verified: 'object' };
  }
  const verified = await looksRight(uploader, params, { ETag, parts, signal });
  return { response, ETag, CRC64, verified };
}

/** The object, when it is there with exactly these bytes; undefined otherwise. */
export async function madeBefore(
  uploader: Uploader,
  params: UploadParams,
  { parts, signal }: Omit<Finished, 'UploadId'>,
): Promise<Made | undefined> {
  const response = await head(uploader, params, signal);
  if (!response || Number(response.headers['content-length']) !== lengthOf(parts)) return undefined;
  const CRC64 = composedCrc64(parts);
  const ETag = response.headers['etag'] ?? '';
  // Without a checksum nothing tells this object from an older one of as many bytes and parts.
  const storedCrc64 = response.headers[crc64Header];
  return storedCrc64 !== undefined && sameCrc64(storedCrc64, CRC64)
    ? { response, ETag, CRC64, verified: 'object' }
    : undefined;
}

/** Whether the service says that it has no such upload. */
export function isGone(error: unknown): boolean {
  // Of an answer that was cut off only its 404 is left, which for want of better is NoSuchKey.
  return isServiceError(error) && /^NoSuch(Upload|Key)$/.test(error.code);
}

/** Compares with a HEAD; where that is refused or shows another object by now, the proof of each part stands. */
async function looksRight(
  uploader: Uploader,
  params: UploadParams,
  { ETag, parts, signal }: Omit<Finished, 'UploadId'> & { readonly ETag: string },
): Promise<'object' | 'parts'> {
  const response = await head(uploader, params, signal).catch((error: unknown) => {
    if (signal.reason) throw error;
    return undefined;
  });
  if (!response || bareETag(response.headers['etag']) !== bareETag(ETag)) return 'parts';
  const storedCrc64 = response.headers[crc64Header];
  const length = Number(response.headers['content-length'] ?? lengthOf(parts));
  if (
    length !== lengthOf(parts) ||
    (storedCrc64 !== undefined && !sameCrc64(storedCrc64, composedCrc64(parts)))
  )
    throw wrongObject();
  return storedCrc64 === undefined ? 'parts' : 'object';
}

async function head(
  uploader: Uploader,
  params: UploadParams,
  signal: CancelSignal,
): Promise<CosResponse | undefined> {
  try {
    const call = followingCall(headObject, params);
    return await retryInForeground(uploader, signal, async (ready) => {
      const response = await uploader.client.call({ ...call, signal: ready });
      eTagOf(response.headers);
      return response;
    });
  } catch (error) {
    if (isServiceError(error) && (error.statusCode === 404 || error.statusCode === 403)) return undefined;
    throw error;
  }
}

function wrongObject(): IntegrityError {
  return new IntegrityError(
    'The checksum of the object differs from that of the bytes sent. The object was made and stands under this key; ' +
      'upload it again or delete it.',
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
