/** Copies of a data folder that are served elsewhere. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { blobFiles, storedService } from './testing/stored-service.ts';
import { backupFolder, fsckFolder, restoreFolder, scrubFolder } from './upkeep.ts';

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-backup-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('what is restored equals one moment of a store that was written to all the time', async () => {
  const service = await storedService();
  const keys = Array.from({ length: 12 }, (_, at) => `key-${at}`);
  // Bodies by key after each change; changes come one after the other.
  const moments: ReadonlyMap<string, Buffer>[] = [new Map()];
  const change = async (): Promise<void> => {
    const next = new Map(moments.at(-1));
    const key = keys[(moments.length * 7) % keys.length]!;
    if (moments.length % 5 === 0) {
      await service.remove(key);
      next.delete(key);
    } else {
      const body = randomBytes(moments.length % 2 === 0 ? 50_000 : 500);
      await service.put(key, body);
      next.set(key, body);
    }
    moments.push(next);
  };
  for (let n = 0; n < 30; n += 1) await change();
  const backup = join(await emptyFolder(), 'backup');
  const target = join(await emptyFolder(), 'restored');
  let isOver = false;
  const load = (async () => {
    while (!isOver) await change();
  })();

  const firstMoment = moments.length - 1;
  await backupFolder(service.folder, backup);
  isOver = true;
  await load;
  const { findings } = await restoreFolder(backup, target);

  expect(findings).toEqual([]);
  expect((await scrubFolder({ dataDir: target })).damaged).toEqual([]);
  const restored = await storedService({ folder: target });
  const bodies = new Map<string, Buffer>();
  for (const key of keys) {
    const { status, body } = await restored.get(key);
    if (status === 200) bodies.set(key, body);
  }
  const isMoment = (moment: ReadonlyMap<string, Buffer>): boolean =>
    moment.size === bodies.size && [...moment].every(([key, body]) => bodies.get(key)?.equals(body) === true);
  expect(moments.slice(firstMoment).filter(isMoment).length).toBeGreaterThan(0);
});

test('a backup that was cut off is not restored, and nothing is restored over something', async () => {
  const service = await storedService();
  const backup = join(await emptyFolder(), 'backup');
  await backupFolder(service.folder, backup);

  await expect(restoreFolder(backup, service.folder)).rejects.toThrow('is not empty');
  await rm(join(backup, 'metadata.db'));
  await expect(restoreFolder(backup, join(await emptyFolder(), 'new'))).rejects.toThrow('not a whole backup');
});

test('a backup that lacks a blob says so when it is restored', async () => {
  const service = await storedService();
  await service.put('one', randomBytes(50_000));
  await service.stop();
  const copy = join(await emptyFolder(), 'copy');
  await backupFolder(service.folder, copy);
  expect((await fsckFolder({ dataDir: copy })).findings).toEqual([]);
  for (const file of await blobFiles(copy)) await rm(file);

  await expect(restoreFolder(copy, join(await emptyFolder(), 'new'))).rejects.toThrow('are missing');
});
