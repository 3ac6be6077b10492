import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { blockBytes, lengthInFile, sumsBytes } from './block-sums.ts';
import { BlobDamaged, type BlobStore } from '../port.ts';
import { openFileBlobs } from './file-store.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function newStore() {
  const root = await mkdtemp(join(tmpdir(), 'sampan-sums-'));
  folders.push(root);
  return { root, store: await openFileBlobs({ root, durable: false }) };
}

async function stored(store: BlobStore, bytes: Uint8Array) {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
  }
  return (await store.write(chunks())).blob;
}

async function read(store: BlobStore, blob: string, offset: number, length: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.read(blob, offset, length)) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks);
}

async function flip(root: string, blob: string, at: number): Promise<void> {
  const path = join(root, blob.slice(0, 13), blob.slice(14));
  const bytes = await readFile(path);
  bytes[at]! ^= 0x40;
  await writeFile(path, bytes);
}

test('the length of a blob follows from the size of its file', () => {
  for (const length of [0, 1, blockBytes - 1, blockBytes, blockBytes + 1, 5 * blockBytes, 7 * blockBytes - 3])
    expect(lengthInFile(length + sumsBytes(length))).toBe(length);
});

test.each([1, 100, blockBytes, 3 * blockBytes + 17, 20 * blockBytes])(
  'any flipped byte in the file of a blob of %d bytes is noticed when all of it is read',
  async (length) => {
    const { root, store } = await newStore();
    const last = length + sumsBytes(length) - 1;
    const places = [0, length >> 1, length - 1, length, last - 12, last - 20, last];

    for (const place of places) {
      const blob = await stored(store, randomBytes(length));
      await flip(root, blob, place);
      await expect(read(store, blob, 0, length), `byte ${place}`).rejects.toThrow(BlobDamaged);
    }
  },
);

test('a run is proven by its own blocks: those of others may be damaged', async () => {
  const { root, store } = await newStore();
  const bytes = randomBytes(30 * blockBytes);
  const blob = await stored(store, bytes);
  await flip(root, blob, 12 * blockBytes + 5);

  const before = await read(store, blob, 100, 12 * blockBytes - 100);
  const after = await read(store, blob, 13 * blockBytes, 7);

  expect(before.equals(bytes.subarray(100, 12 * blockBytes))).toBe(true);
  expect(after.equals(bytes.subarray(13 * blockBytes, 13 * blockBytes + 7))).toBe(true);
  await expect(read(store, blob, 13 * blockBytes - 1, 1)).rejects.toThrow('block 12');
});

test('a file that was cut short is noticed', async () => {
  const { root, store } = await newStore();
  const blob = await stored(store, randomBytes(200_000));
  const path = join(root, blob.slice(0, 13), blob.slice(14));
  await writeFile(path, (await readFile(path)).subarray(0, -1));

  await expect(read(store, blob, 0, 200_000)).rejects.toThrow(blob);
});

test('blobs of a release without sums are read as they are', async () => {
  const { root, store } = await newStore();
  const [folder = '0000000000001'] = await readdir(root);
  await mkdir(join(root, folder), { recursive: true });
  const bytes = randomBytes(700_000);
  await writeFile(join(root, folder, 'a'.repeat(20)), bytes);
  const blob = `${folder}-${'a'.repeat(20)}`;

  const listed = [];
  for await (const { id, sizeBytes } of store.list()) listed.push({ id, sizeBytes });

  expect((await read(store, blob, 0, 700_000)).equals(bytes)).toBe(true);
  expect((await read(store, blob, 99, 5)).equals(bytes.subarray(99, 104))).toBe(true);
  expect(listed).toEqual([{ id: blob, sizeBytes: 700_000 }]);
});

test('such a blob can be given sums, which prove its runs and go away with it', async () => {
  const { root, store } = await newStore();
  const folder = '0000000000001';
  await mkdir(join(root, folder));
  const bytes = randomBytes(3 * blockBytes + 5);
  await writeFile(join(root, folder, 'b'.repeat(20)), bytes);
  const blob = `${folder}-${'b'.repeat(20)}`;

  const given = [
    await store.addSums?.(blob, bytes.length - 1),
    await store.addSums?.(blob, bytes.length),
    await store.addSums?.(blob, bytes.length),
  ];
  const listed = [];
  for await (const { id } of store.list()) listed.push(id);

  expect([given, listed]).toEqual([[false, true, false], [blob]]);
  expect((await read(store, blob, 0, bytes.length)).equals(bytes)).toBe(true);
  expect((await read(store, blob, 70_000, 9)).equals(bytes.subarray(70_000, 70_009))).toBe(true);
  await flip(root, blob, 70_001);
  await expect(read(store, blob, 70_000, 1)).rejects.toThrow('block 1');
  expect((await read(store, blob, 0, 9)).equals(bytes.subarray(0, 9))).toBe(true);
  await store.remove([blob]);
  expect(await readdir(root, { recursive: true })).toEqual([]);
});
