import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serviceForTests } from '../service.ts';
import { clientInNewBucket, type TestClient } from './client.ts';

const inFlight = 64;
const rounds = 10;
const seed = Number(process.env['SAMPAN_TEST_SEED'] ?? Date.now() % 1_000_000);

/** Numbers from 0 to below 1 that follow from a seed. */
function numbers(start: number): () => number {
  let state = start;
  return () => createHash('sha1').update(`${start}:${state++}`).digest().readUInt32BE() / 2 ** 32;
}

/** The body that belongs to a key: small ones travel with the metadata, large ones are files, written in two ways. */
function bodyOf(key: string): Buffer {
  const digest = createHash('sha256').update(key).digest();
  const [kind, rest] = [digest[0]! % 12, digest[1]!];
  const size = kind === 0 ? (1 << 20) + rest : kind < 4 ? 300_000 + rest : rest * 100;
  return Buffer.alloc(size, digest);
}

/** Puts objects, 64 at a time, until one fails. Gives the keys that were answered and those that were not. */
async function putUntilItDies(
  client: TestClient,
  prefix: string,
  answered: (count: number) => void,
): Promise<{ done: string[]; open: string[] }> {
  const done: string[] = [];
  const open: string[] = [];
  let next = 0;
  const worker = async () => {
    for (;;) {
      const key = `${prefix}/${next++}`;
      const outcome = await client.put(key, bodyOf(key)).catch(() => undefined);
      if (outcome?.status !== 200) {
        open.push(key);
        return;
      }
      done.push(key);
      answered(done.length);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return { done, open };
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name !== 'store-id')
    .map((entry) => join(entry.parentPath, entry.name));
}

test(
  `kill -9 amid ${inFlight} puts loses nothing that was answered and shows nothing by halves, ${rounds} times (seed ${seed})`,
  { timeout: 120_000 },
  async () => {
    const random = numbers(seed);
    const service = await serviceForTests({ name: 'durability' });
    const client = await clientInNewBucket(service);
    const answered: string[] = [];
    const unanswered: string[] = [];

    for (let round = 0; round < rounds; round++) {
      const killAt = 1 + Math.floor(random() * 150);
      const killed: Promise<void>[] = [];
      const { done, open } = await putUntilItDies(client, `round${round}`, (count) => {
        if (count === killAt) killed.push(service.kill9());
      });
      await Promise.all(killed);
      await service.restart();
      answered.push(...done);
      unanswered.push(...open);

      for (const key of done) {
        const got = await client.get(key);
        expect([key, got.status, got.body.equals(bodyOf(key))]).toEqual([key, 200, true]);
      }
      for (const key of open) {
        const got = await client.get(key);
        expect([200, 404]).toContain(got.status);
        if (got.status === 200) expect([key, got.body.equals(bodyOf(key))]).toEqual([key, true]);
      }
    }

    const keys = await client.keys();
    expect(answered.filter((key) => !keys.includes(key))).toEqual([]);
    expect(keys.filter((key) => !answered.includes(key) && !unanswered.includes(key))).toEqual([]);
    // Everything else that the crashes left behind is collected.
    const needed = keys.filter((key) => bodyOf(key).length > 65_536).length;
    await expect
      .poll(async () => (await filesUnder(join(service.dataDir, 'blobs'))).length, { timeout: 20_000 })
      .toBe(needed);
  },
);

test('an answered put survives an orderly restart', async () => {
  const service = await serviceForTests({ name: 'restart' });
  const client = await clientInNewBucket(service);
  await client.put('a', 'hello');

  await service.restart();

  expect((await client.get('a')).text).toBe('hello');
});

test('SIGTERM lets a request in progress finish, and the process ends with status 0', async () => {
  const service = await serviceForTests({ name: 'shutdown' });
  const client = await clientInNewBucket(service);
  await client.put('slow', Buffer.alloc(204_800, 1));
  const reading = client.get('slow', { 'x-cos-traffic-limit': '819200' });
  await expect
    .poll(
      async () =>
        (await fetch(`${service.url}/-/metrics`).then((r) => r.text())).match(/in_flight (\d+)/)?.[1],
    )
    .toBe('2');

  const status = await service.stop();

  expect(status).toBe(0);
  expect((await reading).body).toHaveLength(204_800);
});

test('a second process is kept out of the data folder', async () => {
  const service = await serviceForTests({ name: 'locked' });

  await expect(serviceForTests({ name: 'locked-out', dataDir: service.dataDir })).rejects.toThrow(
    /status 1: [^]*in use/,
  );
});
