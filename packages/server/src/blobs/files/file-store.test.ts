import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { blobContract } from '../contract.ts';
import { openFileBlobs, type FileBlobOptions } from './file-store.ts';
import { failure, testDisk } from './testing/disk.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-blobs-'));
  folders.push(folder);
  return folder;
}

async function newStore(options: Partial<FileBlobOptions>) {
  const root = await newFolder();
  return { root, store: await openFileBlobs({ root, ...options }) };
}

async function filesIn(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

async function* bytes(size: number): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(size);
}

blobContract('files', async () => openFileBlobs({ root: await newFolder() }));
blobContract('files, relaxed', async () => openFileBlobs({ root: await newFolder(), durable: false }));

test('a folder that vanishes again and again is given up after three attempts', async () => {
  let attempts = 0;
  const openFile = () => {
    attempts += 1;
    return Promise.reject(Object.assign(new Error('no such folder'), { code: 'ENOENT' }));
  };
  const { store } = await newStore({ openFile });

  await expect(store.write(bytes(10))).rejects.toMatchObject({ code: 'ENOENT' });

  expect(attempts).toBe(3);
});

test('a body that is synced while it comes is whole', async () => {
  const store = await openFileBlobs({ root: await newFolder() });
  const pieces = Array.from({ length: 40 }, (_, n) => new Uint8Array(1 << 20).fill(n));
  async function* body(): AsyncGenerator<Uint8Array> {
    yield* pieces;
  }

  const { blob, length } = await store.write(body());

  const read: number[] = [];
  for await (const chunk of store.read(blob, 0, length))
    for (let at = 0; at < chunk.length; at += 1 << 19) read.push(chunk[at]!);
  expect(read).toEqual(pieces.flatMap((_, n) => [n, n]));
});

test('a folder takes a limited number of files, and goes away when it is empty', async () => {
  const root = await newFolder();
  const store = await openFileBlobs({ root, durable: false });
  const extents = [];
  for (let n = 0; n < 2200; n += 1) extents.push(await store.write(bytes(1)));

  const filled = await readdir(root);
  await store.remove(extents.map(({ blob }) => blob));

  expect(filled).toHaveLength(2);
  expect(await readdir(root)).toHaveLength(1);
  await expect(store.write(bytes(1))).resolves.toMatchObject({ length: 1 });
});

test('writing goes on when the folder was removed from outside', async () => {
  const root = await newFolder();
  const store = await openFileBlobs({ root });
  await store.write(bytes(1));
  for (const folder of await readdir(root)) await rm(join(root, folder), { recursive: true });

  const extents = await Promise.all([1, 2, 3].map((size) => store.write(bytes(size))));

  expect(extents.map(({ length }) => length)).toEqual([1, 2, 3]);
  expect(await readdir(root)).toHaveLength(1);
});

test('a name that is not a name of the store reaches no file', async () => {
  const store = await openFileBlobs({ root: await newFolder() });
  const reading = async () => {
    for await (const chunk of store.read('../../etc/passwd', 0, 1)) return chunk;
    return undefined;
  };

  await expect(reading()).rejects.toThrow('not a name of this store');
  await expect(store.remove(['../../etc/passwd'])).rejects.toThrow('not a name of this store');
});

test('what a short write left out is written where it belongs', async () => {
  const body = Buffer.from(Array.from({ length: 300_000 }, (_, n) => n % 251));
  const disk = testDisk(({ kind, length }) => (kind === 'write' ? Math.ceil(length / 3) : undefined));
  const { store } = await newStore(disk);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < body.length; at += 70_000) yield body.subarray(at, at + 70_000);
  }

  const { blob, length } = await store.write(chunks());
  const read: Uint8Array[] = [];
  for await (const chunk of store.read(blob, 0, length)) read.push(Uint8Array.from(chunk));

  expect(Buffer.concat(read).equals(body)).toBe(true);
});

describe('syncs while a body is written', () => {
  const mebibyte = new Uint8Array(1 << 20);
  async function* mebibytes(count: number): AsyncGenerator<Uint8Array> {
    for (let n = 0; n < count; n += 1) yield mebibyte;
  }

  test('one that fails fails the write and leaves nothing, though the last one would not', async () => {
    const disk = testDisk(({ kind, nth }) => {
      if (kind === 'datasync' && nth === 0) throw failure('EIO');
      return undefined;
    });
    const { root, store } = await newStore(disk);

    await expect(store.write(mebibytes(40))).rejects.toMatchObject({ code: 'EIO' });

    expect(await filesIn(root)).toEqual([]);
  });

  test('a write that fails while one runs fails with its own error', async () => {
    const disk = testDisk(({ kind, nth }) => {
      if (kind === 'write' && nth === 17) throw failure('ENOSPC');
      return undefined;
    });
    const { root, store } = await newStore(disk);

    await expect(store.write(mebibytes(40))).rejects.toMatchObject({ code: 'ENOSPC' });

    expect(await filesIn(root)).toEqual([]);
  });
});
