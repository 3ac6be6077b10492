/**
 * A small signed HTTP client for tests: it sends exactly what a test says, also what no well-meaning client would, and
 * gives back exactly what came.
 */
import { randomBytes } from 'node:crypto';
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { encodeKeyPath, encodeStrict, readLoose, sign, signUrlQuery } from '@sampan/protocol';
import type { RunningService } from '../service.ts';
import { observe, observeRaw } from './observed.ts';

type Pairs = readonly (readonly [string, string])[];

/** One request, as far as it is not the usual. */
export interface TestRequest {
  readonly method?: string;
  /** Full bucket name; absent: the client's. `null`: the service. */
  readonly bucket?: string | null;
  readonly key?: string;
  /** Sub-resource and parameters, in order. A value of '' is sent without `=`. */
  readonly query?: Readonly<Record<string, string>> | Pairs;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Where the signature goes; default `header`. */
  readonly sign?: 'header' | 'url' | 'none';
  readonly secretId?: string;
  readonly secretKey?: string;
  /** Sent as `x-cos-security-token`. */
  readonly token?: string;
  /** Seconds relative to now between which the signature is valid; default -1 and 600. */
  readonly validity?: readonly [number, number];
  /** `virtual` (default): bucket in the host; `path`: in the path. */
  readonly style?: 'virtual' | 'path';
  readonly region?: string;
  /** Value of the Host header. */
  readonly host?: string;
  /** Path as sent, percent-encoded; default: made from the key. */
  readonly rawPath?: string;
  /** Whole request target as sent; default: path and query. */
  readonly target?: string;
  /** Decoded path that is signed; default: the one that is sent. */
  readonly signedPath?: string;
  /** Headers to sign, in lower case; default: all that there are. */
  readonly signedHeaders?: readonly string[];
  readonly signal?: AbortSignal;
  /** The connections to use; default: those that all tests of a file share. */
  readonly agent?: Agent;
}

/** What came back. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  /** Code of the error document, if it is one. */
  readonly code: string | undefined;
  /** The document as nested records of texts. */
  xml(): Record<string, unknown>;
}

export interface TestClient {
  readonly service: RunningService;
  readonly bucket: string;
  send(request: TestRequest): Promise<TestAnswer>;
  put(
    key: string,
    body?: TestRequest['body'],
    headers?: Readonly<Record<string, string>>,
  ): Promise<TestAnswer>;
  get(key: string, headers?: Readonly<Record<string, string>>): Promise<TestAnswer>;
  head(key: string, headers?: Readonly<Record<string, string>>): Promise<TestAnswer>;
  delete(key: string, query?: Readonly<Record<string, string>>): Promise<TestAnswer>;
  /** Keys in the bucket, in the order of the listing. */
  keys(prefix?: string): Promise<string[]>;
  /** The same client for another bucket. */
  in(bucket: string): TestClient;
  /** The head of a signed request as text, for tests that send it over a bare socket. */
  head11(request: TestRequest): string;
}

/** A bucket name that no other test has. */
export function freshName(appId = '1250000000'): string {
  return `t${randomBytes(5).toString('hex')}-${appId}`;
}

/** A client for a new bucket. */
export async function clientInNewBucket(
  service: RunningService,
  headers: Readonly<Record<string, string>> = {},
): Promise<TestClient> {
  const client = clientFor(service, freshName());
  const made = await client.send({ method: 'PUT', headers });
  if (made.status !== 200) throw new Error(`cannot create a bucket: ${made.status} ${made.text}`);
  return client;
}

