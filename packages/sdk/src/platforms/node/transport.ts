/** Sends requests with node:http. Bodies are written with back-pressure; answers are collected or handed over as streams. */
import { Buffer } from 'node:buffer';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { TimeoutError, TransportError } from '@sampan/protocol';
import { isBytes } from '../../core/body.ts';
import type { HostBody, IncomingResponse, OutgoingRequest, Payload } from '../../core/platform.ts';
import type { Route } from './agents.ts';
import { isNodeBody } from './body.ts';
import { targetOf, type Target } from './target.ts';

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
/** Error documents and lists are never longer; a longer text is not from the service. */
const maxTextBytes = 32 * 1024 * 1024;
/** As for requests that are collected. */
const streamStallMs = 60_000;
/** How long `Expect: 100-continue` is waited for, as curl does. */
const continueMs = 1000;

/** Makes the platform's `send`. */
export function createSend(route: (target: Target) => Route, options: TransportOptions) {
  const userAgent = options.UserAgent || 'sampan-sdk';
  if (!options.FollowRedirect)
    return (request: OutgoingRequest): Promise<IncomingResponse> =>
      roundTrip(route(targetOf(request.url)), request, userAgent, collect);

  return async (request: OutgoingRequest): Promise<IncomingResponse> => {
    let target = targetOf(request.url);
    let { headers } = request;
    for (let redirects = 0; ; redirects++) {
      const answer = await roundTrip(route(target), { ...request, headers }, userAgent, handOver);
      const next = redirectTarget(request, answer, target);
      if (!next || redirects >= maxRedirects)
        return new Promise((resolve, reject) => collect(request, answer, resolve, reject));
      answer.resume();
      // A signature is never shown to another host, which could use it.
      if (next.host !== target.host) headers = withoutSignature(headers);
      headers = { ...headers, host: next.host };
      target = next;
    }
  };
}

/** What is made of an answer whose head has come. */
type Take<T> = (
  request: OutgoingRequest,
  answer: IncomingMessage,
  resolve: (made: T) => void,
  reject: (error: Error) => void,
) => void;

const handOver: Take<IncomingMessage> = (_request, answer, resolve) => resolve(answer);

function roundTrip<T>(
  { request: start, options }: Route,
  request: OutgoingRequest,
  userAgent: string,
  take: Take<T>,
): Promise<T> {
  const { method, signal } = request;
  const body = typeof request.body === 'string' ? Buffer.from(request.body) : request.body;
  return new Promise((resolve, reject) => {
    const headers = headerList(request, body, { 'user-agent': userAgent, ...(options.headers as Headers) });
    const outgoing = start({ ...options, method, headers });
    // The signal belongs to one request and is harmless after its end, so the listener is not removed.
    signal?.onCancel((reason) => outgoing.destroy(reason));
    let answered = false;
    outgoing.on('error', (error) => {
      if (!answered) reject(error);
    });
    outgoing.on('response', (answer) => {
      answered = true;
      // A refusal need not wait for the body; what is left of it is not sent.
      if (!outgoing.writableEnded)
        answer.on('end', () => {
          if (!outgoing.writableEnded) outgoing.destroy();
        });
      take(request, answer, resolve, reject);
    });
    if (body === undefined) outgoing.end();
    else if (isBytes(body) && body.byteLength <= pieceBytes && !request.headers['expect'])
      // One piece leaves together with the head.
      outgoing.end(body, () => request.onUploadProgress?.(body.byteLength));
    else
      writePieces(outgoing, request, body).catch((error: unknown) => {
        outgoing.destroy(error instanceof Error ? error : new Error(String(error)));
      });
  });
}

type Headers = Readonly<Record<string, string>>;

/** Text is bytes by now. */
type Body = Exclude<Payload, string>;

/**
 * Names and values in turn, which Node takes as they are; of an object it makes a list first. What the body says of its
 * length wins over all other headers, and `standard` ones stand where there are no others.
 */
