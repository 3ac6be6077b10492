/** Bytes are not removed because the database that names them is missing or is an older one. */
import { copyFile, readdir, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { storedService } from './testing/stored-service.ts';

async function files(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile() && entry.name !== 'store-id').length;
}

/** Gives the files of a folder a time that is past in any unit. */
async function age(folder: string): Promise<void> {
  const past = new Date(Date.now() - 10_000);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries)
    if (entry.isFile()) await utimes(join(entry.parentPath, entry.name), past, past);
}

test('a service does not start on blobs whose database is gone, and removes none', async () => {
  const service = await storedService();
  for (const key of ['a', 'b', 'c']) await service.put(key, Buffer.alloc(50_000, key));
  await service.stop();
  for (const name of await readdir(service.folder))
    if (name.startsWith('metadata.db')) await rm(join(service.folder, name));

  await expect(service.start()).rejects.toThrow('its database knows no bucket');

  expect(await files(join(service.folder, 'blobs'))).toBe(3);
});

test('blobs that an older database does not know are set aside, not removed', async () => {
  const service = await storedService();
  await service.put('known', Buffer.alloc(50_000, 1));
  await service.stop();
  await copyFile(join(service.folder, 'metadata.db'), join(service.folder, 'older'));
  await service.start();
  for (const key of ['a', 'b', 'c']) await service.put(key, Buffer.alloc(50_000, key));
  await service.stop();
  await copyFile(join(service.folder, 'older'), join(service.folder, 'metadata.db'));
  // File times are compared with the start, and this file system may keep them coarsely.
  await age(join(service.folder, 'blobs'));
  await service.start();

  await vi.waitFor(async () => expect(await files(join(service.folder, 'lost'))).toBe(3), 5000);

  expect(await files(join(service.folder, 'blobs'))).toBe(1);
  expect((await service.get('known')).status).toBe(200);
});
