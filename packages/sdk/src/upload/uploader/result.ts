/** What a finished upload tells its caller: the official SDKs' fields, and what was proven. */
import type { CosResponse } from '../../client/client.ts';
import type { UploadResult, UploadTarget } from './uploader.ts';

type Own = Omit<UploadResult, keyof UploadTarget | 'statusCode' | 'headers' | 'RequestId' | 'Location'>;

/** Puts a result together from the last answer. */
export function resultOf(
  { Bucket, Region, Key }: UploadTarget,
  response: CosResponse,
  own: Own,
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
    ...own,
  };
}
