/** Sends requests with node:http. Bodies are written with back-pressure; answers are collected or handed over as streams. */
import { Buffer } from 'node:buffer';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { TimeoutError, TransportError } from '@sampan/protocol';
import type { HostBody, IncomingResponse, OutgoingRequest, Payload } from '../../platform.ts';
import type { Route } from './agents.ts';
import { isNodeBody } from './body.ts';

export interface TransportOptions {
  /** Follow redirects of reads. Default false. */
  readonly FollowRedirect?: boolean | undefined;
  readonly UserAgent?: string | undefined;
}

/** Written at once; small enough that progress moves and a cancelled request stops soon. */
const pieceBytes = 256 * 1024;
/** Written at once where that is quick: every piece costs a turn of the event loop. */
const mostPieceBytes = 1024 * 1024;
const quickMs = 100;
const maxRedirects = 5;
/** An error document or a list is never longer; whatever is longer is not from the service. */
const maxTextBytes = 32 * 1024 * 1024;
/** As for requests that are collected. */
const streamStallMs = 60_000;
/** How long `Expect: 100-continue` is waited for, as curl does. */
const continueMs = 1000;

/** Makes the platform's `send`. */
export function createSend(route: (url: URL) => Route, options: TransportOptions) {
  const userAgent = options.UserAgent || 'sampan-sdk';

  return async (request: OutgoingRequest): Promise<IncomingResponse> => {
    let url = new URL(request.url);
    let headers: Record<string, string> = { 'user-agent': userAgent, ...request.headers };
    for (let redirects = 0; ; redirects++) {
      const message = await roundTrip(route(url), { ...request, headers });
      const target = redirectTarget(request, message, url);
      if (!options.FollowRedirect || !target || redirects >= maxRedirects) return collect(request, message);
      message.resume();
      // A signature is never shown to another host, which could use it.
      if (target.host !== url.host) headers = withoutSignature(headers);
      headers = { ...headers, host: target.host };
      url = target;
    }
  };
}

function roundTrip(
  { request: start, options }: Route,
  request: OutgoingRequest & { readonly headers: Readonly<Record<string, string>> },
): Promise<IncomingMessage> {
  const { body, signal } = request;
  return new Promise((resolve, reject) => {
    const outgoing = start({
      ...options,
      method: request.method,
      headers: { ...(options.headers as object), ...request.headers, ...lengthOf(request.method, body) },
      setHost: false,
    });
    const stopListening = signal?.onCancel((reason) => outgoing.destroy(reason));
    let answered = false;
    outgoing.once('error', (error) => {
      stopListening?.();
      if (!answered) reject(error);
    });
    outgoing.once('response', (message) => {
      answered = true;
      message.once('close', () => stopListening?.());
      // A refusal need not wait for the body; what is left of it is not sent.
      message.once('end', () => {
        if (!outgoing.writableEnded) outgoing.destroy();
      });
      resolve(message);
    });
    writeBody(outgoing, request).catch((error: unknown) => {
      outgoing.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
}

function lengthOf(method: string, body: Payload | undefined): Record<string, string> {
  if (body === undefined) return method === 'PUT' || method === 'POST' ? { 'content-length': '0' } : {};
  if (typeof body === 'string') return { 'content-length': String(Buffer.byteLength(body)) };
  const size = body instanceof Uint8Array ? body.byteLength : body.size;
  return size === undefined ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(size) };
}

async function writeBody(outgoing: ClientRequest, request: OutgoingRequest): Promise<void> {
  const { body } = request;
  if (body === undefined) {
    outgoing.end();
    return;
  }
  if (request.headers['expect']) await continued(outgoing);
  let sent = 0;
  for await (const piece of piecesOf(body)) {
    if (outgoing.destroyed) return;
    if (!outgoing.write(piece)) await drained(outgoing);
    sent += piece.byteLength;
    request.onUploadProgress?.(sent);
  }
  outgoing.end();
}

/** The pieces of any body, in order. */
async function* piecesOf(body: Payload): AsyncGenerator<Uint8Array> {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) {
    yield* hostPieces(body);
    return;
  }
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  let begunMs = performance.now();
  for (let at = 0, size = pieceBytes; at < bytes.byteLength;) {
    yield bytes.subarray(at, at + size);
    at += size;
    const nowMs = performance.now();
    size = nowMs - begunMs < quickMs ? Math.min(size * 2, mostPieceBytes) : pieceBytes;
    begunMs = nowMs;
  }
}

function hostPieces({ hostBody }: HostBody): AsyncIterable<Uint8Array> {
  if (isNodeBody(hostBody)) return hostBody.pieces();
  throw new TransportError('the body is of another host', { retryable: false });
}

/** Waits until the service asks for the body, answers without it, or leaves the matter open. */
function continued(outgoing: ClientRequest): Promise<void> {
  outgoing.flushHeaders();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, continueMs);
    for (const event of ['continue', 'response', 'close'] as const) {
      outgoing.once(event, () => {
        clearTimeout(timer);
        resolve();
      });
    }
  });
}

