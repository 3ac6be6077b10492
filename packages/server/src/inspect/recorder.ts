/**
 * Keeps the last requests of one thread in bounded memory. What was refused is kept longer than the rest, so that many
 * successes do not push it out.
 */
import type { Finished } from '../http/edge.ts';
import { splitTarget } from '../http/request-address.ts';
import type { EndedUpload, Phases, RequestEntry } from './entry.ts';
import { redactedTarget } from './redact.ts';
import { matches, type Selection } from './selection.ts';
import { Trace, type Evidence } from './trace.ts';

/** How much one thread keeps. */
export const recorderLimits = {
  /** The last requests of all. */
  requests: 1000,
  /** The last refused ones. */
  refused: 200,
  /** Ends of uploads. */
  uploads: 1000,
  /** Of each of the first two. Beyond that the oldest go earlier. */
  bytes: 2 * 1024 * 1024,
} as const;

/** What one thread gives of its requests. */
export interface Recorded {
  /** Newest first. */
  readonly entries: readonly RequestEntry[];
  /** Number of the last request that this thread has recorded. */
  readonly newest: number;
}

/** Records the requests of one thread. */
export interface Recorder {
  finished(exchange: Finished): void;
  /** Those that a selection names, with a number above `after`. */
  recorded(selection: Selection, after: number): Recorded;
  found(id: string): { readonly entry: RequestEntry; readonly evidence: Evidence | undefined } | undefined;
  endedUpload(uploadId: string): EndedUpload | undefined;
}

interface Kept {
  readonly number: number;
  readonly exchange: Pick<Finished, 'method' | 'clientIp' | 'receivedBytes' | 'sentBytes' | 'broken'>;
  readonly status: number;
  readonly outcome: Finished['response']['outcome'];
  readonly trace: Trace;
  readonly phases: Phases;
  readonly durationMs: number;
  readonly bytes: number;
}

/** Begins with nothing. */
export function createRecorder(limits: typeof recorderLimits = recorderLimits): Recorder {
  const all = new Ring(limits.requests, limits.bytes);
  const refused = new Ring(limits.refused, limits.bytes);
  const ended = new Map<string, EndedUpload>();
  let newest = 0;

  const noteEnd = (kept: Kept): void => {
    const { outcome, status } = kept;
    if (status >= 300 || outcome.code !== undefined) return;
    const end = ends[outcome.operation];
    const uploadId = end && uploadOf(kept.trace.target).uploadId;
    if (!end || uploadId === undefined || ended.has(uploadId)) return;
    if (ended.size >= limits.uploads) ended.delete(ended.keys().next().value!);
    const { identity, requestId } = outcome;
    const endedAt = new Date(kept.trace.nowMs).toISOString();
    ended.set(uploadId, { uploadId, end, endedAt, ...some('principal', identity), requestId });
  };

  return {
    finished(exchange) {
      const { trace } = exchange.response;
      if (!(trace instanceof Trace)) return;
      const kept = keep(exchange, trace, (newest += 1));
      noteEnd(kept);
      all.push(kept);
      if (trace.evidence) refused.push(kept);
    },
    recorded(selection, after) {
      const entries: RequestEntry[] = [];
      for (const kept of newestFirst(all, refused)) {
        if (kept.number <= after || entries.length >= selection.limit) break;
        const entry = entryOf(kept);
        if (matches(entry, selection)) entries.push(entry);
      }
      return { entries, newest };
    },
    found(id) {
      for (const kept of newestFirst(all, refused))
        if (kept.outcome.requestId === id) return { entry: entryOf(kept), evidence: kept.trace.evidence };
      return undefined;
    },
    endedUpload: (uploadId) => ended.get(uploadId),
  };
}

const ends: Readonly<Record<string, EndedUpload['end']>> = {
  multipartComplete: 'completed',
  multipartAbort: 'aborted',
};

/** The last so many, and no more than so many bytes. */
class Ring {
  readonly #most: number;
  readonly #mostBytes: number;
  readonly #kept: (Kept | undefined)[] = [];
  #first = 0;
  #count = 0;
  #bytes = 0;

