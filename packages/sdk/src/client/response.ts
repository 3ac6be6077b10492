/**
 * Classifies a response: success, an error of the service, or a response of something else, such as a proxy. A status
 * of 200 proves nothing by itself: the body may be an error document, or the page of a captive portal.
 */
import {
  looseResponseBody,
  readLoose,
  ServiceError,
  TransportError,
  UsageError,
  utf8Decode,
  XmlError,
  type Operation,
  type ServiceFault,
} from '@sampan/protocol';
import { isBytes } from '../core/body.ts';
import type { HostStream, IncomingResponse } from '../core/platform.ts';
import { followedParts, followedWhole } from './follow-up.ts';

/** A successful answer. A refusal is a ServiceError, no usable answer a TransportError. */
export interface CosResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly RequestId: string | undefined;
  /** The body's XML as the official SDKs give it: leaves are strings, lists are arrays. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The body itself, for operations that answer with an object's bytes. */
  readonly body: Uint8Array | string | HostStream | undefined;
  /** How often the request was sent. */
  readonly attempts: number;
  /** The address of what Bucket and Key name, without its scheme. */
  readonly Location: string;
}

/** The fields of a result that the response alone determines. */
export type Judged = Omit<CosResponse, 'attempts' | 'Location'>;

interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a form. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** Codes that may come late, inside a 200, and mean that trying again may help. */
const lateRetryable = ['InternalError', 'SlowDown', 'ServiceUnavailable'];

/**
 * Gives the answer, or throws a ServiceError or TransportError. Where the host hides headers, their absence proves
 * nothing; what a page may read at all has passed the CORS rules of the service that it called.
 */
export function judge(
  operation: Operation,
  sent: SentRequest,
  response: IncomingResponse,
  hidesHeaders = false,
): Judged {
  const { status, headers, body } = response;
  const judged = { statusCode: status, headers, RequestId: requestId(headers), data: {}, body: undefined };
  if (status === 304 && isConditional(sent.headers)) return judged;
  if (status < 200 || status > 299) throw refusal(operation, sent, response);

  const expected = operation.response.body.kind;
  if (expected === 'bytes') {
    if (!hidesHeaders && judged.RequestId === undefined && headers['etag'] === undefined)
      throw foreign(sent, response);
    return { ...judged, body };
  }
  const text = textOf(body);
  // A copy or a completion may answer 200 at once, spaces while it works, and its error last.
  const document = text.trim() === '' ? undefined : errorDocument(text);
  // With 203 the object is there, and what should have followed has failed.
  if (document && !(expected === 'answer' && status === 203))
    throw refused(document, sent, response, lateRetryable.includes(document.Code));
  if (expected === 'none' || expected === 'answer') {
    if (text.trim() !== '' && judged.RequestId === undefined) throw foreign(sent, response);
    if (!hidesHeaders && storesBytes(operation) && !headers['etag'])
      throw foreign(sent, response, undefined, noETag);
    if (expected === 'none') return judged;
    return { ...judged, data: followedWhole(sent.fields ?? sent.headers, text, document), body: text };
  }
  if (text.trim() === '' && expected === 'xml') throw foreign(sent, response);
  return { ...judged, data: followedParts(read(operation, text, sent, response)), body: text };
}

/** Operations whose answer names what was stored; without an ETag nothing says that it was. */
function storesBytes(operation: Operation): boolean {
  return operation.action === 'PutObject' || operation.action === 'UploadPart';
}

function read(
  operation: Operation,
  text: string,
  sent: SentRequest,
  response: IncomingResponse,
): Record<string, unknown> {
  refuseOtherTarget(operation, text, sent);
  try {
    if (!isPage(text)) return looseResponseBody(operation, text);
  } catch (error) {
    if (error instanceof XmlError) throw foreign(sent, response, error);
    throw error;
  }
  throw foreign(sent, response);
}

/** Refuses a list of another kind than the request's: the Domain option then leads to another target. */
function refuseOtherTarget({ target }: Operation, text: string, { url }: SentRequest): void {
  const root = /^\s*(?:<\?xml[^>]*>\s*)?<(\w+)/.exec(text)?.[1];
  if (target !== 'service' && root === 'ListAllMyBucketsResult')
    throw new UsageError(
      `Domain leads to the service and not to a bucket (${placeOf(url)}): put {Bucket} into it, as in {Bucket}.example.com`,
    );
  if (target === 'service' && root === 'ListBucketResult')
    throw new UsageError(
      `Domain leads to a bucket and not to the service (${placeOf(url)}): set ServiceDomain for getService`,
    );
}

