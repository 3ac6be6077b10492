/** The store as several threads of a process share it. */
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, expect, test } from 'vitest';
import { mostCommands } from './group-committer.ts';
import { metadataContract } from '../contract.ts';
import { joinSqlite, openSqlite, type SharedStore } from './sqlite-store.ts';
import type { PutVersion } from '../port.ts';

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
    import { joinSqlite } from ${JSON.stringify(new URL('./sqlite-store.ts', import.meta.url).href)};
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

test('changes of several threads are all answered, and each thread gets its own answers in order', async () => {
  const store = await openShared();
  const other = joinSqlite({ ticket: store.ticket() });
  const names = Array.from({ length: 700 }, (_, index) => index);

  const answers = await Promise.all(
    [store, other].map((writer, line) =>
      Promise.all(
        names.map(async (name) => {
          const put = await writer.putVersion(text(`${name % 3 === 0 ? 'both' : line}-${name}`));
          return put.ok && put.existed;
        }),
      ),
    ),
  );

  // A key that both wrote existed for one of them, all others for nobody.
  const times = names.map((name) => answers.filter((existed) => existed[name] === true).length);
  expect(times).toEqual(names.map((name) => (name % 3 === 0 ? 1 : 0)));
  const alone = names.filter((name) => name % 3 !== 0).length;
  const { items } = await other.listObjects({ bucket, limit: 10_000 });
  expect(items.length).toBe(2 * alone + (names.length - alone));
  await other.close();
  await store.close();
});

test('a joined store that closes leaves the store open, and its own changes are answered first', async () => {
  const store = await openShared();
  const other = joinSqlite({ ticket: store.ticket() });

  const accepted = other.putVersion(text('a'));
  const closing = other.close();

  await expect(other.putVersion(text('b'))).rejects.toThrow('closed');
  await closing;
  expect(await accepted).toMatchObject({ ok: true });
  await expect(other.version({ bucket, key: 'a' })).rejects.toThrow();
  expect(await store.version({ bucket, key: 'a' })).toMatchObject({ etag: 'a' });
  await store.close();
});

test('when the store closes, changes of threads that joined are committed or rejected, and none is left waiting', async () => {
  const folder = await newFolder();
  const store = await openSqlite({ folder });
  await store.createBucket(newBucket);
  const other = joinSqlite({ ticket: store.ticket() });

  const early = Array.from({ length: 100 }, (_, index) => other.putVersion(text(`early-${index}`)));
  await early[0];
  const closing = store.close();
  const late = Array.from({ length: 100 }, (_, index) => other.putVersion(text(`late-${index}`)));
  const outcomes = await Promise.allSettled([...early, ...late]);
  await closing;
  await expect(other.putVersion(text('later'))).rejects.toThrow('closed');
  await other.close();

  const again = await openSqlite({ folder });
  const { items } = await again.listObjects({ bucket, limit: 1000 });
  const found = new Set(items.map(({ key }) => key));
  const answered = outcomes.flatMap(({ status }, index) =>
    status === 'fulfilled' ? [index < 100 ? `early-${index}` : `late-${index - 100}`] : [],
  );
  expect(answered.length).toBeGreaterThanOrEqual(100);
  expect(answered.filter((key) => !found.has(key))).toEqual([]);
  await again.close();
});

test('when the committing thread dies, whatever waits is rejected on every thread, and whatever comes later', async () => {
  const store = await openShared();
  const other = joinSqlite({ ticket: store.ticket() });
  const { port } = store.ticket();

  port.postMessage(null); // It cannot make anything of this. More changes follow than fit into one commit.
  const puts = [store, other].flatMap((writer, line) =>
    Array.from({ length: 2 * mostCommands }, (_, index) => writer.putVersion(text(`${line}-${index}`))),
  );
  const outcomes = await Promise.allSettled(puts);

  expect(outcomes.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(mostCommands);
  expect(outcomes.at(2 * mostCommands - 1)?.status).toBe('rejected');
  expect(outcomes.at(-1)?.status).toBe('rejected');
  await expect(store.ping()).rejects.toThrow();
  await expect(other.ping()).rejects.toThrow();
  await other.close();
  await store.close();
});

test('the log stays short in a long run of puts, also while another thread reads without a pause', async () => {
  const folder = await newFolder();
  const store = await openSqlite({ folder, durability: 'relaxed', readers: 2 });
  await store.createBucket(newBucket);
  const flags = new Int32Array(new SharedArrayBuffer(4));
  const reader = inThread(
    store,
    `async (store, { flags }) => {
      while (Atomics.load(flags, 0) === 0) {
        await store.version({ bucket, key: 'a-0' }, { bytes: true });
        await new Promise(setImmediate);
      }
    }`,
    { flags },
  );
  const ended = once(reader, 'exit');
  const sizeBytes = 32 * 1024;
  const large = { content: { sizeBytes, etag: 'e' }, body: [{ bytes: Buffer.alloc(sizeBytes) }] };
  const log = join(folder, 'metadata.db-wal');
  let written = 0;
  const putMany = async (): Promise<void> => {
    const keys = Array.from({ length: 128 }, (_, index) => `a-${written / sizeBytes + index}`);
    await Promise.all(keys.map((key) => store.putVersion({ ...text(key), ...large })));
    written += keys.length * sizeBytes;
  };

  // The log of a store that is open never shrinks. It is as long as all that was written unless it starts over.
  do await putMany();
  while (written < 3 * (await stat(log)).size && written < 600e6);
  const { size } = await stat(log);
  Atomics.store(flags, 0, 1);
  await ended;
  await store.close();

  expect(size).toBeLessThan(written / 2);
  await expect(stat(log)).rejects.toMatchObject({ code: 'ENOENT' });
}, 60_000);
