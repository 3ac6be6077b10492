import { expect, test } from 'vitest';
import type { Clock } from '../runtime/clock.ts';
import { openSqliteMemory } from '../metadata/sqlite/sqlite-store.ts';
import type { Attributes, Json, MetadataStore } from '../metadata/port.ts';
import { applyLifecycle, lifecycleRules } from './lifecycle.ts';

const dayMs = 24 * 60 * 60_000;
const bucket = 'b-1';
const attributes: Attributes = { headers: {}, storageClass: 'STANDARD', owner: 'o' };

interface World {
  readonly metadata: MetadataStore;
  readonly clock: Clock & { pass(days: number): void };
}

async function newWorld(rule: { readonly [name: string]: Json }, versioning?: 'enabled'): Promise<World> {
  let nowMs = Date.UTC(2026, 0, 1);
  const clock = {
    nowMs: () => nowMs,
    sleep: () => Promise.resolve(),
    pass: (days: number) => void (nowMs += days * dayMs),
  };
  const metadata = openSqliteMemory(clock.nowMs);
  await metadata.createBucket({ name: bucket, region: 'r', owner: 'o' });
  if (versioning) await metadata.setVersioning(bucket, versioning);
  await metadata.setConfig(bucket, 'lifecycle', { Rule: [{ Status: 'Enabled', ...rule }] });
  return { metadata, clock };
}

async function put({ metadata }: World, key: string, tagging?: Record<string, string>): Promise<void> {
  await metadata.putVersion({
    bucket,
    key,
    attributes: { ...attributes, tagging },
    content: { sizeBytes: 0, etag: 'e' },
    body: [],
  });
}

async function versions({ metadata }: World): Promise<readonly string[]> {
  const { items } = await metadata.listVersions({ bucket, limit: 1000 });
  return items.map(({ key, kind, isLatest }) => `${key} ${kind}${isLatest ? ' latest' : ''}`);
}

test('objects with the prefix expire after their days, others stay', async () => {
  const world = await newWorld({ Filter: { Prefix: 'logs/' }, Expiration: { Days: 3 } });
  await put(world, 'logs/old');
  await put(world, 'other');
  world.clock.pass(2);
  await put(world, 'logs/new');
  const early = await applyLifecycle({ ...world, dayMs });
  world.clock.pass(1);

  const late = await applyLifecycle({ ...world, dayMs });

  expect([early, late]).toEqual([
    { expired: 0, aborted: 0 },
    { expired: 1, aborted: 0 },
  ]);
  expect(await versions(world)).toEqual(['logs/new object latest', 'other object latest']);
});

test('tags narrow a rule', async () => {
  const tags = [{ Key: 'keep', Value: 'no' }];
  const world = await newWorld({ Filter: { And: { Prefix: '', Tag: tags } }, Expiration: { Days: 1 } });
  await put(world, 'a', { keep: 'no', x: 'y' });
  await put(world, 'b', { keep: 'yes' });
  await put(world, 'c');
  world.clock.pass(1);

  await applyLifecycle({ ...world, dayMs });

  expect(await versions(world)).toEqual(['b object latest', 'c object latest']);
});

test('a disabled rule does nothing', async () => {
  const world = await newWorld({ Status: 'Disabled', Expiration: { Days: 1 } });
  await put(world, 'a');
  world.clock.pass(9);

  expect(await applyLifecycle({ ...world, dayMs })).toEqual({ expired: 0, aborted: 0 });
});

test('from a date on, everything expires', async () => {
  const world = await newWorld({ Expiration: { Date: '2026-01-05T00:00:00+00:00' } });
  await put(world, 'a');
  world.clock.pass(3);
  const early = await applyLifecycle({ ...world, dayMs });
  world.clock.pass(1);

  expect([early.expired, (await applyLifecycle({ ...world, dayMs })).expired]).toEqual([0, 1]);
});

test('appendable objects take no part', async () => {
  const world = await newWorld({ Expiration: { Days: 1 } });
  const content = { sizeBytes: 0, etag: 'e' };
  await world.metadata.append({ bucket, key: 'log', position: 0, attributes, content, body: [] });
  world.clock.pass(5);

  expect((await applyLifecycle({ ...world, dayMs })).expired).toBe(0);
});

test('with versioning, expiry makes a marker, and older versions go their own way', async () => {
  const rule = { Expiration: { Days: 1 }, NoncurrentVersionExpiration: { NoncurrentDays: 2 } };
  const world = await newWorld(rule, 'enabled');
  await put(world, 'a');
  world.clock.pass(1);
  await applyLifecycle({ ...world, dayMs });
  const marked = await versions(world);
  world.clock.pass(1);
  await applyLifecycle({ ...world, dayMs });
  const waiting = await versions(world);
  world.clock.pass(1);

  await applyLifecycle({ ...world, dayMs });

  expect(marked).toEqual(['a marker latest', 'a object']);
  expect(waiting).toEqual(marked);
  expect(await versions(world)).toEqual(['a marker latest']);
});

