/**
 * Demands on what a signature covers: a bucket may say that certain headers and parameters, when a request carries
 * them, must be signed. Source: https://cloud.tencent.com/document/product/436/53889
 */
import { encodeStrict, fault, type ParsedSignature } from '@sampan/protocol';
import type { Json } from '../metadata/port.ts';
import { wildcard } from './conditions.ts';

/** A document as PUT Bucket strict-signature stored it. */
interface StrictSignatureConfig {
  readonly Rule: readonly {
    readonly actionlist?: { readonly action: readonly string[] };
    readonly headerlist?: { readonly header: readonly string[] };
    readonly paramlist?: { readonly param: readonly string[] };
  }[];
}

/** What of a request a signature can cover. */
export interface SignedContent {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [string, string])[];
}

// What carries the signature itself cannot be signed, and the official SDKs add the token after signing.
const carriers =
  /^(q-(sign-algorithm|ak|sign-time|key-time|header-list|url-param-list|signature)|sign|x-cos-security-token)$/;

/** Throws `AccessDenied` when a rule for the action names something that the request carries unsigned. */
export function enforceStrictSignature(
  config: Json | undefined,
  action: string,
  signature: ParsedSignature,
  { headers, query }: SignedContent,
): void {
  if (config === undefined || config === null) return;
  for (const rule of (config as unknown as StrictSignatureConfig).Rule) {
    if (!rule.actionlist?.action.some((pattern) => names(pattern, action))) continue;
    const uncoveredHeader = Object.keys(headers).some(
      (name) => demanded(rule.headerlist?.header, name) && !covers(signature.headerList, name),
    );
    if (uncoveredHeader)
      throw fault('AccessDenied', { Message: 'Strict signature missing header that must be signed' });
    const uncoveredParam = query.some(
      ([name]) => demanded(rule.paramlist?.param, name.toLowerCase()) && !covers(signature.paramList, name),
    );
    if (uncoveredParam)
      throw fault('AccessDenied', { Message: 'Strict signature missing param that must be signed' });
  }
}

function names(pattern: string, action: string): boolean {
  return wildcard(pattern.replace(/^(name\/)?cos:/, '')).test(action);
}

function demanded(patterns: readonly string[] = [], name: string): boolean {
  if (carriers.test(name) || name === 'authorization') return false;
  return patterns.some((pattern) => pattern === 'all' || wildcard(pattern.toLowerCase()).test(name));
}

function covers(list: readonly string[], name: string): boolean {
  return list.includes(encodeStrict(name.toLowerCase()).toLowerCase());
}
