/** Which requests a reader wants to see: the parameters of `/-/requests`, checked. */
import { fault } from '@sampan/protocol';
import { wildcard } from '../access/conditions.ts';
import type { RequestEntry } from './entry.ts';

/** What a request must be to be listed; plain data, which goes to other threads. */
export interface Selection {
  readonly limit: number;
  /** With `*` for any run of characters. */
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  readonly operation?: string | undefined;
  readonly method?: string | undefined;
  readonly uploadId?: string | undefined;
  /** As policies write it, with `*`. */
  readonly principal?: string | undefined;
  /** Such as `403`, `4xx` or `refused`, which is everything with an explanation. */
  readonly status?: readonly string[] | undefined;
}

/** A selection, and how it is read. */
export interface ListQuery {
  readonly selection: Selection;
  readonly after: string | undefined;
  /** How long to wait for a request when there is none. */
  readonly waitMs: number;
  readonly format: 'json' | 'har';
}

const mostEntries = 1000;
const usualEntries = 100;
const longestWaitSeconds = 30;
const names = [
  ...['bucket', 'key', 'operation', 'method', 'uploadId', 'principal'],
  ...['status', 'limit', 'after', 'wait', 'format'],
];

/** Reads the parameters of a listing. Throws `InvalidArgument` for any that is not understood. */
export function readListQuery(query: readonly (readonly [string, string])[]): ListQuery {
  const given = new Map<string, string>();
  for (const [name, value] of query) {
    if (name.startsWith('q-') || name === 'x-cos-security-token' || name === 'sign') continue;
    if (!names.includes(name))
      throw wrong(`The parameter ${name.slice(0, 64)} is not one of ${names.join(', ')}.`);
    if (given.has(name)) throw wrong(`The parameter ${name} is given twice.`);
    given.set(name, value);
  }
  const format = given.get('format') ?? 'json';
  if (format !== 'json' && format !== 'har')
    throw wrong(`format is json or har, got ${JSON.stringify(format.slice(0, 32))}.`);
  const one = (name: string) => given.get(name) || undefined;
  return {
    selection: {
      limit: whole('limit', given.get('limit'), { least: 1, most: mostEntries, usual: usualEntries }),
      bucket: one('bucket'),
      key: one('key'),
      operation: one('operation'),
      method: one('method')?.toUpperCase(),
      uploadId: one('uploadId'),
      principal: one('principal'),
      status: one('status')?.split(',').map(statusPattern),
    },
    after: one('after'),
    waitMs: 1000 * whole('wait', given.get('wait'), { least: 0, most: longestWaitSeconds, usual: 0 }),
    format,
  };
}

function statusPattern(text: string): string {
  const pattern = text.trim().toLowerCase();
  if (pattern !== 'refused' && !/^([1-5]xx|[1-5]\d\d)$/.test(pattern))
    throw wrong(
      `status is a list of numbers such as 403, classes such as 4xx, and refused, got ${JSON.stringify(text.slice(0, 32))}.`,
    );
  return pattern;
}

function whole(
  name: string,
  text: string | undefined,
  { least, most, usual }: { readonly least: number; readonly most: number; readonly usual: number },
): number {
  if (text === undefined || text === '') return usual;
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw wrong(`${name} is a number from ${least} to ${most}, got ${JSON.stringify(text.slice(0, 32))}.`);
  return value;
}

function wrong(Message: string): Error {
  return fault('InvalidArgument', { Message });
}

/** Whether a request is one that a selection names. */
export function matches(entry: RequestEntry, selection: Selection): boolean {
  const { bucket, key, operation, method, uploadId, principal, status } = selection;
  return (
    (bucket === undefined || wildcard(bucket).test(entry.bucket ?? '')) &&
    (key === undefined || wildcard(key).test(entry.key ?? '')) &&
    (operation === undefined || wildcard(operation.toLowerCase()).test(entry.operation.toLowerCase())) &&
    (method === undefined || method === entry.method) &&
    (uploadId === undefined || uploadId === entry.uploadId) &&
    (principal === undefined || wildcard(principal).test(entry.principal ?? '')) &&
    (status === undefined || status.some((pattern) => hasStatus(entry, pattern)))
  );
}

function hasStatus({ status, explained }: RequestEntry, pattern: string): boolean {
  if (pattern === 'refused') return explained;
  return pattern.endsWith('xx') ? String(status)[0] === pattern[0] : String(status) === pattern;
}
