import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openFileBlobs } from './file-store.ts';

/** What was in a folder each time that it was synced. */
const synced = vi.hoisted(() => [] as { readonly folder: string; readonly names: readonly string[] }[]);

vi.mock('../../runtime/durable-folder.ts', async (original) => {
  const actual = await original<typeof import('../../runtime/durable-folder.ts')>();
  return {
    ...actual,
    async syncFolder(folder: string) {
      synced.push({ folder, names: await readdir(folder) });
      await actual.syncFolder(folder);
    },
  };
});

async function* one(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('x');
}

test('the folder of a new file is synced once it has the name of the file, before the write is answered', async () => {
  const root = await mkdtemp(join(tmpdir(), 'sampan-folder-sync-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const store = await openFileBlobs({ root });

  const { blob } = await store.write(one());

  const [folder, name] = [blob.slice(0, 13), blob.slice(14)];
  expect(synced).toContainEqual({ folder: join(root, folder), names: [name] });
  expect(synced.some((sync) => sync.folder === root && sync.names.includes(folder))).toBe(true);
});

test('a relaxed store leaves that to the operating system', async () => {
  const root = await mkdtemp(join(tmpdir(), 'sampan-folder-sync-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  synced.length = 0;

  await (await openFileBlobs({ root, durable: false })).write(one());

  expect(synced).toEqual([]);
});
