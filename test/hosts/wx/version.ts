/**
 * Which base library brought which API. The figures are those that the published typings of WeChat
 * (`miniprogram-api-typings` 5.2.3) state beside each declaration.
 */

const WX_SINCE: Record<string, string> = {
  onNetworkStatusChange: '1.1.0',
  base64ToArrayBuffer: '1.1.0',
  arrayBufferToBase64: '1.1.0',
  getFileSystemManager: '1.9.9',
  onAppShow: '2.1.2',
  offAppShow: '2.1.2',
  onAppHide: '2.1.2',
  offAppHide: '2.1.2',
  getAccountInfoSync: '2.2.2',
  chooseMessageFile: '2.5.0',
  offNetworkStatusChange: '2.9.3',
  chooseMedia: '2.10.0',
  getRandomValues: '2.15.0',
  getUserCryptoManager: '2.17.3',
  getAppBaseInfo: '2.20.1',
  getDeviceInfo: '2.20.1',
  onNetworkWeakChange: '2.21.0',
  offNetworkWeakChange: '2.21.0',
  batchSetStorage: '2.25.0',
  batchSetStorageSync: '2.25.0',
  batchGetStorage: '2.25.0',
  batchGetStorageSync: '2.25.0',
};

const FILE_SYSTEM_SINCE: Record<string, string> = {
  open: '2.16.1',
  openSync: '2.16.1',
  read: '2.16.1',
  readSync: '2.16.1',
  close: '2.16.1',
  closeSync: '2.16.1',
  fstat: '2.16.1',
  fstatSync: '2.16.1',
};

const TASK_SINCE: Record<string, string> = {
  abort: '1.4.0',
  onProgressUpdate: '1.4.0',
  offProgressUpdate: '2.1.0',
  onHeadersReceived: '2.1.0',
  offHeadersReceived: '2.1.0',
  onChunkReceived: '2.20.1',
  offChunkReceived: '2.20.1',
};

/** Single behaviours, and the base library that brought each. */
export const SINCE = {
  /** `timeout` of wx.request and wx.uploadFile. */
  timeoutOption: '2.10.0',
  /** `position` and `length` of readFile. */
  readFileRange: '2.10.0',
  /** A promise from an asynchronous API that got no callback. */
  promises: '2.10.2',
  /** `enableChunked` of wx.request. */
  chunked: '2.20.2',
  /** `redirect` of wx.request. */
  redirectOption: '3.2.2',
} as const;

/** Tells whether base library `version` is `minimum` or newer; both are dotted numbers. */
export function atLeast(version: string, minimum: string): boolean {
  const have = version.split('.').map(Number);
  const want = minimum.split('.').map(Number);
  for (let i = 0; i < Math.max(have.length, want.length); i++) {
    const difference = (have[i] ?? 0) - (want[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** Copies `api` without the members that base library `version` does not have yet. */
export function gate<T extends object>(kind: 'wx' | 'fileSystem' | 'task', version: string, api: T): T {
  const since = kind === 'wx' ? WX_SINCE : kind === 'fileSystem' ? FILE_SYSTEM_SINCE : TASK_SINCE;
  const kept = Object.entries(api).filter(([name]) => atLeast(version, since[name] ?? '0'));
  return Object.fromEntries(kept) as T;
}
