/** Stores upload records in the host's key-value storage: at most 1 MB for a key, 10 MB in all on WeChat. */
import type { Locks, RecordStorage } from '../../core/platform.ts';
import type { MiniHost } from './host.ts';
import { callHost } from './call-host.ts';

/** WeChat refuses a key and its value above 1 MB; a little is left for how it writes them. */
const maxRecordChars = 1_000_000;

/** Makes the storage. What the host refuses is a rejection, and the engine goes on without. */
export function createStorage(host: MiniHost): RecordStorage {
  return {
    async load(key) {
      const found = await callHost<{ data: unknown }>(host, 'getStorage', { key }).catch(
        // The host fails for a key that is not there.
        () => undefined,
      );
      return typeof found?.data === 'string' && found.data !== '' ? found.data : undefined;
    },
    async save(key, text) {
      if (key.length + text.length > maxRecordChars)
        throw new Error('the record is too long for the storage');
      await callHost(host, 'setStorage', { key, data: text });
    },
    async remove(key) {
      await callHost(host, 'removeStorage', { key });
    },
    async keys(prefix) {
      const { keys } = await callHost<{ keys: string[] }>(host, 'getStorageInfo', {});
      return keys.filter((key) => key.startsWith(prefix));
    },
  };
}

const held = new Set<string>();

/** A mini program is one script, so a set in memory keeps its instances apart. */
export const locks: Locks = {
  async tryLock(name) {
    if (held.has(name)) return undefined;
    held.add(name);
    return () => void held.delete(name);
  },
};
