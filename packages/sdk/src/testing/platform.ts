/**
 * A host for tests: virtual time, a scripted service, storage and locks in memory, a network and a screen that tests
 * switch. Nothing in it waits for real time, so a test of an hour of retries takes milliseconds.
 */
import { base64, crc64, crc64Text, hex, hmacSha1, md5, sha1, utf8Encode } from '@sampan/protocol';
import type {
  Clock,
  IncomingResponse,
  OutgoingForm,
  OutgoingRequest,
  Platform,
  RangedSource,
  Source,
  Timer,
} from '../core/platform.ts';

/** A clock that moves only when told to. */
export interface VirtualClock extends Clock {
  /** Timers that wait; a test of cleanliness expects none at the end. */
  readonly pendingTimers: number;
  /** Moves time forward, firing what falls due in order, and lets everything that follows from it happen. */
  advance(ms: number): Promise<void>;
  /**
   * Moves time forward, timer by timer, until `work` settles, and gives what it gave. Fails when nothing is left that
   * could ever settle it, or when `limitMs` of virtual time (an hour by default) have passed.
   */
  run<T>(work: PromiseLike<T>, limitMs?: number): Promise<T>;
}

interface Waiting {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Makes a virtual clock that starts at `startMs` (2026-01-01 by default). */
export function virtualClock(startMs = Date.UTC(2026, 0, 1)): VirtualClock {
  let now = startMs;
  let order = 0;
  const waiting = new Map<number, Waiting>();

  const next = (): Waiting | undefined => {
    let first: Waiting | undefined;
    for (const timer of waiting.values())
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order))
        first = timer;
    return first;
  };
  const fire = (timer: Waiting): void => {
    waiting.delete(timer.order);
    now = Math.max(now, timer.at);
    timer.run();
  };

  return {
    now: () => now,
    setTimer(run, delayMs) {
      const timer = { at: now + Math.max(0, delayMs), order: order++, run };
      waiting.set(timer.order, timer);
      return { timer: timer.order };
    },
    clearTimer(timer: Timer) {
      waiting.delete(timer.timer as number);
    },
    get pendingTimers() {
      return waiting.size;
    },
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (let timer = next(); timer && timer.at <= end; timer = next()) {
        fire(timer);
        await settle();
      }
      now = end;
    },
    async run<T>(work: PromiseLike<T>, limitMs = 3_600_000) {
      const end = now + limitMs;
      let settled = false;
      const watched = Promise.resolve(work).finally(() => (settled = true));
      watched.catch(() => undefined);
      for (;;) {
        await settle();

        if (settled) return watched;
        const timer = next();
        if (!timer) throw new Error('the work has not settled and no timer is left that could settle it');
        if (timer.at > end) throw new Error(`the work has not settled within ${limitMs} ms of virtual time`);
        fire(timer);
      }
    },
  };
}

