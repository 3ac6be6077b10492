import { maxClockSkewSeconds } from '../limits.ts';
import {
  encodeKey,
  httpString,
  type KeyTime,
  keyTimeText,
  type SignableRequest,
  type SignedPair,
  sortedByKey,
  sortedByName,
  stringToSign,
} from './canonical.ts';
import { type Digests, pureDigests } from './digests.ts';
import type { ParsedSignature } from './parse.ts';
import { memoize, ofSignatures } from './memoize.ts';

/** The outcome of a verification. The texts of a mismatch belong in the answer: they show a client what it signed wrongly. */
export type Verification =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason: 'mismatch';
      readonly formatString: string;
      readonly stringToSign: string;
    };

/**
 * Recomputes a signature and compares in constant time. Only the headers and parameters that the client listed are
 * covered; a listed one that the request lacks counts as empty. All values of a listed name are covered, so none can be
 * added. The time is checked apart, by `checkTimeWindow`.
 */
export function verifySignature(
  parsed: ParsedSignature,
  request: SignableRequest,
  secretKey: string,
  digests: Digests = pureDigests,
): Verification {
  const query = listedQuery(parsed.paramList, request);
  const headers = listedHeaders(parsed.headerList, request);
  const canonical = httpString(request, sortedByKey(query), sortedByKey(headers));
  // The documentation signs the key time, some official SDKs the sign time; all known clients send the same.
  const keyTime = writtenTime(parsed.keyTime);
  const signTime = writtenTime(parsed.signTime);
  const times = signTime === keyTime ? [keyTime] : [signTime, keyTime];

  const signKey = digests.hmacSha1Hex(secretKey, keyTime);
  const signedAs = (format: string): boolean => {
    for (const time of times) {
      const text = stringToSign(time, format, digests);
      if (equalInConstantTime(digests.hmacSha1Hex(signKey, text), parsed.signature)) return true;
    }
    return false;
  };
  if (signedAs(canonical)) return { ok: true };
  // The documentation sorts by encoded names, official JavaScript SDKs by raw ones; these differ for rare names only.
  const byName = httpString(request, sortedByName(query), sortedByName(headers));
  if (byName !== canonical && signedAs(byName)) return { ok: true };
  return {
    ok: false,
    reason: 'mismatch',
    formatString: canonical,
    stringToSign: stringToSign(signTime, canonical, digests),
  };
}

// A time that was read before is the same object, and its text the same text, which is compared without a look at it.
const writtenTimes = new WeakMap<KeyTime, string>();

function writtenTime(time: KeyTime): string {
  let text = writtenTimes.get(time);
  if (text === undefined) writtenTimes.set(time, (text = keyTimeText(time)));
  return text;
}

/**
 * Whether a signature is valid at `nowSeconds`. A start more than 15 minutes ahead is `skewed`: the clock of one
 * side is wrong. There is no longest validity. If the two times differ, both must hold: either alone could be forged.
 */
export function checkTimeWindow(
  parsed: Pick<ParsedSignature, 'keyTime' | 'signTime'>,
  nowSeconds: number,
): 'ok' | 'expired' | 'skewed' {
  const start = Math.max(parsed.keyTime.start, parsed.signTime.start);
  const end = Math.min(parsed.keyTime.end, parsed.signTime.end);
  if (start > nowSeconds + maxClockSkewSeconds) return 'skewed';
  return end < nowSeconds ? 'expired' : 'ok';
}

/** Compares two texts in a time that depends on their lengths alone. */
export function equalInConstantTime(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

function listedQuery(list: readonly string[], { query }: SignableRequest): SignedPair[] {
  const found: SignedPair[] = [];
  if (list.length === 0) return found;
  const wanted = new Set(list);
  for (const [name, value] of query) take(wanted, name, value, found);
  return withMissing(wanted, found);
}

function listedHeaders(list: readonly string[], { headers }: SignableRequest): SignedPair[] {
  const found: SignedPair[] = [];
  if (list.length === 0) return found;
  const wanted = new Set(list);
  for (const name in headers) take(wanted, name, headers[name]!.trim(), found);
  return withMissing(wanted, found);
}

// Requests name the same few headers and parameters again and again.
const keyOf = memoize(ofSignatures, encodeKey);

/** Takes all values of a name that is wanted. */
function take(wanted: ReadonlySet<string>, name: string, value: string, found: SignedPair[]): void {
  const key = keyOf(name);
  if (wanted.has(key)) found.push({ key, name: name.toLowerCase(), value });
}

/** A name that does not occur counts as empty. */
function withMissing(wanted: Set<string>, found: SignedPair[]): SignedPair[] {
  for (const { key } of found) wanted.delete(key);
  for (const key of wanted) found.push({ key, name: key, value: '' });
  return found;
}
