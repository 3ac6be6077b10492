import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canSyncFolder, makeFolder, syncFolder } from './durable-folder.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sampan-folder-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a folder is made with everything above it, and making it again is no error', async () => {
  const path = join(folder, 'a', 'b', 'c');

  await makeFolder(path, { durable: true });
  await makeFolder(path, { durable: true });

  expect((await stat(path)).isDirectory()).toBe(true);
});

test('those who ask while a sync runs share the next one, which starts after they asked', async () => {
  const first = syncFolder(folder);
  const second = syncFolder(folder);
  const third = syncFolder(folder);

  expect(second).not.toBe(first);
  expect(third).toBe(second);
  await Promise.all([first, second, third]);
  expect(syncFolder(folder)).not.toBe(second);
});

test('a folder that is not there fails everyone who asked, and those who ask later are tried again', async () => {
  const missing = join(folder, 'missing');

  const asked = await Promise.allSettled([syncFolder(missing), syncFolder(missing)]);
  await makeFolder(missing, { durable: false });

  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(syncFolder(missing)).resolves.toBeUndefined();
});

// The kernel's own folders cannot be synced: it answers EINVAL, as some network mounts do.
test.skipIf(process.platform !== 'linux')('a folder that cannot be synced fails no write', async () => {
  await expect(canSyncFolder('/proc/self')).resolves.toBe(false);
  await expect(syncFolder('/proc/self')).resolves.toBeUndefined();
  await expect(canSyncFolder(folder)).resolves.toBe(true);
  await expect(canSyncFolder(join(folder, 'nowhere'))).rejects.toThrow('ENOENT');
});
