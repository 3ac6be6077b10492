/**
 * The way between one device and the service, in virtual time: latency, bandwidth, and whatever goes wrong with a
 * request. Faults come from a seeded source of chance; each is counted by its kind.
 */
import type { IncomingResponse, OutgoingRequest } from '../../packages/sdk/src/core/platform.ts';
import type { VirtualClock } from '../../packages/sdk/src/testing/platform.ts';
import { refuse, respond } from '../../packages/sdk/src/testing/platform.ts';
import { kindOf, partNumberOf } from '../../packages/sdk/src/testing/rig.ts';
import type { ServiceModel } from '../../packages/sdk/src/testing/service.ts';
import { damaged } from './content.ts';

/** What a link or a service does to a request without touching what is sent. */
export const linkFaults = [
  'refused connection',
  'reset at a byte of the body',
  'reset after the service acted',
  'black hole before the service',
  'black hole after the service',
  'slow drip',
  '500',
  '503 burst',
  'page of a captive portal',
  'truncated answer',
  'answer twice over',
  'answer to another request',
  'error document in a 200',
  'answer without an ETag',
] as const;

/** What can happen to one request. */
export const networkFaults = [...linkFaults, 'body damaged on its way', 'checksum of another body'] as const;

export type NetworkFault = (typeof networkFaults)[number];

export interface Weather {
  /** Chance of a fault for each request, 0 to 1. */
  faultRate: number;
  readonly kinds: readonly NetworkFault[];
  readonly latencyMs: number;
  readonly bytesPerMs: number;
  /** Whether the host tells bytes as they go. */
  readonly reportsProgress: boolean;
}

export interface Network {
  send(request: OutgoingRequest): Promise<IncomingResponse>;
  /** Requests that are open now. */
  readonly open: number;
  readonly mostOpen: number;
  readonly ledger: Ledger;
}

/** What a network keeps of its traffic, for the oracle. */
export interface Ledger {
  /** Most bytes of bodies that were open at once. */
  mostBytes: number;
  /** Bodies that were sent while the device was offline or in the background. */
  sentAway: number;
  /** Bytes of bodies that went out, by key. */
  readonly sentBytes: Map<string, number>;
  /** Times that a part was sent, by upload and number. */
  readonly tries: Map<string, number>;
  readonly pauses: Pause[];
  /** Answers to Initiate and Abort that the device did not get as they were. */
  readonly lost: { init: number; readonly abort: Set<string> };
}

export function emptyLedger(): Ledger {
  const lost = { init: 0, abort: new Set<string>() };
  return { mostBytes: 0, sentAway: 0, sentBytes: new Map(), tries: new Map(), pauses: [], lost };
}

/** The time between an answer of 5xx and the next try of the same part. */
export interface Pause {
  readonly triesBefore: number;
  readonly ms: number;
}

interface Between {
  readonly clock: VirtualClock;
  readonly service: ServiceModel;
  readonly weather: Weather;
  readonly random: () => number;
  /** Whether the device's process still lives; the dead hear nothing. */
  readonly isAlive: () => boolean;
  /** Whether the device is offline or in the background. */
  readonly isAway: () => boolean;
  readonly count: (fault: NetworkFault) => void;
  readonly onPart: (uploadId: string) => void;
  /** Hears what arrives at the service, just before it acts. */
  readonly onArrival: (kind: string) => void;
}

const page = '<!DOCTYPE html><html><head><title>Welcome</title></head><body>Log in<br></body></html>';

