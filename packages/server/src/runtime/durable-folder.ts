/** Folders and their entries that survive a loss of power; syncs that fall together are done once. */
import { mkdir, open } from 'node:fs/promises';
import { dirname, resolve, toNamespacedPath } from 'node:path';
import process from 'node:process';

interface FolderSync {
  readonly running: Promise<void>;
  next: Promise<void> | undefined;
}

const syncs = new Map<string, FolderSync>();

/** Creates a folder and the ones above it, so that they survive a loss of power from the first file in them on. */
export async function makeFolder(path: string, { durable }: { readonly durable: boolean }): Promise<void> {
  // On Windows `mkdir` gives its answer in the form with a namespace, which is longer.
  const last = toNamespacedPath(resolve(path));
  const made = await mkdir(last, { recursive: true });
  if (made === undefined || !durable) return;
  const first = toNamespacedPath(made);
  for (let folder = last; folder.length >= first.length; folder = dirname(folder))
    await syncFolder(dirname(folder));
}

/**
 * Resolves when every entry that was in the folder at the time of the call survives a loss of power, as far as the file
 * system can: where it syncs no folders (`canSyncFolder`), the files' own syncs are all there is.
 */
export function syncFolder(path: string): Promise<void> {
  const present = syncs.get(path);
  if (!present) return begin(path);
  // The running sync may have started before the caller's entry was made, so it does not count.
  present.next ??= present.running.catch(() => undefined).then(() => begin(path));
  return present.next;
}

/** Whether the file system of a folder syncs folders. Rejects when the folder cannot be opened at all. */
export async function canSyncFolder(path: string): Promise<boolean> {
  try {
    await syncNow(path);
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

function begin(path: string): Promise<void> {
  const running = syncNow(path)
    .catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
    })
    .finally(() => {
      if (syncs.get(path) === entry) syncs.delete(path);
    });
  const entry: FolderSync = { running, next: undefined };
  syncs.set(path, entry);
  return running;
}

// Windows flushes only what was opened to be written; elsewhere a folder cannot be opened so.
const flags = process.platform === 'win32' ? 'r+' : 'r';

async function syncNow(path: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const refusals = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];
// What its drivers and network shares answer, and a folder such as the root of a disk that its user may not change.
const windowsRefusals = ['EPERM', 'EACCES', 'EISDIR', 'EBADF'];

/** What an operating system says when it cannot sync the folder at all, rather than this time. */
function isRefusal(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return refusals.includes(code) || (process.platform === 'win32' && windowsRefusals.includes(code));
}
