import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';

/**
 * One HTTP exchange over a real socket. The address a program asks for is always https and a public name; the caller
 * says which loopback server stands for it, and the name travels in the Host header.
 */

/** A request as it goes on the wire. */
export interface Outgoing {
  /** The URL the program asked for. */
  readonly url: URL;
  /** The server that stands for it, such as `http://127.0.0.1:9000`. */
  readonly origin: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent for a request without a body. */
  readonly body?: Body | undefined;
  /** Cuts the connection after so many body bytes. */
  readonly cutAfterBytes?: number | undefined;
}

/** A body of known length, made piece by piece. */
export interface Body {
  readonly length: number;
  pieces(): Iterable<Uint8Array>;
}

/** What the caller hears while the exchange goes on. */
export interface ExchangeEvents {
  /** So many bytes of the body were handed to the socket. */
  sent(bytes: number): void;
  headers(statusCode: number, headers: Record<string, string>, cookies: string[]): void;
  chunk(bytes: Uint8Array): void;
}

/** A complete answer. */
export interface Answer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly cookies: string[];
  readonly body: Uint8Array;
}

/** Connections of one program; `destroy` drops them all. */
export function createConnections(): Agent {
  return new Agent({ keepAlive: true, maxSockets: Infinity });
}

/** Sends `outgoing`; rejects with Node's error when there is no complete answer, or when `signal` aborts. */
export function exchange(
  agent: Agent,
  outgoing: Outgoing,
  events: ExchangeEvents,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const target = new URL(outgoing.origin);
    const message = request({
      agent,
      host: target.hostname,
      port: target.port,
      method: outgoing.method,
      path: outgoing.url.pathname + outgoing.url.search,
      headers: {
        ...outgoing.headers,
        host: outgoing.url.host,
        ...(outgoing.body ? { 'content-length': outgoing.body.length } : {}),
      },
      signal,
    });
    message.on('error', reject);
    message.on('response', (response) => {
      receive(response, events).then((answer) => {
        resolve(answer);
        // Answered before the body was through: what is left of it is not wanted.
        if (!message.writableFinished) message.destroy();
      }, reject);
    });
    // Early answers (a refusal before the body is read) leave the writer waiting; the answer settles the exchange.
    send(outgoing, (piece) => write(message, piece), events).then((complete) => {
      if (complete) message.end();
      else message.destroy(Object.assign(new Error('connection cut'), { code: 'ECONNRESET' }));
    }, reject);
  });
}

async function send(
  outgoing: Outgoing,
  put: (piece: Uint8Array) => Promise<void>,
  events: ExchangeEvents,
): Promise<boolean> {
  if (!outgoing.body) return true;
  let left = outgoing.cutAfterBytes ?? Infinity;
  for (const piece of outgoing.body.pieces()) {
    const part = piece.subarray(0, left);
    await put(part);
    events.sent(part.length);
    left -= part.length;
    if (left <= 0) return false;
  }
  return true;
}

function write(message: ReturnType<typeof request>, piece: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (message.destroyed || message.write(piece)) {
      resolve();
      return;
    }
    const go = (): void => {
      message.off('drain', go).off('close', go);
      resolve();
    };
    message.on('drain', go).on('close', go);
  });
}

function receive(response: IncomingMessage, events: ExchangeEvents): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = headersOf(response.rawHeaders);
    const cookies = response.headers['set-cookie'] ?? [];
    const statusCode = response.statusCode ?? 0;
    const pieces: Uint8Array[] = [];
    events.headers(statusCode, headers, cookies);
    response.on('data', (piece: Buffer) => {
      pieces.push(piece);
      events.chunk(piece);
    });
    response.on('error', reject);
    response.on('end', () => {
      resolve({ statusCode, headers, cookies, body: Buffer.concat(pieces) });
    });
  });
}

/** Keeps the server's spelling of names, joins repeated ones. */
function headersOf(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const value = raw[i + 1] ?? '';
    headers[name] = name in headers ? `${headers[name] ?? ''},${value}` : value;
  }
  return headers;
}
