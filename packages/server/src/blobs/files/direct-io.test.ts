import { randomBytes } from 'node:crypto';
import { closeSync, constants, existsSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { blobContract } from '../contract.ts';
import { sumsBytes } from './block-sums.ts';
import { openFileBlobs, type FileBlobOptions } from './file-store.ts';
import { pageBytes, pageAlignedBuffer } from '../../runtime/buffer-pool.ts';
import type { BlobStore, BlobWriteOptions } from '../port.ts';
import { failure, testDisk, type DiskCall } from './testing/disk.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function newStore(options: Partial<FileBlobOptions> = {}, parent = tmpdir()) {
  const root = await mkdtemp(join(parent, 'sampan-direct-'));
  folders.push(root);
  const store = await openFileBlobs({ root, directBytes: 0, ...options });
  return { root, store };
}

const memoryFolder = '/dev/shm';
blobContract('files, past the page cache', async () => (await newStore()).store);
describe.skipIf(!existsSync(memoryFolder))('in memory that looks like a disk', () => {
  blobContract('files, past the page cache', async () => (await newStore({}, memoryFolder)).store);
});

/** A file that the kernel itself writes to past the page cache; undefined where the temporary folder has no such writes. */
function openDirectly(): number | undefined {
  const path = join(tmpdir(), `sampan-direct-${process.pid}`);
  folders.push(path);
  try {
    return openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_DIRECT, 0o600);
  } catch {
    return undefined;
  }
}

const direct = openDirectly();
test.skipIf(direct === undefined)('the kernel takes pages from where the memory for them begins', () => {
  const sizes = [1, 2, 16, 512].map((pages) => pages * pageBytes);

  const writtenBytes = sizes.map((size) =>
    writeSync(direct!, new Uint8Array(pageAlignedBuffer(size)), 0, size, 0),
  );
  closeSync(direct!);

  expect(writtenBytes).toEqual(sizes);
});

/** A body in runs of 64 KiB that begin at a page; the last may be shorter. */
function bodyOf(sizeBytes: number) {
  const runBytes = 1 << 16;
  const bytes = new Uint8Array(pageAlignedBuffer(Math.ceil(sizeBytes / runBytes) * runBytes), 0, sizeBytes);
  bytes.set(randomBytes(sizeBytes));
  async function* runs(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < sizeBytes; at += runBytes)
      yield bytes.subarray(at, Math.min(at + runBytes, sizeBytes));
  }
  return { sizeBytes, bytes: Buffer.from(bytes), runs };
}

type Body = ReturnType<typeof bodyOf>;

