/**
 * Demands on what a signature covers: a bucket may say that certain headers and parameters, when a request carries
 * them, must be signed. Source: https://cloud.tencent.com/document/product/436/53889
 */
import { fault, type ParsedSignature } from '@sampan/protocol';
import type { Json } from '../metadata/port.ts';
import { wildcard } from './conditions.ts';
import { isCarrier, listCovers } from './coverage.ts';

/** A document as PUT Bucket strict-signature stored it. */
interface StrictSignatureConfig {
  readonly Rule: readonly {
    readonly actionlist?: { readonly action: readonly string[] };
    readonly headerlist?: { readonly header: readonly string[] };
    readonly paramlist?: { readonly param: readonly string[] };
  }[];
}

/** What a request carries. */
export interface SignedContent {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [string, string])[];
}

/** Throws `AccessDenied` when a rule for the action names something that the request carries unsigned. */
export function enforceStrictSignature(
  config: Json | undefined,
  action: string,
  signature: Pick<ParsedSignature, 'headerList' | 'paramList'>,
  { headers, query }: SignedContent,
): void {
  if (config === undefined || config === null) return;
  for (const rule of (config as unknown as StrictSignatureConfig).Rule) {
    if (!rule.actionlist?.action.some((pattern) => names(pattern, action))) continue;
    const uncoveredHeader = Object.keys(headers).some(
      (name) => demanded(rule.headerlist?.header, name) && !listCovers(signature.headerList, name),
    );
    if (uncoveredHeader)
      throw fault('AccessDenied', { Message: 'Strict signature missing header that must be signed' });
    const uncoveredParam = query.some(
      ([name]) =>
        demanded(rule.paramlist?.param, name.toLowerCase()) && !listCovers(signature.paramList, name),
    );
    if (uncoveredParam)
      throw fault('AccessDenied', { Message: 'Strict signature missing param that must be signed' });
  }
}

function names(pattern: string, action: string): boolean {
  return wildcard(pattern.replace(/^(name\/)?cos:/, '')).test(action);
}

function demanded(patterns: readonly string[] = [], name: string): boolean {
  if (isCarrier(name)) return false;
  return patterns.some((pattern) => pattern === 'all' || wildcard(pattern.toLowerCase()).test(name));
}
