import { anonymous, type Identity } from '../access/identity.ts';
import { ask, authorise } from './authorize-request.ts';
import type { Address } from '../http/request-address.ts';
import type { Exchange } from './request-context.ts';
import type { Bucket } from '../metadata/port.ts';
import type { Backend, Call } from '../operations/call.ts';

/** What a handler is told of a request that was let through. */
export class RequestCall implements Call {
  readonly backend: Backend;
  readonly identity: Identity;
  readonly bucket: Bucket | undefined;
  readonly region: string;
  readonly hostRegion: string | undefined;
  readonly host: string;
  readonly path: string;
  readonly secure: boolean;
  readonly clientIp: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly website: boolean;
  readonly nowMs: number;
  readonly requestId: string;
  readonly #exchange: Exchange;
  readonly #address: Address;

  constructor(exchange: Exchange, address: Address) {
    const { request, service } = exchange;
    this.backend = service.backend;
    // Preflights alone get here without having been asked who they are.
    this.identity = exchange.identity ?? anonymous;
    this.bucket = exchange.bucket;
    this.region = address.region ?? service.backend.region;
    this.hostRegion = address.region;
    this.host = address.host;
    this.path = address.path;
    this.secure = request.secure;
    this.clientIp = request.clientIp;
    this.headers = request.headers;
    this.website = address.kind === 'bucket' && address.website;
    this.nowMs = exchange.nowMs;
    this.requestId = exchange.requestId;
    this.#exchange = exchange;
    this.#address = address;
  }

  get signal(): AbortSignal {
    return this.#exchange.request.signal;
  }

  async authorise(action: string, bucket: Bucket, key?: string): Promise<void> {
    await authorise(this.#exchange, ask(this.#exchange, this.#address, { action, bucket, key }));
  }
}
