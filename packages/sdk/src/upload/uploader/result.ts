/** What a finished upload tells its caller: the official SDKs' fields, and what was proven. */
import type { Answer } from '../../client/client.ts';
import type { UploadResult, UploadTarget } from './uploader.ts';

type Own = Omit<UploadResult, keyof UploadTarget | 'statusCode' | 'headers' | 'RequestId' | 'Location'>;

/** Puts a result together from the last answer. */
export function resultOf({ Bucket, Region, Key }: UploadTarget, answer: Answer, own: Own): UploadResult {
  const VersionId = answer.headers['x-cos-version-id'];
  return {
    ...answer.data,
    Bucket,
    Region,
    Key,
    statusCode: answer.statusCode,
    headers: answer.headers,
    RequestId: answer.RequestId,
    Location: answer.Location,
    ...(VersionId === undefined ? {} : { VersionId }),
    ...own,
  };
}
