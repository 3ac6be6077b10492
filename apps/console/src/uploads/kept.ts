/**
 * Unfinished uploads in the browser's database, so that they outlive the page, and those done beside them, so that who
 * chooses the same folder again does not send them again. Neither keys nor contents are in it.
 */
import type { Upload } from './upload.ts';

/** What is kept of an upload. */
export interface Kept extends Pick<
  Upload,
  'id' | 'bucket' | 'region' | 'key' | 'path' | 'size' | 'lastModified' | 'loaded'
> {
  /** SecretId of who began it. */
  readonly owner: string;
  /** It is done, and others that were added with it are not. */
  readonly isDone: boolean;
}

const storeName = 'uploads';
let opened: Promise<IDBDatabase> | undefined;

/** Everything that is kept of `owner`'s uploads, in the order in which it was added. */
export async function keptUploads(owner: string): Promise<Kept[]> {
  const all = await request((store) => store.getAll(), 'readonly');
  return (all as Kept[]).filter((kept) => kept.owner === owner);
}

/** Writes or replaces uploads. */
export async function keep(uploads: readonly Kept[]): Promise<void> {
  if (uploads.length > 0) await change((store) => uploads.forEach((upload) => store.put(upload)));
}

/** Removes uploads. */
export async function forget(ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await change((store) => ids.forEach((id) => store.delete(id)));
}

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const opening = indexedDB.open('sampan-console', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(storeName, { keyPath: 'id' });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(reasonOf(opening.error));
  });
  return opened;
}

async function request<T>(
  run: (store: IDBObjectStore) => IDBRequest<T>,
  mode: IDBTransactionMode,
): Promise<T> {
  const store = (await database()).transaction(storeName, mode).objectStore(storeName);
  return new Promise((resolve, reject) => {
    const running = run(store);
    running.onsuccess = () => resolve(running.result);
    running.onerror = () => reject(reasonOf(running.error));
  });
}

async function change(run: (store: IDBObjectStore) => void): Promise<void> {
  const transaction = (await database()).transaction(storeName, 'readwrite', { durability: 'relaxed' });
  run(transaction.objectStore(storeName));
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(reasonOf(transaction.error));
  });
}

function reasonOf(error: DOMException | null): Error {
  return error ?? new Error('the browser’s database does not answer');
}
