import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { runPages, startCheckpointer } from './checkpoint.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A database that never writes its log back by itself, and a function that writes about so many pages to the log. */
async function openDatabase() {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-log-'));
  folders.push(folder);
  const path = join(folder, 'd.db');
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0');
  database.exec('CREATE TABLE bytes (body BLOB)');
  const insert = database.prepare('INSERT INTO bytes VALUES (zeroblob(?))');
  const write = (pages: number) => insert.run(pages * 4096);
  const size = async (suffix = '') => (await stat(path + suffix)).size;
  return { path, database, write, size };
}

/** Waits for something that another thread does. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await turn();
}

test('the log is written back while a transaction is open, and what is committed meanwhile is not lost', async () => {
  const { path, database, write, size } = await openDatabase();
  const log = startCheckpointer(path, () => undefined);
  write(3000);

  database.exec('BEGIN IMMEDIATE');
  write(10);
  log.committed(3000);
  await until(async () => (await size()) >= 3000 * 4096);
  database.exec('COMMIT');
  await log.close();
  database.close();

  const again = new DatabaseSync(path, { readOnly: true });
  expect(again.prepare('SELECT length(body) / 4096 AS pages FROM bytes').all()).toEqual([
    { pages: 3000 },
    { pages: 10 },
  ]);
  again.close();
});

test('a run begins when enough was committed, and tells how long the log is', async () => {
  const { path, database, write } = await openDatabase();
  const lengths: number[] = [];
  const log = startCheckpointer(path, (logPages) => lengths.push(logPages));
  const ran = (times: number) =>
    until(() => {
      log.committed(0);
      return lengths.length === times;
    });

  write(5000);
  log.committed(runPages - 1);
  log.committed(1);
  await ran(1);
  write(1000);
  log.committed(runPages); // All was written back, so the log starts over.
  await ran(2);

  expect(lengths[0]).toBeGreaterThan(5000);
  expect(lengths[1]).toBeGreaterThan(1000);
  expect(lengths[1]).toBeLessThan(1100);
  await log.close();
  database.close();
});

test('closing waits for nothing when there never was a run', async () => {
  const { path, database } = await openDatabase();
  const log = startCheckpointer(path, () => undefined);
  log.committed(10);

  await expect(log.close()).resolves.toBeUndefined();
  database.close();
});

test('a thread that cannot open the database does not fail its starter, and closing does not wait for it', async () => {
  const log = startCheckpointer('/proc/version/none.db', () => expect.unreachable());
  log.committed(runPages);
  log.committed(runPages);

  await expect(log.close()).resolves.toBeUndefined();
  await expect(log.close()).resolves.toBeUndefined();
});
