/** Folders and their entries that survive a loss of power; syncs that fall together are done once. */
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

interface FolderSync {
  readonly running: Promise<void>;
  next: Promise<void> | undefined;
}

const syncs = new Map<string, FolderSync>();

/** Creates a folder and the ones above it, so that they survive a loss of power from the first file in them on. */
export async function makeFolder(path: string, { durable }: { readonly durable: boolean }): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined || !durable) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** Resolves when every entry that was in the folder at the time of the call survives a loss of power. */
export function syncFolder(path: string): Promise<void> {
  const present = syncs.get(path);
  if (!present) return begin(path);
  // The running sync may have started before the caller's entry was made, so it does not count.
  present.next ??= present.running.catch(() => undefined).then(() => begin(path));
  return present.next;
}

function begin(path: string): Promise<void> {
  const running = syncNow(path).finally(() => {
    if (syncs.get(path) === entry) syncs.delete(path);
  });
  const entry: FolderSync = { running, next: undefined };
  syncs.set(path, entry);
  return running;
}

async function syncNow(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
