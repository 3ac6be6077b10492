/**
 * An HTTP gateway in front of a real service, between it and either SDK: it notes every request, and may answer in the
 * service's place, change a body on its way, hold a request back, or change an answer.
 */
import { createServer, request as ask, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';

/** A request as it came. */
export interface Seen {
  /** Counts requests from 1. */
  readonly serial: number;
  readonly method: string;
  /** Path with query, without host. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly host: string;
  readonly headers: IncomingHttpHeaders;
  readonly atMs: number;
  /** Bytes of the body, once it has come. */
  bytes: number;
  /** What was answered; 0 while nothing was. */
  status: number;
}

/** An answer of the gateway's own. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What may be done to one request. */
export interface Treatment {
  /** Answered instead of asking the service. */
  readonly answer?: Answer;
  /** Waited for before the service is asked. */
  readonly after?: Promise<unknown>;
  /** What the service gets instead of the body. */
  readonly body?: (body: Buffer) => Buffer;
  /** What the client gets instead of the service's headers; undefined takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

export interface Gateway {
  readonly url: string;
  readonly port: number;
  readonly seen: Seen[];
  /** Asked for every request. */
  treat: ((seen: Seen) => Treatment | undefined) | undefined;
  /** Requests that are being answered; those held back do not count. */
  readonly busy: number;
  /** Requests for parts so far. */
  parts(): Seen[];
  close(): Promise<void>;
}

/** For pages of other origins, as the service itself answers them. */
const crossOrigin = { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' };

/** Starts a gateway to a port of this machine. */
export async function startGateway(toPort: number): Promise<Gateway> {
  const seen: Seen[] = [];
  let busy = 0;

  const server = createServer((incoming, outgoing) => {
    busy += 1;
    let isHeld = false;
    const hold = (held: boolean): void => {
      if (outgoing.closed || held === isHeld) return;
      isHeld = held;
      busy += held ? -1 : 1;
    };
    outgoing.once('close', () => {
      if (!isHeld) busy -= 1;
    });
    const { pathname, search, searchParams } = new URL(incoming.url ?? '/', 'http://gateway');
    const note: Seen = {
      serial: seen.length + 1,
      method: incoming.method ?? '',
      path: pathname + search,
      query: searchParams,
      host: incoming.headers.host ?? '',
      headers: incoming.headers,
      atMs: performance.now(),
      bytes: 0,
      status: 0,
    };
    seen.push(note);
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => {
      note.bytes += chunk.length;
      chunks.push(chunk);
    });
    incoming.once('end', () => void pass(note, Buffer.concat(chunks), incoming.url ?? '/', outgoing, hold));
    incoming.on('error', () => outgoing.destroy());
  });

  async function pass(
    note: Seen,
    body: Buffer,
    target: string,
    outgoing: ServerResponse,
    hold: (held: boolean) => void,
  ): Promise<void> {
    const treatment = note.method === 'OPTIONS' ? undefined : gateway.treat?.(note);
    if (treatment?.after) {
      hold(true);
      await treatment.after;
      hold(false);
    }
    const own = treatment?.answer;
    if (own) {
      note.status = own.status;
      outgoing.writeHead(own.status, { ...crossOrigin, ...own.headers }).end(own.body ?? '');
      return;
    }
    const sent = treatment?.body?.(body) ?? body;
    const asked = ask(
      { host: '127.0.0.1', port: toPort, method: note.method, path: target, headers: note.headers },
      (answer) => {
        const changed = Object.entries({ ...answer.headers, ...treatment?.headers });
        const headers = Object.fromEntries(changed.filter(([, value]) => value !== undefined));
        note.status = answer.statusCode ?? 0;
        outgoing.writeHead(note.status, headers);
        answer.pipe(outgoing);
      },
    );
    // Whoever waits sees a broken connection.
    asked.on('error', () => outgoing.destroy());
    outgoing.once('close', () => asked.destroy());
    asked.end(sent);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const gateway: Gateway = {
    url: `http://127.0.0.1:${port}`,
    port,
    seen,
    treat: undefined,
    get busy() {
      return busy;
    },
    parts: () => seen.filter(isPart),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return gateway;
}

/** Whether a request brings a part. */
export function isPart({ method, query }: Seen): boolean {
  return method === 'PUT' && query.has('partNumber') && query.has('uploadId');
}

/** Whether a request asks for an object to be made of its parts. */
export function isComplete({ method, query }: Seen): boolean {
  return method === 'POST' && query.has('uploadId');
}