test('the latest version of a key was not replaced by what stands before it in the list', async () => {
  const world = await newWorld({ NoncurrentVersionExpiration: { NoncurrentDays: 1 } }, 'enabled');
  for (const key of ['a', 'b', 'b', 'c']) await put(world, key);
  world.clock.pass(5);

  expect((await applyLifecycle({ ...world, dayMs })).expired).toBe(1);

  expect(await versions(world)).toEqual(['a object latest', 'b object latest', 'c object latest']);
});

test('every bucket has its lifecycle, however many there are', async () => {
  const world = await newWorld({ Expiration: { Days: 1 } });
  for (let n = 0; n < 250; n += 1) {
    const name = `c${String(n).padStart(3, '0')}-1`;
    await world.metadata.createBucket({ name, region: 'r', owner: 'o' });
    const Rule = [{ Status: 'Enabled', Expiration: { Days: 1 } }];
    await world.metadata.setConfig(name, 'lifecycle', { Rule });
    const content = { sizeBytes: 0, etag: 'e' };
    await world.metadata.putVersion({ bucket: name, key: 'k', attributes, content, body: [] });
  }
  world.clock.pass(1);

  expect((await applyLifecycle({ ...world, dayMs })).expired).toBe(250);
});

test('markers that nothing lies under are removed when asked for', async () => {
  const world = await newWorld({ Expiration: { ExpiredObjectDeleteMarker: true } }, 'enabled');
  for (const key of ['a', 'b', 'c']) await put(world, key);
  for (const key of ['a', 'b', 'd']) await world.metadata.deleteVersion({ bucket, key });
  const { items } = await world.metadata.listVersions({ bucket, prefix: 'b', limit: 10 });
  await world.metadata.deleteVersion({ bucket, key: 'b', versionId: items[1]?.versionId });

  await applyLifecycle({ ...world, dayMs });

  expect(await versions(world)).toEqual(['a marker latest', 'a object', 'c object latest']);
});

test('uploads that were never finished are aborted', async () => {
  const world = await newWorld({ Prefix: 'up/', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } });
  const start = (key: string) => world.metadata.createUpload({ bucket, key, initiator: 'i', attributes });
  await start('up/old');
  await start('other');
  world.clock.pass(7);
  await start('up/new');

  expect(await applyLifecycle({ ...world, dayMs })).toEqual({ expired: 0, aborted: 1 });

  const { items } = await world.metadata.listUploads({ bucket, limit: 10 });
  expect(items.map(({ key }) => key)).toEqual(['other', 'up/new']);
});

test('large buckets are gone through in pages', async () => {
  const world = await newWorld({ Expiration: { Days: 1 } });
  await Promise.all(Array.from({ length: 1200 }, (_, n) => put(world, `k${n}`)));
  world.clock.pass(1);

  expect((await applyLifecycle({ ...world, dayMs })).expired).toBe(1200);
});

test('an object that was written again since it was listed stays', async () => {
  const world = await newWorld({ Expiration: { Days: 1 } });
  await put(world, 'a');
  world.clock.pass(1);
  const racing: MetadataStore = {
    ...world.metadata,
    async listObjects(range) {
      const page = await world.metadata.listObjects(range);
      await put(world, 'a');
      return page;
    },
  };

  expect((await applyLifecycle({ ...world, dayMs, metadata: racing })).expired).toBe(0);
  expect(await versions(world)).toEqual(['a object latest']);
});

test('pages are gone through with pauses, and a service that stops goes no further', async () => {
  const world = await newWorld({ Expiration: { Days: 1 } });
  await put(world, 'a');
  world.clock.pass(1);
  const stopping = new AbortController();
  let pauses = 0;
  const clock: Clock = {
    ...world.clock,
    sleep: () => {
      pauses += 1;
      stopping.abort(new Error('stopping'));
      return Promise.resolve();
    },
  };

  await expect(applyLifecycle({ ...world, clock, dayMs, signal: stopping.signal })).rejects.toThrow(
    'stopping',
  );

  expect(pauses).toBe(1);
});

test('documents of any shape give only rules that mean something', () => {
  expect(lifecycleRules(undefined)).toEqual([]);
  expect(lifecycleRules('x')).toEqual([]);
  expect(lifecycleRules({ Rule: [null, 3, { Status: 'Enabled' }] })).toMatchObject([
    { prefix: '', tags: {} },
  ]);
});
