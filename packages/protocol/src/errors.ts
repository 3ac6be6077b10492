// The errors that callers of the SDK and handlers of the server see. Their own enumerable properties read as the
// official SDKs' errors do: `err.statusCode`, `err.error.Code`, `err.RequestId`, `JSON.stringify(err)`.
// Nothing here may hold a key, a token or a signed address: `url` loses its signature in the constructor.

/** What COS says in the body of an error. Fields beyond the first five appear with certain codes only. */
export interface ServiceFault {
  readonly Code: string;
  readonly Message: string;
  /** Host and path of the request. */
  readonly Resource?: string;
  readonly RequestId?: string;
  readonly TraceId?: string;
  readonly [field: string]: string | undefined;
}

/** Names the class of an error in a way that survives minifying and being bundled twice. */
export type CosErrorKind =
  'ServiceError' | 'TransportError' | 'TimeoutError' | 'AbortedError' | 'IntegrityError' | 'UsageError';

/** What is known of the request that failed. */
export interface CosErrorDetail {
  /** Overrides the default code of the class, for example with a platform's `ECONNRESET`. */
  readonly code?: string | undefined;
  readonly cause?: unknown;
  readonly url?: string | undefined;
  readonly method?: string | undefined;
  readonly statusCode?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly requestId?: string | undefined;
  /** Overrides whether a repetition may help. */
  readonly retryable?: boolean | undefined;
  /** Follows what COS said in the message of a ServiceError, where that names too little. */
  readonly hint?: string | undefined;
}

/** The base of all errors of this project. Use the guards below to distinguish classes, never by the message. */
export abstract class CosError extends Error {
  /** Names the class; read it through the guards. It also keeps classes of one shape apart in types. */
  declare readonly cosErrorKind: CosErrorKind;
  /** Machine-readable reason: COS's code for a ServiceError. */
  declare readonly code: string;
  /** Whether the same request may succeed later. */
  declare readonly retryable: boolean;
  /** What COS said, or the message when COS said nothing. */
  declare readonly error: ServiceFault | string;
  declare readonly cause?: unknown;
  declare readonly statusCode?: number;
  /** Response headers, names in lower case. */
  declare readonly headers?: Readonly<Record<string, string>>;
  /** Address of the request, with signature and token masked. */
  declare readonly url?: string;
  declare readonly method?: string;
  declare readonly RequestId?: string;

  protected constructor(
    kind: CosErrorKind,
    message: string,
    { code, cause, url, method, statusCode, headers, requestId, retryable }: CosErrorDetail,
    usual: { readonly code: string; readonly retryable: boolean; readonly error?: ServiceFault },
  ) {
    super(message);
    // Engines fill these in as hidden properties; `cause` stays hidden, because it may refer back in a circle.
    define(this, { name: kind, cosErrorKind: kind, cause }, false);
    define(this, {
      code: code ?? usual.code,
      message,
      retryable: retryable ?? usual.retryable,
      error: usual.error ?? message,
      statusCode,
      headers,
      url: url === undefined ? url : maskUrl(url),
      method,
      RequestId: requestId,
    });
  }
}

/** COS answered, and the answer is no. */
export class ServiceError extends CosError {
  declare readonly cosErrorKind: 'ServiceError';
  declare readonly error: ServiceFault;
  declare readonly statusCode: number;

  constructor(error: ServiceFault, statusCode: number, detail: CosErrorDetail = {}) {
    const requestId = detail.requestId ?? error.RequestId;
    const code = error.Code;
    // 501 says that the service will never do it.
    const retryable = statusCode >= 500 && statusCode !== 501;
    super(
      'ServiceError',
      detail.hint === undefined ? error.Message : `${error.Message} (${detail.hint})`,
      { ...detail, code, statusCode, requestId },
      { code, retryable, error },
    );
  }
}

/** No usable answer arrived: the connection failed, or something in between answered. */
export class TransportError extends CosError {
  declare readonly cosErrorKind: 'TransportError' | 'TimeoutError';

  constructor(
    message: string,
    detail: CosErrorDetail = {},
    kind: 'TransportError' | 'TimeoutError' = 'TransportError',
  ) {
    const code = kind === 'TimeoutError' ? 'Timeout' : 'NetworkError';
    super(kind, message, detail, { code, retryable: true });
  }
}

/** The answer did not arrive in time. */
export class TimeoutError extends TransportError {
  declare readonly cosErrorKind: 'TimeoutError';

  constructor(message: string, detail: CosErrorDetail = {}) {
    super(message, detail, 'TimeoutError');
  }
}

/** The caller stopped the request. */
export class AbortedError extends CosError {
  declare readonly cosErrorKind: 'AbortedError';

  constructor(message = 'The request was stopped by its caller', detail: CosErrorDetail = {}) {
    super('AbortedError', message, detail, { code: 'Aborted', retryable: false });
  }
}

/** The bytes that arrived are not the bytes that were sent. */
export class IntegrityError extends CosError {
  declare readonly cosErrorKind: 'IntegrityError';

  constructor(message: string, detail: CosErrorDetail = {}) {
    super('IntegrityError', message, detail, { code: 'IntegrityMismatch', retryable: false });
  }
}

/** The call itself is wrong; nothing was sent. */
export class UsageError extends CosError {
  declare readonly cosErrorKind: 'UsageError';

  constructor(message: string, detail: CosErrorDetail = {}) {
    super('UsageError', message, detail, { code: 'InvalidUsage', retryable: false });
  }
}

/** Whether `x` is an error of this project, from any copy of it. */
export function isCosError(x: unknown): x is CosError {
  return kindOf(x) !== undefined;
}

/** Whether COS answered with an error. */
export function isServiceError(x: unknown): x is ServiceError {
  return kindOf(x) === 'ServiceError';
}

/** Whether no usable answer arrived; a timeout counts. */
export function isTransportError(x: unknown): x is TransportError {
  const kind = kindOf(x);
  return kind === 'TransportError' || kind === 'TimeoutError';
}

/** Whether time ran out. */
export function isTimeoutError(x: unknown): x is TimeoutError {
  return kindOf(x) === 'TimeoutError';
}

/** Whether the caller stopped the request. */
export function isAbortedError(x: unknown): x is AbortedError {
  return kindOf(x) === 'AbortedError';
}

/** Whether bytes differ from what was sent. */
export function isIntegrityError(x: unknown): x is IntegrityError {
  return kindOf(x) === 'IntegrityError';
}

/** Whether the call was wrong. */
export function isUsageError(x: unknown): x is UsageError {
  return kindOf(x) === 'UsageError';
}

/** Masks the signature and the token in an address, so that it may be logged. */
export function maskUrl(url: string): string {
  return url.replace(
    /([?&](?:q-signature|sign|x-cos-security-token|x-amz-signature|x-amz-security-token)=)[^&#]*/gi,
    '$1***',
  );
}

function kindOf(x: unknown): string | undefined {
  const kind = (Object(x) as { readonly cosErrorKind?: unknown }).cosErrorKind;
  return typeof kind === 'string' ? kind : undefined;
}

/** Gives an object the properties that have a value. */
function define(target: object, values: Readonly<Record<string, unknown>>, enumerable = true): void {
  for (const [name, value] of Object.entries(values))
    if (value !== undefined)
      Object.defineProperty(target, name, { value, enumerable, configurable: true, writable: true });
}
