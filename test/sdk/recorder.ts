/** A way to a service that keeps what passed: requests as they were on the wire. */
import { createServer, request as send, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningService } from '../service.ts';

/** One request, without what hosts and runs decide: name of the host, signature, connection. */
export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Recorder {
  readonly url: string;
  readonly port: number;
  /** Gives what came since it was last called. */
  take(): Recorded[];
  close(): Promise<void>;
}

/** Headers that the caller's parameters decide. */
const ofTheCall =
  /^(x-cos-(?!security-token|sdk-)|content-(?!length)|cache-control$|if-|range$|expires$|expect$)/;

/** Opens a recorder in front of a service. */
export async function openRecorder(service: RunningService): Promise<Recorder> {
  let seen: Recorded[] = [];
  const server = createServer((incoming, outgoing) => {
    void wholeBody(incoming).then((body) => {
      if (incoming.headers['access-control-request-method'] === undefined || incoming.headers.authorization)
        seen.push(recorded(incoming, body));
      const { host, port } = new URL(service.url);
      const onward = send({
        host: new URL(service.url).hostname,
        port,
        method: incoming.method,
        path: incoming.url,
        headers: { ...incoming.headers, host: incoming.headers.host ?? host },
      });
      onward.on('response', (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(outgoing);
      });
      onward.on('error', () => outgoing.destroy());
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    take() {
      const taken = seen;
      seen = [];
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function wholeBody(incoming: IncomingMessage): Promise<Buffer> {
  return Buffer.concat((await incoming.toArray()) as Buffer[]);
}

function recorded({ method = '', url = '', headers }: IncomingMessage, body: Buffer): Recorded {
  const { pathname, searchParams } = new URL(url, 'http://host');
  const named = Object.entries(headers).filter(([name]) => ofTheCall.test(name));
  return {
    method,
    path: decodeURIComponent(pathname),
    query: [...searchParams].map(([name, value]) => `${name}=${value}`).sort(),
    headers: Object.fromEntries(named.map(([name, value]): [string, string] => [name, String(value)]).sort()),
    body: body.length > 4096 || body.includes(0) ? `${body.length} bytes` : body.toString('utf8'),
  };
}