/** A client for a bucket, whether it exists or not. */
export function clientFor(service: RunningService, bucket: string): TestClient {
  const send = (request: TestRequest) => exchange(service, bucket, request);
  const client: TestClient = {
    service,
    bucket,
    send,
    put: (key, body = '', headers = {}) => send({ method: 'PUT', key, body, headers }),
    get: (key, headers = {}) => send({ key, headers }),
    head: (key, headers = {}) => send({ method: 'HEAD', key, headers }),
    delete: (key, query = {}) => send({ method: 'DELETE', key, query }),
    async keys(prefix = '') {
      const keys: string[] = [];
      for (let marker = ''; ;) {
        const { text } = await send({ query: { prefix, marker, 'encoding-type': 'url' } });
        keys.push(
          ...[...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map((found) => decodeURIComponent(found[1]!)),
        );
        const next = /<NextMarker>([^<]*)<\/NextMarker>/.exec(text)?.[1];
        if (next === undefined) return keys;
        marker = decodeURIComponent(next);
      }
    },
    in: (other) => clientFor(service, other),
    head11(request) {
      const { method, target, headers } = prepared(service, bucket, request);
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`;
    },
  };
  return client;
}

interface Prepared {
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
}

function prepared(service: RunningService, ownBucket: string, request: TestRequest): Prepared {
  const { method = 'GET', key = '', style = 'virtual', token, region = service.region } = request;
  const bucket = request.bucket === undefined ? ownBucket : request.bucket;
  const inHost = bucket !== null && style === 'virtual';
  const host = request.host ?? (inHost ? `${bucket}.cos.${region}.localhost:${service.port}` : service.host);
  const path = bucket !== null && style === 'path' ? `/${bucket}/${key}` : `/${key}`;
  const rawPath = request.rawPath ?? `/${encodeKeyPath(path.slice(1))}`;
  const query: Pairs = Array.isArray(request.query)
    ? (request.query as Pairs)
    : Object.entries(request.query ?? {});
  const headers: Record<string, string> = { host, ...request.headers };
  if (token !== undefined) headers['x-cos-security-token'] = token;
  if (typeof request.body === 'string' || request.body instanceof Uint8Array) {
    headers['content-length'] ??= String(Buffer.byteLength(request.body));
  }

  const nowSeconds = Math.floor(Date.now() / 1000);
  const [start, end] = request.validity ?? [-1, 600];
  const signable = {
    secretId: request.secretId ?? service.secretId,
    secretKey: request.secretKey ?? service.secretKey,
    method,
    path: request.signedPath ?? decodeURIComponent(rawPath),
    query,
    headers,
    keyTime: { start: nowSeconds + start, end: nowSeconds + end },
    ...(request.signedHeaders ? { signedHeaders: request.signedHeaders } : {}),
  };
  const mode = request.sign ?? 'header';
  if (mode === 'header') headers['authorization'] = sign(signable).authorization;
  const sent = mode === 'url' ? [...query, ...signUrlQuery(signable)] : query;
  const text = sent
    .map(([name, value]) => encodeStrict(name) + (value === '' ? '' : `=${encodeStrict(value)}`))
    .join('&');
  return { method, target: request.target ?? (text === '' ? rawPath : `${rawPath}?${text}`), headers };
}

const sharedAgent = new Agent({ keepAlive: true });

function exchange(service: RunningService, bucket: string, request: TestRequest): Promise<TestAnswer> {
  const { method, target, headers } = prepared(service, bucket, request);
  const { body, signal, agent = sharedAgent } = request;
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        host: '127.0.0.1',
        port: service.port,
        method,
        path: target,
        headers,
        agent,
        setHost: false,
        ...(signal ? { signal } : {}),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          resolve(answerOf(incoming.statusCode ?? 0, incoming.headers, Buffer.concat(chunks)));
        });
      },
    );
    outgoing.on('error', reject);
    if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) outgoing.end(body);
    else void pour(body, outgoing).catch(reject);
  });
}

async function pour(
  body: AsyncIterable<Uint8Array>,
  outgoing: ReturnType<typeof httpRequest>,
): Promise<void> {
  for await (const chunk of body) {
    if (outgoing.destroyed) return;
    if (outgoing.write(chunk)) continue;
    await new Promise<void>((resolve) => {
      const done = () => {
        outgoing.off('drain', done).off('close', done);
        resolve();
      };
      outgoing.on('drain', done).on('close', done);
    });
  }
  outgoing.end();
}

function answerOf(status: number, headers: IncomingHttpHeaders, body: Buffer): TestAnswer {
  const text = body.toString();
  observe({ status, headers, text });
  const isXml = headers['content-type'] === 'application/xml' && text !== '';
  return {
    status,
    headers,
    body,
    text,
    code: isXml ? /<Error>[^]*<Code>([^<]*)<\/Code>/.exec(text)?.[1] : undefined,
    xml: () => readLoose(text).value as Record<string, unknown>,
  };
}

/** Sends bytes over a bare connection and gives everything that comes back until the other side closes. */
export function overSocket(
  service: RunningService,
  bytes: string | Uint8Array | readonly (string | Uint8Array)[],
  options: { readonly halfClose?: boolean; readonly until?: RegExp } = {},
): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect({ host: '127.0.0.1', port: service.port, allowHalfOpen: true });
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (options.until?.test(received)) socket.destroy();
    });
    socket.on('end', () => socket.end());
    // A reset after the answer is how a service refuses to read on; what came before it counts.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      observeRaw(received);
      resolve(received);
    });
    for (const part of Array.isArray(bytes) ? (bytes as (string | Uint8Array)[]) : [bytes as string])
      socket.write(part);
    if (options.halfClose) socket.end();
  });
}
