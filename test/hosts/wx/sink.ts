import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A small HTTP server for the host's own tests: it remembers what arrived and answers as it is told. */

/** A request that arrived. */
export interface Arrival {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The server. */
export interface Sink {
  readonly origin: string;
  readonly arrivals: Arrival[];
  close(): Promise<void>;
}

/** Starts a server on a free loopback port; `respond` defaults to an empty 200. */
export async function startSink(
  respond: (arrival: Arrival, response: ServerResponse) => void = (_arrival, response) => response.end(),
): Promise<Sink> {
  const arrivals: Arrival[] = [];
  const server = createServer((request, response) => {
    void collect(request).then((body) => {
      if (body === undefined) return;
      const arrival = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body,
      };
      arrivals.push(arrival);
      respond(arrival, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Answers nothing when the connection breaks before the body is complete. */
async function collect(request: IncomingMessage): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of request) pieces.push(piece as Buffer);
  } catch {
    return undefined;
  }
  return Buffer.concat(pieces);
}
