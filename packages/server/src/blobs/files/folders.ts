/** The folder that new blobs go to: one is open for all writers of a store, and the next is begun when it is full. */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../../runtime/durable-folder.ts';

/** Files per folder: small enough for every file system, large enough that folders are rarely made. */
const filesPerFolder = 2048;
// Two random bytes distinguish stores that begin a folder in the same millisecond; more than one clash is no accident.
const namesTried = 5;

/** The folders of one store, one after the other. A new one is begun at every start. */
export interface FolderSequence {
  /** The folder that new files go to. */
  current(): Promise<string>;
  /** Counts a file in; begins a new folder when the current one is full or gone. */
  next(gone?: string): Promise<string>;
}

/** How folders are made. */
export interface FolderOptions {
  /** Whether a folder survives a loss of power before files go to it. */
  readonly durable: boolean;
  /** Gives a name that is most likely new. Default: the time and two random bytes, 13 characters. */
  readonly newName?: () => string;
}

/** Begins with no folder; stores of several threads may share `root`. */
export function folderSequence(root: string, options: FolderOptions): FolderSequence {
  const { durable, newName = nameByTime } = options;
  let folder: Promise<string> | undefined;
  let files = 0;

  const begin = async (): Promise<string> => {
    for (let attempt = 1; ; attempt += 1) {
      const name = newName();
      try {
        await mkdir(join(root, name));
      } catch (error) {
        // Another thread's store, which has the same root, began it at the same time.
        if (attempt < namesTried && (error as NodeJS.ErrnoException).code === 'EEXIST') continue;
        throw error;
      }
      if (durable) await syncFolder(root);
      return name;
    }
  };
  const renew = (): Promise<string> => {
    files = 0;
    const begun = begin();
    folder = begun;
    begun.catch(() => {
      if (folder === begun) folder = undefined;
    });
    return begun;
  };

  return {
    current: () => folder ?? Promise.resolve(''),
    async next(gone) {
      const present = await (folder ?? renew());
      files += 1;
      if (present !== gone && files <= filesPerFolder) return present;
      // Many writers may notice at once; only the first makes the next folder.
      const later = await (folder ?? renew());
      return later === present ? renew() : later;
    },
  };
}

function nameByTime(): string {
  return Date.now().toString(36).padStart(9, '0') + randomBytes(2).toString('hex');
}
