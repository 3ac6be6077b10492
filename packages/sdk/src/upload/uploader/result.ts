/** The result of a finished upload: the official SDKs' fields, and which checksum was verified. */
import type { CosResponse } from '../../client/client.ts';
import type { UploadResult, UploadTarget } from './uploader.ts';

type Own = Omit<
  UploadResult,
  keyof UploadTarget | 'statusCode' | 'headers' | 'RequestId' | 'Location' | 'CRC64'
> & { readonly CRC64: string | undefined };

/** Puts a result together from the last answer. */
export function resultOf(
  { Bucket, Region, Key }: UploadTarget,
  response: CosResponse,
  { CRC64, ...own }: Own,
): UploadResult {
  const VersionId = response.headers['x-cos-version-id'];
  return {
    ...response.data,
    Bucket,
    Region,
    Key,
    statusCode: response.statusCode,
    headers: response.headers,
    RequestId: response.RequestId,
    Location: response.Location,
    ...(VersionId === undefined ? {} : { VersionId }),
    ...(CRC64 === undefined || own.verified === 'none' ? {} : { CRC64 }),
    ...own,
  };
}
