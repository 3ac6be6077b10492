/** The store as several threads of a process share it. What one thread must not see of another's turn is tested by blocking. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, expect, test } from 'vitest';
import { metadataContract } from './contract.ts';
import { joinSqlite, openSqlite, type SharedStore } from './sqlite.ts';
import type { PutVersion } from './store.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-threads-'));
  folders.push(folder);
  return folder;
}

metadataContract('sqlite that was joined', async (nowMs) => {
  const opener = await openSqlite({ folder: await newFolder(), readers: 2 });
  const joined = joinSqlite({ ticket: opener.ticket(), nowMs });
  return {
    ...joined,
    async close() {
      await joined.close();
      await opener.close();
    },
  };
});

const bucket = 'b-1';
const newBucket = { name: bucket, region: 'r', owner: 'o' };

function text(key: string): PutVersion {
  return {
    bucket,
    key,
    attributes: { headers: {}, storageClass: 'STANDARD', owner: 'o' },
    content: { sizeBytes: key.length, etag: key },
    body: [{ bytes: Buffer.from(key) }],
  };
}

async function openShared(): Promise<SharedStore> {
  const store = await openSqlite({ folder: await newFolder(), readers: 2 });
  await store.createBucket(newBucket);
  return store;
}

/** Runs a program in another thread, as `run(store, workerData)`; it has `Atomics`, and `text` as above. */
function inThread(store: SharedStore, run: string, more: Record<string, unknown> = {}): Worker {
  const ticket = store.ticket();
  const program = `
    import { workerData, parentPort } from 'node:worker_threads';
    import { joinSqlite } from ${JSON.stringify(new URL('./sqlite.ts', import.meta.url).href)};
    ${text.toString().replace('function text', 'const bucket = "b-1"; function text')}
    const store = joinSqlite({ ticket: workerData.ticket });
    await (${run})(store, workerData);
    await store.close();`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), {
    workerData: { ticket, ...more },
    transferList: [ticket.port],
    execArgv: ['--conditions=@sampan/source'],
  });
}

test('what was answered in one thread is found by the next read in another, within the same turn', async () => {
  const store = await openShared();
  const flags = new Int32Array(new SharedArrayBuffer(8));
  const worker = inThread(
    store,
    `async (store, { flags }) => {
      Atomics.wait(flags, 0, 0);
      await store.putVersion(text('later'));
      await store.setVersioning(bucket, 'enabled');
      Atomics.store(flags, 1, 1);
      Atomics.notify(flags, 1);
    }`,
    { flags },
  );
  const ended = once(worker, 'exit');

  // From here on this thread gives no turn to anybody until the other one was answered.
  const before = [await store.version({ bucket, key: 'later' }), (await store.bucket(bucket))?.versioning];
  const first = store.version({ bucket, key: 'later' });
  Atomics.store(flags, 0, 1);
  Atomics.notify(flags, 0);
  Atomics.wait(flags, 1, 0, 20_000);
  const second = store.version({ bucket, key: 'later' });
  const changed = store.bucket(bucket);

  expect(before).toEqual([undefined, 'never']);
  expect(await first).toBeUndefined();
  expect(await second).toMatchObject({ kind: 'object', etag: 'later' });
  expect((await changed)?.versioning).toBe('enabled');
  await ended;
  await store.close();
});
