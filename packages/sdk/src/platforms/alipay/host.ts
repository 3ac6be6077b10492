/**
 * Alipay, turned into the form of the other hosts. Its limits: files are read whole, so up to 10 MB; `my.uploadFile`
 * wants to know whether a file is an image, a video or a sound, so forms are not sent with it; an answer that is not
 * 2xx may come as a failure. Source: https://opendocs.alipay.com/mini/api/owycmh
 */
import {
  cautiousTraits,
  hostObject,
  type MiniCallbacks,
  type MiniFailure,
  type MiniHost,
  type MiniTraits,
} from '../mini.ts';

declare const my: unknown;

export const alipayTraits: MiniTraits = { ...cautiousTraits, name: 'my', maxFormBytes: 0 };

interface MyFailure {
  readonly error?: number;
  readonly errorMessage?: string;
  readonly status?: number;
  readonly statusCode?: number;
  readonly headers?: object;
  readonly header?: object;
  readonly data?: unknown;
}

interface MyResponse {
  readonly status?: number;
  readonly statusCode?: number;
  readonly headers?: object;
  readonly header?: object;
  readonly data: unknown;
}

/** What of `my` is used. */
interface My extends Omit<MiniHost, 'request' | 'uploadFile' | 'getNetworkType' | 'getStorage'> {
  request(option: {
    url: string;
    method?: string;
    data?: string | ArrayBuffer;
    headers?: object;
    timeout?: number;
    dataType: 'text' | 'arraybuffer';
    success(response: MyResponse): void;
    fail(failure: MyFailure): void;
  }): { abort(): void } | undefined;
  getNetworkType?(option: MiniCallbacks<{ networkType: string; networkAvailable?: boolean }>): unknown;
  getStorage?(option: { key: string } & MiniCallbacks<{ data: unknown }>): unknown;
}

/** The global object of Alipay, or the one that was passed, in the form of the other hosts. */
export function alipay(given: unknown): MiniHost {
  const host = hostObject(given, 'my', () => (typeof my === 'undefined' ? undefined : my)) as unknown as My;
  const { request: _request, ...others } = forwarded(host);
  return {
    ...others,
    request: ({ url, method = 'GET', data, header, timeout, responseType, success, fail }) =>
      host.request({
        url,
        method,
        ...(data === undefined ? {} : { data }),
        headers: { ...header },
        ...(timeout === undefined ? {} : { timeout }),
        dataType: responseType === 'arraybuffer' ? 'arraybuffer' : 'text',
        success: (response) => success?.(answerOf(response)),
        fail(failure) {
          const status = failure.status ?? failure.statusCode;
          // Quirk: error 19 is an answer with a status that Alipay does not like; it is an answer all the same.
          if (failure.error === httpStatus && status !== undefined)
            success?.(answerOf({ ...failure, status, data: failure.data ?? '' }));
          else fail?.(failureOf(failure));
        },
      }),
    getNetworkType: (option) =>
      host.getNetworkType?.({
        success: ({ networkType, networkAvailable }) =>
          option.success?.({
            networkType: networkAvailable === false || networkType === 'NOTREACHABLE' ? 'none' : networkType,
          }),
      }),
  };
}

// https://opendocs.alipay.com/mini/api/owycmh, error codes
const refused = 11;
const timedOut = 13;
const httpStatus = 19;

function answerOf({ status, statusCode, headers, header, data }: MyResponse) {
  return { statusCode: status ?? statusCode ?? 0, header: headers ?? header ?? {}, data };
}

function failureOf({ error, errorMessage = '' }: MyFailure): MiniFailure {
  if (error === timedOut) return { errMsg: 'request:fail timeout', errno: 5 };
  if (error === refused) return { errMsg: 'request:fail url not in domain list', errno: 600_002 };
  return { errMsg: `request:fail ${errorMessage}${error === undefined ? '' : `, ${error}`}` };
}

/** The APIs that are alike, bound to their object. */
function forwarded(host: My): Omit<MiniHost, 'uploadFile' | 'getNetworkType'> {
  const { getFileSystemManager, setStorage, getStorage, removeStorage, getStorageInfo } = host;
  const { onAppShow, onAppHide, onNetworkStatusChange } = host;
  return {
    request: () => undefined,
    ...(getFileSystemManager ? { getFileSystemManager: () => getFileSystemManager.call(host) } : {}),
    ...(setStorage ? { setStorage: (option) => setStorage.call(host, option) } : {}),
    ...(getStorage ? { getStorage: (option) => getStorage.call(host, option) } : {}),
    ...(removeStorage ? { removeStorage: (option) => removeStorage.call(host, option) } : {}),
    ...(getStorageInfo ? { getStorageInfo: (option) => getStorageInfo.call(host, option) } : {}),
    ...(onAppShow ? { onAppShow: (listener) => onAppShow.call(host, listener) } : {}),
    ...(onAppHide ? { onAppHide: (listener) => onAppHide.call(host, listener) } : {}),
    ...(onNetworkStatusChange
      ? { onNetworkStatusChange: (listener) => onNetworkStatusChange.call(host, listener) }
      : {}),
  };
}