function drained(outgoing: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off('drain', done);
      outgoing.off('close', done);
      resolve();
    };
    outgoing.on('drain', done);
    outgoing.on('close', done);
  });
}

async function collect(request: OutgoingRequest, message: IncomingMessage): Promise<IncomingResponse> {
  const status = message.statusCode ?? 0;
  const headers = flatten(message.headers);
  const isError = status < 200 || status > 299;
  if (request.responseType === 'stream' && !isError) {
    endWhenStalled(message, request);
    return { status, headers, body: { hostStream: message } };
  }
  const length = Number(headers['content-length'] ?? Number.NaN);
  const asText = request.responseType === 'text' || isError;
  const bytes = await readAll(message, length, asText ? maxTextBytes : Infinity, (received) => {
    request.onDownloadProgress?.(received, Number.isFinite(length) ? length : undefined);
  });
  return { status, headers, body: asText ? bytes.toString('utf8') : bytes };
}

async function readAll(
  message: IncomingMessage,
  length: number,
  limit: number,
  onBytes: (received: number) => void,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let received = 0;
  // A body that breaks off is an error here: node reports it as ECONNRESET.
  for await (const piece of message as AsyncIterable<Buffer>) {
    pieces.push(piece);
    received += piece.byteLength;
    if (received > limit) {
      message.destroy();
      throw new TransportError('The answer is longer than any answer of the service', {
        code: 'InvalidResponse',
      });
    }
    onBytes(received);
  }
  if (message.method !== 'HEAD' && Number.isFinite(length) && received < length && received > 0)
    throw new TransportError('The answer broke off', { code: 'ECONNRESET' });
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, received);
}

/** The engine waits for the head of an answer; a body that its caller reads is watched here. */
function endWhenStalled(message: IncomingMessage, request: OutgoingRequest): void {
  const { socket } = message;
  const limitMs = request.timeoutMs > 0 ? request.timeoutMs : streamStallMs;
  const stalled = (): void => {
    // Bytes that nobody takes: it is the reader who rests, not the service.
    if (message.readableLength > 0) return;
    const why = `No progress for ${limitMs} ms`;
    message.destroy(new TimeoutError(why, { url: request.url, method: request.method }));
  };
  socket.setTimeout(limitMs, stalled);
  message.once('close', () => {
    socket.off('timeout', stalled);
    socket.setTimeout(0);
  });
}

function flatten(headers: IncomingMessage['headers']): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ');
  return flat;
}

function redirectTarget(request: OutgoingRequest, message: IncomingMessage, from: URL): URL | undefined {
  const { location } = message.headers;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead || !location || ![301, 302, 303, 307, 308].includes(message.statusCode ?? 0)) return undefined;
  const target = URL.parse(location, from.href);
  // Never from an encrypted connection to a plain one.
  return target && (target.protocol === from.protocol || target.protocol === 'https:') ? target : undefined;
}

function withoutSignature(headers: Readonly<Record<string, string>>): Record<string, string> {
  const { authorization: _signature, 'x-cos-security-token': _token, ...rest } = headers;
  return rest;
}
