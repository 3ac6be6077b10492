/** A full disk: writes are refused, what makes room works, and room is noticed. */
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { OpenedStores } from './stores.ts';
import { storedService } from './testing/stored-service.ts';

const noSpace = (): Error => Object.assign(new Error('ENOSPC: made up by the test'), { code: 'ENOSPC' });

/** Stores on a disk that is full while `disk.full` says so; deletions need what the reserve holds. */
function smallDisk() {
  const disk = { full: false, folder: '', freeBytes: 1 << 30 };
  const isReserved = (): boolean => existsSync(join(disk.folder, 'reserve'));
  const stores = ({ metadata, blobs }: OpenedStores): OpenedStores => ({
    metadata: {
      ...metadata,
      putVersion: async (put) => {
        if (disk.full) throw noSpace();
        return metadata.putVersion(put);
      },
      deleteVersion: async (deletion) => {
        if (disk.full && isReserved()) throw noSpace();
        return metadata.deleteVersion(deletion);
      },
    },
    blobs: {
      ...blobs,
      write: async (chunks, options) => {
        if (disk.full) throw noSpace();
        return blobs.write(chunks, options);
      },
    },
  });
  const diskSpace = async () => ({ freeBytes: disk.full ? 0 : disk.freeBytes, allBytes: 64 << 20 });
  return { disk, parts: { stores, diskSpace } };
}

test.each([
  ['an inline body', 1000],
  ['a blob', 100_000],
])(
  'a full disk refuses %s with 507, lets deletions through and is left when there is space',
  async (_, size) => {
    const { disk, parts } = smallDisk();
    const service = await storedService({ parts });
    disk.folder = service.folder;
    await service.put('kept', Buffer.alloc(size, 1));
    await service.put('gone', Buffer.alloc(size, 2));
    expect(existsSync(join(service.folder, 'reserve'))).toBe(true);

    disk.full = true;
    const refused = await service.put('more', Buffer.alloc(size));
    const ready = await service.ask('GET', '/-/ready');
    const metrics = await service.text('/-/metrics');

    expect(refused.status).toBe(507);
    expect(refused.body.toString()).toContain('<Code>InsufficientStorage</Code>');
    expect(ready).toMatchObject({ status: 503, body: Buffer.from('the disk is full\n') });
    expect(metrics).toContain('sampan_store_trouble{trouble="diskFull"} 1');
    expect((await service.get('kept')).status).toBe(200);
    expect((await service.remove('gone')).status).toBe(204);

    disk.full = false;
    await vi.waitFor(async () => expect((await service.ask('GET', '/-/ready')).status).toBe(200), 5000);
    expect((await service.put('more', Buffer.alloc(size))).status).toBe(200);
    expect(existsSync(join(service.folder, 'reserve'))).toBe(true);
  },
);

test('a deletion is the first to find the disk full, and is done with the space of the reserve', async () => {
  const { disk, parts } = smallDisk();
  const service = await storedService({ parts });
  disk.folder = service.folder;
  await service.put('gone', Buffer.alloc(1000, 2));

  disk.full = true;

  expect((await service.remove('gone')).status).toBe(204);
  expect((await service.get('gone')).status).toBe(404);
});

test('a service starts on a full disk, and serves what there is', async () => {
  const { disk, parts } = smallDisk();
  const service = await storedService({ parts });
  disk.folder = service.folder;
  await service.put('kept', Buffer.alloc(1000, 1));
  await service.stop();

  disk.full = true;
  await service.start();

  expect((await service.get('kept')).status).toBe(200);
  expect((await service.put('more', Buffer.alloc(10))).status).toBe(507);
  expect((await service.ask('GET', '/-/ready')).status).toBe(503);
});

test('a data folder that is moved away is noticed: no write is answered as done', async () => {
  const service = await storedService();
  const away = `${service.folder}-away`;
  await service.put('kept', Buffer.alloc(1000, 1));
  onTestFinished(() => rename(away, service.folder).catch(() => undefined));

  await rename(service.folder, away);
  await vi.waitFor(
    async () =>
      expect(await service.ask('GET', '/-/ready')).toMatchObject({
        status: 503,
        body: Buffer.from('the data folder is not where it was\n'),
      }),
    5000,
  );

  expect((await service.put('lost', Buffer.alloc(1000))).status).toBe(503);
  expect(service.log()).toContain('the data folder was moved');
});
