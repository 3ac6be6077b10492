/** Keeps a second process out of a data folder. */
import { join } from 'node:path';
import { openDatabase } from './database.ts';

/** Thrown when another process (or another store of this one) has the data folder open. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';

  constructor(folder: string) {
    super(`the data folder ${folder} is in use by another process`);
  }
}

const busy = 5; // SQLITE_BUSY

/** Whether a process has the folder open. */
export function isLocked(folder: string): boolean {
  try {
    lockFolder(folder)();
    return false;
  } catch (error) {
    if (error instanceof FolderInUse) return true;
    throw error;
  }
}

/**
 * Locks a folder until the returned function is called or the process ends, however it ends. The lock is one that
 * the operating system releases by itself: an open exclusive transaction on an otherwise empty database, because
 * Node has no file locks of its own.
 */
export function lockFolder(folder: string): () => void {
  const database = openDatabase(join(folder, 'lock'), { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === busy) throw new FolderInUse(folder);
    throw error;
  }
  return () => database.close();
}
