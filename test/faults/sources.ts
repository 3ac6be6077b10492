/** What a device's disk gives to a process that uploads: files that change, shrink and vanish, memory, and streams. */
import type { RangedSource, SequentialSource, Source } from '../../packages/sdk/src/core/platform.ts';
import type { VirtualClock } from '../../packages/sdk/src/testing/platform.ts';
import { bytesOf } from './content.ts';

export interface VirtualFile {
  readonly content: number;
  readonly size: number;
  readonly modifiedMs: number;
}

/** A device's files and how its disk behaves. */
export interface Disk {
  readonly files: Map<string, VirtualFile>;
  /** `slow`: within minutes; `silent`: what is asked meanwhile is never answered. */
  disk: 'works' | 'slow' | 'silent';
}

/** A body that comes once: what a test passes as `Body` for a stream. */
export class VirtualStream {
  at = 0;
  closed = false;
  readonly content: number;
  readonly size: number;
  readonly announced: number | undefined;

  constructor(content: number, size: number, announced: number | undefined) {
    this.content = content;
    this.size = size;
    this.announced = announced;
  }
}

interface Reader {
  readonly clock: VirtualClock;
  readonly disk: Disk;
  readonly random: () => number;
  /** What the dead ask for never happens. */
  readonly living: <T>(work: () => T | Promise<T>) => Promise<T>;
}

/** Longer than the engine waits for a disk. */
const slowestMs = 200_000;

/** Opens what a process asks for, and counts what it has not closed. */
export function sourcesOf({ clock, disk, random, living }: Reader) {
  let openNow = 0;
  let mostFiles = 0;
  let files = 0;

  const onDisk = <T>(work: () => T): Promise<T> =>
    living(() => {
      if (disk.disk === 'works') return work();
      const delayMs = disk.disk === 'slow' ? random() * slowestMs : Infinity;
      return new Promise<T>((resolve, reject) => {
        if (delayMs === Infinity) return;
        clock.setTimer(() => void living(work).then(resolve, reject), delayMs);
      });
    });

  const ranged = (path: string): RangedSource => {
    const identity = (): string => {
      const file = disk.files.get(path);
      if (!file) throw new Error('no such file');
      return `${path}:${file.size}:${file.modifiedMs}`;
    };
    const opened = disk.files.get(path);
    if (!opened) throw new Error('no such file');
    files += 1;
    mostFiles = Math.max(mostFiles, files);
    return {
      kind: 'ranged',
      size: opened.size,
      identity: identity(),
      read: (offset, length) =>
        onDisk(() => {
          const file = disk.files.get(path);
          if (!file || offset > file.size) throw new Error('cannot read');
          // At the end of a file that has shrunk, hosts give what is left.
          return bytesOf(file.content, offset, Math.min(length, file.size - offset));
        }),
      currentIdentity: () => onDisk(identity),
      async close() {
        openNow -= 1;
        files -= 1;
      },
    };
  };
  const memory = ({ content, size }: VirtualFile): RangedSource => ({
    kind: 'ranged',
    size,
    identity: undefined,
    read: (offset, length) => living(() => bytesOf(content, offset, length)),
    currentIdentity: () => Promise.resolve(undefined),
    close: async () => void (openNow -= 1),
  });
  const sequential = (stream: VirtualStream): SequentialSource => ({
    kind: 'sequential',
    size: stream.announced,
    next: (length) =>
      living(() => {
        const taken = Math.min(length, stream.size - stream.at);
        stream.at += taken;
        return bytesOf(stream.content, stream.at - taken, taken);
      }),
    close: async () => {
      if (!stream.closed) openNow -= 1;
      stream.closed = true;
    },
  });

  return {
    open({ Body, FilePath }: { readonly Body?: unknown; readonly FilePath?: unknown }): Promise<Source> {
      const made = (): Source => {
        const source =
          Body instanceof VirtualStream
            ? sequential(Body)
            : Body === undefined
              ? ranged(FilePath as string)
              : memory(Body as VirtualFile);
        openNow += 1;
        return source;
      };
      return Body === undefined ? onDisk(made) : living(made);
    },
    /** Sources that are open now. */
    get openNow() {
      return openNow;
    },
    /** Most files that were open at once. */
    get mostFiles() {
      return mostFiles;
    },
  };
}
