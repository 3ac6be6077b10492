/** What proves that the service holds the bytes that were sent. */
import {
  base64Decode,
  crc64Combine,
  crc64Empty,
  crc64Parse,
  crc64Text,
  hex,
  IntegrityError,
  TransportError,
} from '@sampan/protocol';
import { noETag } from '../../client/response.ts';
import type { PartDigest } from '../../core/platform.ts';

/** The header that holds the service's checksum. */
export const crc64Header = 'x-cos-hash-crc64ecma';

/**
 * What an answer says of the bytes of one body. `unknown`: it holds nothing to compare with; the same bytes sent with
 * `Content-MD5` are checked by the service itself.
 */
export type Proof = 'same' | 'differs' | 'unknown';

/** Compares an answer's checksums with those of the bytes that were sent. */
export function proofOf(
  headers: Readonly<Record<string, string>>,
  digest: PartDigest,
  sentMd5: boolean,
): Proof {
  const crc64 = headers[crc64Header];
  if (crc64 !== undefined) return sameCrc64(crc64, digest.crc64) ? 'same' : 'differs';
  if (sentMd5) return 'same';
  return digest.md5 !== undefined && bareETag(headers['etag']) === md5Hex(digest.md5) ? 'same' : 'unknown';
}

/** The answer's ETag. What answers without one is not the service, or hides it from this page. */
export function eTagOf(headers: Readonly<Record<string, string>>): string {
  const eTag = headers['etag'];
  if (eTag) return eTag;
  throw new TransportError(noETag, { code: 'MissingETag', headers });
}

/** Says that a body arrived changed. `fate` tells what the service holds now. */
export function mismatch(what: string, fate: string): IntegrityError {
  return new IntegrityError(`${what} arrived with other bytes than were sent. ${fate}`);
}

/** Whether two checksums in decimal are the same number. */
export function sameCrc64(a: string, b: string): boolean {
  if (a === b) return true;
  const left = crc64Parse(a.trim());
  const right = crc64Parse(b.trim());
  return !!left && !!right && left.hi === right.hi && left.lo === right.lo;
}

/** The checksum of parts laid end to end, from theirs. */
export function composedCrc64(parts: readonly { readonly crc64: string; readonly length: number }[]): string {
  let whole = crc64Empty;
  for (const part of parts) whole = crc64Combine(whole, crc64Parse(part.crc64) ?? crc64Empty, part.length);
  return crc64Text(whole);
}

/** Without quotes, in lower case. */
export function bareETag(eTag: string | undefined): string {
  return (eTag ?? '').replace(/^W\/|["\s]/g, '').toLowerCase();
}

/** Hexadecimal from the base64 that `Content-MD5` wants. */
export function md5Hex(md5: string): string {
  return hex(base64Decode(md5) ?? new Uint8Array());
}
