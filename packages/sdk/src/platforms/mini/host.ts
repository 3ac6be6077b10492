/**
 * The interface of a mini program host: the part of WeChat's API that the SDK uses. Other hosts copied WeChat's names;
 * those that differ are adapted to this interface (see `hosts/alipay.ts`), and traits describe their limits. The SDK
 * calls the host when an instance is made or later, never when a module is loaded.
 */

import { UsageError } from '@sampan/protocol';

/** How every asynchronous API answers. Errors carry `errMsg` (`api:fail reason`) and often a number. */
export interface MiniCallbacks<Result> {
  success?(result: Result): void;
  fail?(error: MiniFailure): void;
}

export interface MiniFailure {
  readonly errMsg: string;
  readonly errno?: number;
  readonly errCode?: number;
}

export interface MiniRequest extends MiniCallbacks<MiniResponse> {
  url: string;
  method?: 'OPTIONS' | 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  data?: string | ArrayBuffer;
  header?: Record<string, string>;
  /** In ms. WeChat knows it since base library 2.10.0; before, 60 s is fixed. */
  timeout?: number;
  /** Anything but `json` keeps the host from reading meaning into the answer. */
  dataType?: '其他';
  responseType?: 'text' | 'arraybuffer';
  /** WeChat since 3.2.2; before, redirects are followed. */
  redirect?: 'manual';
  /** WeChat since 2.19.1. */
  enableHttpDNS?: boolean;
  httpDNSServiceId?: string;
}

export interface MiniResponse {
  readonly statusCode: number;
  readonly header: object;
  readonly data: unknown;
}

export interface MiniForm extends MiniCallbacks<MiniFormResponse> {
  url: string;
  filePath: string;
  name: string;
  header?: Record<string, string>;
  formData?: Record<string, string>;
  /** WeChat since 2.10.0. */
  timeout?: number;
}

export interface MiniFormResponse {
  readonly statusCode: number;
  readonly data: string;
  /** Of some hosts only; WeChat reports headers by `onHeadersReceived`. */
  readonly header?: object;
}

/** A request under way. `abort` is there since WeChat 1.4.0. */
export interface MiniTask {
  abort(): void;
}

export interface MiniFormTask extends MiniTask {
  onProgressUpdate?(
    listener: (progress: { totalBytesSent: number; totalBytesExpectedToSend: number }) => void,
  ): void;
  /** WeChat since 2.1.0. */
  onHeadersReceived?(listener: (answer: { header: object }) => void): void;
}

export interface MiniStats {
  readonly size: number;
  /** UNIX seconds. */
  readonly lastModifiedTime: number;
  isFile(): boolean;
}

export interface MiniFiles {
  stat(option: { path: string } & MiniCallbacks<{ stats: unknown }>): void;
  /** `position` and `length` since WeChat 2.10.0; files up to 100 MB. */
  readFile(
    option: { filePath: string; position?: number; length?: number } & MiniCallbacks<{ data: unknown }>,
  ): void;
  /** `open`, `read` and `close` since WeChat 2.16.1. */
  open?(option: { filePath: string; flag?: 'r' } & MiniCallbacks<{ fd: string }>): void;
  read?(
    option: {
      fd: string;
      arrayBuffer: ArrayBuffer;
      offset?: number;
      length?: number;
      position?: number;
      // Quirk: Taro's typings say that it is text.
    } & MiniCallbacks<{ bytesRead: number | string; arrayBuffer?: ArrayBuffer }>,
  ): void;
  close?(option: { fd: string } & MiniCallbacks<unknown>): void;
  /** With `digestAlgorithm` since WeChat 2.16.0 or so; older ones leave the digest out. */
  getFileInfo?(
    option: { filePath: string; digestAlgorithm?: 'md5' } & MiniCallbacks<{
      size: number;
      digest?: string;
    }>,
  ): void;
}

export interface MiniHost {
  request(option: MiniRequest): MiniTask | undefined;
  uploadFile?(option: MiniForm): MiniFormTask | undefined;
  getFileSystemManager?(): MiniFiles;
  setStorage?(option: { key: string; data: unknown } & MiniCallbacks<unknown>): unknown;
  getStorage?(option: { key: string } & MiniCallbacks<{ data: unknown }>): unknown;
  removeStorage?(option: { key: string } & MiniCallbacks<unknown>): unknown;
  getStorageInfo?(option: MiniCallbacks<{ keys: string[] }>): unknown;
  onAppShow?(listener: () => void): void;
  onAppHide?(listener: () => void): void;
  onNetworkStatusChange?(listener: (status: { isConnected: boolean }) => void): void;
  getNetworkType?(option: MiniCallbacks<{ networkType: string }>): unknown;
}

/** What every mini program host starts from; the official mini program SDK's defaults. */
export const miniDefaults = {
  AutoSwitchHost: false,
  SimpleUploadMethod: 'putObject',
  UploadQueueSize: 10_000,
  UploadIdCacheLimit: 50,
  Protocol: 'https',
  objectBody: 'text',
  hostOptions: ['HttpDNSServiceId', 'Host'],
} as const;

/** What is taken of a host about which no more is known: files are read whole, so only small ones. */
export const cautiousTraits: Omit<MiniTraits, 'name'> = {
  readsRanges: false,
  readsDescriptors: false,
  maxReadFileBytes: 10 * 1024 * 1024,
  maxRequests: 10,
  maxFormBytes: 10 * 1024 * 1024,
};

/** The object of a host: the one that was passed as `Host`, or the global of that name, which `find` looks for. */
export function hostObject<Host = MiniHost>(given: unknown, name: string, find: () => unknown): Host {
  const host: unknown = given ?? find();
  if (typeof (Object(host) as Partial<MiniHost>).request === 'function') return host as Host;
  throw new UsageError(`no host was found: this entry needs the global ${name}, or one passed as Host`);
}

/** How far a host goes; what it lacks is refused with a sentence that says so, or done in another way. */
export interface MiniTraits {
  readonly name: string;
  /** Whether `readFile` takes `position` and `length`. */
  readonly readsRanges: boolean;
  /** Whether `open` and `read` can be trusted, which have no limit on the size of the file. */
  readonly readsDescriptors: boolean;
  /** Largest file that `readFile` reads, in bytes. */
  readonly maxReadFileBytes: number;
  /** Requests of all kinds at once. */
  readonly maxRequests: number;
  /** Largest file that the form uploader takes, in bytes; 0 where it cannot be used. */
  readonly maxFormBytes: number;
}
