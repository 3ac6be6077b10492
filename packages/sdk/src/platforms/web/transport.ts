/**
 * Sends requests by XMLHttpRequest, which alone reports upload progress; by fetch in workers without it. A Blob is sent
 * unread by this code, except for its CRC-64, which is computed in parallel.
 */
import { isTransportError, TransportError, utf8Decode } from '@sampan/protocol';
import type {
  HostBody,
  IncomingResponse,
  OutgoingForm,
  OutgoingRequest,
  Payload,
  Source,
} from '../../core/platform.ts';
import { isBytes } from '../../core/body.ts';
import { blobOf, checkReadable, formFileOf } from './source.ts';

/** Names that browsers keep to themselves (https://fetch.spec.whatwg.org/#forbidden-request-header). */
const ownedByHost = ['host', 'content-length', 'expect', 'origin', 'referer', 'user-agent', 'connection'];

/** What this transport reads of a body of this host. */
interface BlobBody {
  readonly blob: Blob;
  /** Computes the checksum for {@link HostBody.sentCrc64}. */
  sum(): Promise<unknown>;
}

/** Makes the platform's `bodyOf`; `crc64` reads a Blob through. */
export function createBodyOf(crc64: (blob: Blob) => Promise<string>) {
  return (source: Source): HostBody => {
    // Without a type of its own, so that the browser does not add one that was not signed.
    const blob = blobOf(source)?.slice() ?? new Blob([]);
    let sent: string | undefined;
    const hostBody: BlobBody = {
      blob,
      sum: async () => {
        sent = await crc64(blob);
      },
    };
    return { hostBody, size: blob.size, repeatable: true, sentCrc64: () => sent };
  };
}

/** Sends one request. */
export async function send(request: OutgoingRequest): Promise<IncomingResponse> {
  const body = bodyFor(request.body);
  const { hostBody: blob } = Object(request.body) as Partial<HostBody>;
  const sending = readably(body, sendRequest({ ...request, headers: headersFor(request), body }));
  const [response] = await Promise.all([sending, (blob as BlobBody | undefined)?.sum()]);
  return response;
}

/** Sends a file as a form does, which the browser writes. */
export async function sendForm(form: OutgoingForm): Promise<IncomingResponse> {
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  const { file, name } = await formFileOf(form.file);
  body.append('file', file, name);
  // The form has a type of its own, with the boundary that the browser chooses.
  const { 'content-type': _type, ...headers } = form.headers;
  const request: Exchanged = {
    ...form,
    method: 'POST',
    headers: sendable(headers),
    responseType: 'text',
    body,
  };
  return readably(file, sendRequest(request));
}

/** A request that failed because its file cannot be read fails with that, which no repetition mends. */
async function readably<T>(body: Blob | string | null, sending: Promise<T>): Promise<T> {
  try {
    return await sending;
  } catch (error) {
    if (body !== null && typeof body !== 'string' && isTransportError(error)) await checkReadable(body);
    throw error;
  }
}

type Exchanged = Pick<OutgoingRequest, 'method' | 'url' | 'headers' | 'responseType' | 'signal'> &
  Pick<OutgoingForm, 'onUploadProgress'> &
  Pick<OutgoingRequest, 'onDownloadProgress'> & {
    readonly body: Blob | FormData | string | null;
  };

function sendRequest(request: Exchanged): Promise<IncomingResponse> {
  return typeof XMLHttpRequest === 'undefined' ? viaFetch(request) : viaRequest(request);
}

function viaRequest(request: Exchanged) {
  const { signal, body } = request;
  const wantsBytes = request.responseType !== 'text';
  return new Promise<IncomingResponse>((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open(request.method, request.url, true);
    for (const [name, value] of Object.entries(request.headers)) xhr.setRequestHeader(name, value);
    xhr.responseType = wantsBytes ? 'arraybuffer' : 'text';
    const stopListening = signal?.onCancel((reason) => {
      reject(reason);
      xhr.abort();
    });
    // Left without a listener, uploads need no other permission from the service.
    if (body !== null)
      xhr.upload.onprogress = ({ loaded, total }) => {
        request.onUploadProgress?.(loaded, total);
      };
    xhr.onprogress = ({ loaded, total, lengthComputable }) => {
      request.onDownloadProgress?.(loaded, lengthComputable ? total : undefined);
    };
    xhr.onload = () => {
      const isError = xhr.status < 200 || xhr.status > 299;
      const got = xhr.response as ArrayBuffer | string | null;
      const whole = typeof got === 'string' || got === null ? (got ?? '') : new Uint8Array(got);
      const text = isError && typeof whole !== 'string' ? utf8Decode(whole) : whole;
      resolve({ status: xhr.status, headers: readHeaders(xhr.getAllResponseHeaders()), body: text });
    };
    xhr.onerror = () => reject(unanswered(request));
    xhr.ontimeout = xhr.onerror;
    xhr.onabort = xhr.onerror;
    xhr.onloadend = () => stopListening?.();
    xhr.send(body);
  });
}

async function viaFetch(request: Exchanged) {
  const stop = new AbortController();
  const stopListening = request.signal?.onCancel((reason) => stop.abort(reason));
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body,
      signal: stop.signal,
      credentials: 'omit',
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const headers: Record<string, string> = {};
    response.headers.forEach((value, name) => {
      headers[name] = value;
    });
    const asText = request.responseType === 'text' || !response.ok;
    return { status: response.status, headers, body: asText ? utf8Decode(bytes) : bytes };
  } catch (cause) {
    throw request.signal?.reason ?? unanswered(request, cause);
  } finally {
    stopListening?.();
  }
}

/** The error of a request without a response. Browsers hide on purpose whether CORS or the network failed. */
function unanswered({ url, method }: Exchanged, cause?: unknown): TransportError {
  const { host } = new URL(url);
  return new TransportError(`CORS blocked or network error (${host})`, { url, method, cause });
}

function bodyFor(body: Payload | undefined): Blob | string | null {
  if (body === undefined) return null;
  if (typeof body === 'string') return body;
  // Chromium holds the page for 15 ms to copy 1 MiB of bytes into a request; for a Blob it does not. A Blob made of
  // bytes is a copy that the browser keeps until the page's garbage is collected, and it runs out of memory for them
  // (net::ERR_BLOB_OUT_OF_MEMORY): so a part of a file goes out as a slice of it.
  if (isBytes(body)) return blobOf(body) ?? new Blob([body as Uint8Array<ArrayBuffer>]);
  const { blob } = Object(body.hostBody) as Partial<BlobBody>;
  if (blob) return blob;
  throw new TransportError('the body is of another host', { retryable: false });
}

function headersFor(request: OutgoingRequest): Record<string, string> {
  const headers = sendable(request.headers);
  // A string would get a charset from the browser.
  if (request.body !== undefined && headers['content-type'] === undefined)
    headers['content-type'] = 'application/octet-stream';
  return headers;
}

function sendable(given: OutgoingRequest['headers']): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) if (!ownedByHost.includes(name)) headers[name] = value;
  return headers;
}

function readHeaders(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return headers;
}
