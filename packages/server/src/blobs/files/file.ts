/** The little that stores ask of files that are written, so that tests can stand in for the machine. */

/** What a file that is written must do; Node's `FileHandle` has it. */
export interface WritableFile {
  write(
    bytes: Uint8Array,
    from: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesWritten: number }>;
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a file to be written, as `open` of `node:fs/promises` does. */
export type OpenFile = (path: string, flags: string | number, mode?: number) => Promise<WritableFile>;
