/** The small helpers that the official SDKs hand out as `COS.util`. */
import { base64, hex, looseXml, md5, UsageError, utf8Encode } from '@sampan/protocol';
import { bytesOf } from '../core/body.ts';
import { xml2json } from './document.ts';

/** Bytes, or a string that stands for its UTF-8. */
export type BytesOrText = Uint8Array | ArrayBuffer | string;

export const util = {
  /** MD5, as lower-case hexadecimal or, with `base64`, as base64. */
  md5(value: BytesOrText, encoding?: string): string {
    const bytes = bytesOf(value);
    if (!bytes) throw new UsageError(`util.md5 takes text or bytes, got ${typeof value}`);
    const digest = md5(bytes);
    return encoding === 'base64' ? base64(digest) : hex(digest);
  },
  /** Reads XML: leaves are strings, repeated elements arrays, attributes are left out. Throws when it is malformed. */
  xml2json,
  /** Writes an object as XML elements. */
  json2xml: looseXml,
  /** Base64 of a text's UTF-8; `safe` uses the alphabet for addresses, without padding. */
  encodeBase64(value: string, safe?: boolean): string {
    const text = base64(utf8Encode(value));
    return safe ? text.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '') : text;
  },
};
