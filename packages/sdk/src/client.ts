/** The contract between everything that calls the service and the one place that signs, sends, retries and decodes. */
import type { Operation } from '@sampan/protocol';
import type { CancelSignal } from './cancel.ts';
import type { HostStream, Payload } from './platform.ts';

/** One call of one operation. Names follow the official SDKs' parameters; values are as the row's fields want them. */
export interface Call {
  readonly operation: Operation;
  /** Bucket, Region, Key and the row's own fields. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Further headers, lower-case names; named values win over them. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly body?: Payload | undefined;
  readonly responseType?: 'text' | 'bytes' | 'stream' | undefined;
  readonly signal?: CancelSignal | undefined;
  /** Overrides the client's `Timeout` for this call, in ms without progress. */
  readonly timeoutMs?: number | undefined;
  readonly onUploadProgress?: ((sentBytes: number) => void) | undefined;
  readonly onDownloadProgress?: ((receivedBytes: number, totalBytes: number | undefined) => void) | undefined;
  /** Decides about a repeat instead of the row's `idempotent`; the body must still be repeatable. */
  readonly repeatable?: boolean | undefined;
}

/** A successful answer. A refusal is a ServiceError, no usable answer a TransportError. */
export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly RequestId: string | undefined;
  /** The body's XML as the official SDKs give it: leaves are strings, lists are arrays. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The body itself, for operations that answer with an object's bytes. */
  readonly body: Uint8Array | string | HostStream | undefined;
  /** How often the request was sent. */
  readonly attempts: number;
}

export interface Client {
  call(call: Call): Promise<Answer>;
}
