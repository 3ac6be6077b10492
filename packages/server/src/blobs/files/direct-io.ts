/**
 * Writes past the page cache. The disk takes the bytes from the memory they are in, and little is left to wait for when
 * they are synced; the page cache would first have to find pages for them (decision 0012). Not every file system allows
 * it, and only whole pages can be written so: its caller writes the rest in the usual way.
 */
import { constants } from 'node:fs';
import type { OpenFile } from './file.ts';
import { pageBytes, wholePageBytes } from '../../runtime/buffer-pool.ts';

/** A file that was opened once more, for such writes. */
export interface DirectFile {
  /**
   * Writes what it can of the start of a chunk and says how many bytes that was: 0 where the chunk or the position is
   * not at a page, or the file system wants none of it. Throws what a write throws otherwise.
   */
  write(chunk: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}

/** Opens a file for them; undefined where that is not possible. Remembers a file system that refused. */
export type OpenDirect = (path: string) => Promise<DirectFile | undefined>;

// Only Linux has it among the systems that Node runs on: https://nodejs.org/api/fs.html#file-open-constants
const flag = constants.O_DIRECT as number | undefined;

/** For the files of one file system. */
export function directWrites(openFile: OpenFile): OpenDirect {
  let isRefused = false;

  return async (path) => {
    if (isRefused || flag === undefined) return undefined;
    // A second handle may fail where the first one still works.
    const handle = await openFile(path, constants.O_WRONLY | flag).catch((error: unknown) => {
      isRefused ||= isRefusal(error);
    });
    if (!handle) return undefined;
    return {
      async write(chunk, position) {
        const length = position % pageBytes === 0 ? wholePageBytes(chunk) : 0;
        if (isRefused || length === 0) return 0;
        try {
          return (await handle.write(chunk, 0, length, position)).bytesWritten;
        } catch (error) {
          if (!isRefusal(error)) throw error;
          isRefused = true;
          return 0;
        }
      },
      close: () => handle.close(),
    };
  };
}

/** What the kernel says to a flag that a file system does not know, and to memory or sizes that it cannot use. */
function isRefusal(error: unknown): boolean {
  return ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP'].includes((error as NodeJS.ErrnoException).code ?? '');
}