/** Lets everything happen that needs no time to pass. */
export async function settle(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

/** What a scripted service answers with: a response, a promise of one, or an Error for a broken connection. */
export type Scripted = IncomingResponse | Error | Promise<IncomingResponse>;

export interface FakePlatform extends Platform {
  readonly clock: VirtualClock;
  /** Every request that reached the service, in order. */
  readonly requests: readonly (OutgoingRequest | OutgoingForm)[];
  /** Requests that are open now. */
  readonly openRequests: number;
  /** Sources that are open now. */
  readonly openSources: number;
  /** Listeners to the network and the screen. */
  readonly lifecycleListeners: number;
  readonly records: Map<string, string>;
  readonly heldLocks: ReadonlySet<string>;
  /** Files by path; a test replaces, shortens or deletes them. */
  readonly files: Map<string, FakeFile>;
  setOnline(online: boolean): void;
  setVisible(visible: boolean): void;
}

export interface FakeFile {
  readonly bytes: Uint8Array;
  readonly modifiedMs: number;
}

export interface FakeOptions {
  /** Answers a request; `attempt` counts from 0 over all requests. Without it everything is a 200 without a body. */
  readonly service?: (request: OutgoingRequest, attempt: number) => Scripted;
  readonly form?: (form: OutgoingForm, attempt: number) => Scripted;
  readonly files?: Readonly<Record<string, FakeFile>>;
  readonly maxRequests?: number;
  /** Seed of `random()`. */
  readonly seed?: number;
  /** Shared between two platforms to play two tabs, or a process that is started again. */
  readonly records?: Map<string, string>;
  readonly locks?: Set<string>;
  readonly clock?: VirtualClock;
}

/** Makes a host for tests. */
export function fakePlatform(options: FakeOptions = {}): FakePlatform {
  const clock = options.clock ?? virtualClock();
  const requests: (OutgoingRequest | OutgoingForm)[] = [];
  const records = options.records ?? new Map<string, string>();
  const locks = options.locks ?? new Set<string>();
  const files = new Map(Object.entries(options.files ?? {}));
  const listeners = new Set<() => void>();
  const service = options.service ?? (() => respond(200));
  const form = options.form ?? (() => respond(200));
  const random = seeded(options.seed ?? 1);
  let open = 0;
  let sources = 0;
  let online = true;
  let visible = true;

  const answer = async (request: OutgoingRequest | OutgoingForm, scripted: () => Scripted) => {
    if (request.signal?.reason) throw request.signal.reason;
    open += 1;
    try {
      return await orCancelled(request.signal, scripted());
    } finally {
      open -= 1;
    }
  };
  const notify = (): void => {
    for (const listener of [...listeners]) listener();
  };

  return {
    name: 'fake',
    maxRequests: options.maxRequests ?? 10,
    clock,
    requests,
    records,
    files,
    heldLocks: locks,
    get openRequests() {
      return open;
    },
    get openSources() {
      return sources;
    },
    get lifecycleListeners() {
      return listeners.size;
    },
    send(request) {
      const attempt = requests.push(request) - 1;
      return answer(request, () => service(request, attempt));
    },
    sendForm(outgoing) {
      const attempt = requests.push(outgoing) - 1;
      return answer(outgoing, () => form(outgoing, attempt));
    },
    open: async (input) => {
      const source = openSource(files, input);
      sources += 1;
      let isOpen = true;
      return {
        ...source,
        close: async () => {
          if (isOpen) sources -= 1;
          isOpen = false;
          await source.close();
        },
      };
    },
    digest: async (bytes, want) => ({
      crc64: crc64Text(crc64(bytes)),
      ...(want.md5 ? { md5: base64(md5(bytes)) } : {}),
    }),
    digests: {
      sha1Hex: (text) => hex(sha1(utf8Encode(text))),
      hmacSha1Hex: (key, text) => hex(hmacSha1(utf8Encode(key), utf8Encode(text))),
    },
    storage: {
      load: async (key) => records.get(key),
      save: async (key, text) => void records.set(key, text),
      remove: async (key) => void records.delete(key),
      keys: async (prefix) => [...records.keys()].filter((key) => key.startsWith(prefix)),
    },
    locks: {
      async tryLock(name) {
        if (locks.has(name)) return undefined;
        locks.add(name);
        return () => void locks.delete(name);
      },
    },
    lifecycle: {
      isOnline: () => online,
      isVisible: () => visible,
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    random,
    setOnline(value) {
      online = value;
      notify();
    },
    setVisible(value) {
      visible = value;
      notify();
    },
  };
}

/** Writes an answer as the service would: with a request id, unless `headers` says `x-cos-request-id: ''`. */
export function respond(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: string | Uint8Array = '',
): IncomingResponse {
  const all: Record<string, string> = { 'x-cos-request-id': 'NjE=', ...headers };
  if (all['x-cos-request-id'] === '') delete all['x-cos-request-id'];
  return { status, headers: all, body };
}

/** Writes a refusal with its error document. */
export function refuse(
  status: number,
  code: string,
  headers: Readonly<Record<string, string>> = {},
): IncomingResponse {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code} it is</Message></Error>`;
  return respond(status, { 'content-type': 'application/xml', ...headers }, body);
}

/** Never answers, as a host that drops a request; ends only when the request is cancelled. */
export function never(): Promise<IncomingResponse> {
  return new Promise(() => undefined);
}

/** Answers after `delayMs` of virtual time. */
export function later(clock: Clock, delayMs: number, answer: IncomingResponse): Promise<IncomingResponse> {
  return new Promise((resolve) => void clock.setTimer(() => resolve(answer), delayMs));
}

/** A small generator with a seed (mulberry32), uniform in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function orCancelled(signal: OutgoingRequest['signal'], scripted: Scripted): Promise<IncomingResponse> {
  return new Promise((resolve, reject) => {
    const release = signal?.onCancel(reject);
    const settled = scripted instanceof Error ? Promise.reject(scripted) : Promise.resolve(scripted);
    settled.then(resolve, reject).finally(() => release?.());
  });
}

function openSource(files: Map<string, FakeFile>, input: { Body?: unknown; FilePath?: unknown }): Source {
  const { Body, FilePath } = input;
  if (typeof Body === 'string') return memorySource(utf8Encode(Body));
  if (Body instanceof Uint8Array) return memorySource(Body);
  if (Body instanceof ArrayBuffer) return memorySource(new Uint8Array(Body));
  if (isSequential(Body)) return Body;
  if (typeof FilePath === 'string') return fileSource(files, FilePath);
  throw new Error('the fake host opens strings, bytes, sequential sources and paths of its own files');
}

function isSequential(value: unknown): value is Source {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'sequential';
}

function memorySource(bytes: Uint8Array): RangedSource {
  return {
    kind: 'ranged',
    size: bytes.length,
    identity: undefined,
    read: async (offset, length) => exactly(bytes, offset, length),
    currentIdentity: async () => undefined,
    close: async () => undefined,
  };
}

function fileSource(files: Map<string, FakeFile>, path: string): RangedSource {
  const file = (): FakeFile => {
    const found = files.get(path);
    if (!found) throw new Error(`no such file: ${path}`);
    return found;
  };
  const identity = (): string => `${path}:${file().bytes.length}:${file().modifiedMs}`;
  return {
    kind: 'ranged',
    size: file().bytes.length,
    identity: identity(),
    read: async (offset, length) => exactly(file().bytes, offset, length),
    currentIdentity: async () => identity(),
    close: async () => undefined,
  };
}

function exactly(bytes: Uint8Array, offset: number, length: number): Uint8Array {
  if (offset + length > bytes.length) throw new Error('the file has become shorter');
  return bytes.slice(offset, offset + length);
}
