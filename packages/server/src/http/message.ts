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
  /** How far the service's clock is wrong for this request, where the laboratory wants that. Default: 0. */
  readonly clockOffsetMs?: number;
  /** Resets the connection, as a network that breaks does. Gives false when the answer has left already. */
  hangUp?(): boolean;
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
  /** Called when the exchange is over, however it ended. */
  over?(): void;
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
  /** Rules of the laboratory that acted on the exchange. */
  readonly lab?: string | undefined;
}

/**
 * Answers one path that the service keeps for itself, or all paths below one; `below` is what follows it. It may throw
 * the errors of COS, which are answered as documents.
 */
export type ReservedRoute = (request: HttpRequest, below: string) => Promise<ReservedAnswer>;

/** What a reserved route answers, and who asked where it knows. */
export interface ReservedAnswer extends Omit<HttpResponse, 'outcome' | 'over'> {
  /** As written in policies. */
  readonly identity?: string;
}
