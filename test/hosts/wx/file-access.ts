import type { Failure, Settle } from './callbacks.ts';
import type { FileContent, FileEntry, FileShelf } from './files.ts';
import type { AppProcess } from './process.ts';

/** What the parts of the file system share: limits, faults, counters and refusals. */

/** What a file call is about; given to the fault hook. */
export interface FileCall {
  readonly api: string;
  readonly filePath: string;
  readonly position?: number | undefined;
  readonly length?: number | undefined;
}

/** What a fault hook may do to a file call: nothing, never answer, answer late, or refuse. */
export type FileFault =
  undefined | 'drop' | { readonly delayMs: number } | { readonly errCode: number; readonly reason: string };

/** Limits of the file system; each default is WeChat's. */
export interface FileLimits {
  /** Largest file that readFile opens, in bytes (100 MB). */
  readonly readFile: number;
  /** All files under the user's folder, in bytes (200 MB). */
  readonly userFiles: number;
  /** Descriptors open at once. WeChat documents the error but not the figure. */
  readonly openFiles: number;
}

/** What the program read so far. */
export interface FileUsage {
  reads: number;
  bytesRead: number;
  /** Most bytes one call brought into memory. */
  largestRead: number;
  openFiles: number;
}

/** What the parts of the file system share. */
export interface FileAccess {
  readonly app: AppProcess;
  readonly files: FileShelf;
  readonly limits: FileLimits;
  readonly usage: FileUsage;
  /** Applies the fault hook, then goes on. */
  whenReady(call: FileCall, settle: Settle, go: () => void): void;
  /** Reads and counts. */
  take(content: FileContent, position: number, length: number): Uint8Array;
}

/** A refusal of the file system, with both fields that carry its code. */
export const refusal = (errno: number, reason: string): Failure => ({
  reason: ` ${reason}`,
  errno,
  errCode: errno,
});

/** The refusals that several calls share. */
export const FILE_FAILURE = {
  missing: (path: string): Failure => refusal(1300002, `no such file or directory ${path}`),
  badDescriptor: refusal(1300009, 'bad file descriptor'),
  tooLarge: refusal(1300202, 'the maximum size of the file storage limit is exceeded'),
  denied: refusal(1300013, 'permission denied'),
};

/** WeChat's Stats; times are in whole seconds. */
export function statsOf(entry: FileEntry) {
  return {
    mode: entry.mode,
    size: entry.content.size,
    lastAccessedTime: entry.accessedAtSeconds,
    lastModifiedTime: entry.modifiedAtSeconds,
    isDirectory: () => false,
    isFile: () => true,
  };
}
