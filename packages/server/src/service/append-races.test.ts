/** Appends to an object that somebody else changes between their bytes and their transaction. */
import { expect, test } from 'vitest';
import type { OpenedStores } from '../index.ts';
import { blobFiles, storedBucket, storedService } from './testing/stored-service.ts';

const key = 'log';
// Larger than what travels inside a transaction, so that there is a blob.
const large = Buffer.alloc(100_000, 'l');

/** Stores in which something happens before the next append that follows `arm`. */
function racing(happen: (stores: OpenedStores) => Promise<unknown>) {
  let isArmed = false;
  const stores = (opened: OpenedStores): OpenedStores => ({
    ...opened,
    metadata: {
      ...opened.metadata,
      async append(add) {
        const isNow = isArmed;
        isArmed = false;
        if (isNow) await happen(opened);
        return opened.metadata.append(add);
      },
    },
  });
  return { stores, arm: () => (isArmed = true) };
}

test('an append goes on when only tags were changed meanwhile, and they stay', async () => {
  const race = racing(({ metadata }) =>
    metadata.patchVersion({ bucket: storedBucket, key }, { tagging: { team: 'blue' } }),
  );
  const service = await storedService({ parts: { stores: race.stores } });
  await service.append(key, 0, Buffer.from('one'));
  race.arm();

  const { status } = await service.append(key, 3, Buffer.from('two'));

  expect(status).toBe(200);
  expect((await service.get(key)).body.toString()).toBe('onetwo');
  const tags = await service.ask('GET', `/${storedBucket}/${key}`, { query: [['tagging', '']] });
  expect(tags.body.toString()).toContain('<Value>blue</Value>');
});

test('an append goes on when the object is another one of the same length by now', async () => {
  const race = racing(async ({ metadata }) => {
    const current = await metadata.version({ bucket: storedBucket, key });
    if (current?.kind !== 'object') throw new Error('there is nothing to replace');
    await metadata.deleteVersion({ bucket: storedBucket, key });
    return metadata.append({
      bucket: storedBucket,
      key,
      position: 0,
      after: undefined,
      attributes: current,
      content: { sizeBytes: 3, etag: 'e' },
      body: [{ bytes: Buffer.from('ONE') }],
    });
  });
  const service = await storedService({ parts: { stores: race.stores } });
  await service.append(key, 0, Buffer.from('one'));
  race.arm();

  const { status } = await service.append(key, 3, Buffer.from('two'));

  expect(status).toBe(200);
  expect((await service.get(key)).body.toString()).toBe('ONEtwo');
});

test('an append whose place was taken meanwhile is refused, and its bytes leave the disk', async () => {
  const race = racing(async ({ metadata }) => {
    const current = await metadata.version({ bucket: storedBucket, key });
    if (current?.kind !== 'object') throw new Error('there is nothing to append to');
    return metadata.append({
      bucket: storedBucket,
      key,
      position: 3,
      after: current.revision,
      attributes: current,
      content: { sizeBytes: 4, etag: 'e' },
      body: [{ bytes: Buffer.from('!') }],
    });
  });
  const service = await storedService({ parts: { stores: race.stores } });
  await service.append(key, 0, Buffer.from('one'));
  race.arm();

  const { status, body } = await service.append(key, 3, large);

  expect([status, /<Code>([^<]*)/.exec(body.toString())?.[1]]).toEqual([409, 'AppendPositionErr']);
  expect(await blobFiles(service.folder)).toEqual([]);
});
