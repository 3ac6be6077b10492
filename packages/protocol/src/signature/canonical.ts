// The texts that a native COS signature is computed over (https://cloud.tencent.com/document/product/436/7778).

import { encodeStrict } from '../text/percent.ts';
import type { Digests } from './digests.ts';

/** Names and values as they are meant, not percent-encoded. A name may occur more than once. */
export type Pairs = readonly (readonly [name: string, value: string])[];

/** When a signature is valid, in Unix seconds, both ends included. */
export interface KeyTime {
  readonly start: number;
  readonly end: number;
}

/** The parts of a request that a signature can cover. */
export interface SignableRequest {
  readonly method: string;
  /** Percent-decoded absolute path; in path style with the bucket. */
  readonly path: string;
  /** Decoded query. A name without value has the value ''. */
  readonly query: Pairs;
  /** Names in any case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A signed name in its encoded form, with its raw form and value. */
export interface SignedPair {
  readonly key: string;
  readonly name: string;
  readonly value: string;
}

/** Writes a name as it stands in lists and strings: encoded, then in lower case, escapes included. */
export function encodeKey(name: string): string {
  return encodeStrict(name.toLowerCase()).toLowerCase();
}

/** Orders pairs by their encoded name, those of one name by value. */
export function sortedByKey(pairs: readonly SignedPair[]): readonly SignedPair[] {
  if (pairs.length < 2) return pairs;
  return pairs.slice().sort((a, b) => compare(a.key, b.key) || compare(a.value, b.value));
}

/** Orders pairs by their raw name: the official SDKs do so, which differs for names with characters that get encoded. */
export function sortedByName(pairs: readonly SignedPair[]): SignedPair[] {
  return pairs.slice().sort((a, b) => compare(a.name, b.name) || compare(a.value, b.value));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Joins the signed parts of a request into the text that COS calls HttpString, and FormatString in its errors. */
export function httpString(
  request: Pick<SignableRequest, 'method' | 'path'>,
  query: readonly SignedPair[],
  headers: readonly SignedPair[],
): string {
  return `${request.method.toLowerCase()}\n${request.path}\n${joined(query)}\n${joined(headers)}\n`;
}

function joined(pairs: readonly SignedPair[]): string {
  let text = '';
  for (const { key, value } of pairs) text += (text && '&') + key + '=' + encodeStrict(value);
  return text;
}

/** Makes the text that is signed, from the time as it is written and the digest of the HttpString. */
export function stringToSign(time: string, formatString: string, digests: Digests): string {
  return `sha1\n${time}\n${digests.sha1Hex(formatString)}\n`;
}

/** Writes a time span as COS does: `<start>;<end>`. */
export function keyTimeText(time: KeyTime): string {
  return `${time.start};${time.end}`;
}

/** Reads `<start>;<end>` in whole seconds, or gives undefined. */
export function parseKeyTime(text: string): KeyTime | undefined {
  const match = /^(0|[1-9]\d{0,11});(0|[1-9]\d{0,11})$/.exec(text);
  return match === null ? undefined : { start: Number(match[1]), end: Number(match[2]) };
}
