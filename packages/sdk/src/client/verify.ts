/** Compares the checksums of a response with those of the bytes that were sent. */
import {
  base64Decode,
  crc64Combine,
  crc64Empty,
  crc64Parse,
  crc64Text,
  hex,
  IntegrityError,
} from '@sampan/protocol';

/** The header that holds the service's checksum. */
export const crc64Header = 'x-cos-hash-crc64ecma';

type Headers = Readonly<Record<string, string>>;

/** The service's checksum of the object or part that an answer is about; undefined where it shows none. */
export function storedCrc64({ headers }: { readonly headers: Headers }): string | undefined {
  return headers[crc64Header] || undefined;
}

/** Says that a body arrived changed. `fate` says what the service holds now. */
export function mismatch(
  what: string,
  fate: string,
  about: ConstructorParameters<typeof IntegrityError>[1] = {},
): IntegrityError {
  return new IntegrityError(`${what} arrived with other bytes than were sent. ${fate}`, about);
}

/** Whether two checksums in decimal are the same number, with or without zeros in front. */
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

/** Whether an ETag has the form of an MD5; under some kinds of encryption it is none all the same. */
export function looksLikeMd5(eTag: string | undefined): boolean {
  return /^[0-9a-f]{32}$/.test(bareETag(eTag));
}

/** Hexadecimal from the base64 that `Content-MD5` wants. */
export function md5Hex(md5: string): string {
  return hex(base64Decode(md5) ?? new Uint8Array());
}
