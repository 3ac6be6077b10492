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
  type MiniFiles,
  type MiniHost,
  type MiniTraits,
} from '../host.ts';

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

interface MyCallbacks<Result> {
  success?(result: Result): void;
  fail?(failure: MyFailure): void;
}

/** What of `my.getFileSystemManager()` is used. */
interface MyFiles {
  stat(option: { path: string } & MyCallbacks<{ stats: unknown }>): unknown;
  readFile(option: { filePath: string } & MyCallbacks<{ data: unknown }>): unknown;
}

/** What of `my` is used. */
export interface My extends Pick<MiniHost, 'onAppShow' | 'onAppHide' | 'onNetworkStatusChange'> {
  request(
    option: {
      url: string;
      method?: 'OPTIONS' | 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
      data?: string | ArrayBuffer;
      headers?: Record<string, string>;
      timeout?: number;
      dataType: 'text' | 'arraybuffer';
    } & MyCallbacks<MyResponse>,
  ): unknown;
  getFileSystemManager?(): MyFiles;
  setStorage?(option: { key: string; data: unknown } & MyCallbacks<unknown>): unknown;
  getStorage?(option: { key: string } & MyCallbacks<{ data: unknown }>): unknown;
  removeStorage?(option: { key: string } & MyCallbacks<unknown>): unknown;
  getStorageInfo?(option: MyCallbacks<{ keys: string[] }>): unknown;
  getNetworkType?(option: MyCallbacks<{ networkType: string; networkAvailable?: boolean }>): unknown;
}

/** The global object of Alipay, or the one that was passed, in the form of the other hosts. */
export function alipay(given: unknown): MiniHost {
  const host: My = hostObject<My>(given, 'my', () => (typeof my === 'undefined' ? undefined : my));
  return {
    ...forwarded(host),
    request: ({ url, method = 'GET', data, header, timeout, responseType, success, fail }) =>
      // The request under way can be aborted, which not all published typings say.
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
          else fail?.(requestFailureOf(failure));
        },
      }) as ReturnType<MiniHost['request']>,
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

function requestFailureOf(failure: MyFailure): MiniFailure {
  if (failure.error === timedOut) return { errMsg: 'request:fail timeout', errno: 5 };
  if (failure.error === refused) return { errMsg: 'request:fail url not in domain list', errno: 600_002 };
  return failureOf(failure);
}

function failureOf({ error, errorMessage = '' }: MyFailure): MiniFailure {
  return { errMsg: `my:fail ${errorMessage}${error === undefined ? '' : `, ${error}`}` };
}

/** The APIs that are alike but for their failures, bound to their object. */
function forwarded(host: My): Omit<MiniHost, 'request' | 'uploadFile' | 'getNetworkType'> {
  const { getFileSystemManager, setStorage, getStorage, removeStorage, getStorageInfo } = host;
  const { onAppShow, onAppHide, onNetworkStatusChange } = host;
  return {
    ...(getFileSystemManager ? { getFileSystemManager: () => filesOf(getFileSystemManager.call(host)) } : {}),
    ...(setStorage ? { setStorage: (option) => setStorage.call(host, alike(option)) } : {}),
    ...(getStorage ? { getStorage: (option) => getStorage.call(host, alike(option)) } : {}),
    ...(removeStorage ? { removeStorage: (option) => removeStorage.call(host, alike(option)) } : {}),
    ...(getStorageInfo ? { getStorageInfo: (option) => getStorageInfo.call(host, alike(option)) } : {}),
    ...(onAppShow ? { onAppShow: (listener) => onAppShow.call(host, listener) } : {}),
    ...(onAppHide ? { onAppHide: (listener) => onAppHide.call(host, listener) } : {}),
    ...(onNetworkStatusChange
      ? { onNetworkStatusChange: (listener) => onNetworkStatusChange.call(host, listener) }
      : {}),
  };
}

function filesOf(files: MyFiles): MiniFiles {
  return {
    stat: (option) => files.stat(alike(option)),
    readFile: ({ filePath, ...back }) => files.readFile(alike({ filePath, ...back })),
  };
}

function alike<Option extends MiniCallbacks<never>>(option: Option) {
  return { ...option, fail: (failure: MyFailure) => option.fail?.(failureOf(failure)) };
}
