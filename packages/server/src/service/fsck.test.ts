/** The halves of a data folder: whether they fit together, whose they are, and what is made of what does not. */
import { randomBytes } from 'node:crypto';
import { copyFile, cp, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { blobFiles, storedBucket, storedService } from './testing/stored-service.ts';
import { fsckFolder } from './upkeep.ts';

/** A stopped service with two objects in blobs, one inline and one that was appended in pieces. */
async function stopped() {
  const service = await storedService();
  await service.put('one', randomBytes(50_000));
  await service.put('other', randomBytes(60_000));
  await service.put('inline', randomBytes(100));
  for (const position of [0, 40_000, 40_100])
    await service.append('appended', position, randomBytes(position === 0 ? 40_000 : 100));
  await service.stop();
  return service;
}

function change(folder: string, ...statements: readonly string[]): void {
  const database = new DatabaseSync(join(folder, 'metadata.db'));
  for (const statement of statements) database.exec(statement);
  database.close();
}

const kinds = async (folder: string) =>
  (await fsckFolder({ dataDir: folder })).findings.map(({ kind }) => kind).sort();

test('a store that fits together has no findings, while it serves and afterwards', async () => {
  const service = await storedService();
  await service.put('one', randomBytes(50_000));
  const serving = await fsckFolder({ dataDir: service.folder });
  await service.stop();

  expect(serving).toEqual({ blobs: 1, waiting: 0, findings: [] });
  expect(await kinds(service.folder)).toEqual([]);
});

test('each kind of contradiction is found', async () => {
  const { folder } = await stopped();
  const [first, second, ...others] = await blobFiles(folder);
  await rm(first!);
  await truncate(second!, 1000);
  await writeFile(`${others[0]!.slice(0, -21)}${'f'.repeat(20)}s`, 'x'.repeat(100));
  change(
    folder,
    'UPDATE blobs SET refs = refs + 1 WHERE id = (SELECT max(id) FROM blobs)',
    'UPDATE extents SET start = start + 1 WHERE start = 40100',
    "INSERT INTO blobs (id, refs, released_at) VALUES ('0000000000000-00000000000000000000', 1, 0)",
    'INSERT INTO parts (upload, number, size, etag, modified_at) VALUES (99, 1, 5, 0, 0)',
    'INSERT INTO inline_blobs (refs, bytes) VALUES (1, zeroblob(3))',
  );

  const { findings } = await fsckFolder({ dataDir: folder });

  expect(new Set(findings.map(({ kind }) => kind))).toEqual(
    new Set(['missing', 'short', 'orphan', 'count', 'length', 'unnamed', 'stray']),
  );
  const users = findings.flatMap((finding) => finding.users ?? []);
  expect(users.every((user) => user.startsWith(`${storedBucket}/`))).toBe(true);
  expect(users).toHaveLength(2);
});

test('a repair puts counts right and moves what nothing names, and deletes nothing', async () => {
  const service = await stopped();
  const { folder } = service;
  const files = await blobFiles(folder);
  const orphan = `${files[0]!.slice(0, -21)}${'f'.repeat(20)}s`;
  await writeFile(orphan, 'orphaned');
  change(
    folder,
    'UPDATE blobs SET refs = refs + 3',
    'UPDATE inline_blobs SET refs = 7',
    "INSERT INTO inline_blobs (refs, bytes) VALUES (1, CAST('forgotten' AS BLOB))",
    'INSERT INTO manifests (id, refs, released_at) VALUES (900, 2, 0)',
    "DELETE FROM objects WHERE key = 'other'",
  );

  const { findings, moved = [] } = await fsckFolder({ dataDir: folder, repair: true });

  expect(findings).toEqual([]);
  expect(moved).toHaveLength(3);
  const lost = await readdir(join(folder, 'lost'), { recursive: true, withFileTypes: true });
  const contents = await Promise.all(
    lost.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name))),
  );
  expect(contents.map(({ length }) => length).sort((a, b) => a - b)).toEqual([8, 9, 60_028]);
  await service.start();
  expect((await service.get('one')).status).toBe(200);
  expect((await service.get('appended')).body).toHaveLength(40_200);
});

test('what is named and missing is reported by a repair, and stays named', async () => {
  const { folder } = await stopped();
  for (const file of await blobFiles(folder)) await rm(file);

  const { findings } = await fsckFolder({ dataDir: folder, repair: true });

  expect(findings.map(({ kind }) => kind)).toEqual(['missing', 'missing', 'missing']);
});

test('nothing is repaired while a service runs', async () => {
  const service = await storedService();

  await expect(fsckFolder({ dataDir: service.folder, repair: true })).rejects.toThrow('in use');
});

