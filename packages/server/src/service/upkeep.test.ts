/** Proving and copying a data folder beside the service that runs on it. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { storedBucket, storedService } from './testing/stored-service.ts';
import { backupFolder, scrubFolder } from './upkeep.ts';

async function blobFiles(folder: string): Promise<string[]> {
  const entries = await readdir(join(folder, 'blobs'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-upkeep-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('a scrub beside a running service finds a flipped byte in each of 100 blobs and 100 inline bodies', async () => {
  const service = await storedService();
  for (let n = 0; n < 100; n += 1) {
    await service.put(`blob-${n}`, randomBytes(40_000 + n * 1000));
    await service.put(`inline-${n}`, randomBytes(10 + n * 50));
  }
  const whole = await scrubFolder({ dataDir: service.folder });
  expect(whole).toMatchObject({ objects: 200, blobs: 100, damaged: [] });

  const files = await blobFiles(service.folder);
  for (const [n, file] of files.entries()) {
    const bytes = await readFile(file);
    bytes[(n * 7919) % bytes.length]! ^= 1;
    await writeFile(file, bytes);
  }
  const database = new DatabaseSync(join(service.folder, 'metadata.db'));
  database.exec("UPDATE inline_blobs SET bytes = CAST(substr(bytes, 1, length(bytes) - 1) || x'00' AS BLOB)");
  const zeros = database.prepare('SELECT count(*) AS n FROM inline_blobs').get() as { n: number };
  database.close();
  expect(zeros.n).toBe(100);

  const { damaged } = await scrubFolder({ dataDir: service.folder });

  const blobs = damaged.filter(({ blob }) => blob !== undefined);
  const objects = new Set(damaged.map(({ key }) => key));
  expect(blobs).toHaveLength(100);
  for (let n = 0; n < 100; n += 1) expect(objects).toContain(`blob-${n}`);
  // One of 256 last bytes was zero before.
  expect([...objects].filter((key) => key?.startsWith('inline')).length).toBeGreaterThan(95);
});

test('a scrub that was ended goes on where it was', async () => {
  const service = await storedService();
  for (let n = 0; n < 30; n += 1) await service.put(`inline-${n}`, randomBytes(100));
  const stopping = new AbortController();
  setTimeout(() => stopping.abort(), 100);

  const first = await scrubFolder({
    dataDir: service.folder,
    bytesPerSecond: 5000,
    signal: stopping.signal,
  });
  const second = await scrubFolder({ dataDir: service.folder });

  expect(first.place).toMatchObject({ bucket: storedBucket });
  expect(first.objects).toBeLessThan(30);
  expect(first.objects + second.objects).toBe(30);
  expect(second.place).toBeUndefined();
});

test('a backup of a folder that is written to is whole as of one moment, and a service runs on it', async () => {
  const service = await storedService();
  const bodies = new Map<string, Buffer>();
  const put = async (key: string): Promise<void> => {
    const body = randomBytes(key.length % 2 === 0 ? 50_000 : 500);
    await service.put(key, body);
    bodies.set(key, body);
  };
  for (let n = 0; n < 50; n += 1) await put(`before-${n}`);
  const target = join(await emptyFolder(), 'copy');
  let running = true;
  const load = (async () => {
    for (let n = 0; running; n += 1) {
      await put(`during-${n}`);
      if (n > 3) await service.remove(`during-${n - 3}`);
    }
  })();

  const report = await backupFolder(service.folder, target);
  running = false;
  await load;
  const scrubbed = await scrubFolder({ dataDir: target });

  expect(report.blobs).toBe((await blobFiles(target)).length);
  expect(scrubbed.damaged).toEqual([]);
  expect(scrubbed.objects).toBeGreaterThanOrEqual(50);
  const restored = await storedService({ folder: target });
  for (let n = 0; n < 50; n += 1)
    expect((await restored.get(`before-${n}`)).body.equals(bodies.get(`before-${n}`)!)).toBe(true);
});

test('a backup goes to an empty folder only', async () => {
  const service = await storedService();
  const target = await emptyFolder();
  await writeFile(join(target, 'mine'), 'x');

  await expect(backupFolder(service.folder, target)).rejects.toThrow('is not empty');
});