/** Makes the way of one process to the service. */
export function network(between: Between): Network {
  const { clock, service, weather, random, isAlive, isAway, count, onPart, onArrival } = between;
  let open = 0;
  let mostOpen = 0;
  let openBytes = 0;
  let burstUntilMs = 0;
  const ledger = emptyLedger();
  const { lost, tries } = ledger;
  const refusedMs = new Map<string, number>();
  const add = (map: Map<string, number>, name: string, n: number): void =>
    void map.set(name, (map.get(name) ?? 0) + n);

  const faultFor = (): NetworkFault | undefined => {
    if (clock.now() < burstUntilMs) return '503 burst';
    if (random() >= weather.faultRate) return undefined;
    return weather.kinds[Math.floor(random() * weather.kinds.length)];
  };

  const send = (request: OutgoingRequest): Promise<IncomingResponse> =>
    new Promise((resolve, reject) => {
      const fault = faultFor();
      if (fault) count(fault);
      const kind = kindOf(request);
      const length = request.body instanceof Uint8Array ? request.body.length : 0;
      const uploadId = /[?&]uploadId=([^&]+)/.exec(request.url)?.[1] ?? '';
      const key = /^[^/]*\/\/[^/]+\/([^?]*)/.exec(request.url)?.[1] ?? '';
      const part = `${uploadId}:${partNumberOf(request)}`;
      if (kind === 'part') {
        onPart(uploadId);
        const refused = refusedMs.get(part);
        if (refused !== undefined)
          ledger.pauses.push({ triesBefore: tries.get(part) ?? 0, ms: clock.now() - refused });
        refusedMs.delete(part);
        add(tries, part, 1);
      }
      if (length > 0 && isAway()) ledger.sentAway += 1;
      let goneBytes = 0;
      let timer: { timer: unknown } | undefined;
      let isOver = false;
      open += 1;
      mostOpen = Math.max(mostOpen, open);
      openBytes += length;
      ledger.mostBytes = Math.max(ledger.mostBytes, openBytes);

      const over = (act: () => void): void => {
        if (isOver) return;
        isOver = true;
        open -= 1;
        openBytes -= length;
        add(ledger.sentBytes, key, goneBytes);
        if (timer) clock.clearTimer(timer);
        stop();
        if (isAlive()) act();
      };
      const miss = (): void => {
        if (kind === 'init') lost.init += 1;
        if (kind === 'abort') lost.abort.add(uploadId);
      };
      const stop = request.signal
        ? request.signal.onCancel((reason) => {
            miss();
            over(() => reject(reason));
          })
        : () => undefined;
      const after = (ms: number, act: () => void): void => {
        if (isOver) return;
        timer = clock.setTimer(act, ms);
      };
      const fail = (): void => {
        miss();
        over(() => reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })));
      };
      const answer = (response: IncomingResponse): void =>
        after(weather.latencyMs, () => over(() => resolve(response)));
      const spoiled = (response: IncomingResponse): void => {
        miss();
        answer(response);
      };

      if (isOver) return;
      if (fault === 'refused connection') return after(weather.latencyMs, fail);
      if (fault === 'black hole before the service') return miss();
      const dripMs = fault === 'slow drip' ? 20 : 1;
      const reached = fault === 'reset at a byte of the body' ? random() : 1;
      const transferMs = (length * dripMs * reached) / weather.bytesPerMs;
      const steps = weather.reportsProgress && length > 0 ? 4 : 1;
      const step = (n: number): void => {
        if (isOver || !isAlive()) return;
        goneBytes = Math.floor((length * reached * n) / steps);
        if (weather.reportsProgress && length > 0) request.onUploadProgress?.(goneBytes);
        if (n < steps) return after(transferMs / steps, () => step(n + 1));
        if (reached < 1) return fail();
        after(weather.latencyMs, arrive);
      };
      // The service acts when the request has arrived, whether or not anyone still waits for its answer.
      const arrive = (): void => {
        if (fault === '500' || fault === '503 burst') refusedMs.set(part, clock.now() + weather.latencyMs);
        if (fault === '500') return spoiled(refuse(500, 'InternalError'));
        if (fault === '503 burst') {
          if (clock.now() >= burstUntilMs) burstUntilMs = clock.now() + random() * 5000;
          return spoiled(refuse(503, 'SlowDown', random() < 0.5 ? { 'retry-after': '2' } : {}));
        }
        if (fault === 'page of a captive portal')
          return spoiled(respond(200, { 'x-cos-request-id': '', 'content-type': 'text/html' }, page));
        if (fault === 'error document in a 200') return spoiled(refuse(200, 'InternalError'));
        const body =
          fault === 'body damaged on its way' && length > 0
            ? damaged(request.body as Uint8Array, 1 + Math.floor(random() * 1000))
            : request.body;
        onArrival(kind);
        const response = service.answer({ ...request, body });
        const text = typeof response.body === 'string' ? response.body : '';
        if (fault === 'reset after the service acted') return after(weather.latencyMs, fail);
        if (fault === 'black hole after the service') return miss();
        if (fault === 'truncated answer' && text !== '')
          return spoiled({ ...response, body: text.slice(0, Math.floor(random() * text.length)) });
        if (fault === 'answer twice over' && text !== '') return spoiled({ ...response, body: text + text });
        if (fault === 'answer to another request')
          return spoiled(respond(200, {}, '<ListBucketResult><Name>x</Name></ListBucketResult>'));
        const { etag, ...rest } = response.headers;
        const sum = response.headers['x-cos-hash-crc64ecma'];
        if (fault === 'answer without an ETag' && etag) return spoiled({ ...response, headers: rest });
        if (fault === 'checksum of another body' && sum)
          return spoiled({ ...response, headers: { ...response.headers, 'x-cos-hash-crc64ecma': '4711' } });
        answer(response);
      };
      after(weather.latencyMs + transferMs / steps, () => step(1));
    });

  return {
    send,
    get open() {
      return open;
    },
    get mostOpen() {
      return mostOpen;
    },
    ledger,
  };
}
