/**
 * How the website host of a bucket answers: an index document for a folder, redirects, and an error document in place
 * of an error. What is decided here is only which object is read instead; reading it goes the usual way.
 * Source: https://cloud.tencent.com/document/product/436/30617
 */
import type { Json } from '../metadata/port.ts';

/** A document as PUT Bucket website stored it. */
export interface WebsiteDocument {
  readonly IndexDocument?: { readonly Suffix: string };
  readonly RedirectAllRequestsTo?: { readonly Protocol: string };
  readonly AutoAddressing?: { readonly Status: 'Enabled' | 'Disabled' };
  readonly ErrorDocument?: { readonly Key: string; readonly OriginalHttpStatus?: 'Enabled' | 'Disabled' };
  readonly RoutingRules?: { readonly RoutingRule: readonly RoutingRule[] };
}

interface RoutingRule {
  readonly Condition: { readonly HttpErrorCodeReturnedEquals?: number; readonly KeyPrefixEquals?: string };
  readonly Redirect: {
    readonly Protocol?: string;
    readonly ReplaceKeyWith?: string;
    readonly ReplaceKeyPrefixWith?: string;
  };
}

/** What to do with a request to a website. */
export type Turn =
  | { readonly kind: 'read'; readonly key: string; readonly status?: number }
  | { readonly kind: 'redirect'; readonly key: string; readonly protocol: 'http' | 'https' };

/** The website of a bucket; undefined when it has none. */
export function websiteOf(config: Json | undefined): WebsiteDocument | undefined {
  return config === undefined || config === null ? undefined : (config as unknown as WebsiteDocument);
}

/** What a request for a key becomes before anything is read. `key` is empty for the root. */
export function firstTurn(document: WebsiteDocument, key: string, secure: boolean): Turn {
  if (document.RedirectAllRequestsTo && !secure) return { kind: 'redirect', key, protocol: 'https' };
  const rule = rules(document).find(({ Condition }) => {
    const prefix = Condition.KeyPrefixEquals;
    return prefix !== undefined && key.startsWith(prefix);
  });
  if (rule) return redirected(rule, key, secure);
  const suffix = document.IndexDocument?.Suffix;
  const isFolder = key === '' || key.endsWith('/');
  return { kind: 'read', key: isFolder && suffix !== undefined ? key + suffix : key };
}

/** What stands in for an error; undefined when the error itself is the answer. */
export function turnAfterError(
  document: WebsiteDocument,
  { key, status, secure }: { readonly key: string; readonly status: number; readonly secure: boolean },
): Turn | undefined {
  const rule = rules(document).find(({ Condition }) => Condition.HttpErrorCodeReturnedEquals === status);
  if (rule) return redirected(rule, key, secure);
  const { AutoAddressing, ErrorDocument } = document;
  if (status === 404 && AutoAddressing?.Status === 'Enabled' && !key.endsWith('.html'))
    return { kind: 'read', key: `${key}.html` };
  if (!ErrorDocument) return undefined;
  return {
    kind: 'read',
    key: ErrorDocument.Key,
    status: ErrorDocument.OriginalHttpStatus === 'Disabled' ? 200 : status,
  };
}

function rules(document: WebsiteDocument): readonly RoutingRule[] {
  return document.RoutingRules?.RoutingRule ?? [];
}

function redirected({ Condition, Redirect }: RoutingRule, key: string, secure: boolean): Turn {
  const { ReplaceKeyWith, ReplaceKeyPrefixWith = '', Protocol } = Redirect;
  const replaced = ReplaceKeyPrefixWith + key.slice(Condition.KeyPrefixEquals?.length ?? 0);
  const protocol =
    Protocol?.toLowerCase() === 'https' || (Protocol === undefined && secure) ? 'https' : 'http';
  return { kind: 'redirect', key: ReplaceKeyWith ?? replaced, protocol };
}