test('a database beside the blobs of another store is refused, and both are named', async () => {
  const one = await storedService();
  const other = await storedService();
  await one.put('one', randomBytes(50_000));
  await one.stop();
  await other.stop();
  await rm(join(one.folder, 'blobs'), { recursive: true });
  await cp(join(other.folder, 'blobs'), join(one.folder, 'blobs'), { recursive: true });
  const foreign = (await readFile(join(one.folder, 'blobs', 'store-id'), 'utf8')).trim();

  await expect(one.start()).rejects.toThrow(
    new RegExp(`is of the store [0-9a-f]{32}, but its blobs are of the store ${foreign}`),
  );
  expect(await kinds(one.folder)).toContain('store');

  await rm(join(one.folder, 'blobs', 'store-id'));
  await one.start();
});

test('a store of the release before store ids opens, is given one, and is served', async () => {
  const service = await stopped();
  const { folder } = service;
  await rm(join(folder, 'blobs', 'store-id'));
  change(
    folder,
    'DROP TABLE store',
    ...['objects', 'versions', 'bucket_configs'].map((table) => `ALTER TABLE ${table} DROP COLUMN row_crc`),
    'ALTER TABLE inline_blobs DROP COLUMN crc',
    'UPDATE schema_version SET version = 1',
  );
  await expect(fsckFolder({ dataDir: folder })).rejects.toThrow('schema version 1');

  await service.start();

  expect((await readFile(join(folder, 'blobs', 'store-id'), 'utf8')).trim()).toMatch(/^[0-9a-f]{32}$/);
  expect((await service.get('inline')).body).toHaveLength(100);
  expect((await service.get('appended', { range: 'bytes=40050-40149' })).status).toBe(206);
  await service.stop();
  expect(await kinds(folder)).toEqual([]);
});

test('a row that a damaged page turned into another one is served to nobody, and is a finding', async () => {
  const service = await stopped();
  // The bytes of one key under the name of another, the list of a third, and a document of the bucket.
  change(
    service.folder,
    `UPDATE objects SET key = 'onf' WHERE key = 'one'`,
    `UPDATE objects SET attributes = replace(attributes, '"headers"', '"Headers"') WHERE key = 'inline'`,
  );
  const findings = await fsckFolder({ dataDir: service.folder }).then((report) => report.findings);
  await service.start();

  expect(findings.map(({ kind, about }) => `${kind} ${about.replace(/\d+\//, '')}`).sort()).toEqual([
    'row objects inline',
    'row objects onf',
  ]);
  expect((await service.get('onf')).status).toBe(500);
  expect((await service.get('inline')).status).toBe(500);
  expect((await service.get('one')).status).toBe(404);
  expect((await service.put('onf', randomBytes(10))).status).toBe(500);
  expect((await service.get('other')).status).toBe(200);
  expect((await service.ask('GET', '/-/ready')).status).toBe(503);
});

test('rows of a release before sums are served, and repair gives them sums', async () => {
  const service = await stopped();
  const without = ['objects', 'versions', 'bucket_configs'];
  change(service.folder, ...without.map((table) => `UPDATE ${table} SET row_crc = NULL`));
  const count = (): number => {
    const database = new DatabaseSync(join(service.folder, 'metadata.db'));
    const found = database.prepare('SELECT count(*) AS rows FROM objects WHERE row_crc IS NULL').get();
    database.close();
    return Number(found?.['rows']);
  };
  expect(count()).toBe(4);

  await fsckFolder({ dataDir: service.folder, repair: true });

  expect(count()).toBe(0);
  expect(await kinds(service.folder)).toEqual([]);
  await service.start();
  expect((await service.get('inline')).status).toBe(200);
});

test('rows of blobs and lists that are gone are made again by a repair', async () => {
  const { folder } = await stopped();
  change(folder, 'DELETE FROM manifests', 'DELETE FROM blobs');
  const before = new Set(await kinds(folder));

  await fsckFolder({ dataDir: folder, repair: true });

  expect(before).toContain('missing');
  expect(await kinds(folder)).toEqual([]);
});

test('a damaged page of the database is a finding', async () => {
  const { folder } = await stopped();
  const copy = await mkdtemp(join(tmpdir(), 'sampan-fsck-'));
  onTestFinished(() => rm(copy, { recursive: true, force: true }));
  await copyFile(join(folder, 'metadata.db'), join(copy, 'metadata.db'));
  await rename(join(folder, 'blobs'), join(copy, 'blobs'));
  const database = new DatabaseSync(join(copy, 'metadata.db'));
  const root = database.prepare("SELECT rootpage FROM sqlite_master WHERE name = 'blobs_released'").get();
  database.close();
  const bytes = await readFile(join(copy, 'metadata.db'));
  bytes.fill(0xa5, 4096 * (Number(root?.['rootpage']) - 1), 4096 * Number(root?.['rootpage']));
  await writeFile(join(copy, 'metadata.db'), bytes);

  expect(await kinds(copy)).toContain('page');
});