  constructor(most: number, mostBytes: number) {
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  push(kept: Kept): void {
    while (this.#count > 0 && (this.#count >= this.#most || this.#bytes + kept.bytes > this.#mostBytes))
      this.#dropOldest();
    if (kept.bytes > this.#mostBytes) return;
    this.#kept[(this.#first + this.#count) % this.#most] = kept;
    this.#count += 1;
    this.#bytes += kept.bytes;
  }

  /** The newest is number 0. */
  at(age: number): Kept | undefined {
    return age < this.#count ? this.#kept[(this.#first + this.#count - 1 - age) % this.#most] : undefined;
  }

  #dropOldest(): void {
    this.#bytes -= this.#kept[this.#first]?.bytes ?? 0;
    this.#kept[this.#first] = undefined;
    this.#first = (this.#first + 1) % this.#most;
    this.#count -= 1;
  }
}

/** Both by their numbers, each request once. */
function* newestFirst(one: Ring, other: Ring): Generator<Kept> {
  let [a, b] = [0, 0];
  for (;;) {
    const [left, right] = [one.at(a), other.at(b)];
    if (!left && !right) return;
    const isLeft = !right || (left !== undefined && left.number >= right.number);
    if (isLeft && right?.number === left!.number) b += 1;
    if (isLeft) a += 1;
    else b += 1;
    yield (isLeft ? left : right)!;
  }
}

function keep(exchange: Finished, trace: Trace, number: number): Kept {
  const { method, clientIp, receivedBytes, sentBytes, broken, durationMs, response } = exchange;
  return {
    number,
    exchange: { method, clientIp, receivedBytes, sentBytes, broken },
    status: response.status,
    outcome: response.outcome,
    trace,
    phases: phasesOf(trace, durationMs, exchange.bodyWaitMs),
    durationMs,
    bytes: bytesOf(trace, response.outcome),
  };
}

/** What a request takes in memory, without its texts. */
const fixedBytes = 900;

function bytesOf({ target, host, userAgent, evidence }: Trace, { key, identity }: Kept['outcome']): number {
  let bytes = fixedBytes + target.length + host.length + (userAgent?.length ?? 0) + (identity?.length ?? 0);
  // Keys may hold any character, which takes two bytes.
  bytes += 2 * (key?.length ?? 0);
  if (!evidence) return bytes;
  const { headers, bucket, form } = evidence;
  for (const name in form) bytes += name.length + 2 * form[name]!.length + 64;
  for (const name in headers) bytes += name.length + headers[name]!.length + 64;
  // The address has path and query once more; a session has the policy of its token.
  bytes += 4 * target.length + 8 * (headers['x-cos-security-token']?.length ?? 0) + 1000;
  return bytes + (bucket ? configBytes(bucket.configs) : 0);
}

const sizes = new WeakMap<object, number>();

/** An upper bound: requests that were refused under the same documents share them. */
function configBytes(configs: object): number {
  let bytes = sizes.get(configs);
  if (bytes === undefined) sizes.set(configs, (bytes = 2 * JSON.stringify(configs).length));
  return bytes;
}

function phasesOf(trace: Trace, durationMs: number, bodyWaitMs: number): Phases {
  const { startedAtMs, verifyAtMs, handleAtMs, handledAtMs } = trace;
  const endMs = Math.max(startedAtMs + durationMs, startedAtMs);
  const handledMs = handledAtMs || endMs;
  const handleMs = handleAtMs || handledMs;
  const verifyMs = verifyAtMs || handleMs;
  const handling = Math.max(0, handledMs - handleMs);
  const bodyMs = Math.min(bodyWaitMs, Math.max(0, handledMs - verifyMs));
  return {
    waitMs: rounded(verifyMs - startedAtMs),
    verifyMs: rounded(handleMs - verifyMs - Math.max(0, bodyMs - handling)),
    bodyMs: rounded(bodyMs),
    storeMs: rounded(handling - Math.min(bodyMs, handling)),
    answerMs: rounded(endMs - handledMs),
  };
}

function rounded(ms: number): number {
  return Math.max(0, Math.round(ms * 1000) / 1000);
}

function entryOf({ exchange, status, outcome, trace, phases, durationMs }: Kept): RequestEntry {
  const { bucket, key, identity, code, lab } = outcome;
  const named = uploadOf(trace.target);
  return {
    id: outcome.requestId,
    startedAt: new Date(trace.nowMs).toISOString(),
    method: exchange.method,
    address: redactedTarget(trace.target),
    host: trace.host,
    secure: trace.secure,
    ...some('bucket', bucket),
    ...some('key', key),
    operation: outcome.operation,
    ...some('principal', identity),
    clientIp: exchange.clientIp,
    ...some('userAgent', trace.userAgent),
    status,
    ...some('code', code ?? trace.evidence?.error?.code),
    durationMs: rounded(durationMs),
    phases,
    receivedBytes: exchange.receivedBytes,
    sentBytes: exchange.sentBytes,
    ...some('uploadId', trace.uploadId ?? named.uploadId),
    ...some('partNumber', named.partNumber),
    ...(exchange.broken ? { broken: true } : {}),
    ...some('lab', lab),
    explained: trace.evidence !== undefined,
  };
}

function some<Name extends string, Value>(name: Name, value: Value | undefined): { [N in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [N in Name]?: Value });
}

/** The upload and the part that a query names. */
function uploadOf(target: string): { uploadId?: string; partNumber?: number } {
  if (!/[?&](uploadid|partnumber)=/i.test(target)) return {};
  const { rawQuery } = splitTarget(target, '');
  const found: { uploadId?: string; partNumber?: number } = {};
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    const lower = name.toLowerCase();
    if (lower === 'uploadid' && value !== '') found.uploadId ??= value;
    else if (lower === 'partnumber' && /^\d{1,9}$/.test(value)) found.partNumber ??= Number(value);
  }
  return found;
}
