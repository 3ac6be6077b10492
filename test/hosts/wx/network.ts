import type { Failure } from './callbacks.ts';
import { NETWORK_FAILURE, networkFailure } from './failures.ts';
import type { NetworkTrouble } from './failures.ts';
import { createConnections, exchange } from './exchange.ts';
import type { Answer, Body } from './exchange.ts';
import type { Radio } from './lifecycle.ts';
import type { AppProcess } from './process.ts';
import type { Platform } from './system.ts';

/**
 * The transport below wx.request and wx.uploadFile: at most ten exchanges at once and a queue for the rest, time limits,
 * redirects, what happens in the background and offline, and the faults a test may inject.
 * Source: https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html
 */

/** A network call, as a fault hook and the call log see it. */
export interface NetworkCall {
  /** Counts calls of this program from 1. */
  readonly serial: number;
  readonly api: 'request' | 'uploadFile';
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

/** What a fault hook may do to a call. */
export type NetworkFault =
  | undefined
  /** Neither sends nor ever calls back, as iOS does for an answer that stops half way. */
  | 'drop'
  /** Sends it, then loses the answer: the service has done the work, the program sees a broken connection. */
  | 'loseResponse'
  | { readonly delayMs: number }
  | { readonly cutAfterBytes: number }
  | { readonly trouble: NetworkTrouble };

/** Figures about the traffic of one device. */
export interface Traffic {
  inFlight: number;
  inFlightPeak: number;
  queuedPeak: number;
  bytesSent: number;
  bytesReceived: number;
  /** Every call that left the queue, in order, with how it ended. */
  readonly calls: (NetworkCall & { statusCode?: number; failure?: string })[];
}

/** What the network needs to know. */
export interface NetworkSettings {
  readonly app: AppProcess;
  readonly radio: Radio;
  readonly platform: Platform;
  readonly traffic: Traffic;
  readonly maxInFlight: number;
  /** Names the server that stands for a host; undefined is a host that does not exist. */
  readonly route: (host: string) => string | undefined;
  readonly fault: (call: NetworkCall) => NetworkFault;
}

/** What an API hands to the network. */
export interface Job {
  readonly api: 'request' | 'uploadFile';
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly followRedirects: boolean;
  /** Called when the job leaves the queue: the bytes are taken then. */
  body(): Body | undefined;
  sent?(bytes: number, total: number): void;
  headersReceived(statusCode: number, headers: Record<string, string>, cookies: string[]): void;
  chunk?(bytes: Uint8Array): void;
  done(answer: Answer): void;
  failed(failure: Failure): void;
}

/** The network of one program. */
export interface Network {
  /** Sends or queues a job; answers what aborts it. */
  submit(job: Job): { abort(): void };
  /** Fails whatever is under way or queued. */
  failAll(failure: Failure): void;
  /** Refuses every call while closed. */
  closed: boolean;
}

const MAX_REDIRECTS = 5;

/** Creates the network of one program. */
export function createNetwork(settings: NetworkSettings): Network {
  const { app, traffic } = settings;
  const agent = createConnections();
  const queue: Running[] = [];
  const running = new Set<Running>();
  let serial = 0;
  app.onKill(() => {
    for (const task of running) task.stop.abort();
    running.clear();
    queue.length = 0;
    traffic.inFlight = 0;
    agent.destroy();
  });

  interface Running {
    readonly job: Job;
    readonly stop: AbortController;
    state: 'queued' | 'sending' | 'over';
    timer: unknown;
  }

  function leave(task: Running): boolean {
    if (task.state === 'over' || app.state === 'killed') return false;
    if (task.state === 'queued') queue.splice(queue.indexOf(task), 1);
    task.state = 'over';
    app.clock.clearTimeout(task.timer);
    running.delete(task);
    traffic.inFlight = running.size;
    next();
    return true;
  }

  function fail(task: Running, failure: Failure): void {
    if (!leave(task)) return;
    task.stop.abort();
    task.job.failed(failure);
  }

  function next(): void {
    while (running.size < settings.maxInFlight) {
      const task = queue.shift();
      if (!task) break;
      start(task);
    }
    traffic.queuedPeak = Math.max(traffic.queuedPeak, queue.length);
  }

  function start(task: Running): void {
    task.state = 'sending';
    running.add(task);
    traffic.inFlight = running.size;
    traffic.inFlightPeak = Math.max(traffic.inFlightPeak, running.size);
    if (task.job.timeoutMs > 0) {
      task.timer = app.clock.setTimeout(() => {
        fail(task, NETWORK_FAILURE.timeout);
      }, task.job.timeoutMs);
    }
    const { url, api, method } = task.job;
    const call = {
      serial: ++serial,
      api,
      method,
      host: url.host,
      path: url.pathname,
      query: url.search.slice(1),
    };
    const log: Traffic['calls'][number] = call;
    traffic.calls.push(log);
    const fault = settings.fault(call);
    if (fault === 'drop') {
      app.clock.clearTimeout(task.timer);
      return;
    }
    const delayMs = typeof fault === 'object' && 'delayMs' in fault ? fault.delayMs : 0;
    const go = (): void => {
      if (task.state !== 'sending') return;
      carry(task, fault).then(
        (answer) => {
          log.statusCode = answer.statusCode;
          if (leave(task)) task.job.done(answer);
        },
        (error: unknown) => {
          const failure = failureOf(error);
          log.failure = failure.reason.trim();
          fail(task, failure);
        },
      );
    };
    if (delayMs > 0) app.clock.setTimeout(go, delayMs);
    else go();
  }

  async function carry(task: Running, fault: NetworkFault): Promise<Answer> {
    const { job } = task;
    if (settings.radio.networkType === 'none') throw new Trouble('offline');
    if (typeof fault === 'object' && 'trouble' in fault) throw new Trouble(fault.trouble);
    const body = job.body();
    let { url, method } = job;
    for (let hops = 0; ; hops++) {
      const origin = settings.route(url.host);
      if (origin === undefined) throw new Trouble('unknownHost');
      let written = 0;
      const carriesBody = body !== undefined && method !== 'GET' && method !== 'HEAD';
      const answer = await exchange(
        agent,
        {
          url,
          origin,
          method,
          headers: job.headers,
          body: carriesBody ? body : undefined,
          cutAfterBytes:
            typeof fault === 'object' && 'cutAfterBytes' in fault ? fault.cutAfterBytes : undefined,
        },
        {
          sent(bytes) {
            written += bytes;
            traffic.bytesSent += bytes;
            if (body) job.sent?.(written, body.length);
          },
          headers(statusCode, headers, cookies) {
            if (fault !== 'loseResponse') job.headersReceived(statusCode, headers, cookies);
          },
          chunk(bytes) {
            traffic.bytesReceived += bytes.length;
            if (fault !== 'loseResponse') job.chunk?.(bytes);
          },
        },
        task.stop.signal,
      );
      if (fault === 'loseResponse') throw new Trouble('reset');
      const location = redirectTarget(answer);
      if (!job.followRedirects || location === undefined) return answer;
      if (hops === MAX_REDIRECTS) throw new Trouble('tooManyRedirects');
      url = new URL(location, url);
      if (answer.statusCode !== 307 && answer.statusCode !== 308 && method !== 'HEAD') method = 'GET';
    }
  }

  function failureOf(error: unknown): Failure {
    const trouble = error instanceof Trouble ? error.kind : troubleOf((error as { code?: string }).code);
    return networkFailure(settings.platform, trouble);
  }

  return {
    closed: false,
    submit(job) {
      const task: Running = { job, stop: new AbortController(), state: 'queued', timer: undefined };
      if (this.closed) {
        task.state = 'over';
        job.failed(NETWORK_FAILURE.interrupted);
      } else if (app.state !== 'killed') {
        queue.push(task);
        next();
      }
      return {
        abort: () => {
          fail(task, NETWORK_FAILURE.abort);
        },
      };
    },
    failAll(failure) {
      for (const task of queue.splice(0)) {
        task.state = 'over';
        task.job.failed(failure);
      }
      for (const task of [...running]) fail(task, failure);
    },
  };
}

class Trouble extends Error {
  readonly kind: NetworkTrouble;

  constructor(kind: NetworkTrouble) {
    super(kind);
    this.kind = kind;
  }
}

function troubleOf(code: string | undefined): NetworkTrouble {
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ENOTFOUND') return 'unknownHost';
  return 'reset';
}

function redirectTarget(answer: Answer): string | undefined {
  if (answer.statusCode < 300 || answer.statusCode > 399 || answer.statusCode === 304) return undefined;
  return Object.entries(answer.headers).find(([name]) => name.toLowerCase() === 'location')?.[1];
}
