import { expect, test } from 'vitest';
import type { Clock } from '../runtime/clock.ts';
import { openMemoryBlobs } from '../blobs/memory.ts';
import { pin, pinnedOf } from './pins.ts';
import type { BlobStore } from '../blobs/port.ts';
import { openSqliteMemory } from '../metadata/sqlite/sqlite-store.ts';
import type { MetadataStore } from '../metadata/port.ts';
import { collectOrphans, collectReleased, unreadBefore } from './collect.ts';
import { startHousekeeping } from './housekeeping.ts';
import { allReaders, type Readers } from './readers.ts';
import { countRunning, type Running } from './in-flight.ts';

const minuteMs = 60_000;
const attributes = { headers: {}, storageClass: 'STANDARD', owner: 'o' };

interface World {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly clock: Clock & { pass(ms: number): void };
  readonly running: Running;
  readonly readers: Readers;
}

async function newWorld(): Promise<World> {
  let nowMs = Date.UTC(2026, 0, 1);
  const clock = {
    nowMs: () => nowMs,
    sleep: () => Promise.resolve(),
    pass: (ms: number) => void (nowMs += ms),
  };
  const metadata = openSqliteMemory(clock.nowMs);
  await metadata.createBucket({ name: 'b-1', region: 'r', owner: 'o' });
  const blobs = openMemoryBlobs(clock.nowMs);
  const running = countRunning();
  const readers: Readers = {
    fence: () => metadata.forget([]),
    settle: () => running.settled(),
    pinned: async (ids) => pinnedOf(blobs, ids),
  };
  return { metadata, blobs, clock, running, readers };
}

async function* one(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(1);
}

async function put({ metadata, blobs }: World, key: string): Promise<string> {
  const extent = await blobs.write(one());
  await metadata.putVersion({
    bucket: 'b-1',
    key,
    attributes,
    content: { sizeBytes: 1, etag: 'e' },
    body: [extent],
  });
  return extent.blob;
}

async function stored({ blobs }: World): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of blobs.list()) ids.push(id);
  return ids;
}

test('released blobs are removed when their readers must be done, and not earlier', async () => {
  const world = await newWorld();
  const first = await put(world, 'a');
  const second = await put(world, 'a');

  const early = await collectReleased({ ...world, releasedMs: minuteMs });
  const kept = await stored(world);
  world.clock.pass(minuteMs + 1);
  const late = await collectReleased({ ...world, releasedMs: minuteMs });

  expect([early, kept]).toEqual([0, [first, second]]);
  expect([late, await stored(world)]).toEqual([1, [second]]);
  expect(await collectReleased({ ...world, releasedMs: minuteMs })).toBe(0);
});

test('a process that is alone removes at once what was released before it started', async () => {
  const world = await newWorld();
  await put(world, 'a');
  const second = await put(world, 'a');
  world.clock.pass(1);

  const removed = await collectReleased({ ...world, aloneSinceMs: world.clock.nowMs() });

  expect([removed, await stored(world)]).toEqual([1, [second]]);
});

test('a blob that is being read stays until the reader is done', async () => {
  const world = await newWorld();
  const blob = await put(world, 'a');
  await world.metadata.deleteVersion({ bucket: 'b-1', key: 'a' });
  world.clock.pass(minuteMs);
  const release = pin(world.blobs, [blob]);

  const whileReading = await collectReleased({ ...world, releasedMs: 0 });
  release();
  const afterwards = await collectReleased({ ...world, releasedMs: 0 });

  expect([whileReading, afterwards]).toEqual([0, 1]);
});

test('what was released before all that runs began is removed at once', async () => {
  const world = await newWorld();
  const { running } = world;
  const reader = running.begin();
  const first = await put(world, 'a');
  const second = await put(world, 'a');
  world.clock.pass(1);

  const finding = unreadBefore(neverLate(world), 1000);
  const whileReading = await stored(world);
  running.end(reader);
  const unreadBeforeMs = await finding;
  const third = await put(world, 'a');
  const removed = await collectReleased({ ...world, unreadBeforeMs });

  expect([whileReading, removed]).toEqual([[first, second], 1]);
  expect(await stored(world)).toEqual([second, third]);
});

test('a request that takes too long, or a clock that is set back, leaves it to the wait', async () => {
  const world = await newWorld();
  const { running } = world;
  const reader = running.begin();

  const late = await unreadBefore(world, 1000);
  running.end(reader);
  const back = unreadBefore(neverLate(world), 1000);
  world.clock.pass(-1);

  expect([late, await back]).toEqual([undefined, undefined]);
});

test('of several threads all fence before any of them says who runs', async () => {
  const world = await newWorld();
  const said: string[] = [];
  let fenced = (): void => undefined;
  const slow: Readers = {
    fence: () => new Promise<void>((resolve) => (fenced = resolve)).then(() => void said.push('slow fenced')),
    settle: async () => void said.push('slow settles'),
    pinned: async () => [],
  };
  const quick: Readers = {
    fence: async () => void said.push('quick fenced'),
    settle: async () => void said.push('quick settles'),
    pinned: async () => [],
  };

  const finding = unreadBefore({ ...neverLate(world), readers: allReaders([slow, quick]) }, 1000);
  await new Promise((resolve) => setImmediate(resolve));
  const before = [...said];
  fenced();
  await finding;

  expect(before).toEqual(['quick fenced']);
  expect(said).toEqual(['quick fenced', 'slow fenced', 'slow settles', 'quick settles']);
});

