/**
 * Blobs as files, one each, in numbered folders of a limited size: `<root>/<folder>/<name>`, id `<folder>-<name>`.
 *
 * Names are random and never used twice, so a file is written in place: until a metadata transaction names it,
 * it is garbage by definition and no rename is needed. All writers share one open folder, so that the directory
 * syncs of concurrent writes fall together (`folders.ts`). Chunks in whole pages of `pageAlignedBuffer` cost less: they go
 * to the disk past the page cache (`direct-io.ts`). Behind the bytes stand sums of their blocks (`block-sums.ts`).
 */
import { randomBytes } from 'node:crypto';
import { access, constants, open, opendir, rm, rmdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolder, syncFolder } from '../../runtime/durable-folder.ts';
import type { StoreProvider } from '../../runtime/store-provider.ts';
import { directWrites, type DirectFile } from './direct-io.ts';
import type { OpenFile, WritableFile } from './file.ts';
import { folderSequence, type FolderSequence } from './folders.ts';
import { createBufferPool, type BufferPool } from '../../runtime/buffer-pool.ts';
import { BlobMissing, type BlobStore, type StoredBlob } from '../port.ts';
import { lengthInFile, withSums } from './block-sums.ts';
import { lostBlobs } from './lost.ts';
import { ownerFile } from './owner.ts';
import { readFile } from './read-file.ts';
import { sumsPath, writeSumsBeside } from './sums-beside.ts';
import { allOf, writeChunks } from './write-file.ts';

/** From here on the page cache costs more than a second handle of the file does. */
const directBytesDefault = 1 << 20;

/** Where and how carefully files are kept. */
export interface FileBlobOptions {
  readonly root: string;
  /** False leaves writing back to the operating system: faster, and lost with power. Default true. */
  readonly durable?: boolean;
  /**
   * Bodies announced to have this size or more are written past the page cache where the file system can, unless the
   * store is relaxed: such a one answers as soon as the page cache has the bytes. `Infinity`: none. Default 1 MiB.
   */
  readonly directBytes?: number;
  /** Folder for blobs that no metadata names. Default: none, so that they are removed. */
  readonly lost?: string;
  /** Where longer reads take their memory, and give it back at their end. Default: some of its own. */
  readonly buffers?: BufferPool;
  /** Opens files to be written; tests let it fail. Default: `open` of `node:fs/promises`. */
  readonly openFile?: OpenFile;
}

/** Opens (and creates, if needed) a folder of blobs. */
export async function openFileBlobs(options: FileBlobOptions): Promise<BlobStore> {
  const { durable = true, directBytes = directBytesDefault, openFile = open } = options;
  const { buffers = createBufferPool(4) } = options;
  const root = resolve(options.root);
  await makeFolder(root, { durable });
  const folders = folderSequence(root, { durable });
  const openDirect = directWrites(openFile);
  const running = new Set<Promise<unknown>>();
  let closed = false;

  const write: BlobStore['write'] = async (chunks, { sizeBytes = 0, signal } = {}) => {
    if (closed) throw new Error('the blob store is closed');
    const { id, path, folder, file } = await createFile({ root, folders, openFile });
    let direct: DirectFile | undefined;
    let length: number;
    const close = () => allOf([file.close(), direct?.close() ?? Promise.resolve()]);
    try {
      if (durable && sizeBytes >= directBytes) direct = await openDirect(path);
      const summed = withSums(chunks);
      await writeChunks(file, summed, { durable, direct, signal });
      length = summed.length;
      // What went past the page cache needs it as well: for its place and length, and for the disk's own memory. One
      // commit of the file system's journal does for the file and for its name.
      if (durable) await allOf([file.datasync(), syncFolder(join(root, folder))]);
    } catch (error) {
      await close().catch(() => undefined);
      await rm(path, { force: true }).catch(() => undefined); // What stays is for the collector.
      throw error;
    }
    await close();
    return { blob: id, offset: 0, length };
  };

  return {
    // An open file stays readable after its name is gone.
    finishesBytes: Infinity,

    write(chunks, options) {
      const writing = write(chunks, options);
      running.add(writing);
      const done = (): boolean => running.delete(writing);
      writing.then(done, done);
      return writing;
    },

    async *read(blob, offset, length, signal) {
      const path = pathOf(root, blob);
      yield* readFile({ blob, path, summed: isSummed(blob), offset, length, signal, buffers });
    },

    async remove(blobs) {
      const emptied = new Set<string>();
      for (const blob of blobs) {
        await rm(pathOf(root, blob), { force: true });
        await removeSums(root, blob);
        emptied.add(folderOf(blob));
      }
      emptied.delete(await folders.current());
      for (const folder of emptied) await rmdir(join(root, folder)).catch(() => undefined); // Rarely empty.
    },

    owner: ownerFile(root, durable),

    ...(options.lost === undefined ? {} : setsAside(root, options.lost, durable)),

    addSums: async (blob, length) => !isSummed(blob) && writeSumsBeside(pathOf(root, blob), length),

    async *list() {
      for await (const folder of await opendir(root)) {
        if (!folder.isDirectory()) continue;
        for await (const file of await opendir(join(root, folder.name))) {
          // Sums of old blobs stand beside them.
          const id = `${folder.name}-${file.name}`;
          const found = idPattern.test(id) ? await statBlob(root, id) : undefined;
          if (found) yield found;
        }
      }
    },

    async ping() {
      if (closed) throw new Error('the blob store is closed');
      await access(root, constants.R_OK | constants.W_OK);
    },

    async close() {
      closed = true;
      await Promise.allSettled(running);
    },
  };
}

