/**
 * Creates the HTTP agents of Node: keep-alive, through a proxy, to a fixed IP address, or without certificate checks. A
 * proxy gets plain requests in absolute form; `https`, and every request with `Tunnel`, goes through CONNECT.
 */
import type { Agent, request as Request, RequestOptions } from 'node:http';
import type { Duplex } from 'node:stream';
import { UsageError } from '@sampan/protocol';
import { lookup } from './lookup.ts';
import { bare, type Target } from './target.ts';

/** The options of the constructor that say how to connect. */
export interface ConnectionOptions {
  /** `http://[user:password@]host:port`. */
  readonly Proxy?: string | undefined;
  /** Ask the proxy to CONNECT for `http` too; `false` sends even `https` requests to it in absolute form. */
  readonly Tunnel?: boolean | undefined;
  /** Connects to this IP address; the host name is still sent and checked. */
  readonly Ip?: string | undefined;
  /** Default true: certificates are checked. */
  readonly StrictSsl?: boolean | undefined;
  /** Default true: connections are used again. */
  readonly KeepAlive?: boolean | undefined;
}

/** Where and how one request is sent. */
export interface Route {
  readonly request: typeof Request;
  readonly options: RequestOptions;
}

interface Proxy {
  readonly host: string;
  readonly port: number;
  readonly authorization: string | undefined;
}

/** Idle connections that are kept; more than the most requests in flight would never be used. */
const maxIdleSockets = 64;

/**
 * Node's modules by this function, when they are used. An `import` of `node:http` reads everything that it exports, and so
 * loads Node's own `fetch`, which takes 24 ms and 13 MB (Node 24.21); that of TLS is of use to `https` alone.
 */
const { getBuiltinModule: builtin } = process;

/** Makes the function that routes requests, with the connections behind it. */
export function createRoutes(options: ConnectionOptions): (target: Target) => Route {
  const keepAlive = options.KeepAlive !== false;
  const rejectUnauthorized = options.StrictSsl !== false;
  const proxy = options.Proxy ? readProxy(options.Proxy) : undefined;
  const common = { keepAlive, maxFreeSockets: maxIdleSockets, lookup };
  const { Agent, request: plainRequest } = builtin('node:http');
  const plain = new Agent(common);
  const secure = once(() => new (builtin('node:https').Agent)({ ...common, rejectUnauthorized }));
  const tunnels = proxy ? tunnelAgents(proxy, common, rejectUnauthorized) : undefined;

  return ({ isSecure, hostname, port, path, href }) => {
    const request = isSecure ? builtin('node:https').request : plainRequest;
    if (proxy && tunnels) {
      if (options.Tunnel ?? isSecure)
        return {
          request,
          options: { hostname, port, path, agent: isSecure ? tunnels.secure() : tunnels.plain() },
        };
      const headers = proxy.authorization ? { 'proxy-authorization': proxy.authorization } : {};
      const viaProxy = { hostname: proxy.host, port: proxy.port, path: href, agent: plain, headers };
      return { request: plainRequest, options: viaProxy };
    }
    const agent = isSecure ? secure() : plain;
    if (!options.Ip) return { request, options: { hostname, port, path, agent } };
    const servername = isSecure ? { servername: hostname } : {};
    return { request, options: { hostname: options.Ip, port, path, agent, ...servername } };
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function readProxy(text: string): Proxy {
  let url: URL;
  try {
    url = new URL(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`);
  } catch {
    throw new UsageError('Proxy must be an address such as http://127.0.0.1:8888');
  }
  if (url.protocol !== 'http:') throw new UsageError('Proxy must be an http: address');
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return {
    host: bare(url.hostname),
    port: Number(url.port || 80),
    authorization: url.username ? `Basic ${Buffer.from(login).toString('base64')}` : undefined,
  };
}

type Created = (error: Error | null, socket?: Duplex) => void;

function tunnelAgents(proxy: Proxy, common: object, rejectUnauthorized: boolean) {
  const through = (secured: boolean) => (options: RequestOptions, done: Created) => {
    const target = `${String(options.hostname ?? options.host)}:${String(options.port)}`;
    const opening = builtin('node:http').request({
      hostname: proxy.host,
      port: proxy.port,
      method: 'CONNECT',
      path: target,
      agent: false,
      headers: {
        host: target,
        ...(proxy.authorization ? { 'proxy-authorization': proxy.authorization } : {}),
      },
    });
    opening.once('connect', (response, socket) => {
      if (response.statusCode !== 200) {
        socket.destroy();
        const refused = new Error(`the proxy refused the tunnel with ${String(response.statusCode)}`);
        done(Object.assign(refused, { code: 'EPROXY' }));
        return;
      }
      if (!secured) return done(null, socket);
      const servername = String(options.hostname ?? options.host);
      const encrypted = builtin('node:tls').connect({ socket, servername, rejectUnauthorized });
      encrypted.once('secureConnect', () => done(null, encrypted));
      encrypted.once('error', done);
    });
    opening.once('error', done);
    opening.end();
    return undefined as unknown as Duplex;
  };
  const connecting = (agent: Agent, secured: boolean): Agent =>
    Object.assign(agent, { createConnection: through(secured) });
  return {
    plain: once(() => connecting(new (builtin('node:http').Agent)(common), false)),
    secure: once(() =>
      connecting(new (builtin('node:https').Agent)({ ...common, rejectUnauthorized }), true),
    ),
  };
}
