/** What a finished upload tells its caller: the official SDKs' fields, and what was proven. */
import { locationOf } from '../address.ts';
import type { Answer } from '../client.ts';
import type { Uploader, UploadResult, UploadTarget } from './uploader.ts';

type Own = Omit<UploadResult, keyof UploadTarget | 'statusCode' | 'headers' | 'RequestId' | 'Location'>;

/** Puts a result together from the last answer. */
export function resultOf(
  uploader: Uploader,
  { Bucket, Region, Key }: UploadTarget,
  answer: Answer,
  own: Own,
): UploadResult {
  const VersionId = answer.headers['x-cos-version-id'];
  const target = { Bucket, Region, Key };
  return {
    ...answer.data,
    ...target,
    statusCode: answer.statusCode,
    headers: answer.headers,
    RequestId: answer.RequestId,
    Location: locationOf(uploader.options, target),
    ...(VersionId === undefined ? {} : { VersionId }),
    ...own,
  };
}
