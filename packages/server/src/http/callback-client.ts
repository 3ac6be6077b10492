/**
 * Calls other services after uploads. Each address is resolved once and judged, and the connection goes to what was
 * judged, so a name that changes its mind in between gains nothing. Redirects are not followed, answers are bounded.
 */
import { lookup } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { isIP, type LookupFunction } from 'node:net';
import { addressKind, listsHost, mayReach, type CallbackReach } from '../access/callback-hosts.ts';

/** An address that a name stands for. */
export interface Resolved {
  readonly address: string;
  readonly family: number;
}

export interface CallbackClientOptions {
  /** Hosts that may be called, in lower case; empty: all. */
  readonly hosts: readonly string[];
  readonly reach: CallbackReach;
  /** For one attempt, from the look-up of the name to the last byte of the answer. Default: 5 s. */
  readonly timeoutMs?: number;
  /** Default: the system's. */
  readonly resolve?: (host: string) => Promise<readonly Resolved[]>;
}

interface Wanted {
  readonly urls: readonly URL[];
  readonly host: string | undefined;
  readonly type: string;
  readonly body: string;
}

type Outcome =
  { readonly ok: true; readonly answer: string } | { readonly ok: false; readonly reason: string };

// The time that other stores with this feature document: https://help.aliyun.com/zh/oss/support/0007-00000202
const attemptMs = 5_000;
const attempts = 2;
const largestAnswerBytes = 1_048_576;
/** Callbacks of one thread at a time: slow ones must not take the descriptors that requests need. */
const mostAtOnce = 64;

/** Says why an attempt failed, in words for the client; `final` where a second attempt could not do better. */
class AttemptFailed extends Error {
  readonly final: boolean;

  constructor(message: string, final = false) {
    super(message);
    this.final = final;
  }
}

/** Makes a client for callbacks. Its calls never reject. */
export function createCallbackClient(options: CallbackClientOptions): {
  call(wanted: Wanted): Promise<Outcome>;
} {
  let running = 0;
  return {
    async call(wanted) {
      if (running >= mostAtOnce)
        return { ok: false, reason: `More than ${mostAtOnce} callbacks are under way; try again later.` };
      running++;
      try {
        return await inTurn(wanted, options);
      } finally {
        running--;
      }
    },
  };
}

/** Tries each address until one succeeds, a failed one twice. */
async function inTurn(wanted: Wanted, options: CallbackClientOptions): Promise<Outcome> {
  let reason = '';
  for (const url of wanted.urls)
    for (let left = attempts; left > 0; left--) {
      try {
        return { ok: true, answer: await attempt(url, wanted, options) };
      } catch (error) {
        const known = error instanceof AttemptFailed;
        reason = `The callback to ${url.host} failed: ${known ? error.message : 'it could not be made'}.`;
        if (known && error.final) break;
      }
    }
  return { ok: false, reason };
}

async function attempt(url: URL, wanted: Wanted, options: CallbackClientOptions): Promise<string> {
  const { timeoutMs = attemptMs } = options;
  const over = new AbortController();
  const late = new AttemptFailed(`it did not answer within ${timeoutMs / 1000} s`);
  // Kept alive on purpose: a service that ends lets uploads in progress have their answer.
  const timer = setTimeout(() => over.abort(late), timeoutMs);
  try {
    const addresses = await unlessAborted(judged(url, options), over.signal);
    return await unlessAborted(post(url, addresses, wanted, over.signal), over.signal);
  } finally {
    clearTimeout(timer);
    over.abort(late);
  }
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    work.then(resolve, reject);
  });
}

/** The addresses of a host, all of which may be called. */
async function judged(url: URL, options: CallbackClientOptions): Promise<readonly Resolved[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!listsHost(options.hosts, host)) throw new AttemptFailed('--callback-hosts does not list it', true);
  const family = isIP(host);
  const addresses = family === 0 ? await resolved(host, options) : [{ address: host, family }];
  // One that may not be called spoils the others: which of them is taken is not for the caller to try out.
  if (addresses.some(({ address }) => !mayReach(options.reach, addressKind(address))))
    throw new AttemptFailed('its address is not public, and --callback-reach does not allow that', true);
  return addresses;
}

async function resolved(
  host: string,
  { resolve = systemResolve }: CallbackClientOptions,
): Promise<readonly Resolved[]> {
  let addresses: readonly Resolved[];
  try {
    addresses = await resolve(host);
  } catch {
    addresses = [];
  }
  if (addresses.length === 0) throw new AttemptFailed('its name was not found');
  return addresses;
}

const systemResolve = (host: string) => lookup(host, { all: true });

function post(
  url: URL,
  addresses: readonly Resolved[],
  { host, type, body }: Wanted,
  signal: AbortSignal,
): Promise<string> {
  // Instead of a look-up: what was judged is what is connected to.
  const pinned: LookupFunction = (_host, options, callback) => {
    if (options.all) callback(null, [...addresses]);
    else callback(null, addresses[0]!.address, addresses[0]!.family);
  };
  // Found at the first callback: importing the module also loads fetch (docs/decisions/0021).
  const { request: send } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http');
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method: 'POST',
      agent: false,
      lookup: pinned,
      signal,
      headers: {
        host: host ?? url.host,
        'content-type': type,
        'content-length': Buffer.byteLength(body),
        'user-agent': 'sampan',
      },
    });
    request.on('error', (error: NodeJS.ErrnoException) => reject(connectionFailed(error)));
    request.on('response', (response) => {
      read(response)
        .then(resolve, reject)
        .finally(() => request.destroy());
    });
    request.end(body);
  });
}

/** The answer's body, which must be JSON; one without any content stands for an empty object. */
async function read(response: IncomingMessage): Promise<string> {
  const { statusCode = 0 } = response;
  // An answer that refuses will be no other the second time, unless the other side was at fault itself.
  if (statusCode < 200 || statusCode > 299)
    throw new AttemptFailed(`it answered with status ${statusCode}`, statusCode < 500);
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes > largestAnswerBytes)
        throw new AttemptFailed(`its answer is larger than ${largestAnswerBytes} bytes`, true);
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof AttemptFailed ? error : connectionFailed(error as NodeJS.ErrnoException);
  }
  const text = Buffer.concat(chunks).toString().trim();
  if (text === '') return '{}';
  try {
    JSON.parse(text);
  } catch {
    throw new AttemptFailed('its answer is not JSON', true);
  }
  return text;
}

/** Words of Node's own messages may quote what came; its codes do not. */
function connectionFailed({ code }: NodeJS.ErrnoException): AttemptFailed {
  const what = code?.startsWith('HPE_') ? 'its answer is not HTTP' : 'the connection failed';
  return new AttemptFailed(code === undefined ? what : `${what} (${code})`);
}
