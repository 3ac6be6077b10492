/** Gives errors the fields that applications written for the official SDKs read. */
import { isCosError } from '@sampan/protocol';

/**
 * Adds to an error of an upload in parts what the official mini program SDK puts one level deeper: `err.error.error.Code`
 * and `err.error.statusCode` are there, and `err.error.Code` and `err.statusCode` as everywhere else.
 */
export function nested(error: unknown, uploadId: string | undefined): unknown {
  if (!isCosError(error)) return error;
  const { error: inner, statusCode, headers, url, method, RequestId } = error;
  const fault = typeof inner === 'string' ? { message: inner } : inner;
  const deeper: Record<string, unknown> = {
    ...fault,
    error: inner,
    code: error.code,
    statusCode,
    headers,
    url,
    method,
    RequestId,
  };
  for (const name of Object.keys(deeper))
    if (deeper[name] === undefined) Reflect.deleteProperty(deeper, name);
  Object.defineProperty(error, 'error', {
    value: deeper,
    enumerable: true,
    configurable: true,
    writable: true,
  });
  if (uploadId !== undefined) Object.assign(error, { UploadId: uploadId });
  return error;
}
