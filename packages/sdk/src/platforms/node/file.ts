/** An open file as an upload source: read asynchronously into pooled buffers, with synchronous checks for changes. */
import { Buffer } from 'node:buffer';
import { closeSync, fstatSync, open, read, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { UsageError } from '@sampan/protocol';
import type { RangedSource } from '../../core/platform.ts';
import { SpareBuffers } from './buffers.ts';

/** Bytes of a file, both ends included. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

// Opening and reading may wait for a disk and so leave this thread. What the kernel knows of a file that is open, and
// closing one that was only read, wait for nothing; another thread would cost ten times as much as the calls.

/** Opens a file for reading and gives its descriptor. */
export function openFile(path: string): Promise<number> {
  // By hand: what `promisify` adds is as dear as the promise.
  return new Promise((resolve, reject) => {
    open(path, 'r', (error, fd) => (error ? reject(error) : resolve(fd)));
  });
}

/** A path that stays good when the program changes its folder. */
export function absolute(path: string): string {
  return isAbsolute(path) ? path : resolve(path);
}

/** What a file is known by: an absolute path, or nothing but the descriptor. */
interface Known {
  readonly path: string | undefined;
  /** Whether closing the source closes the file. */
  readonly closes: boolean;
  readonly range?: Range | undefined;
}

/** One open file. A class, because a batch of small files makes thousands, and eight functions for each otherwise. */
export class FileSource implements RangedSource {
  readonly kind = 'ranged';
  readonly size: number;
  readonly #fd: number;
  readonly #known: Known;
  readonly #start: number;
  readonly #opened: Stats;
  readonly #buffers: SpareBuffers;
  readonly #ownsBuffers: boolean;

  /** Throws a UsageError when the descriptor is not that of a file. `shared` buffers outlive this file. */
  constructor(fd: number, known: Known, shared?: SpareBuffers) {
    const { range } = known;
    const now = fstatSync(fd);
    if (!now.isFile()) throw new UsageError('FilePath is not a file', { code: 'EISDIR' });
    this.#start = range?.start ?? 0;
    this.size = Math.max(0, (range ? Math.min(range.end + 1, now.size) : now.size) - this.#start);
    this.#fd = fd;
    this.#known = known;
    this.#opened = now;
    this.#buffers = shared ?? new SpareBuffers();
    this.#ownsBuffers = !shared;
  }

  get identity(): string {
    return this.#identityOf(this.#opened);
  }

  /** When what is open was last changed, in ms since 1970. */
  get changedMs(): number {
    return Math.max(this.#opened.mtimeMs, this.#opened.ctimeMs);
  }

  read(offset: number, length: number): Uint8Array | Promise<Uint8Array> {
    return readExactly(this.#fd, this.#start + offset, this.#buffers.take(length));
  }

  release(bytes: Uint8Array): void {
    this.#buffers.give(bytes);
  }

  isAsOpened(): boolean {
    const { dev, ino, size, mtimeMs, ctimeMs } = this.#opened;
    const now = fstatSync(this.#fd);
    return (
      now.dev === dev &&
      now.ino === ino &&
      now.size === size &&
      now.mtimeMs === mtimeMs &&
      now.ctimeMs === ctimeMs
    );
  }

  /** The path and not the descriptor: a file that was replaced lives on behind it. */
  async currentIdentity(): Promise<string> {
    const { path } = this.#known;
    if (path === undefined) return this.#identityOf(fstatSync(this.#fd));
    try {
      return this.#identityOf(await stat(path));
    } catch {
      return 'gone';
    }
  }

  async close(): Promise<void> {
    if (this.#ownsBuffers) this.#buffers.drop();
    if (this.#known.closes) closeSync(this.#fd);
  }

  #identityOf(seen: Stats): string {
    const { path, range } = this.#known;
    const name = path === undefined ? '' : resolve(path);
    const part = range ? `:${range.start}-${range.end}` : '';
    return `file:${name}:${seen.dev}:${seen.ino}:${seen.size}:${seen.mtimeMs}:${seen.ctimeMs}${part}`;
  }
}

/** Fills `bytes` from `position` on; one read may return less than requested. */
function readExactly(fd: number, position: number, bytes: Buffer): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const readOn = (filled: number): void => {
      if (filled === bytes.length) return resolve(bytes);
      read(fd, bytes, filled, bytes.length - filled, position + filled, (error, count) => {
        if (error)
          reject(
            new UsageError(`FilePath cannot be read (${error.code ?? 'unknown'})`, {
              code: error.code,
              cause: error,
            }),
          );
        else if (count > 0) readOn(filled + count);
        else reject(new UsageError('The file became shorter while it was read', { code: 'FileChanged' }));
      });
    };
    readOn(0);
  });
}
