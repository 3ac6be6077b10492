/** Signed requests of the kit to its service. */
// eslint-disable-next-line @typescript-eslint/no-restricted-imports -- The memory of a test runner is its own business.
import { Agent, request as httpRequest } from 'node:http';
import { encodeKeyPath, sign } from '@sampan/protocol';

/** The service as the kit speaks to it. */
export interface Control {
  /** How far the service's clock is from the machine's, so that signatures hold. */
  offsetMs: number;
  /** Sends a request for a path of the service's own; the query goes with its values encoded. Gives the JSON of the answer. */
  send(method: string, path: string, options?: Sending): Promise<unknown>;
  /** Stores an object at `/<bucket>/<key>`. */
  put(path: string, bytes: Uint8Array): Promise<void>;
}

interface Sending {
  readonly query?: readonly (readonly [string, string])[];
  readonly body?: string;
}

/** Speaks to the service at an address with its root key. Rejects with what the service says when it refuses. */
export function controlOf(
  url: string,
  { secretId, secretKey }: { readonly secretId: string; readonly secretKey: string },
): Control {
  // Few connections, for few files at a time; an idle one does not keep the process alive.
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const { hostname, port } = new URL(url);

  const exchange = (
    method: string,
    path: string,
    query: readonly (readonly [string, string])[],
    body: Uint8Array | undefined,
  ): Promise<string> => {
    const nowSeconds = Math.floor((Date.now() + control.offsetMs) / 1000);
    const keyTime = { start: nowSeconds - 60, end: nowSeconds + 600 };
    const { authorization } = sign({ secretId, secretKey, method, path, query, headers: {}, keyTime });
    const asked = query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
    const target = `/${encodeKeyPath(path.slice(1))}${asked === '' ? '' : `?${asked}`}`;
    const headers = { authorization, ...(body ? { 'content-length': body.length } : {}) };
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest({ hostname, port, method, path: target, headers, agent }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (incoming.statusCode === 200) resolve(text);
          else reject(new Error(`${method} ${path}: ${messageIn(text) ?? `status ${incoming.statusCode}`}`));
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  };

  const control: Control = {
    offsetMs: 0,
    async send(method, path, { query = [], body } = {}) {
      const bytes = body === undefined ? undefined : Buffer.from(body);
      const document: unknown = JSON.parse(await exchange(method, path, query, bytes));
      return document;
    },
    async put(path, bytes) {
      await exchange('PUT', path, [], bytes);
    },
  };
  return control;
}

function messageIn(document: string): string | undefined {
  return /<Message>([^<]*)<\/Message>/
    .exec(document)?.[1]
    ?.replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
