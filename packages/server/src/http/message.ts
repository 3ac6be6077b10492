/**
 * Types of HTTP requests and responses as plain values. The edge converts them from and to sockets; the pipeline sees
 * only these types.
 */
import type { IncomingBody, OutgoingBody } from '../body/stream.ts';

export interface HttpRequest {
  readonly method: string;
  /** The request target as it arrived: a path with query, or a whole address when the client uses a proxy. */
  readonly target: string;
  /** Names in lower case; values of repeated headers are joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly secure: boolean;
  /** Such as `1.3`; absent without TLS. */
  readonly tlsVersion?: string | undefined;
  readonly clientIp: string;
  /** The port the connection came in on. */
  readonly localPort: number;
  readonly body: IncomingBody;
  /** Fires when the client has gone away. */
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | OutgoingBody | undefined;
  /** What the access log and the metrics say of the exchange. */
  readonly outcome: Outcome;
  /** What the inspector has of the request's way here; absent where it is off, and for reserved paths. */
  readonly trace?: object | undefined;
}

/** Facts about an exchange that may be logged: no secrets, no signatures. */
export interface Outcome {
  readonly requestId: string;
  /** Name of the operation, or `unmatched`. */
  readonly operation: string;
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  /** The principal of the request, as written in policies. */
  readonly identity?: string | undefined;
  /** Code of the error that was answered. */
  readonly code?: string | undefined;
}

/** Answers one path that the service keeps for itself, or all paths below one; `below` is what follows it. */
export type ReservedRoute = (request: HttpRequest, below: string) => Promise<Omit<HttpResponse, 'outcome'>>;
