/**
 * Completes a multipart upload. When the response is lost, it finds out whether the object was made: the upload is then
 * gone from the service, and the stored object must be exactly this one.
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
import { noETag } from '../../client/response.ts';
import { followingCall } from '../uploader/params.ts';
import { whileReady } from '../uploader/wait-until-active.ts';
import { lengthOf } from '../parts/layout.ts';
import { listParts, type SentPart } from '../resume/verify-parts.ts';
import type { Uploader, UploadParams, Verified } from '../uploader/uploader.ts';
import { bareETag, composedCrc64, md5Hex, sameCrc64, storedCrc64 } from '../../client/verify.ts';

/** An object that was made, and what proves its bytes. */
export interface Made {
  readonly response: CosResponse;
  readonly ETag: string;
  readonly CRC64: string;
  readonly verified: Verified;
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
  finished: Finished,
): Promise<Made | undefined> {
  const { UploadId, signal } = finished;
  const parts = await withETags(uploader, params, finished);
  if (!parts) return madeBefore(uploader, params, finished);
  const CRC64 = composedCrc64(parts);
  const Part = parts.map(({ number, ETag }) => ({ PartNumber: number, ETag }));
  const call = followingCall(multipartComplete, params, { UploadId, CompleteMultipartUpload: { Part } });

  let response: CosResponse;
  try {
    response = await whileReady(uploader, signal, (ready) =>
      uploader.client.call({
        ...call,
        signal: ready,
        check({ data }) {
          if (textOf(data['ETag']) === '')
            throw new TransportError('The answer has no ETag', { code: 'InvalidResponse' });
        },
      }),
    );
  } catch (error) {
    if (!isGone(error)) throw error;
    return madeBefore(uploader, params, { parts, signal });
  }
  const ETag = textOf(response.data['ETag']);
  const stored = storedCrc64(response);
  if (stored !== undefined) {
    if (!sameCrc64(stored, CRC64)) throw wrongObject();
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
  // Without a checksum this object cannot be told from an older one of equal size and part count.
  const stored = storedCrc64(response);
  return stored !== undefined && sameCrc64(stored, CRC64)
    ? { response, ETag, CRC64, verified: 'object' }
    : undefined;
}

/** Whether the service says that it has no such upload. */
export function isGone(error: unknown): boolean {
  // Of an answer that was cut off only its 404 is left, which for want of better is NoSuchKey.
  return isServiceError(error) && /^NoSuch(Upload|Key)$/.test(error.code);
}

/**
 * The parts with their ETags, which Complete must name: where the host hides the header, the service lists them in a
 * body. Undefined when the upload is gone.
 */
async function withETags(
  uploader: Uploader,
  params: UploadParams,
  { UploadId, parts, signal }: Finished,
): Promise<readonly SentPart[] | undefined> {
  if (parts.every(({ ETag }) => ETag !== '')) return parts;
  const listed = await listParts(uploader, params, UploadId, signal);
  const byNumber = new Map(listed?.map(({ number, ETag }) => [number, ETag]));
  return (
    listed &&
    parts.map((part) => {
      const ETag = byNumber.get(part.number) ?? part.ETag;
      const isMd5 = part.md5 !== undefined && bareETag(ETag) === md5Hex(part.md5);
      return { ...part, ETag, isProven: part.isProven || isMd5 };
    })
  );
}

/** Compares with a HEAD; where that is refused or shows another object by now, the proof of each part stands. */
async function looksRight(
  uploader: Uploader,
  params: UploadParams,
  { ETag, parts, signal }: Omit<Finished, 'UploadId'> & { readonly ETag: string },
): Promise<Verified> {
  const response = await head(uploader, params, signal).catch((error: unknown) => {
    if (signal.reason) throw error;
    return undefined;
  });
  const byParts = parts.every(({ isProven }) => isProven) ? 'parts' : 'none';
  if (!response || bareETag(response.headers['etag']) !== bareETag(ETag)) return byParts;
  const stored = storedCrc64(response);
  const length = Number(response.headers['content-length'] ?? lengthOf(parts));
  if (length !== lengthOf(parts) || (stored !== undefined && !sameCrc64(stored, composedCrc64(parts))))
    throw wrongObject();
  return stored === undefined ? byParts : 'object';
}

async function head(
  uploader: Uploader,
  params: UploadParams,
  signal: CancelSignal,
): Promise<CosResponse | undefined> {
  try {
    const call = followingCall(headObject, params);
    return await whileReady(uploader, signal, (ready) =>
      uploader.client.call({
        ...call,
        signal: ready,
        check({ headers }) {
          if (headers['etag'] || uploader.platform.hidesHeaders) return;
          throw new TransportError(noETag, { code: 'MissingETag', headers });
        },
      }),
    );
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
