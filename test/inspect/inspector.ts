/** Asks a service for what it kept of its requests. */
import { createHash, createHmac } from 'node:crypto';
import { encodeStrict, sign } from '@sampan/protocol';
import type { RunningService } from '../service.ts';

/** Who asks. */
export interface Keys {
  readonly secretId: string;
  readonly secretKey: string;
}

/** One request as the service lists it. */
export interface Listed {
  readonly id: string;
  readonly method: string;
  readonly address: string;
  readonly bucket?: string;
  readonly key?: string;
  readonly operation: string;
  readonly principal?: string;
  readonly status: number;
  readonly code?: string;
  readonly durationMs: number;
  readonly phases: Readonly<Record<string, number>>;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly uploadId?: string;
  readonly partNumber?: number;
  readonly userAgent?: string;
  readonly explained: boolean;
}

/** Why one was refused. */
export interface Explained {
  readonly cause: string;
  readonly summary: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly fix?: {
    readonly sentence: string;
    readonly document?: { readonly type: string; readonly content: string };
  };
}

/** Sends a signed request for a reserved path; without keys, an unsigned one. */
export async function askInspector(
  service: Pick<RunningService, 'url'>,
  path: string,
  query: Readonly<Record<string, string>> = {},
  {
    keys,
    headers = {},
  }: { readonly keys?: Keys | undefined; readonly headers?: Record<string, string> } = {},
): Promise<Response> {
  const now = Math.floor(Date.now() / 1000);
  const pairs = Object.entries(query);
  const signed = keys && {
    ...keys,
    method: 'GET',
    path,
    query: pairs,
    headers: { host: new URL(service.url).host },
    keyTime: { start: now - 1, end: now + 600 },
    digests,
  };
  const text = pairs.map((pair) => pair.map(encodeStrict).join('=')).join('&');
  return fetch(`${service.url}${path}${text === '' ? '' : `?${text}`}`, {
    headers: { ...headers, ...(signed ? { authorization: sign(signed).authorization } : {}) },
  });
}

const digests = {
  sha1Hex: (text: string) => createHash('sha1').update(text).digest('hex'),
  hmacSha1Hex: (key: string, text: string) => createHmac('sha1', key).update(text).digest('hex'),
};

/** The list that the root key sees. */
export async function listedBy(
  service: RunningService,
  query: Readonly<Record<string, string>> = {},
): Promise<{ readonly requests: readonly Listed[]; readonly cursor: string }> {
  const answer = await askInspector(service, '/-/requests', query, { keys: service });
  if (answer.status !== 200) throw new Error(`no list: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { requests: Listed[]; cursor: string };
}

/** One request and why it was refused, as the root key sees it. */
export async function explainedBy(
  service: RunningService,
  id: string,
  headers: Record<string, string> = {},
): Promise<{ readonly request: Listed; readonly explanation?: Explained }> {
  const answer = await askInspector(service, `/-/requests/${id}`, {}, { keys: service, headers });
  if (answer.status !== 200) throw new Error(`no explanation: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { request: Listed; explanation?: Explained };
}
