import { hmacSha1 } from '../digest/hmac.ts';
import { sha1 } from '../digest/sha1.ts';
import { hex } from '../digest/text.ts';
import { utf8Encode } from '../text/utf8.ts';

/** The two functions a signature needs, over UTF-8 text, giving lower-case hexadecimal. A platform may bring faster ones. */
export interface Digests {
  readonly sha1Hex: (text: string) => string;
  readonly hmacSha1Hex: (key: string, text: string) => string;
}

/** Digests in plain JavaScript, for hosts without native ones. */
export const pureDigests: Digests = {
  sha1Hex: (text) => hex(sha1(utf8Encode(text))),
  hmacSha1Hex: (key, text) => hex(hmacSha1(utf8Encode(key), utf8Encode(text))),
};
