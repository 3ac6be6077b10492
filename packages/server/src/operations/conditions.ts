/** Conditions of a read, as its headers give them. */
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
