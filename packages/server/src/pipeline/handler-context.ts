import { anonymous, type Identity } from '../access/identity.ts';
import { authoriseVersion, type VersionAction } from './authorize-request.ts';
import type { Address } from '../http/request-address.ts';
import type { RequestContext } from './request-context.ts';
import type { Bucket } from '../metadata/port.ts';
import type { Backend, Call } from '../operations/call.ts';

/** What a handler gets of a request that was let through. */
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
  readonly #context: RequestContext;
  readonly #address: Address;

  constructor(context: RequestContext, address: Address) {
    const { request, service } = context;
    this.backend = service.backend;
    // Preflights alone get here without an identity.
    this.identity = context.identity ?? anonymous;
    this.bucket = context.bucket;
    this.region = address.region ?? service.backend.region;
    this.hostRegion = address.region;
    this.host = address.host;
    this.path = address.path;
    this.secure = request.secure;
    this.clientIp = request.clientIp;
    this.headers = request.headers;
    this.website = address.kind === 'bucket' && address.website;
    this.nowMs = context.nowMs;
    this.requestId = context.requestId;
    this.#context = context;
    this.#address = address;
  }

  get signal(): AbortSignal {
    return this.#context.request.signal;
  }

  authorise(wanted: VersionAction): Promise<void> {
    return authoriseVersion(this.#context, this.#address, wanted);
  }
}
