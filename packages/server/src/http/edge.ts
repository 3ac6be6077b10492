/**
 * The HTTP server: turns requests on sockets into plain messages, and response messages into bytes on sockets. It
 * limits and counts connections. The pipeline, not this file, interprets the requests.
 */
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { fault } from '@sampan/protocol';
import { Connections, type ConnectionLimits } from './connections.ts';
import { failureResponse } from './error-response.ts';
import type { HttpRequest, HttpResponse } from './message.ts';
import { RequestBody } from './incoming.ts';
import { writeResponse } from './outgoing.ts';
import { firstOn, listening } from './ports.ts';
import { requestId } from './request-id.ts';

/** What the edge reports of every exchange when it is over. */
export interface Finished {
  readonly method: string;
  /** Without query, which may hold a signature. */
  readonly path: string;
  readonly clientIp: string;
  readonly response: HttpResponse;
  readonly durationMs: number;
  /** Part of the duration in which the sender was waited for. */
  readonly bodyWaitMs: number;
  readonly receivedBytes: number;
  readonly sentBytes: number;
  readonly broken: boolean;
}

/** Where to listen. */
export interface Place {
  /** A name or an address. */
  readonly host: string;
  /** The first is the main one; 0 picks a free port. */
  readonly ports: readonly number[];
  /** Whether other threads listen there too, after this one or before. */
  readonly sharing: 'alone' | 'first' | 'joined';
}

export interface EdgeOptions<Begun> extends Place {
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer; readonly ticketKeys: Buffer } | undefined;
  /** A connection without traffic for this time is closed, whichever side stalls. */
  readonly idleMs: number;
  /** The head of a request must be here after so long. */
  readonly headMs: number;
  readonly connections: ConnectionLimits;
  answer(request: HttpRequest): Promise<HttpResponse>;
  /** What it gives comes back when the exchange is over. */
  started(): Begun;
  finished(exchange: Finished, begun: Begun): void;
}

export interface Edge {
  /** The TCP ports in use, in the order of the options. */
  readonly ports: readonly number[];
  /** What the host's name stood for. */
  readonly address: string;
  /** Takes no more requests, lets those in progress finish for a while, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

// A signed address with a long key and a token of 4 KiB fits twice; a line of 64 KiB is refused.
const maxHeaderBytes = 32 * 1024;
// Longer than the 60 s after which common proxies drop idle connections, so that it is they who do.
const keepAliveMs = 65_000;

/** Opens the ports and serves until closed. Rejects when a port cannot be opened. */
export async function openEdge<Begun>(options: EdgeOptions<Begun>): Promise<Edge> {
  const state = { closing: false };
  const counted = new Connections(options.connections);
  const servers: Server[] = [];
  try {
    for (const port of options.ports) servers.push(await listen(options, port, { state, counted }));
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  const addresses = servers.map((server) => server.address() as AddressInfo);
  return {
    ports: addresses.map(({ port }) => port),
    address: addresses[0]?.address ?? options.host,
    async close(graceMs) {
      state.closing = true;
      await Promise.all(servers.map((server) => closeServer(server, graceMs)));
    },
  };
}

async function listen<Begun>(
  options: EdgeOptions<Begun>,
  port: number,
  { state, counted }: { readonly state: { readonly closing: boolean }; readonly counted: Connections },
): Promise<Server> {
  const settings = {
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: options.headMs,
    connectionsCheckingInterval: Math.max(50, Math.min(1000, options.headMs / 4)),
    requestTimeout: 0,
    keepAliveTimeout: keepAliveMs,
    // Requests without Host are answered like any other bad request.
    requireHostHeader: false,
    // Most requests have no body; their stream then has no listeners.
    optimizeEmptyRequests: true,
    // Sessions of TLS belong to a name; Node's own choice differs from thread to thread.
    sessionIdContext: 'sampan',
  };
  const server = createServer(settings, options.tls && { ...options.tls, handshakeTimeout: options.headMs });
  server.timeout = options.idleMs;
  const connections = new WeakMap<Duplex, Connection>();
  server.on('connection', (socket: Socket) => {
    // Under TLS requests come from another object, which has the same two ends.
    const id = idOf(socket);
    counted.opened(id, socket.remoteAddress ?? '', socket, performance.now());
    socket.once('close', () => counted.closed(id));
  });
  const serve = (req: IncomingMessage, res: ServerResponse, invite?: () => void) => {
    let connection = connections.get(req.socket);
    if (!connection) connections.set(req.socket, (connection = connectionOf(req.socket)));
    connection.body = new RequestBody(req, invite);
    const { id } = connection;
    counted.busy(id);
    const arrival = new Arrival(req, res, connection, options.tls !== undefined);
    void exchange(options, arrival, state).finally(() => counted.idle(id));
  };
  server.on('request', (req: IncomingMessage, res: ServerResponse) => serve(req, res));
  server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) =>
    serve(req, res, () => res.writeContinue()),
  );
  server.on('checkExpectation', (req: IncomingMessage, res: ServerResponse) => serve(req, res));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const body = connections.get(socket)?.body;
    // A request is being answered on this connection: what went wrong is its body, and it says so itself.
    if (body && !body.ended)
      body.fail(fault(endedEarly.has(error.code ?? '') ? 'IncompleteBody' : 'InvalidRequest'));
    else refuseRaw(socket, error);
  });
  server.on('timeout', (socket: Socket) => {
    const body = connections.get(socket)?.body;
    if (body && !body.ended) body.fail(fault('RequestTimeout'));
    else socket.destroy();
  });
  const { host, sharing } = options;
  const open = () => listening(server, { host, port, reusePort: sharing !== 'alone' });
  await (sharing === 'first' ? firstOn({ host, port }, open) : open());
  return server;
}