/** One blob of a folder, if it is there. */
export async function statBlob(root: string, id: string): Promise<StoredBlob | undefined> {
  const found = await stat(pathOf(resolve(root), id)).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  const sizeBytes = isSummed(id) ? Math.max(0, lengthInFile(found.size)) : found.size;
  return { id, sizeBytes, modifiedAtMs: found.mtimeMs };
}

async function removeSums(root: string, blob: string): Promise<void> {
  if (!isSummed(blob)) await rm(sumsPath(pathOf(root, blob)), { force: true });
}

function setsAside(root: string, folder: string, durable: boolean): ReturnType<typeof lostBlobs> {
  const lost = lostBlobs(folder, (blob) => pathOf(root, blob), durable);
  return {
    ...lost,
    async setAside(blobs, nowMs) {
      await lost.setAside(blobs, nowMs);
      for (const blob of blobs) await removeSums(root, blob);
    },
  };
}

/** Files below one folder, which every thread opens for itself. */
export function fileBlobsProvider(options: FileBlobOptions): StoreProvider<BlobStore> {
  return { ownership: 'exclusive', open: async () => ({ store: await openFileBlobs(options) }) };
}

interface NewFile {
  readonly id: string;
  readonly path: string;
  readonly folder: string;
  readonly file: WritableFile;
}

interface FilePlace {
  readonly root: string;
  readonly folders: FolderSequence;
  readonly openFile: OpenFile;
}

async function createFile({ root, folders, openFile }: FilePlace): Promise<NewFile> {
  const name = `${randomBytes(10).toString('hex')}s`;
  let folder = await folders.next();
  for (let attempt = 1; ; attempt += 1) {
    const path = join(root, folder, name);
    try {
      return { id: `${folder}-${name}`, path, folder, file: await openFile(path, 'wx', 0o600) };
    } catch (error) {
      // A folder that was full and empty again may have been removed since it was chosen.
      if (attempt === 3 || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      folder = await folders.next(folder);
    }
  }
}

const idPattern = /^[0-9a-z]{13}-[0-9a-f]{20}s?$/;

function pathOf(root: string, blob: string): string {
  if (!idPattern.test(blob)) throw new BlobMissing(blob, 'is not a name of this store');
  return join(root, folderOf(blob), blob.slice(14));
}

/** Files of releases before block sums have names without the mark. */
function isSummed(blob: string): boolean {
  return blob.endsWith('s');
}

function folderOf(blob: string): string {
  return blob.slice(0, 13);
}