async function written(store: BlobStore, body: Body, options?: BlobWriteOptions): Promise<Buffer> {
  const { sizeBytes } = body;
  const { blob, length } = await store.write(body.runs(), { sizeBytes, ...options });
  const chunks: Buffer[] = [];
  for await (const chunk of store.read(blob, 0, length)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function filesIn(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** How many bytes were written past the page cache, and how many through it. */
function ways(calls: readonly DiskCall[], ...bodies: readonly number[]): { direct: number; cached: number } {
  const sums = bodies.reduce((total, length) => total + sumsBytes(length), 0);
  const sum = (direct: boolean) =>
    calls
      .filter((call) => call.kind === 'write' && call.direct === direct)
      .reduce((total, { length }) => total + length, 0);
  return { direct: sum(true), cached: sum(false) - sums };
}

const runs = 6 << 16;

describe.skipIf((constants.O_DIRECT as number | undefined) === undefined)(
  'writes past the page cache',
  () => {
    test.each([0, 1, 4095, 4096, 4097])('all but the rest of a page of %i bytes goes there', async (rest) => {
      const disk = testDisk(() => undefined);
      const { store } = await newStore(disk);
      const body = bodyOf(runs + rest);

      const back = await written(store, body);

      expect(back.equals(body.bytes)).toBe(true);
      expect(ways(disk.calls, runs + rest)).toEqual({
        direct: runs + rest - (rest % 4096),
        cached: rest % 4096,
      });
      expect(disk.calls.at(-1)).toMatchObject({ kind: 'datasync', direct: false });
    });

    test.each([
      ['bodies that are smaller', { directBytes: runs + 1 }, { sizeBytes: runs }],
      ['bodies whose length is not announced', { directBytes: 1 }, { sizeBytes: undefined }],
      ['bodies of a relaxed store', { durable: false }, {}],
    ])('%s do not go there', async (_which, storing, writing) => {
      const disk = testDisk(() => undefined);
      const { store } = await newStore({ ...disk, ...storing });
      const body = bodyOf(runs);

      const back = await written(store, body, writing);

      expect(back.equals(body.bytes)).toBe(true);
      expect(disk.calls.filter(({ direct }) => direct)).toEqual([]);
    });

    test.each(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP'])(
      'a file system that answers %s to the flag is not asked again',
      async (code) => {
        const disk = testDisk(({ kind, direct }) => {
          if (kind === 'open' && direct) throw failure(code);
          return undefined;
        });
        const { store } = await newStore(disk);

        for (const body of [bodyOf(runs), bodyOf(runs)])
          expect((await written(store, body)).equals(body.bytes)).toBe(true);

        expect(disk.calls.filter(({ direct }) => direct)).toHaveLength(1);
      },
    );

    test.each([0, 3])(
      'a file system that refuses write %i gets all that follows the usual way',
      async (nth) => {
        const disk = testDisk((call) => {
          if (call.kind === 'write' && call.direct && call.nth === nth) throw failure('EINVAL');
          return undefined;
        });
        const { store } = await newStore(disk);

        for (const body of [bodyOf(runs), bodyOf(runs)])
          expect((await written(store, body)).equals(body.bytes)).toBe(true);

        expect(ways(disk.calls, runs, runs).cached).toBe(runs - (nth << 16) + runs);
      },
    );

    test('a second handle that cannot be had is done without, and tried for the next body', async () => {
      const disk = testDisk(({ kind, direct, nth }) => {
        if (kind === 'open' && direct && nth === 0) throw failure('EMFILE');
        return undefined;
      });
      const { store } = await newStore(disk);

      for (const body of [bodyOf(runs), bodyOf(runs)])
        expect((await written(store, body)).equals(body.bytes)).toBe(true);

      expect(ways(disk.calls, runs, runs)).toEqual({ direct: runs, cached: runs });
    });

    test('pages that come after an odd number of bytes go the usual way, and no refusal is provoked', async () => {
      const disk = testDisk(() => undefined);
      const { store } = await newStore(disk);
      const body = bodyOf(runs);
      async function* afterOne(): AsyncGenerator<Uint8Array> {
        yield new Uint8Array(1);
        yield* body.runs();
      }

      await store.write(afterOne(), { sizeBytes: runs + 1 });
      const back = await written(store, body);

      expect(back.equals(body.bytes)).toBe(true);
      expect(ways(disk.calls, runs + 1, runs)).toEqual({ direct: runs, cached: 1 + runs });
    });

    test.each([4096, 512, 1000, 0])('a write that takes only %i bytes is carried on', async (taken) => {
      const disk = testDisk(({ kind, direct, nth }) =>
        kind === 'write' && direct && nth === 1 ? taken : undefined,
      );
      const { store } = await newStore(disk);
      const body = bodyOf(runs + 100);

      expect((await written(store, body)).equals(body.bytes)).toBe(true);
    });

    test.each([
      ['ENOSPC at a write past the page cache', { kind: 'write', direct: true, nth: 2 }, 'ENOSPC'],
      ['EIO at a write past the page cache', { kind: 'write', direct: true, nth: 0 }, 'EIO'],
      ['ENOSPC at the rest of a page', { kind: 'write', direct: false, nth: 0 }, 'ENOSPC'],
      ['EIO at the sync', { kind: 'datasync', direct: false, nth: 0 }, 'EIO'],
    ])('%s fails the write and leaves nothing', async (_what, when, code) => {
      const disk = testDisk(({ kind, direct, nth }) => {
        if (kind === when.kind && direct === when.direct && nth === when.nth) throw failure(code);
        return undefined;
      });
      const { root, store } = await newStore(disk);
      const body = bodyOf(runs + 100);

      await expect(written(store, body)).rejects.toMatchObject({ code });

      expect(await filesIn(root)).toEqual([]);
      expect((await written(store, body)).equals(body.bytes)).toBe(true);
    });

    test('an abort in the middle leaves nothing', async () => {
      const abort = new AbortController();
      const disk = testDisk(({ kind, nth }) => {
        if (kind === 'write' && nth === 2) abort.abort();
        return undefined;
      });
      const { root, store } = await newStore(disk);

      await expect(written(store, bodyOf(runs), { signal: abort.signal })).rejects.toThrow('aborted');

      expect(await filesIn(root)).toEqual([]);
    });

    test('what went there needs no sync before the last one', async () => {
      const disk = testDisk(() => undefined);
      const { store } = await newStore(disk);

      await written(store, bodyOf(40 << 20));

      expect(disk.calls.filter(({ kind }) => kind === 'datasync')).toHaveLength(1);
    });
  },
);
