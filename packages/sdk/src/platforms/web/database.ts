/**
 * The IndexedDB database of a page: one store of texts by key. Opened at the first use, and again after it was taken
 * away.
 */

const name = 'sampan';
const store = 'records';

/** Runs one transaction over the records and gives what its request found. */
export async function transact<T>(
  mode: IDBTransactionMode,
  work: (records: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode);
    const request = work(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request.result);
    const failed = (): void => reject(transaction.error ?? request.error ?? new Error('the database failed'));
    transaction.onerror = failed;
    transaction.onabort = failed;
  });
}

let opening: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  opening ??= new Promise<IDBDatabase>((resolve, reject) => {
    // Throws where storage is forbidden, as in some private windows; that is a rejection like any other.
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => void request.result.createObjectStore(store);
    request.onerror = () => reject(request.error ?? new Error('the database cannot be opened'));
    request.onblocked = () => reject(new Error('the database is blocked by another tab'));
    request.onsuccess = () => {
      const { result } = request;
      const forget = (): void => {
        opening = undefined;
        result.close();
      };
      result.onversionchange = forget;
      result.onclose = forget;
      resolve(result);
    };
  }).catch((error: unknown) => {
    opening = undefined;
    throw error;
  });
  return opening;
}
