import { failureError, settleOrPromise } from './callbacks.ts';
import type { Callbacks, Failure } from './callbacks.ts';
import type { AppProcess } from './process.ts';

/**
 * Key-value storage of one mini program on one device: 1 MB for one key and 10 MB for all of them
 * (https://developers.weixin.qq.com/miniprogram/dev/api/storage/wx.setStorage.html). It outlives the program's runs.
 */
export interface StorageShelf {
  readonly entries: Map<string, string>;
  /** Largest key and value together, in characters (the Android client counts characters, not bytes). */
  readonly entryLimit: number;
  /** All keys and values together. */
  readonly totalLimit: number;
}

/** Creates an empty shelf with WeChat's limits, or smaller ones for a test. */
export function createStorageShelf(limits: { entryLimit?: number; totalLimit?: number } = {}): StorageShelf {
  return {
    entries: new Map(),
    entryLimit: limits.entryLimit ?? 1024 * 1024,
    totalLimit: limits.totalLimit ?? 10 * 1024 * 1024,
  };
}

interface Entry {
  readonly key: string;
  readonly value?: unknown;
}

interface KeyOption extends Callbacks {
  readonly key: string;
  readonly data?: unknown;
}

/** The storage part of `wx`. */
export function storageApi(app: AppProcess, shelf: StorageShelf, promises: boolean) {
  const { entries } = shelf;

  const write = (list: readonly Entry[]): Failure | undefined => {
    const texts = list.map(({ key, value }) => [key, JSON.stringify({ data: value })] as const);
    let total = used(shelf);
    for (const [key, text] of texts) {
      if (key.length + text.length > shelf.entryLimit) return { reason: ':entry size limit reached' };
      total += key.length + text.length - sizeOf(shelf, key);
    }
    if (total > shelf.totalLimit) return { reason: ' exceed storage max size 10Mb' };
    for (const [key, text] of texts) entries.set(key, text);
    return undefined;
  };
  const read = (key: string): unknown => {
    const text = entries.get(key);
    // A missing key reads as an empty string in the synchronous form.
    return text === undefined ? '' : ((JSON.parse(text) as { data?: unknown }).data ?? '');
  };
  const describe = () => ({
    keys: [...entries.keys()],
    currentSize: Math.ceil(used(shelf) / 1024),
    limitSize: Math.floor(shelf.totalLimit / 1024),
  });
  const call = (api: string, option: Callbacks, work: () => Failure | object | undefined) =>
    settleOrPromise(app, api, option, promises, (settle) => {
      const answer = work();
      if (answer && 'reason' in answer) settle.fail(answer);
      else settle.ok(answer);
    });
  const writeSync = (api: string, list: readonly Entry[]): void => {
    const refusal = write(list);
    if (refusal) throw failureError(api, refusal);
  };

  return {
    setStorage: (option: KeyOption) =>
      call('setStorage', option, () => write([{ key: option.key, value: option.data }])),
    getStorage: (option: KeyOption) =>
      call('getStorage', option, () =>
        entries.has(option.key) ? { data: read(option.key) } : { reason: ' data not found' },
      ),
    removeStorage: (option: KeyOption) =>
      call('removeStorage', option, () => {
        entries.delete(option.key);
        return undefined;
      }),
    clearStorage: (option: Callbacks = {}) =>
      call('clearStorage', option, () => {
        entries.clear();
        return undefined;
      }),
    getStorageInfo: (option: Callbacks = {}) => call('getStorageInfo', option, describe),
    batchSetStorage: (option: Callbacks & { kvList: Entry[] }) =>
      call('batchSetStorage', option, () => write(option.kvList)),
    batchGetStorage: (option: Callbacks & { keyList: string[] }) =>
      call('batchGetStorage', option, () => ({ dataList: option.keyList.map(read) })),
    setStorageSync: (key: string, value: unknown) => {
      writeSync('setStorageSync', [{ key, value }]);
    },
    getStorageSync: read,
    removeStorageSync: (key: string) => {
      entries.delete(key);
    },
    clearStorageSync: () => {
      entries.clear();
    },
    getStorageInfoSync: describe,
    batchSetStorageSync: (list: Entry[]) => {
      writeSync('batchSetStorageSync', list);
    },
    batchGetStorageSync: (keys: string[]) => keys.map(read),
  };
}

function sizeOf(shelf: StorageShelf, key: string): number {
  const text = shelf.entries.get(key);
  return text === undefined ? 0 : key.length + text.length;
}

function used(shelf: StorageShelf): number {
  let size = 0;
  for (const key of shelf.entries.keys()) size += sizeOf(shelf, key);
  return size;
}
