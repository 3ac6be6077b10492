import type { Clock } from './clock.ts';

/**
 * The files one mini program has on one device. Contents may be made up on demand, so that a file of gigabytes costs no
 * memory. Files outlive the program's runs.
 */

/** Where a file's bytes come from. */
export interface FileContent {
  /** Bytes. */
  readonly size: number;
  /** Answers exactly the bytes `[position, position + length)`; the caller stays inside the file. */
  read(position: number, length: number): Uint8Array;
}

/** A file: its content may be replaced in place, and it lives on while somebody has it open. */
export interface FileEntry {
  content: FileContent;
  accessedAtSeconds: number;
  modifiedAtSeconds: number;
  readonly mode: number;
}

/** All files of the device that the program may see, by path. */
export interface FileShelf {
  readonly entries: Map<string, FileEntry>;
  /** Puts a file at `path` (default: a new temporary path) and answers the path. */
  add(content: Uint8Array | FileContent, path?: string): string;
  /** Changes the content of an existing file in place; `keepTimes` leaves the modification time alone. */
  replace(path: string, content: Uint8Array | FileContent, options?: { keepTimes?: boolean }): void;
  /** Sets the modification time, in seconds (default now). */
  touch(path: string, modifiedAtSeconds?: number): void;
  remove(path: string): void;
  /** Removes every temporary file, as the system may between two runs. */
  removeTemporary(): void;
}

/** Where a program may write. */
export const USER_DATA_PATH = 'wxfile://usr';

/** Creates an empty shelf that takes its times from `clock`. */
export function createFileShelf(clock: Clock): FileShelf {
  const entries = new Map<string, FileEntry>();
  const seconds = (): number => Math.floor(clock.now() / 1000);
  let serial = 0;

  function existing(path: string): FileEntry {
    const entry = entries.get(path);
    if (!entry) throw new Error(`no simulated file at ${path}`);
    return entry;
  }

  return {
    entries,
    add(content, path = `wxfile://tmp_${(++serial).toString(36).padStart(8, '0')}`) {
      const now = seconds();
      // 33206 is a regular file, readable and writable by all (POSIX S_IFREG | 0666).
      entries.set(path, {
        content: contentOf(content),
        accessedAtSeconds: now,
        modifiedAtSeconds: now,
        mode: 33206,
      });
      return path;
    },
    replace(path, content, options = {}) {
      const entry = existing(path);
      entry.content = contentOf(content);
      if (!options.keepTimes) entry.modifiedAtSeconds = seconds();
    },
    touch(path, modifiedAtSeconds = seconds()) {
      existing(path).modifiedAtSeconds = modifiedAtSeconds;
    },
    remove(path) {
      entries.delete(path);
    },
    removeTemporary() {
      for (const path of [...entries.keys()]) if (isTemporary(path)) entries.delete(path);
    },
  };
}

/** Tells whether WeChat would hand out `path` as a temporary file: phones use wxfile://, the developer tools http://. */
export function isTemporary(path: string): boolean {
  return path.startsWith('wxfile://tmp') || path.startsWith('http://tmp/');
}

const BLOCK = 65536;

/** Content that follows from its position and `seed` alone: blocks of noise, each stamped with its number. */
export function madeUpContent(size: number, seed = 1): FileContent {
  const noise = new Uint8Array(BLOCK);
  for (let i = 0, state = seed | 1; i < BLOCK; i++) {
    state = Math.imul(state, 1664525) + 1013904223;
    noise[i] = state >>> 24;
  }
  const stamp = new DataView(new ArrayBuffer(4));
  return {
    size,
    read(position, length) {
      const bytes = new Uint8Array(length);
      for (let at = position; at < position + length;) {
        const start = at % BLOCK;
        const take = Math.min(BLOCK - start, position + length - at);
        bytes.set(noise.subarray(start, start + take), at - position);
        stamp.setUint32(0, Math.floor(at / BLOCK));
        for (let i = start; i < Math.min(4, start + take); i++)
          bytes[at - position + i - start] = stamp.getUint8(i);
        at += take;
      }
      return bytes;
    },
  };
}

function contentOf(content: Uint8Array | FileContent): FileContent {
  if (!(content instanceof Uint8Array)) return content;
  const bytes = new Uint8Array(content);
  return { size: bytes.length, read: (position, length) => bytes.subarray(position, position + length) };
}
