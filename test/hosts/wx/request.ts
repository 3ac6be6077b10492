import { types } from 'node:util';
import { settleWith, wrongParameter } from './callbacks.ts';
import type { Callbacks } from './callbacks.ts';
import { NETWORK_FAILURE } from './failures.ts';
import type { Answer, Body } from './exchange.ts';
import type { Network } from './network.ts';
import type { AppProcess } from './process.ts';
import { SINCE, atLeast, gate } from './version.ts';

/** wx.request: https://developers.weixin.qq.com/miniprogram/dev/api/network/request/wx.request.html */

/** What wx.request and wx.uploadFile need beside the network. */
export interface WebSettings {
  readonly app: AppProcess;
  readonly network: Network;
  readonly sdkVersion: string;
  readonly appId: string;
  /** Lets http:// addresses through, as the developer tools do with domain checks off. */
  readonly allowHttp: boolean;
  /** Hosts on the program's list; undefined turns the check off. */
  readonly domains: { readonly request?: readonly string[]; readonly uploadFile?: readonly string[] };
}

interface RequestOption extends Callbacks {
  readonly url: string;
  readonly method?: string;
  readonly data?: string | ArrayBuffer | Record<string, unknown>;
  readonly header?: Record<string, unknown>;
  readonly timeout?: number;
  readonly dataType?: string;
  readonly responseType?: 'text' | 'arraybuffer';
  readonly redirect?: 'follow' | 'manual';
  readonly enableChunked?: boolean;
}

/** Documented default and largest time for a request. */
export const DEFAULT_TIMEOUT_MS = 60_000;

const METHODS = ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'CONNECT'];

/** Creates wx.request. */
export function requestApi(settings: WebSettings) {
  const { app, network, sdkVersion } = settings;

  return (option: RequestOption): object => {
    const method = option.method ?? 'GET';
    const onHeaders = listeners(app);
    const onChunk = listeners(app);
    let abort = (): void => undefined;

    settleWith(app, 'request', option, (settle) => {
      const url = checkedUrl(settings, 'request', option.url);
      if ('reason' in url) {
        settle.fail(url);
        return;
      }
      if (!METHODS.includes(method.toUpperCase())) {
        // The list of methods is the typings'; PATCH is not on it. The wording of the refusal is ours.
        settle.fail({ reason: ` invalid method "${method}"` });
        return;
      }
      const headers = outgoingHeaders(option.header, settings.appId);
      headers['content-type'] ??= 'application/json';
      const data = option.data;
      if (method.toUpperCase() === 'GET' && isPlain(data)) {
        for (const [name, value] of Object.entries(data)) url.searchParams.append(name, plainText(value));
      }
      const task = network.submit({
        api: 'request',
        url,
        method: method.toUpperCase(),
        headers,
        timeoutMs: timeoutOf(option.timeout, sdkVersion),
        followRedirects: option.redirect !== 'manual' || !atLeast(sdkVersion, SINCE.redirectOption),
        body: () => bodyOf(data, headers['content-type'] ?? ''),
        headersReceived(statusCode, header, cookies) {
          onHeaders.emit({ statusCode, header, cookies });
        },
        chunk(bytes) {
          if (option.enableChunked && atLeast(sdkVersion, SINCE.chunked))
            onChunk.emit({ data: new Uint8Array(bytes).buffer });
        },
        done(answer) {
          settle.ok({
            data: dataOf(answer, option),
            header: answer.headers,
            statusCode: answer.statusCode,
            cookies: answer.cookies,
          });
        },
        failed: settle.fail,
      });
      abort = task.abort;
    });

    return gate('task', sdkVersion, {
      abort: () => {
        abort();
      },
      onHeadersReceived: onHeaders.on,
      offHeadersReceived: onHeaders.off,
      onChunkReceived: onChunk.on,
      offChunkReceived: onChunk.off,
    });
  };
}

/** Time limit of a call in milliseconds; older base libraries know only the default. */
export function timeoutOf(timeout: number | undefined, sdkVersion: string): number {
  return timeout && atLeast(sdkVersion, SINCE.timeoutOption) ? timeout : DEFAULT_TIMEOUT_MS;
}

/** Checks an address as WeChat does before it sends anything. */
export function checkedUrl(settings: WebSettings, api: 'request' | 'uploadFile', text: unknown) {
  if (typeof text !== 'string') return wrongParameter('url', 'String', text);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return NETWORK_FAILURE.invalidUrl(text);
  }
  const listed = settings.domains[api];
  if (url.protocol !== 'https:' && !(settings.allowHttp && url.protocol === 'http:')) {
    return NETWORK_FAILURE.notInDomainList;
  }
  return listed && !listed.includes(url.host) ? NETWORK_FAILURE.notInDomainList : url;
}

/**
 * The headers that leave the device, names in lower case. Referer is WeChat's own and cannot be set
 * (https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html); host and length belong to the
 * transport.
 */
export function outgoingHeaders(
  header: Record<string, unknown> | undefined,
  appId: string,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(header ?? {})) {
    if (value !== undefined && value !== null) headers[name.toLowerCase()] = plainText(value);
  }
  delete headers['host'];
  delete headers['content-length'];
  headers['referer'] = `https://servicewechat.com/${appId}/1/page-frame.html`;
  headers['user-agent'] ??= 'Mozilla/5.0 (simulated) MicroMessenger/8.0.50 MiniProgramEnv';
  return headers;
}

/** A header, field or query value as text; what is no plain value becomes JSON. */
export function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Listeners of a task; they are called in the program's own time. */
export function listeners(app: AppProcess) {
  let known: ((result: object) => void)[] = [];
  return {
    on: (listener: (result: object) => void) => {
      known.push(listener);
    },
    off: (listener?: (result: object) => void) => {
      known = listener ? known.filter((other) => other !== listener) : [];
    },
    emit: (result: object) => {
      app.deliver(() => {
        for (const listener of known) listener(result);
      });
    },
  };
}

function isPlain(data: RequestOption['data']): data is Record<string, unknown> {
  return typeof data === 'object' && (data as object | null) !== null && !isBuffer(data);
}

/** The program's ArrayBuffers come from another realm, so `instanceof` does not know them. */
function isBuffer(data: unknown): data is ArrayBuffer {
  return types.isAnyArrayBuffer(data);
}

/** Anything but text and an ArrayBuffer is turned into text; so is a typed array, which surprises many. */
function bodyOf(data: RequestOption['data'], contentType: string): Body | undefined {
  if (data === undefined || (data as unknown) === null) return undefined;
  const bytes = isBuffer(data)
    ? new Uint8Array(data).slice()
    : new TextEncoder().encode(typeof data === 'string' ? data : textOf(data, contentType));
  return {
    length: bytes.length,
    *pieces() {
      // Pieces let a test cut a connection half way.
      for (let at = 0; at < bytes.length; at += 65536) yield bytes.subarray(at, at + 65536);
    },
  };
}

function textOf(data: Record<string, unknown>, contentType: string): string {
  if (!contentType.includes('x-www-form-urlencoded')) return JSON.stringify(data);
  const pairs = Object.entries(data).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(plainText(value))}`,
  );
  return pairs.join('&');
}

function dataOf(answer: Answer, option: RequestOption): unknown {
  if (option.responseType === 'arraybuffer') return new Uint8Array(answer.body).buffer;
  const text = new TextDecoder().decode(answer.body);
  if ((option.dataType ?? 'json') !== 'json') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
