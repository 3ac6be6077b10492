/** What was changed on the disk is noticed by who reads it, and never served as what was stored. */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { blobFiles, storedService } from './testing/stored-service.ts';

const seed = Math.trunc(Math.random() * 2 ** 31);

/** Numbers from 0 to below `end`, the same for the same seed. */
function numbers(start: number): (end: number) => number {
  let state = start;
  return (end) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.trunc((state / 2 ** 32) * end);
  };
}

test(`a flipped byte in each of 100 blobs is noticed by 100 reads, seed ${seed}`, async () => {
  const random = numbers(seed);
  const service = await storedService();
  const keys = Array.from({ length: 100 }, (_, n) => `blob-${n}`);
  for (const key of keys) await service.put(key, randomBytes(33_000 + random(400_000)));

  const files = await blobFiles(service.folder);
  expect(files).toHaveLength(100);
  for (const file of files) {
    const bytes = await readFile(file);
    bytes[random(bytes.length)]! ^= 1 << random(8);
    await writeFile(file, bytes);
  }
  const statuses = await Promise.all(keys.map(async (key) => (await service.get(key)).status));

  expect(statuses).toEqual(keys.map(() => 500));
  expect(await service.text('/-/metrics')).toContain('sampan_damaged_reads_total 100');
});

test(`a flipped byte in each of 100 inline bodies is noticed by 100 reads, seed ${seed}`, async () => {
  const random = numbers(seed);
  const service = await storedService();
  const keys = Array.from({ length: 100 }, (_, n) => `inline-${n}`);
  for (const key of keys) await service.put(key, randomBytes(1 + random(20_000)));

  await service.stop();
  const database = new DatabaseSync(join(service.folder, 'metadata.db'));
  const rows = database.prepare('SELECT id, bytes FROM inline_blobs').all() as {
    id: number;
    bytes: Uint8Array;
  }[];
  expect(rows).toHaveLength(100);
  for (const { id, bytes } of rows) {
    bytes[random(bytes.length)]! ^= 1 << random(8);
    database.prepare('UPDATE inline_blobs SET bytes = ? WHERE id = ?').run(bytes, id);
  }
  database.close();
  await service.start();

  for (const key of keys) expect((await service.get(key)).status).toBe(500);
  expect((await service.get('inline-0', { range: 'bytes=0-0' })).status).toBe(500);
});

test('damage behind the first bytes ends the connection before the last ones, and is logged', async () => {
  const service = await storedService();
  const bytes = randomBytes(3_000_000);
  await service.put('long', bytes);
  const [file] = await blobFiles(service.folder);
  const stored = await readFile(file!);
  stored[2_900_000]! ^= 1;
  await writeFile(file!, stored);

  const whole = await service.get('long');
  const untouched = await service.get('long', { range: 'bytes=10-2000000' });
  const touched = await service.get('long', { range: 'bytes=2899000-2901000' });

  expect(whole).toMatchObject({ status: 200, broken: true });
  expect(whole.body.length).toBeLessThan(2_900_001);
  expect(untouched.body.equals(bytes.subarray(10, 2_000_001))).toBe(true);
  expect(touched.status).toBe(500);
  expect(service.log()).toMatch(/BlobDamaged.*"key":"long"|"key":"long".*BlobDamaged/);
});

test('bytes of another object under the name of a blob are noticed by their CRC-64', async () => {
  const service = await storedService();
  await service.put('one', Buffer.alloc(2_000_000, 1));
  const [first] = await blobFiles(service.folder);
  await service.put('two', Buffer.alloc(2_000_000, 2));
  const second = (await blobFiles(service.folder)).find((file) => file !== first);
  await writeFile(first!, await readFile(second!));

  const read = await service.get('one');

  expect(read).toMatchObject({ status: 200, broken: true });
  expect(read.body.length).toBeLessThan(2_000_000);
  expect(service.log()).toContain('CRC-64');
});

test('a range over a body that was appended in small pieces is proven by the sums of its pieces', async () => {
  const service = await storedService();
  await service.append('log', 0, randomBytes(1000));
  await service.append('log', 1000, randomBytes(1000));
  await service.append('log', 2000, randomBytes(1000));
  await service.stop();
  const database = new DatabaseSync(join(service.folder, 'metadata.db'));
  database.exec(
    "UPDATE inline_blobs SET bytes = CAST(substr(bytes, 1, 999) || x'00' AS BLOB) WHERE id = (SELECT min(id) + 1 FROM inline_blobs)",
  );
  database.close();
  await service.start();

  expect((await service.get('log', { range: 'bytes=10-19' })).status).toBe(206);
  expect((await service.get('log', { range: 'bytes=1010-1019' })).status).toBe(500);
  expect((await service.get('log')).status).toBe(500);
  expect((await service.get('log', { range: 'bytes=2000-2999' })).status).toBe(206);
  expect((await service.ask('GET', '/-/ready')).status).toBe(200);
});