/**
 * Node's modules by `getBuiltinModule`, when they are used: an `import` of `node:http` reads everything that it exports, and
 * so loads Node's own `fetch` in each thread, which takes 24 ms and up to 13 MB (Node 24.21).
 */
function createServer(
  settings: ServerOptions,
  tls: (NonNullable<EdgeOptions<unknown>['tls']> & { readonly handshakeTimeout: number }) | undefined,
): Server {
  if (tls) return process.getBuiltinModule('node:https').createServer({ ...settings, ...tls });
  return process.getBuiltinModule('node:http').createServer(settings);
}

const endedEarly = new Set(['HPE_INVALID_EOF_STATE', 'ECONNRESET', 'EPIPE']);

/** What stays the same from one request of a connection to the next, and the body that is being read. */
interface Connection {
  readonly id: string;
  readonly clientIp: string;
  readonly localPort: number;
  body: RequestBody | undefined;
}

function connectionOf(socket: Socket): Connection {
  const { remoteAddress = '', localPort = 0 } = socket;
  const clientIp = remoteAddress.replace(/^::ffff:/, '');
  return { id: idOf(socket), clientIp, localPort, body: undefined };
}

/** What names a connection of a server while it is open. */
function idOf({ remoteAddress = '', remotePort = 0, localPort = 0 }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localPort}`;
}

/** A request with the answer that belongs to it. */
class Arrival implements HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secure: boolean;
  readonly clientIp: string;
  readonly localPort: number;
  readonly body: RequestBody;
  readonly res: ServerResponse;
  readonly connection: Connection;
  /** This side has reset the connection. */
  wasCut = false;
  #gone: AbortController | undefined;

  constructor(req: IncomingMessage, res: ServerResponse, connection: Connection, secure: boolean) {
    this.method = req.method ?? '';
    this.target = req.url ?? '/';
    this.headers = flat(req.headers);
    this.secure = secure;
    this.clientIp = connection.clientIp;
    this.localPort = connection.localPort;
    this.body = connection.body!;
    this.res = res;
    this.connection = connection;
  }

  get tlsVersion(): string | undefined {
    const socket = this.res.req.socket as Socket & { readonly getProtocol?: () => string | null };
    return /^TLSv(\d(?:\.\d)?)$/.exec(socket.getProtocol?.() ?? '')?.[1];
  }

  hangUp(): boolean {
    const { res } = this;
    const { socket } = res.req;
    if (res.writableFinished || socket.destroyed) return false;
    // Under TLS a socket cannot be reset: it is closed without a goodbye.
    if (this.secure) socket.destroy();
    else socket.resetAndDestroy();
    this.wasCut = true;
    return true;
  }

  /** Made when somebody asks for it, which small requests never do. */
  get signal(): AbortSignal {
    if (!this.#gone) {
      const gone = (this.#gone = new AbortController());
      const closed = () => {
        if (!this.res.writableFinished) gone.abort();
      };
      if (this.res.closed) closed();
      else this.res.once('close', closed);
    }
    return this.#gone.signal;
  }
}

async function exchange<Begun>(
  options: EdgeOptions<Begun>,
  arrival: Arrival,
  state: { readonly closing: boolean },
): Promise<void> {
  const startedAtMs = performance.now();
  const { res, body, connection } = arrival;
  const begun = options.started();
  res.on('error', ignore);
  const ambiguity = ambiguityOf(res.req);
  const response = ambiguity === undefined ? await options.answer(arrival) : refusedHead(arrival, ambiguity);
  // What follows on such a connection could be the rest of a body, by another reading of its head.
  const written = writeResponse(res, response, body, state.closing || ambiguity !== undefined);
  const sent = written instanceof Promise ? await written : written;
  if (connection.body === body) connection.body = undefined;
  response.over?.();
  options.finished(
    {
      method: arrival.method,
      path: pathOf(arrival.target),
      clientIp: arrival.clientIp,
      response,
      durationMs: performance.now() - startedAtMs,
      bodyWaitMs: body.waitedMs,
      receivedBytes: body.receivedBytes,
      sentBytes: sent.bodyBytes,
      broken: sent.broken || arrival.wasCut,
    },
    begun,
  );
}

/**
 * What makes the head of a request mean different things to different readers, such as a proxy in front: RFC 9112,
 * sections 3.2 and 6.1. The parser itself refuses two lengths, and a length beside chunks.
 */
function ambiguityOf({ rawHeaders, headers, httpVersion }: IncomingMessage): string | undefined {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    if (name.length === 4 && name.toLowerCase() === 'host' && ++hosts > 1) return 'Host is given twice.';
  }
  const coding = headers['transfer-encoding'];
  if (coding === undefined) return undefined;
  if (httpVersion === '1.0') return 'Transfer-Encoding is not for HTTP/1.0.';
  return coding.toLowerCase() === 'chunked'
    ? undefined
    : 'Transfer-Encoding must be chunked and nothing else.';
}

function refusedHead(arrival: Arrival, Message: string): HttpResponse {
  const id = requestId(Date.now(), arrival.clientIp);
  const error = fault('InvalidRequest', { Message });
  const about = { method: arrival.method, resource: arrival.headers['host'] ?? '', requestId: id };
  const { status, headers, body } = failureResponse(error, about);
  return {
    status,
    headers: { ...headers, server: 'tencent-cos', 'x-cos-request-id': id },
    body,
    outcome: {
      requestId: id,
      operation: 'unmatched',
      code: error.code,
      bucket: undefined,
      key: undefined,
      identity: undefined,
    },
  };
}

function ignore(): void {
  // The writer of the response notices a client that is gone.
}

function pathOf(target: string): string {
  const mark = target.indexOf('?');
  return mark < 0 ? target : target.slice(0, mark);
}

/** Headers with one text each. Node keeps a list of one header, which no client means to send. */
function flat(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const cookies = headers['set-cookie'];
  const single = headers as Record<string, string>;
  return cookies === undefined ? single : { ...single, 'set-cookie': cookies.join(', ') };
}

/** Answers what could not be read as a request, as far as the connection still allows. */
function refuseRaw(socket: Duplex, error: NodeJS.ErrnoException): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const id = requestId(Date.now(), 'remoteAddress' in socket ? String(socket.remoteAddress) : '');
  const late = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const { status, headers, body } = failureResponse(fault(late ? 'RequestTimeout' : 'InvalidRequest'), {
    method: 'GET',
    resource: '',
    requestId: id,
  });
  const lines = Object.entries({
    ...headers,
    'x-cos-request-id': id,
    date: new Date().toUTCString(),
    server: 'tencent-cos',
    connection: 'close',
    'content-length': String(Buffer.byteLength(body)),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  // A sender that does not read either must not keep the connection.
  socket.end(`HTTP/1.1 ${status} Bad Request\r\n${lines.join('')}\r\n${body}`, () => socket.destroy());
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  // Connections that the kernel has set up are taken before the port is closed, which would cut them off: the loop asks
  // for new ones once in every turn, before this.
  await new Promise((resolve) => setImmediate(resolve));
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Connections that fall idle one by one are closed as they do.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
