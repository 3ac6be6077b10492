/** Stores records of unfinished uploads in IndexedDB, shared by all tabs of the origin. */
import type { RecordStorage } from '../../core/platform.ts';
import { transact } from './database.ts';

/** Locks lie in the same store, under names that no record has. */
const lockPrefix = 'lock:';
const recordPrefix = 'record:';

export const storage: RecordStorage = {
  async load(key) {
    const found: unknown = await transact('readonly', (records) => records.get(recordPrefix + key));
    return typeof found === 'string' ? found : undefined;
  },
  async save(key, text) {
    await transact('readwrite', (records) => records.put(text, recordPrefix + key));
  },
  async remove(key) {
    await transact('readwrite', (records) => records.delete(recordPrefix + key));
  },
  async keys(prefix) {
    const whole = recordPrefix + prefix;
    const range = IDBKeyRange.bound(whole, `${whole}\uffff`);
    const keys = await transact('readonly', (records) => records.getAllKeys(range));
    return keys.map((key) => (key as string).slice(recordPrefix.length));
  },
};

export { lockPrefix };
