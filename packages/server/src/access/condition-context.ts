import type { ConditionContext } from './conditions.ts';

/** What conditions can refer to in a request. */
export interface ContextSource {
  readonly headers: Readonly<Record<string, string>>;
  readonly clientIp: string;
  readonly secure: boolean;
}

/** Headers and parameters by the condition key that refers to them. */
const headerKeys = [
  'x-cos-storage-class',
  'x-cos-acl',
  'x-cos-forbid-overwrite',
  'content-length',
  'content-type',
] as const;
const queryKeys = { 'cos:prefix': 'prefix', 'cos:response-content-type': 'response-content-type' } as const;

/**
 * What conditions of a policy compare with, by condition key; names in `query` are in lower case.
 * Source: https://cloud.tencent.com/document/product/436/46206
 * Quirk: a missing `versionId` counts as the empty text, which conditions compare with for "the current version".
 */
export function conditionContext(
  { headers, clientIp, secure }: ContextSource,
  query: Readonly<Record<string, string>>,
): ConditionContext {
  const context: Record<string, readonly string[]> = {
    'qcs:ip': [clientIp],
    'cos:secure-transport': [String(secure)],
    'cos:versionid': [query['versionid'] ?? ''],
  };
  for (const name of headerKeys) {
    const value = headers[name];
    if (value !== undefined) context[`cos:${name}`] = [value];
  }
  for (const [key, name] of Object.entries(queryKeys)) {
    const value = query[name];
    if (value !== undefined) context[key] = [value];
  }
  const tagging = headers['x-cos-tagging'];
  if (tagging !== undefined)
    context['qcs:request_tag'] = tagging.split('&').map((pair) => pair.replace('=', '&'));
  return context;
}
