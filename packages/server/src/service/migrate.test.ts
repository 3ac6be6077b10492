/** A store moves to shared stores and back: everything is there as it was, also when runs are killed in between. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process, { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { Crc64, crc64Text } from '@sampan/protocol';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { programOf, startSeaweed, type TemporaryS3 } from '../blobs/s3/testing/temporary-seaweed.ts';
import {
  howToEnable,
  postgresBinaries,
  startPostgres,
  type TemporaryPostgres,
} from '../metadata/postgres/testing/temporary-postgres.ts';
import type { Attributes, MetadataStore, ObjectVersion } from '../metadata/port.ts';
import { createBufferPool } from '../runtime/buffer-pool.ts';
import { migrateFolder, proveMigration } from './migrate-folder.ts';
import { closeStores, openSharedStores, openStores, storeProviders, type OpenedStores } from './stores.ts';

const binaries = postgresBinaries();
const weed = programOf('weed');
if (!binaries || !weed)
  process.stdout.write(`migration: ${howToEnable}, and \`bash test/cluster/install.sh\`\n`);

const runner = fileURLToPath(new URL('testing/migrate-once.ts', import.meta.url));
const attributes: Attributes = {
  headers: { 'content-type': 'text/plain' },
  storageClass: 'STANDARD',
  owner: 'o',
};

describe.skipIf(!binaries || !weed)('a migration', () => {
  let database: TemporaryPostgres;
  let bytes: TemporaryS3;
  let number = 0;
  beforeAll(async () => {
    [database, bytes] = await Promise.all([startPostgres(binaries!), startSeaweed(weed!, 'moved')]);
  }, 120_000);
  afterAll(() => Promise.all([database.stop(), bytes.stop()]));

  const folderOf = async (): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'sampan-migrate-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    return folder;
  };
  /** A database and a prefix that no other test has. */
  const place = async () => {
    const { default: pg } = await import('pg');
    const client = new pg.Client(database.url);
    await client.connect();
    const name = `moved${(number += 1)}`;
    await client.query(`CREATE DATABASE ${name}`);
    await client.end();
    const { endpoint, credentials } = bytes.address;
    const keys = `${credentials!.accessKeyId}:${credentials!.secretAccessKey}`;
    return {
      database: new URL(`/${name}`, database.url).href,
      blobs: `s3://${keys}@moved/${name}?endpoint=${encodeURIComponent(endpoint!)}`,
    };
  };
  const openFolder = (dataDir: string): Promise<OpenedStores> =>
    openStores(
      storeProviders(
        { dataDir, durability: 'relaxed', system: 'auto' },
        { nowMs: Date.now, threads: 1, buffers: createBufferPool(1) },
      ),
    );

  const bodyOf = (n: number, size: number): Buffer =>
    Buffer.from(Array.from({ length: size }, (_, at) => (n * 31 + at * 7 + (at >> 8)) & 0xff));
  const put = async ({ metadata, blobs }: OpenedStores, bucket: string, key: string, body: Buffer) => {
    const content = {
      sizeBytes: body.length,
      etag: `e${body.length}`,
      crc64: crc64Text(new Crc64().update(body).value()),
    };
    const at = body.length < 1000 ? { bytes: body } : await blobs.write(once(body));
    const written = await metadata.putVersion({
      bucket,
      key,
      attributes,
      content,
      body: body.length === 0 ? [] : [at],
    });
    expect(written.ok).toBe(true);
  };
  /** Plain and kept versions, a marker, a copy that shares bytes, appends, an upload under way, keys of every kind. */
  const fill = async (stores: OpenedStores, blobs = 30): Promise<void> => {
    const { metadata } = stores;
    await metadata.createBucket({ name: 'plain-1', region: 'r', owner: 'o', configs: { acl: { a: 1 } } });
    await metadata.createBucket({ name: 'kept-1', region: 'r', owner: 'o' });
    await metadata.setVersioning('kept-1', 'enabled');
    for (const [n, key] of ['', 'a/\0', 'ключ', '\u{1f600}', "it's"].entries())
      await put(stores, 'plain-1', `k${key}`, bodyOf(n, n * 20));
    for (let n = 0; n < blobs; n += 1) await put(stores, 'plain-1', `blob/${n}`, bodyOf(n, 5000 + n));
    for (let n = 0; n < 3; n += 1) await put(stores, 'kept-1', 'again', bodyOf(n, 700 + n * 1000));
    await metadata.deleteVersion({ bucket: 'kept-1', key: 'again' });
    const source = await metadata.version({ bucket: 'plain-1', key: 'blob/1' });
    await metadata.copyVersion({
      source: { bucket: 'plain-1', key: 'blob/1', revision: source!.revision },
      bucket: 'kept-1',
      key: 'copy',
      attributes,
    });
    await put(stores, 'plain-1', 'gone', bodyOf(9, 9000));
    await metadata.deleteVersion({ bucket: 'plain-1', key: 'gone' });
    const upload = await metadata.createUpload({
      bucket: 'plain-1',
      key: 'half',
      initiator: 'o',
      attributes,
    });
    if (!upload.ok) throw new Error(upload.reason);
    const part = bodyOf(3, 3000);
    await metadata.putPart({
      bucket: 'plain-1',
      key: 'half',
      uploadId: upload.uploadId,
      number: 1,
      content: { sizeBytes: part.length, etag: 'p' },
      body: [await stores.blobs.write(once(part))],
    });
  };
  /** All that a reader of the port can see, with the bytes of every version. */
  const seen = async ({ metadata, blobs }: OpenedStores) => {
    const found: unknown[] = [];
    for (const bucket of await metadata.buckets()) {
      found.push(bucket);
      const { items } = await metadata.listVersions({ bucket: bucket.name, limit: 1000 });
      for (const { key, versionId } of items) {
        const version = await metadata.version({ bucket: bucket.name, key, versionId }, { bytes: true });
        found.push({
          ...version,
          body: version?.kind === 'object' ? await bodyIn({ metadata, blobs }, version) : '',
        });
      }
      const { items: uploads } = await metadata.listUploads({ bucket: bucket.name, limit: 1000 });
      for (const upload of uploads)
        found.push(upload, await metadata.parts({ bucket: bucket.name, ...upload }, { limit: 10 }));
    }
    return found;
  };

  test('brings everything over and back, and the store goes on there', async () => {
    const [folder, back, shared] = [await folderOf(), await folderOf(), await place()];
    const old = await openFolder(folder);
    await fill(old);
    const before = await seen(old);
    await closeStores(old);

    const there = await migrateFolder({ dataDir: folder, ...shared });
    const proof = await proveMigration({ dataDir: folder, ...shared });
    const moved = await openSharedStores(shared);
    const after = await seen(moved);
    await put(moved, 'plain-1', 'new', bodyOf(1, 8000));
    await moved.metadata.createBucket({ name: 'new-1', region: 'r', owner: 'o' });
    const grown = await seen(moved);
    await closeStores(moved);
    const again = migrateFolder({ dataDir: folder, ...shared });
    await expect(again).rejects.toThrow('the target has buckets already');
    await migrateFolder({ dataDir: back, ...shared, back: true });
    const returned = await openFolder(back);
    const atHome = await seen(returned);
    await put(returned, 'plain-1', 'newer', bodyOf(2, 8000));
    await closeStores(returned);

    expect(after).toEqual(before);
    expect(there).toMatchObject({ blobs: 33 });
    expect(there.pauseMs).toBeGreaterThan(0);
    expect([proof.objects, proof.damaged]).toEqual([39, []]);
    expect(atHome).toEqual(grown);
  }, 120_000);

  test('copies bytes while the store is in use, and finishes when it is not', async () => {
    const [folder, shared] = [await folderOf(), await place()];
    const serving = await openFolder(folder);
    await fill(serving);

    const first = await migrateFolder({ dataDir: folder, ...shared });
    await put(serving, 'plain-1', 'late', bodyOf(7, 7777));
    await serving.metadata.deleteVersion({ bucket: 'plain-1', key: 'blob/0' });
    const second = await migrateFolder({ dataDir: folder, ...shared });
    const before = await seen(serving);
    await closeStores(serving);
    const third = await migrateFolder({ dataDir: folder, ...shared });
    const moved = await openSharedStores(shared);
    const after = await seen(moved);
    await closeStores(moved);

    expect([first, second].map(({ blobs, rows }) => [blobs, rows])).toEqual([
      [33, undefined],
      [1, undefined],
    ]);
    expect(third).toMatchObject({ blobs: 0 });
    expect(third.rows).toBeGreaterThan(50);
    expect(after).toEqual(before);
  }, 120_000);

  test('is killed again and again, and ends with the same store', async () => {
    const [folder, shared] = [await folderOf(), await place()];
    const old = await openFolder(folder);
    await fill(old, 40);
    const before = await seen(old);
    await closeStores(old);
    const marks: number[] = [];

    let status: number | null = null;
    for (let run = 0; status !== 0 && run < 30; run += 1) {
      status = await migrateInProcess(folder, shared, 10 + run * 10);
      const journal = await readFile(join(folder, 'migration.txt'), 'utf8').catch(() => '');
      marks.push(journal.split('\n').length);
    }
    const moved = await openSharedStores(shared);
    const after = await seen(moved);
    await closeStores(moved);

    expect(status).toBe(0);
    // It went on where it had been killed.
    expect(marks.filter((mark, n) => mark > (marks[n - 1] ?? 0)).length).toBeGreaterThan(1);
    expect(after).toEqual(before);
  }, 180_000);

  test('bytes that were changed on the way are not taken', async () => {
    const [folder, shared] = [await folderOf(), await place()];
    const old = await openFolder(folder);
    await fill(old, 2);
    const [named] = [...(await idsOf(old.metadata))];
    await closeStores(old);
    const path = join(folder, 'blobs', named!.slice(0, 13), named!.slice(14));
    const file = await readFile(path);
    file[10]! ^= 1;
    await writeFile(path, file);

    const moving = migrateFolder({ dataDir: folder, ...shared });

    await expect(moving).rejects.toThrow(named);
  }, 60_000);

  /** Runs a migration that kills itself once it has noted so many blobs. */
  function migrateInProcess(
    dataDir: string,
    shared: { readonly database: string; readonly blobs: string },
    killAt: number,
  ): Promise<number | null> {
    const child = spawn(execPath, [...process.execArgv, runner], {
      env: { ...process.env, MIGRATE: JSON.stringify({ dataDir, ...shared, killAt }) },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return new Promise((resolve) => child.once('close', (status) => resolve(status)));
  }
});

async function idsOf(metadata: MetadataStore): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const { key } of (await metadata.listObjects({ bucket: 'plain-1', limit: 1000 })).items) {
    const version = await metadata.version({ bucket: 'plain-1', key }, { bytes: true });
    if (version?.kind === 'object' && 'pieces' in version.body)
      for (const piece of version.body.pieces) if ('blob' in piece) ids.add(piece.blob);
  }
  return ids;
}

/** A sum of the bytes of a version. */
async function bodyIn(
  { metadata, blobs }: OpenedStores,
  { body, sizeBytes }: ObjectVersion,
): Promise<string> {
  const pieces = 'pieces' in body ? body.pieces : await metadata.manifest(body.manifest, 0, sizeBytes);
  const sum = new Crc64();
  for (const piece of pieces)
    if ('bytes' in piece) sum.update(piece.bytes);
    else for await (const chunk of blobs.read(piece.blob, piece.offset, piece.length)) sum.update(chunk);
  return crc64Text(sum.value());
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
