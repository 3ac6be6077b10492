/**
 * Keeps the last requests of one thread in bounded memory. What was refused is kept longer than the rest, so that many
 * successes do not push it out.
 */
import type { Finished } from '../http/edge.ts';
import { splitTarget } from '../http/request-address.ts';
import type { EndedUpload, Phases, RequestEntry } from './entry.ts';
import { PackedRing, type PackedRecord } from './packed-ring.ts';
import { redactedTarget } from './redact.ts';
import { matches, type Selection } from './selection.ts';
import { Trace, type Evidence } from './trace.ts';

/** How much one thread keeps. */
export const recorderLimits = {
  /** The last requests of all. */
  requests: 1000,
  /** The last refused ones, with what explains them. */
  refused: 1000,
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

/** A refused request. */
interface Refused {
  readonly number: number;
  readonly record: PackedRecord;
  readonly evidence: Evidence;
  readonly bytes: number;
}

/** Begins with nothing. */
export function createRecorder(limits: typeof recorderLimits = recorderLimits): Recorder {
  const all = new PackedRing({ records: limits.requests, bytes: limits.bytes, ...recordShape });
  const refused = new Ring(limits.refused, limits.bytes);
  const ended = new Map<string, EndedUpload>();
  let newest = 0;

  const noteEnd = ({ status, outcome }: Finished['response'], trace: Trace): void => {
    if (status >= 300 || outcome.code !== undefined) return;
    const end = ends[outcome.operation];
    const uploadId = end && uploadOf(trace.target).uploadId;
    if (!end || uploadId === undefined || ended.has(uploadId)) return;
    if (ended.size >= limits.uploads) ended.delete(ended.keys().next().value!);
    const { identity, requestId } = outcome;
    const endedAt = new Date(trace.nowMs).toISOString();
    ended.set(uploadId, { uploadId, end, endedAt, ...some('principal', identity), requestId });
  };

  return {
    finished(exchange) {
      const { trace } = exchange.response;
      if (!(trace instanceof Trace)) return;
      const record = recordOf(exchange, trace, (newest += 1));
      noteEnd(exchange.response, trace);
      all.push(record);
      const { evidence } = trace;
      if (!evidence) return;
      const bytes = bytesOf(trace, evidence, exchange.response.outcome);
      refused.push({ number: newest, record, evidence, bytes });
    },
    recorded(selection, after) {
      const entries: RequestEntry[] = [];
      for (const { number, record, evidence } of newestFirst(all, refused)) {
        if (number <= after || entries.length >= selection.limit) break;
        const entry = entryOf(record, evidence !== undefined);
        if (matches(entry, selection)) entries.push(entry);
      }
      return { entries, newest };
    },
    found(id) {
      for (const { record, evidence } of newestFirst(all, refused)) {
        const entry = entryOf(record, evidence !== undefined);
        if (entry.id === id) return { entry, evidence };
      }
      return undefined;
    },
    endedUpload: (uploadId) => ended.get(uploadId),
  };
}

const ends: Readonly<Record<string, EndedUpload['end']>> = {
  multipartComplete: 'completed',
  multipartAbort: 'aborted',
};

/** The last so many refused requests, and no more than so many bytes. */
class Ring {
  readonly #most: number;
  readonly #mostBytes: number;
  readonly #kept: (Refused | undefined)[] = [];
  #first = 0;
  #count = 0;
  #bytes = 0;

  constructor(most: number, mostBytes: number) {
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  push(kept: Refused): void {
    while (this.#count > 0 && (this.#count >= this.#most || this.#bytes + kept.bytes > this.#mostBytes))
      this.#dropOldest();
    if (kept.bytes > this.#mostBytes) return;
    this.#kept[(this.#first + this.#count) % this.#most] = kept;
    this.#count += 1;
    this.#bytes += kept.bytes;
  }

  /** The newest is number 0. */
  at(age: number): Refused | undefined {
    return age < this.#count ? this.#kept[(this.#first + this.#count - 1 - age) % this.#most] : undefined;
  }

  #dropOldest(): void {
    this.#bytes -= this.#kept[this.#first]?.bytes ?? 0;
    this.#kept[this.#first] = undefined;
    this.#first = (this.#first + 1) % this.#most;
    this.#count -= 1;
  }
}

interface Found {
  readonly number: number;
  readonly record: PackedRecord;
  readonly evidence: Evidence | undefined;
}

/** Both by their numbers, each request once. */
function* newestFirst(all: PackedRing, refused: Ring): Generator<Found> {
  let [a, b] = [0, 0];
  for (;;) {
    const record = all.at(a);
    const other = refused.at(b);
    if (!record && !other) return;
    const number = record?.numbers[0] ?? 0;
    if (other && other.number >= number) {
      if (other.number === number) a += 1;
      b += 1;
      yield other;
    } else {
      a += 1;
      yield { number, record: record!, evidence: undefined };
    }
  }
}

const recordShape = { texts: 13, numbers: 13 };

/** What an entry is made of, in the order in which `entryOf` reads it. */
function recordOf(exchange: Finished, trace: Trace, number: number): PackedRecord {
  const { method, clientIp, receivedBytes, sentBytes, broken, durationMs, response } = exchange;
  const { requestId, operation, bucket, key, identity, code, lab } = response.outcome;
  const { target, host, userAgent, secure, nowMs, uploadId, evidence } = trace;
  const { waitMs, verifyMs, bodyMs, storeMs, answerMs } = phasesOf(trace, durationMs, exchange.bodyWaitMs);
  return {
    texts: [
      requestId,
      method,
      target,
      host,
      userAgent,
      bucket,
      key,
      operation,
      identity,
      clientIp,
      code ?? evidence?.error?.code,
      uploadId,
      lab,
    ],
    numbers: [
      number,
      nowMs,
      response.status,
      durationMs,
      waitMs,
      verifyMs,
      bodyMs,
      storeMs,
      answerMs,
      receivedBytes,
      sentBytes,
      Number(secure),
      Number(broken),
    ],
  };
}

/** What a request takes in memory, without its texts. */
const fixedBytes = 900;

function bytesOf(
  { target, host, userAgent }: Trace,
  { headers, bucket, form }: Evidence,
  { key, identity }: Finished['response']['outcome'],
): number {
  let bytes = fixedBytes + target.length + host.length + (userAgent?.length ?? 0) + (identity?.length ?? 0);
  // Keys may hold any character, which takes two bytes.
  bytes += 2 * (key?.length ?? 0);
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

function entryOf({ texts, numbers }: PackedRecord, explained: boolean): RequestEntry {
  const [id = '', method = '', target = '', host = '', userAgent, bucket, key, ...others] = texts;
  const [operation = '', principal, clientIp = '', code, uploadId, lab] = others;
  const [, nowMs = 0, status = 0, durationMs = 0, ...more] = numbers;
  const [waitMs = 0, verifyMs = 0, bodyMs = 0, storeMs = 0, answerMs = 0, ...last] = more;
  const [receivedBytes = 0, sentBytes = 0, secure, broken] = last;
  const named = uploadOf(target);
  return {
    id,
    startedAt: new Date(nowMs).toISOString(),
    method,
    address: redactedTarget(target),
    host,
    secure: secure === 1,
    ...some('bucket', bucket),
    ...some('key', key),
    operation,
    ...some('principal', principal),
    clientIp,
    ...some('userAgent', userAgent),
    status,
    ...some('code', code),
    durationMs: rounded(durationMs),
    phases: { waitMs, verifyMs, bodyMs, storeMs, answerMs },
    receivedBytes,
    sentBytes,
    ...some('uploadId', uploadId ?? named.uploadId),
    ...some('partNumber', named.partNumber),
    ...(broken === 1 ? { broken: true } : {}),
    ...some('lab', lab),
    explained,
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
