/**
 * Which cross-origin requests a browser may make.
 * Source: https://cloud.tencent.com/document/product/436/8279 and 8288
 */
import type { Json } from '../metadata/port.ts';
import { wildcard } from './conditions.ts';

/** One rule of a bucket's CORS document. */
export interface CorsRule {
  readonly ID?: string | undefined;
  readonly AllowedOrigin: readonly string[];
  readonly AllowedMethod: readonly string[];
  readonly AllowedHeader: readonly string[];
  readonly ExposeHeader: readonly string[];
  readonly MaxAgeSeconds?: number | undefined;
}

export interface CorsDocument {
  readonly CORSRule: readonly CorsRule[];
  /** Answers differ by origin even where the rule allows all: caches must know. */
  readonly ResponseVary?: boolean | undefined;
}

/** What a browser says of the request it is about to make, or makes. */
export interface CrossOrigin {
  readonly origin: string;
  readonly method: string;
  /** Names of `Access-Control-Request-Headers`; empty for an actual request. */
  readonly headers: readonly string[];
}

/** The answer's headers, by lower-case name. */
export type CorsHeaders = Readonly<Record<string, string>>;

/**
 * Used where a bucket has no rules and the configuration lets browsers in: every origin, method and header, and
 * all headers that the SDKs read.
 */
export const permissiveCors: CorsDocument = {
  CORSRule: [
    {
      AllowedOrigin: ['*'],
      AllowedMethod: ['PUT', 'GET', 'POST', 'DELETE', 'HEAD'],
      AllowedHeader: ['*'],
      ExposeHeader: [
        'Date',
        'ETag',
        'Content-Length',
        'Content-Range',
        'Content-Disposition',
        'Content-Encoding',
        'Cache-Control',
        'Expires',
        'Last-Modified',
        'Accept-Ranges',
        'x-cos-request-id',
        'x-cos-trace-id',
        'x-cos-version-id',
        'x-cos-delete-marker',
        'x-cos-hash-crc64ecma',
        'x-cos-object-type',
        'x-cos-next-append-position',
        'x-cos-storage-class',
        'x-cos-storage-tier',
        'x-cos-restore',
        'x-cos-restore-status',
        'x-cos-server-side-encryption',
        'x-cos-server-side-encryption-customer-algorithm',
        'x-cos-server-side-encryption-customer-key-md5',
        'x-cos-acl',
        'x-cos-bucket-region',
        'x-cos-content-sha1',
        'x-cos-tagging-count',
      ],
      MaxAgeSeconds: 600,
    },
  ],
};

/** The rules that hold for a bucket: its own, or the permissive ones where it has none and the server allows. */
export function corsFor(config: Json | undefined, permissive: boolean): CorsDocument | undefined {
  // The store gives back what the handler of PUT Bucket cors put in.
  if (config !== undefined && config !== null) return config as unknown as CorsDocument;
  return permissive ? permissiveCors : undefined;
}

/** What a browser asks, from the headers of its request; undefined when it is not a cross-origin request. */
export function crossOrigin(
  headers: Readonly<Record<string, string | undefined>>,
  method: string,
): CrossOrigin | undefined {
  const origin = headers['origin'];
  if (origin === undefined || origin === '') return undefined;
  if (method !== 'OPTIONS') return { origin, method, headers: [] };
  return {
    origin,
    method: headers['access-control-request-method'] ?? '',
    headers: (headers['access-control-request-headers'] ?? '')
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== ''),
  };
}

/** The headers that let a request through, by the first rule that fits it; undefined when none does. */
export function corsHeaders(document: CorsDocument, request: CrossOrigin): CorsHeaders | undefined {
  const rule = document.CORSRule.find((candidate) => fits(candidate, request));
  if (!rule) return undefined;
  const anyOrigin = rule.AllowedOrigin.includes('*');
  const headers: Record<string, string> = {
    'access-control-allow-origin': anyOrigin ? '*' : request.origin,
    'access-control-allow-methods': rule.AllowedMethod.join(','),
  };
  if (!anyOrigin) headers['access-control-allow-credentials'] = 'true';
  const allowed = rule.AllowedHeader.includes('*')
    ? request.headers
    : rule.AllowedHeader.map((name) => name.toLowerCase());
  if (allowed.length > 0) headers['access-control-allow-headers'] = allowed.join(',');
  // Quirk: browsers do not take * for a list of x-cos-meta- names, so only what the rule names is exposed.
  if (rule.ExposeHeader.length > 0) headers['access-control-expose-headers'] = rule.ExposeHeader.join(',');
  if (rule.MaxAgeSeconds !== undefined) headers['access-control-max-age'] = String(rule.MaxAgeSeconds);
  if (document.ResponseVary === true || !anyOrigin) headers['vary'] = 'Origin';
  return headers;
}

function fits(rule: CorsRule, request: CrossOrigin): boolean {
  return (
    allowsOrigin(rule, request) && allowsMethod(rule, request) && missingHeaders(rule, request).length === 0
  );
}

function allowsOrigin({ AllowedOrigin }: CorsRule, { origin }: CrossOrigin): boolean {
  return AllowedOrigin.some((pattern) => wildcard(pattern).test(origin));
}

function allowsMethod({ AllowedMethod }: CorsRule, { method }: CrossOrigin): boolean {
  return AllowedMethod.includes(method);
}

/** The headers of a request that a rule does not allow. */
export function missingHeaders({ AllowedHeader }: CorsRule, { headers }: CrossOrigin): readonly string[] {
  const names = AllowedHeader.map((name) => name.toLowerCase());
  return names.includes('*') ? [] : headers.filter((name) => !names.includes(name));
}

/** What of a request a rule does not allow. */
export function corsMisfits(
  rule: CorsRule,
  request: CrossOrigin,
): readonly ('origin' | 'method' | 'headers')[] {
  return [
    ...(allowsOrigin(rule, request) ? [] : (['origin'] as const)),
    ...(allowsMethod(rule, request) ? [] : (['method'] as const)),
    ...(missingHeaders(rule, request).length === 0 ? [] : (['headers'] as const)),
  ];
}
