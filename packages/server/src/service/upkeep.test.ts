/** Proving and copying a data folder beside the service that runs on it. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { blobFiles, storedBucket, storedService } from './testing/stored-service.ts';
import { backupFolder, scrubFolder } from './upkeep.ts';

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
  const inline = database.prepare('SELECT id, bytes FROM inline_blobs').all();
  const change = database.prepare('UPDATE inline_blobs SET bytes = ? WHERE id = ?');
  for (const [n, { id = 0, bytes }] of inline.entries()) {
    const changed = Uint8Array.from(bytes as Uint8Array);
    changed[(n * 7919) % changed.length]! ^= 1 << (n % 8);
    change.run(changed, id);
  }
  database.close();
  expect(inline).toHaveLength(100);

  const { damaged } = await scrubFolder({ dataDir: service.folder });

  const blobs = damaged.filter(({ blob }) => blob !== undefined);
  const objects = new Set(damaged.map(({ key }) => key));
  expect(blobs).toHaveLength(100);
  for (let n = 0; n < 100; n += 1) {
    expect(objects).toContain(`blob-${n}`);
    expect(objects).toContain(`inline-${n}`);
  }
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

test('a scrub gives sums to blobs of the release before, once their objects prove them', async () => {
  const service = await storedService();
  const body = randomBytes(200_000);
  await service.put('old', body);
  await service.put('unproven', body);
  await service.stop();
  // As that release stored it: a name without the mark, and nothing behind the bytes.
  const database = new DatabaseSync(join(service.folder, 'metadata.db'));
  for (const file of await blobFiles(service.folder)) {
    await writeFile(file.slice(0, -1), (await readFile(file)).subarray(0, body.length));
    await rm(file);
  }
  for (const table of ['blobs', 'objects'])
    database.exec(
      `UPDATE ${table} SET ${table === 'blobs' ? 'id' : 'blob'} = rtrim(${table === 'blobs' ? 'id' : 'blob'}, 's')`,
    );
  database.exec("UPDATE objects SET crc64 = NULL WHERE key = 'unproven'");
  // Nor had rows sums then.
  database.exec('UPDATE objects SET row_crc = NULL');
  database.close();

  const first = await scrubFolder({ dataDir: service.folder });
  const second = await scrubFolder({ dataDir: service.folder });
  for (const file of await blobFiles(service.folder)) {
    if (file.endsWith('.sums')) continue;
    const bytes = await readFile(file);
    bytes[100_000]! ^= 1;
    await writeFile(file, bytes);
  }
  await service.start();

  expect([first.filled, second.filled, first.damaged]).toEqual([1, 0, []]);
  expect((await service.get('old', { range: 'bytes=0-99' })).body.equals(body.subarray(0, 100))).toBe(true);
  expect((await service.get('old', { range: 'bytes=99999-100001' })).status).toBe(500);
  expect((await service.get('unproven', { range: 'bytes=99999-100001' })).status).toBe(206);
});
