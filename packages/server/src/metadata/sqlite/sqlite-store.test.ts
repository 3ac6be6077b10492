import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { metadataContract } from '../contract.ts';
import { FolderInUse } from './folder-lock.ts';
import { SchemaTooNew } from '../sql/migrations.ts';
import { openConnection } from './connection.ts';
import { openSqlite, openSqliteMemory } from './sqlite-store.ts';
import type { MetadataStore, PutVersion } from '../port.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-metadata-'));
  folders.push(folder);
  return folder;
}

metadataContract('sqlite in memory', async (nowMs) => openSqliteMemory(nowMs));
metadataContract('sqlite on disk', async (nowMs) => openSqlite({ folder: await newFolder(), nowMs }));
metadataContract('sqlite on disk, relaxed', async (nowMs) =>
  openSqlite({ folder: await newFolder(), nowMs, durability: 'relaxed' }),
);

const bucket = 'b-1';

function text(key: string, content: string): PutVersion {
  return {
    bucket,
    key,
    attributes: { headers: {}, storageClass: 'STANDARD', owner: 'o' },
    content: { sizeBytes: content.length, etag: content },
    body: [{ bytes: Buffer.from(content) }],
  };
}

async function etagOf(store: MetadataStore, key: string): Promise<string | undefined> {
  const version = await store.version({ bucket, key });
  return version?.kind === 'object' ? version.etag : undefined;
}

describe('the folder', () => {
  test('keeps everything between two openings', async () => {
    const folder = await newFolder();
    const first = await openSqlite({ folder });
    await first.createBucket({ name: bucket, region: 'r', owner: 'o' });
    await first.putVersion(text('a', 'hello'));
    await first.close();

    const second = await openSqlite({ folder });

    expect(await etagOf(second, 'a')).toBe('hello');
    await second.close();
  });

  test('is locked while a store is open, and free afterwards', async () => {
    const folder = await newFolder();
    const store = await openSqlite({ folder });

    await expect(openSqlite({ folder })).rejects.toBeInstanceOf(FolderInUse);
    await store.close();

    await (await openSqlite({ folder })).close();
  });

  test('of a newer release is refused with one clear error, and not locked', async () => {
    const folder = await newFolder();
    await (await openSqlite({ folder })).close();
    const database = new DatabaseSync(join(folder, 'metadata.db'));
    database.exec('UPDATE schema_version SET version = 999');
    database.close();

    await expect(openSqlite({ folder })).rejects.toMatchObject({
      name: SchemaTooNew.name,
      message: expect.stringContaining('schema version 999') as unknown,
    });
    await expect(openSqlite({ folder })).rejects.not.toBeInstanceOf(FolderInUse);
  });

  test('that is not a store at all is refused', async () => {
    await expect(openSqlite({ folder: '/proc/version/x' })).rejects.toThrow();
  });
});

describe('a batch', () => {
  test('fails only where it fails', () => {
    const connection = openConnection({ path: ':memory:', durability: 'relaxed' });
    const command = (name: 'createBucket' | 'putVersion', argument: unknown) => ({
      name,
      argument,
      nowMs: 1,
    });
    const broken = { ...text('b', 'x'), body: [{ blob: {}, offset: 0, length: 1 }] };

    const replies = connection.commit([
      command('createBucket', { name: bucket, region: 'r', owner: 'o' }),
      command('putVersion', text('a', 'one')),
      command('putVersion', broken),
      command('putVersion', text('c', 'three')),
    ]);

    expect(replies.map((reply) => 'value' in reply)).toEqual([true, true, false, true]);
    expect(connection.commit([command('createBucket', { name: bucket, region: 'r', owner: 'o' })])).toEqual([
      { value: { ok: false, reason: 'exists' } },
    ]);
    connection.close();
  });

  test('of a store that was closed is refused, and one that was accepted before is done', async () => {
    for (const store of [openSqliteMemory(), await openSqlite({ folder: await newFolder() })]) {
      await store.createBucket({ name: bucket, region: 'r', owner: 'o' });
      const accepted = store.putVersion(text('a', 'x'));
      const closing = store.close();

      await expect(store.putVersion(text('b', 'x'))).rejects.toThrow('closed');
      await closing;
      expect(await accepted).toMatchObject({ ok: true });
    }
  });

  test('takes bytes as they were when the change was made, also from the middle of a larger buffer', async () => {
    const store = await openSqlite({ folder: await newFolder() });
    await store.createBucket({ name: bucket, region: 'r', owner: 'o' });
    const large = Buffer.from('..hello..');

    await store.putVersion({ ...text('a', 'hello'), body: [{ bytes: large.subarray(2, 7) }] });
    large.fill(0);

    const version = await store.version({ bucket, key: 'a' }, { bytes: true });
    const pieces = version?.kind === 'object' && 'pieces' in version.body ? version.body.pieces : [];
    expect(pieces.map((piece) => ('bytes' in piece ? Buffer.from(piece.bytes).toString() : ''))).toEqual([
      'hello',
    ]);
    await store.close();
  });
});

/** A process that puts objects one batch after another and prints each key when it was answered. */
const writer = `
  import { openSqlite } from ${JSON.stringify(new URL('./sqlite-store.ts', import.meta.url).href)};
  const store = await openSqlite({ folder: process.argv[1] });
  await store.createBucket({ name: 'b-1', region: 'r', owner: 'o' });
  const attributes = { headers: {}, storageClass: 'STANDARD', owner: 'o' };
  await Promise.all(Array.from({ length: 16 }, async (_, line) => {
    for (let n = 0; ; n += 1) {
      const key = process.argv[2] + '-' + line + '-' + n;
      const body = [{ bytes: Buffer.from(key.repeat(50)) }];
      await store.putVersion({ bucket: 'b-1', key, attributes, content: { sizeBytes: key.length * 50, etag: key }, body });
      console.log(key);
    }
  }));
`;

test('what was answered survives kill -9, and what survives is whole', async () => {
  const folder = await newFolder();
  const answered: string[] = [];
  for (const round of ['r1', 'r2', 'r3']) {
    const args = ['--conditions=@sampan/source', '--input-type=module', '-e', writer, folder, round];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    let left = 200;
    lines.on('line', (line) => {
      answered.push(line);
      if ((left -= 1) === 0) child.kill('SIGKILL');
    });
    await once(child, 'close');
  }

  const store = await openSqlite({ folder });
  const found = new Map<string, string>();
  for (let after: string | undefined; ;) {
    const page = await store.listObjects({ bucket, limit: 1000, after });
    for (const { key } of page.items) {
      const version = await store.version({ bucket, key }, { bytes: true });
      const pieces = version?.kind === 'object' && 'pieces' in version.body ? version.body.pieces : [];
      found.set(
        key,
        pieces.map((piece) => ('bytes' in piece ? Buffer.from(piece.bytes).toString() : '')).join(''),
      );
    }
    if (page.next === undefined) break;
    after = page.next;
  }
  await store.close();

  expect(answered.length).toBeGreaterThanOrEqual(600);
  expect(answered.filter((key) => !found.has(key))).toEqual([]);
  expect([...found].filter(([key, content]) => content !== key.repeat(50))).toEqual([]);
}, 60_000);
