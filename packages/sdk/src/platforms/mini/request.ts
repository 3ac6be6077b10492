/** Sends requests by `wx.request`. Every HTTP status is a response; a failure is one of the network or the host. */
import { utf8Decode, utf8Encode, TransportError } from '@sampan/protocol';
import type { IncomingResponse, OutgoingRequest, Payload } from '../../core/platform.ts';
import type { MiniHost, MiniRequest, MiniTask } from './host.ts';
import { ignore } from './call-host.ts';
import { isBuffer, isBytes } from '../../core/body.ts';
import { failureOf, type About } from './failure.ts';

/** Options of the constructor that only this transport reads. */
export interface RequestOptions {
  /** Resolves names by WeChat's HttpDNS under this service id (base library 2.19.1). */
  readonly HttpDNSServiceId?: string | undefined;
}

/** Without a limit of ours the host gives up after 60 s, which a large part on a slow link takes. */
const leastTimeoutMs = 60_000;
/** Slowest link that is not taken for a dead one; the engine's own limit, which ends first, counts likewise. */
const slowestBytesPerMs = 16;
/** Headers that belong to the host. */
const ownedByHost = ['host', 'content-length', 'referer', 'user-agent'];

/** Makes the platform's `send`. */
export function createSend(host: MiniHost, options: RequestOptions) {
  return (request: OutgoingRequest): Promise<IncomingResponse> => {
    const data = dataOf(request.body);
    const header = headersFor(request.headers);
    // Left out, the host says application/json, which an append would store as the object's type.
    if (data !== undefined && header['content-type'] === undefined)
      header['content-type'] = 'application/octet-stream';
    const dns = options.HttpDNSServiceId
      ? { enableHttpDNS: true, httpDNSServiceId: options.HttpDNSServiceId }
      : {};
    return settled(request, (resolve, fail) =>
      host.request({
        url: request.url,
        method: request.method as NonNullable<MiniRequest['method']>,
        header,
        ...(data === undefined ? {} : { data }),
        dataType: '其他',
        responseType: request.responseType === 'text' ? 'text' : 'arraybuffer',
        redirect: 'manual',
        timeout: timeoutFor(request.timeoutMs, data === undefined ? 0 : lengthOf(data)),
        ...dns,
        success({ statusCode, header: given, data: body }) {
          resolve({
            status: statusCode,
            headers: lowerCase(given),
            body: bodyFor(body, request.responseType !== 'text' && statusCode >= 200 && statusCode < 300),
          });
        },
        fail,
      }),
    );
  };
}

type Start = (
  resolve: (response: IncomingResponse) => void,
  fail: (error: unknown) => void,
) => MiniTask | undefined;

/** Starts a task of the host and stops it with the signal. What the host throws or says later changes nothing. */
export function settled(
  about: Pick<OutgoingRequest, 'url' | 'method' | 'signal'> & Pick<About, 'list'>,
  start: Start,
): Promise<IncomingResponse> {
  const { signal } = about;
  return new Promise((resolve, reject) => {
    let stopListening = (): void => undefined;
    let isOver = false;
    const end = (act: () => void): void => {
      isOver = true;
      stopListening();
      act();
    };
    const task = start(
      (response) => end(() => resolve(response)),
      (error) => end(() => reject(failureOf(error, about))),
    );
    ignore(task);
    // A host may have answered already, from within the call.
    if (isOver as boolean) return;
    stopListening =
      signal?.onCancel((reason) => {
        reject(reason);
        try {
          task?.abort();
        } catch {
          // Over already, or never begun: either way there is nothing left to stop.
        }
      }) ?? stopListening;
  });
}

/** Exactly the bytes, in a buffer of their own: hosts send the whole buffer behind a view. */
function dataOf(body: Payload | undefined): ArrayBuffer | string | undefined {
  if (body === undefined) return undefined;
  if (typeof body !== 'string' && !isBytes(body))
    throw new TransportError('the body is of another host', { retryable: false });
  // A string becomes bytes here, because hosts read meaning into strings; only an empty one is safe as it is.
  return body.length === 0 ? '' : bufferOf(typeof body === 'string' ? utf8Encode(body) : body);
}

/** The bytes alone in a buffer: the one behind a view when it holds nothing else, or a copy. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes;
  return (
    byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength)
  ) as ArrayBuffer;
}

function lengthOf(data: ArrayBuffer | string): number {
  return typeof data === 'string' ? data.length : data.byteLength;
}

/** A limit for the host that ends after the engine's own. */
export function timeoutFor(timeoutMs: number, bodyBytes: number): number {
  return Math.round(Math.max(leastTimeoutMs, timeoutMs) + bodyBytes / slowestBytesPerMs) + 5000;
}

/** The headers that are not the host's own affair. */
export function headersFor(headers: Readonly<Record<string, string>>): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (!ownedByHost.includes(name)) given[name] = value;
  return given;
}

/** Headers of an answer under lower-case names. */
export function lowerCase(headers: object): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    given[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
  return given;
}

function bodyFor(data: unknown, wantsBytes: boolean): string | Uint8Array {
  if (isBuffer(data)) {
    const bytes = new Uint8Array(data);
    return wantsBytes ? bytes : utf8Decode(bytes);
  }
  const text = typeof data === 'string' ? data : '';
  return wantsBytes ? utf8Encode(text) : text;
}
