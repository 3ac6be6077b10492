/**
 * Opens and reads small files of the queue in groups, before their turn. Each open and read wakes a thread of the pool,
 * which costs more than the call itself; in a group most threads are awake already. At its turn a file is in memory.
 */
import { closeSync } from 'node:fs';
import type { Platform, Source, SourceInput } from '../../core/platform.ts';
import { SpareBuffers } from './buffers.ts';
import { absolute, FileSource, openFile } from './file.ts';

/** Files of a group, and the most that are ready at a time. */
const groupFiles = 16;
/** When so few are left, it is time for the next ones. */
const lowFiles = 4;
/** Larger files cost more to send than to open. A group of the largest holds 2 MiB. */
const smallBytes = 128 * 1024;
/** File systems keep times in steps of up to 2 s (FAT): a younger file may change and still have the same ones. */
const settledMs = 2000;

/** A file that is being made ready; it comes to nothing when it is large, young, or cannot be read. */
interface Prefetched {
  readonly path: string;
  readonly reading: Promise<ReadFile | undefined>;
  /** What came of it, as soon as it did. */
  file?: ReadFile | undefined;
}

/** Makes `open`, which takes what is ready from where `prefetch` put it and has `openNow` do everything else. */
export function createPrefetch(
  openNow: (input: SourceInput) => Promise<Source>,
): Required<Pick<Platform, 'open' | 'prefetch'>> {
  /** A list, as they are few, and a Map that is filled and emptied all the time keeps much (see clock.ts). */
  let ready: Prefetched[] = [];
  const buffers = new SpareBuffers(smallBytes);
  let pathAt: (place: number) => string | undefined = () => undefined;
  let isDue = false;
  let isSoon = false;

  const makeReady = (): void => {
    isDue = isSoon = false;
    const wanted = new Set<string>();
    for (let place = 0; place < groupFiles; place++) {
      const path = pathAt(place);
      if (path === undefined) break;
      if (path !== '') wanted.add(path);
    }
    ready = ready.filter(({ path, reading }) => {
      const isWanted = wanted.delete(path);
      // Its task was paused or cancelled.
      if (!isWanted) void reading.then((file) => file?.close());
      return isWanted;
    });
    for (const path of wanted) {
      const prefetched: Prefetched = { path, reading: readSmall(path, buffers) };
      ready.push(prefetched);
      void prefetched.reading.then((file) => (prefetched.file = file));
    }
    if (ready.length === 0) buffers.drop();
  };

  return {
    prefetch(waiting) {
      pathAt = waiting;
      if (isSoon) return;
      const isOver = pathAt(0) === undefined;
      if (isOver ? ready.length === 0 && buffers.isEmpty : !isDue && ready.length > lowFiles) return;
      isSoon = true;
      // Not at once: who has just got their turn takes what is theirs first, and a batch is still lining up.
      setImmediate(makeReady);
    },
    open(input) {
      const { Body, FilePath, isTurn } = input;
      if (!isTurn || typeof FilePath !== 'string' || (Body !== undefined && Body !== null))
        return openNow(input);
      const at = ready.findIndex(({ path }) => path === FilePath);
      if (at < 0) {
        isDue = true;
        return openNow(input);
      }
      const [prefetched] = ready.splice(at, 1) as [Prefetched];
      const checked = (file: ReadFile | undefined): Source | Promise<Source> => {
        if (file?.isAsOpened()) return file;
        void file?.close();
        return openNow(input);
      };
      return prefetched.file ? checked(prefetched.file) : prefetched.reading.then(checked);
    },
  };
}

/** A file that has been read as a whole. */
class ReadFile extends FileSource {
  #bytes: Uint8Array | undefined;
  #wasLookedAt = false;

  /** Reads it. */
  async fill(): Promise<this> {
    this.#bytes = await super.read(0, this.size);
    return this;
  }

  override read(offset: number, length: number): Uint8Array | Promise<Uint8Array> {
    const bytes = this.#bytes;
    if (!bytes || offset > 0 || length !== bytes.length) return super.read(offset, length);
    this.#bytes = undefined;
    return bytes;
  }

  /** It is looked at when its turn comes. What was read before need not be compared again. */
  override isAsOpened(): boolean {
    return (this.#wasLookedAt ||= super.isAsOpened());
  }
}

/** Opens and reads a file; gives nothing where its turn had better see for itself. */
async function readSmall(path: string, buffers: SpareBuffers): Promise<ReadFile | undefined> {
  let fd: number | undefined;
  try {
    fd = await openFile(path);
    const file = new ReadFile(fd, { path: absolute(path), closes: true }, buffers);
    if (file.size <= smallBytes && Date.now() - file.changedMs > settledMs) return await file.fill();
  } catch {
    // The error is ignored here; the upload meets it again at its turn and reports it.
  }
  if (fd !== undefined) closeSync(fd);
  return undefined;
}
