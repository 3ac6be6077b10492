/** Evaluates conditional headers of a read, such as If-Match and If-Modified-Since. */
export interface Conditions {
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
}

/** What a conditional read answers. */
export type Verdict = 'go-on' | 'not-modified' | 'failed';

/**
 * Weighs conditions in the order of RFC 9110 section 13.2.2: an ETag condition makes its date sibling moot. Dates
 * have a resolution of seconds. ETags compare with or without quotes, because COS clients send both.
 */
export function weigh(conditions: Conditions, etag: string, modifiedAtMs: number): Verdict {
  const modifiedSeconds = Math.floor(modifiedAtMs / 1000);
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  if (IfMatch !== undefined) {
    if (!names(IfMatch, etag)) return 'failed';
  } else if (IfUnmodifiedSince && modifiedSeconds > seconds(IfUnmodifiedSince)) return 'failed';
  if (IfNoneMatch !== undefined) return names(IfNoneMatch, etag) ? 'not-modified' : 'go-on';
  if (IfModifiedSince && modifiedSeconds <= seconds(IfModifiedSince)) return 'not-modified';
  return 'go-on';
}

/**
 * Whether a range may be answered to a client that holds a part of what `ifRange` names: an ETag or the time of a change, as
 * RFC 9110 section 13.1.5 says. A weak ETag and a time that is not exactly the object's say no.
 */
export function rangeHolds(ifRange: string | undefined, etag: string, modifiedAtMs: number): boolean {
  if (ifRange === undefined) return true;
  const text = ifRange.trim();
  if (text.startsWith('W/')) return false;
  const date = text.startsWith('"') ? Number.NaN : Date.parse(text);
  // An ETag of COS may look like a year, so only what ends as an HTTP date does is one.
  if (text.endsWith('GMT') && !Number.isNaN(date)) return Math.floor(modifiedAtMs / 1000) * 1000 === date;
  return etagList(text)[0] === etag;
}

/** The ETags of a list, bare: no quotes, no weakness mark. `*` stays. */
export function etagList(header: string): string[] {
  return header
    .split(',')
    .map((etag) =>
      etag
        .trim()
        .replace(/^W\//, '')
        .replace(/^"(.*)"$/, '$1'),
    )
    .filter((etag) => etag !== '');
}

function names(header: string, etag: string): boolean {
  const listed = etagList(header);
  return listed.includes('*') || listed.includes(etag);
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