/** A captive portal's page, which may be well-formed enough to pass for XML. */
function isPage(text: string): boolean {
  return /^\s*(<\?xml[^>]*>\s*)?<(!doctype\s+)?html/i.test(text);
}

function refusal(operation: Operation, sent: SentRequest, response: IncomingResponse): Error {
  const text = textOf(response.body);
  const document = errorDocument(text) ?? jsonDocument(text);
  if (document) return refused(document, sent, response);
  const hasPage = text.trim() !== '';
  if (requestId(response.headers) === undefined && (hasPage || response.status >= 500))
    return foreign(sent, response);
  // HEAD has no body, so its error is known by status alone.
  return refused(bareFault(operation, response), sent, response);
}

function refused(
  fault: ServiceFault,
  sent: SentRequest,
  { status, headers, body }: IncomingResponse,
  retryable?: boolean,
): ServiceError {
  // An answer without a document names nothing by itself.
  const bare = textOf(body).trim() === '';
  return new ServiceError(fault, status, {
    hint: bare || fault.Code === 'NoSuchBucket' ? `${sent.method} ${placeOf(sent.url)}` : hints[fault.Code],
    headers,
    url: sent.url,
    method: sent.method,
    requestId: requestId(headers),
    retryable,
  });
}

/** What to look at, where the words of the service leave that open. */
const hints: Readonly<Record<string, string | undefined>> = {
  ExpiredToken:
    'the temporary keys had expired when they were used: look at the cache and the clock of the backend that gives them',
};

/** Host and path of an address: bucket, region and key, and nothing that may be a signature. */
function placeOf(url: string): string {
  return url.replace(/^[a-z]+:\/\//i, '').replace(/[?#].*$/, '');
}

/** Why an answer without an ETag proves nothing. */
export const noETag = 'The answer has no ETag, which the service sends with everything that it stores';

function foreign(
  sent: SentRequest,
  { status, headers }: IncomingResponse,
  cause?: unknown,
  message = 'The answer is not from the service, or arrived broken',
): TransportError {
  return new TransportError(message, {
    code: 'InvalidResponse',
    url: sent.url,
    method: sent.method,
    statusCode: status,
    headers,
    requestId: requestId(headers),
    cause,
  });
}

/** Reads an error document, or gives undefined for anything else, well-formed or not. */
function errorDocument(text: string): ServiceFault | undefined {
  const document = text.trim();
  if (!/^(<\?xml[^>]*>\s*)?<Error[\s>]/.test(document)) return undefined;
  try {
    const fault = readLoose(document).value as Record<string, string> | string;
    if (typeof fault === 'string') return undefined;
    return { ...fault, Code: fault['Code'] ?? 'UnknownError', Message: fault['Message'] ?? '' };
  } catch {
    return undefined;
  }
}

/** Gateways before the service refuse in JSON. Source: cos-go-sdk-v5, error.go. */
function jsonDocument(text: string): ServiceFault | undefined {
  if (!text.trim().startsWith('{')) return undefined;
  try {
    const { code, message, request_id } = JSON.parse(text) as Record<string, unknown>;
    if (code === undefined) return undefined;
    return {
      Code: typeof code === 'string' ? code : JSON.stringify(code),
      Message: typeof message === 'string' ? message : '',
      ...(typeof request_id === 'string' ? { RequestId: request_id } : {}),
    };
  } catch {
    return undefined;
  }
}

const bareCodes: Readonly<Record<number, string>> = {
  304: 'NotModified',
  400: 'BadRequest',
  401: 'AccessDenied',
  403: 'AccessDenied',
  405: 'MethodNotAllowed',
  408: 'RequestTimeout',
  409: 'Conflict',
  412: 'PreconditionFailed',
  416: 'InvalidRange',
  429: 'SlowDown',
  500: 'InternalError',
  501: 'NotImplemented',
  503: 'ServiceUnavailable',
};

function bareFault(operation: Operation, { status }: IncomingResponse): ServiceFault {
  const missing = operation.target === 'object' ? 'NoSuchKey' : 'NoSuchBucket';
  const code = status === 404 ? missing : (bareCodes[status] ?? `HTTP${status}`);
  const Message = status === 404 ? `No such ${operation.target}` : `Status ${status}, without a reason`;
  return { Code: code, Message };
}

function requestId(headers: Readonly<Record<string, string>>): string | undefined {
  return headers['x-cos-request-id'] || headers['x-ci-request-id'] || undefined;
}

function isConditional(headers: Readonly<Record<string, string>>): boolean {
  return headers['if-modified-since'] !== undefined || headers['if-none-match'] !== undefined;
}

function textOf(body: IncomingResponse['body']): string {
  if (typeof body === 'string') return body;
  return isBytes(body) ? utf8Decode(body) : '';
}
