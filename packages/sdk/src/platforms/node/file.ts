/** An open file as a source: read by other threads into buffers that are used again, and looked at on this one. */
import { Buffer } from 'node:buffer';
import { closeSync, fstatSync, open, read, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UsageError } from '@sampan/protocol';
import type { RangedSource } from '../../platform.ts';

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
  #spare: ArrayBufferLike[] = [];

  /** Throws a UsageError when the descriptor is not that of a file. */
  constructor(fd: number, known: Known) {
    const { range } = known;
    const now = fstatSync(fd);
    if (!now.isFile()) throw new UsageError('FilePath is not a file', { code: 'EISDIR' });
    this.#start = range?.start ?? 0;
    this.size = Math.max(0, (range ? Math.min(range.end + 1, now.size) : now.size) - this.#start);
    this.#fd = fd;
    this.#known = known;
    this.#opened = now;
  }

  get identity(): string {
    return this.#identityOf(this.#opened);
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return readExactly(this.#fd, this.#start + offset, this.#take(length));
  }

  release(bytes: Uint8Array): void {
    this.#spare.push(bytes.buffer);
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
    this.#drop();
    if (this.#known.closes) closeSync(this.#fd);
  }

  #identityOf(seen: Stats): string {
    const { path, range } = this.#known;
    const name = path === undefined ? '' : resolve(path);
    const part = range ? `:${range.start}-${range.end}` : '';
    return `file:${name}:${seen.dev}:${seen.ino}:${seen.size}:${seen.mtimeMs}:${seen.ctimeMs}${part}`;
  }

  /** A buffer of a part that was sent, for the next one: a new one costs its pages and a collection later. */
  #take(length: number): Buffer {
    const found = this.#spare.findIndex(({ byteLength }) => byteLength >= length);
    if (found >= 0) return Buffer.from(this.#spare.splice(found, 1)[0]!, 0, length);
    // Parts have grown: the smaller ones are of no use any more.
    this.#drop();
    return Buffer.allocUnsafeSlow(length);
  }

  #drop(): void {
    // Freed now and not by some later collection, where the engine can (since Node 22).
    for (const buffer of this.#spare) (buffer as { transfer?: (bytes: number) => unknown }).transfer?.(0);
    this.#spare = [];
  }
}

/** Fills `bytes` from `position` on; a file may give less at a time than it was asked for. */
function readExactly(fd: number, position: number, bytes: Buffer): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const readOn = (filled: number): void => {
      if (filled === bytes.length) return resolve(bytes);
      read(fd, bytes, filled, bytes.length - filled, position + filled, (error, count) => {
        if (error) reject(error);
        else if (count > 0) readOn(filled + count);
        else reject(new UsageError('The file became shorter while it was read', { code: 'FileChanged' }));
      });
    };
    readOn(0);
  });
}