function headerList(
  { method, headers }: OutgoingRequest,
  body: Body | undefined,
  standard: Headers,
): string[] {
  const list: string[] = [];
  for (const name in standard) if (headers[name] === undefined) list.push(name, standard[name]!);
  const length = lengthOf(method, body);
  for (const name in headers)
    if (!length || (name !== 'content-length' && name !== 'transfer-encoding'))
      list.push(name, headers[name]!);
  if (length) list.push(...length);
  return list;
}

/** The header of a body's length. */
function lengthOf(method: string, body: Body | undefined): [name: string, value: string] | undefined {
  if (body === undefined) return method === 'PUT' || method === 'POST' ? ['content-length', '0'] : undefined;
  const size = isBytes(body) ? body.byteLength : body.size;
  return size === undefined ? ['transfer-encoding', 'chunked'] : ['content-length', String(size)];
}

/** Sends a body piece by piece, as the socket takes them. */
async function writePieces(outgoing: ClientRequest, request: OutgoingRequest, body: Body): Promise<void> {
  if (request.headers['expect']) await continued(outgoing);
  let sent = 0;
  for await (const piece of isBytes(body) ? piecesOf(body) : hostPieces(body)) {
    if (outgoing.destroyed) return;
    if (!outgoing.write(piece)) await drained(outgoing);
    sent += piece.byteLength;
    request.onUploadProgress?.(sent);
  }
  outgoing.end();
}

/** Pieces of bytes, in order. */
async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
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

/** Collects a response: its whole body, or a stream for the response type `stream`. */
function collect(
  request: OutgoingRequest,
  message: IncomingMessage,
  resolve: (response: IncomingResponse) => void,
  reject: (error: Error) => void,
): void {
  const status = message.statusCode ?? 0;
  const headers = joined(message.headers);
  const isError = status < 200 || status > 299;
  if (request.responseType === 'stream' && !isError) {
    endWhenStalled(message, request);
    resolve({ status, headers, body: { hostStream: message } });
    return;
  }
  const asText = request.responseType === 'text' || isError;
  const length = Number(headers['content-length'] ?? Number.NaN);
  const limit = asText ? maxTextBytes : Infinity;
  const pieces: Buffer[] = [];
  let received = 0;
  message.on('data', (piece: Buffer) => {
    pieces.push(piece);
    received += piece.byteLength;
    if (received > limit)
      message.destroy(
        new TransportError('The answer is longer than any answer of the service', {
          code: 'InvalidResponse',
        }),
      );
    request.onDownloadProgress?.(received, Number.isFinite(length) ? length : undefined);
  });
  message.on('end', () => {
    if (asText && received === 0) return resolve({ status, headers, body: '' });
    const body = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, received);
    resolve({ status, headers, body: asText ? body.toString('utf8') : body });
  });
  // A body that breaks off is an error here: node reports it as ECONNRESET.
  message.on('error', reject);
  message.on('close', () => {
    if (!message.readableEnded) reject(new TransportError('The answer broke off', { code: 'ECONNRESET' }));
  });
}

/** The engine waits for the head of an answer; a body that its caller reads is watched here. */
function endWhenStalled(message: IncomingMessage, request: OutgoingRequest): void {
  const { socket } = message;
  const limitMs = request.timeoutMs > 0 ? request.timeoutMs : streamStallMs;
  const stalled = (): void => {
    // Unread bytes are buffered: the reader is idle, not the service, so the time limit does not apply.
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

/** Of all headers only this one comes as a list. */
function joined(headers: IncomingMessage['headers']): Record<string, string> {
  const cookies = headers['set-cookie'];
  return (cookies ? { ...headers, 'set-cookie': cookies.join(', ') } : headers) as Record<string, string>;
}

function redirectTarget(
  request: OutgoingRequest,
  message: IncomingMessage,
  from: Target,
): Target | undefined {
  const { location } = message.headers;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead || !location || ![301, 302, 303, 307, 308].includes(message.statusCode ?? 0)) return undefined;
  const url = URL.parse(location, from.href);
  const target = url && targetOf(url.href);
  // Never from an encrypted connection to a plain one.
  return target && (target.isSecure || !from.isSecure) ? target : undefined;
}

function withoutSignature(headers: Headers): Headers {
  const { authorization: _signature, 'x-cos-security-token': _token, ...rest } = headers;
  return rest;
}
