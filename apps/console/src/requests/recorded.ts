/** The last requests as the service lists them, and why one was refused. */
import { askService } from '../session/reserved.ts';

/** Where the time of a request went, in their order. */
export const phases = ['wait', 'verify', 'body', 'store', 'answer'] as const;

/** One request. */
export interface Recorded {
  readonly id: string;
  readonly startedAt: string;
  readonly method: string;
  readonly address: string;
  readonly host: string;
  readonly bucket?: string;
  readonly key?: string;
  readonly operation: string;
  readonly principal?: string;
  readonly clientIp: string;
  readonly userAgent?: string;
  readonly status: number;
  readonly code?: string;
  readonly durationMs: number;
  readonly phases: Readonly<Record<`${(typeof phases)[number]}Ms`, number>>;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly uploadId?: string;
  readonly partNumber?: number;
  readonly broken?: true;
  readonly lab?: string;
  readonly explained: boolean;
}

/** Why a request was refused, in the language of the page. */
export interface Explanation {
  readonly cause: string;
  readonly summary: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly fix?: {
    readonly sentence: string;
    readonly document?: { readonly type: string; readonly content: string };
  };
}

/** The page keeps no more than this; the service keeps fewer. */
export const mostShown = 2000;

/** Requests that ended after `cursor`, newest first, and the next cursor; waits for one up to `waitSeconds`. */
export async function recordedAfter(
  cursor: string | undefined,
  waitSeconds: number,
  signal: AbortSignal,
): Promise<{ readonly requests: readonly Recorded[]; readonly cursor: string }> {
  const query = {
    limit: '1000',
    ...(cursor === undefined ? {} : { after: cursor, wait: String(waitSeconds) }),
  };
  return (await askService('/-/requests', { query, signal })) as { requests: Recorded[]; cursor: string };
}

/** Why this one was refused. */
export async function explanationOf(id: string): Promise<Explanation | undefined> {
  const answer = await askService(`/-/requests/${id}`);
  return (answer as { explanation?: Explanation }).explanation;
}

/** All that the service keeps, for tools that read HTTP archives. */
export async function archiveOfAll(): Promise<Blob> {
  const archive = await askService('/-/requests', { query: { format: 'har', limit: '1000' } });
  return new Blob([JSON.stringify(archive, undefined, 2)], { type: 'application/json' });
}
