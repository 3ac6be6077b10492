// Percent-encoding as the signature defines it (https://cloud.tencent.com/document/product/436/7778). The address uses
// the same encoding, so that no intermediary has a reason to rewrite it.

import { UsageError } from '../errors.ts';
import { wellFormed } from './utf8.ts';

/** Percent-encodes all but letters, digits, `-`, `_`, `.` and `~`, in upper-case hexadecimal. */
export function encodeStrict(text: string): string {
  // Nearly every name and many values are so already, and every signed request asks some twenty times.
  if (/^[\w.~-]*$/.test(text)) return text;
  const encoded = encodeURIComponent(wellFormed(text));
  // Looking costs a fraction of replacing nothing.
  if (!/[!'()*]/.test(encoded)) return encoded;
  return encoded.replace(/[!'()*]/g, (mark) => '%' + mark.charCodeAt(0).toString(16).toUpperCase());
}

/** Percent-encodes a key for an address or a copy source; `/` stays. The result has no `/` in front. */
export function encodeKeyPath(key: string): string {
  return encodeStrict(key).replace(/%2F/g, '/');
}

/**
 * Percent-decodes a path exactly once and changes nothing else: `//`, `.` and `..` are part of a key. Throws a
 * UsageError with the code `InvalidURI` when an escape is malformed or is not UTF-8.
 */
export function decodePath(rawPath: string): string {
  try {
    return decodeURIComponent(rawPath);
  } catch (cause) {
    throw new UsageError('The path is not percent-encoded UTF-8', { code: 'InvalidURI', cause });
  }
}