test('a blob that any of several threads reads stays', async () => {
  const world = await newWorld();
  const blob = await put(world, 'a');
  await world.metadata.deleteVersion({ bucket: 'b-1', key: 'a' });
  world.clock.pass(minuteMs);
  const elsewhere: Readers = { ...world.readers, pinned: async () => [blob] };

  const removed = await collectReleased({
    ...world,
    readers: allReaders([world.readers, elsewhere]),
    releasedMs: 0,
  });

  expect(removed).toBe(0);
});

/** The same world, in which nobody waits so long that it gives up. */
function neverLate(world: World): World {
  const sleep = () => new Promise<void>(() => undefined);
  return { ...world, clock: { ...world.clock, sleep } };
}

test('many released blobs are removed in steps', async () => {
  const world = await newWorld();
  for (let n = 0; n < 450; n += 1) await put(world, `k${n}`);
  const refs = Array.from({ length: 450 }, (_, n) => ({ key: `k${n}` }));
  await world.metadata.deleteVersions('b-1', refs);
  world.clock.pass(1);

  expect(await collectReleased({ ...world, releasedMs: 0 })).toBe(450);
  expect(await stored(world)).toEqual([]);
});

test('blobs that were never named are removed when they are old, and named ones are not', async () => {
  const world = await newWorld();
  const named = await put(world, 'a');
  const orphan = await world.blobs.write(one());
  world.clock.pass(60 * minuteMs);
  const young = await world.blobs.write(one());

  const removed = await collectOrphans({ ...world, orphanMs: 30 * minuteMs });

  expect(removed).toBe(1);
  expect(await stored(world)).toEqual([named, young.blob]);
  expect(orphan.length).toBe(1);
});

test('a process that is alone removes what an earlier one left, however young', async () => {
  const world = await newWorld();
  const named = await put(world, 'a');
  await world.blobs.write(one());
  world.clock.pass(1000);
  const aloneSinceMs = world.clock.nowMs();
  const own = await world.blobs.write(one());

  const removed = await collectOrphans({ ...world, aloneSinceMs });

  expect([removed, await stored(world)]).toEqual([1, [named, own.blob]]);
});

test('a collector that is told to stop stops', async () => {
  const world = await newWorld();
  await world.blobs.write(one());

  const stopped = collectOrphans({ ...world, signal: AbortSignal.abort(new Error('stop')) });

  await expect(stopped).rejects.toThrow('stop');
});

test('where other processes read as well, released blobs stay for six hours', async () => {
  const world = await newWorld();
  const [first, second] = [await put(world, 'a'), await put(world, 'a')];
  const after = async (ms: number): Promise<readonly string[]> => {
    world.clock.pass(ms);
    const turned = Promise.withResolvers<void>();
    // The clock does not sleep here, so a job has one turn and rests until it is stopped.
    const clock: Clock = {
      nowMs: world.clock.nowMs,
      sleep: (_ms, signal) =>
        new Promise((resolve) => {
          turned.resolve();
          signal?.addEventListener('abort', () => resolve(), { once: true });
        }),
    };
    const fail = (_job: string, error: unknown): void => turned.reject(error);
    const options = { aloneSinceMs: undefined, atOnce: false, dayMs: 1e9, onRemoved() {}, onFailure: fail };
    const jobs = startHousekeeping({ ...world, ...options, clock });
    await turned.promise;
    await jobs.stop();
    return stored(world);
  };

  const early = await after(5.9 * 60 * minuteMs);
  const late = await after(0.2 * 60 * minuteMs);

  expect([...early].sort()).toEqual([first, second].sort());
  expect(late).toEqual([second]);
});

test('an orphan stays for its whole time, and who counts what was removed hears of it', async () => {
  const world = await newWorld();
  await world.blobs.write(one());
  world.clock.pass(30 * minuteMs);

  const inTime = await collectOrphans({ ...world, orphanMs: 30 * minuteMs });
  world.clock.pass(1);
  const late = await collectOrphans({ ...world, orphanMs: 30 * minuteMs });

  expect([inTime, late]).toEqual([0, 1]);
});

test('what a turn removed is reported, and a turn that removed nothing is not', async () => {
  const world = await newWorld();
  await put(world, 'a');
  await world.metadata.deleteVersion({ bucket: 'b-1', key: 'a' });
  world.clock.pass(24 * 60 * minuteMs);
  const told: string[] = [];
  const turned = Promise.withResolvers<void>();
  const clock: Clock = {
    ...world.clock,
    // Jobs rest after their turns, the last of them after all removed what they could.
    sleep: (_ms, signal) =>
      new Promise((resolve) => {
        signal?.addEventListener('abort', () => resolve(), { once: true });
        setImmediate(turned.resolve);
      }),
  };
  const jobs = startHousekeeping({
    ...world,
    clock,
    aloneSinceMs: undefined,
    atOnce: true,
    dayMs: 24 * 60 * minuteMs,
    onRemoved: (job, count) => told.push(`${job} ${count}`),
    onFailure: (_job, error) => told.push(String(error)),
  });
  await turned.promise;
  await jobs.stop();

  expect(told).toEqual(['released 1']);
});
