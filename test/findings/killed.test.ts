/**
 * An app that is killed and a tab that is closed in the middle of an upload, with the storage of the host; `KILL_MIB=1024
 * KILLS=10` makes it the size of the promise in the guide. Node's kill is in `test/scripts/kill-upload.ts` and beside the
 * fault tests.
 */
import { randomInt } from 'node:crypto';
import { Crc64, crc64Text } from '@sampan/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { madeUpContent } from '../hosts/wx/files.ts';
import { startService, type RunningService } from '../service.ts';
import { isPart, type Gateway, type Seen } from './gateway.ts';
import { objectsOf, type Objects } from './objects.ts';
import { Bucket, MiB, openPhone, Region } from './phone.ts';
import { chromiumHint, chromiumPath, openBrowser, tabBytes } from './tab.ts';

let service: RunningService;
let objects: Objects;
beforeAll(async () => {
  service = await startService({ name: 'findings-killed', flags: ['--bucket', Bucket, '--region', Region] });
  objects = objectsOf(service);
});
afterAll(async () => {
  await service.stop();
});

const size = Number(process.env['KILL_MIB'] ?? 16) * MiB;
const kills = Number(process.env['KILLS'] ?? 2);
const withinMs = 90_000 + (kills * size * 200) / MiB;
const params = { ChunkSize: MiB, AsyncLimit: 3 };
/** Bytes of parts that the service has taken, from a request on. */
const taken = (gateway: Gateway, from = 0): number =>
  gateway.seen
    .slice(from)
    .filter((seen) => isPart(seen) && seen.status === 200)
    .reduce((sum, { bytes }) => sum + bytes, 0);
/** Parts beyond a point wait, so that it ends in the middle however fast it is. */
const stopAfter =
  (gateway: Gateway, point: number, from = 0) =>
  (seen: Seen) =>
    isPart(seen) && taken(gateway, from) >= point * MiB ? { after: new Promise(() => undefined) } : undefined;
/** What the service says of an object, and what a content's own checksum is: bytes need not be held for it. */
const stored = async (Key: string): Promise<string | undefined> =>
  (await objects.head(Key))['x-cos-hash-crc64ecma'];
function crc64Of(content: { read(position: number, length: number): Uint8Array }): string {
  const sum = new Crc64();
  for (let at = 0; at < size; at += MiB) sum.update(content.read(at, MiB));
  return crc64Text(sum.value());
}
const tabContent = (seed: number) => ({ read: (_: number, length: number) => tabBytes(length, seed) });
/** Where to end it: parts that have come by then. */
function points(count: number): number[] {
  const found = Array.from({ length: count }, () => randomInt(1, size / MiB - 1));
  console.log(`ended after ${found.join(', ')} parts of ${size / MiB}`);
  return found;
}

test(
  'an app that is killed goes on with the same file and sends only what was missing',
  async () => {
    for (const point of points(kills)) {
      const phone = await openPhone('here', service);
      const Key = `killed-wx-${point}`;
      const FilePath = phone.host.addFile(madeUpContent(size, point), 'wxfile://usr/film');
      phone.gateway.treat = stopAfter(phone.gateway, point);
      phone.begin('sliceUploadFile', { Key, FilePath, ...params });
      await phone.until(() => taken(phone.gateway) >= point * MiB);
      await phone.restart();
      phone.gateway.treat = undefined;
      const [held, from] = [taken(phone.gateway), phone.gateway.seen.length];

      const { data } = await phone.call('sliceUploadFile', { Key, FilePath, ...params });

      expect(taken(phone.gateway, from)).toBeLessThanOrEqual(size - held);
      expect(data?.['resumedBytes']).toBeGreaterThanOrEqual(held);
      expect(data?.['sentBytes']).toBe(size - data?.['resumedBytes']);
      expect(await stored(Key)).toBe(crc64Of(madeUpContent(size, point)));
      expect(await objects.uploads(Key)).toEqual([]);
    }
  },
  withinMs,
);

test(
  'an app that is killed begins afresh with a file that changed, and leaves nothing',
  async () => {
    const phone = await openPhone('here', service);
    const Key = 'killed-wx-changed';
    const FilePath = phone.host.addFile(madeUpContent(size, 1), 'wxfile://usr/film');
    phone.gateway.treat = stopAfter(phone.gateway, 5);
    phone.begin('sliceUploadFile', { Key, FilePath, ...params });
    await phone.until(() => taken(phone.gateway) >= 5 * MiB);
    await phone.restart();
    phone.gateway.treat = undefined;
    phone.host.replaceFile(FilePath, madeUpContent(size, 2), { keepTimes: true });

    const { data } = await phone.call('sliceUploadFile', { Key, FilePath, ...params });

    expect(data).toMatchObject({ resumedBytes: 0, sentBytes: size });
    expect(await stored(Key)).toBe(crc64Of(madeUpContent(size, 2)));
    expect(await objects.uploads(Key)).toEqual([]);
  },
  withinMs,
);

test(
  'a tab that is closed goes on in the next one, or begins afresh with another file',
  async (context) => {
    if (chromiumPath === undefined) return context.skip(chromiumHint);
    const browser = await openBrowser(service);
    const { gateway } = browser;
    const closedAt = async (Key: string, point: number): Promise<number> => {
      const tab = await browser.openTab('here');
      const from = gateway.seen.length;
      gateway.treat = stopAfter(gateway, point, from);
      tab.call('sliceUploadFile', { Key, Body: { size, seed: 1 }, ...params }).catch(() => undefined);
      await expect
        .poll(() => taken(gateway, from), { timeout: 20_000 + 500 * point, interval: 5 })
        .toBeGreaterThanOrEqual(point * MiB);
      await tab.page.close();
      gateway.treat = undefined;
      return taken(gateway, from);
    };
    try {
      for (const point of points(kills)) {
        const Key = `closed-${point}`;
        const held = await closedAt(Key, point);
        const from = gateway.seen.length;
        const next = await browser.openTab('here');

        const { data } = await next.call('sliceUploadFile', { Key, Body: { size, seed: 1 }, ...params });

        // Parts in flight when the tab was closed may have arrived all the same.
        const resumed = Number(data?.['resumedBytes']);
        expect(resumed).toBeGreaterThanOrEqual(held);
        expect(resumed - held).toBeLessThanOrEqual(3 * MiB);
        expect(taken(gateway, from)).toBe(size - resumed);
        expect(await stored(Key)).toBe(crc64Of(tabContent(1)));
        expect(await objects.uploads(Key)).toEqual([]);
      }
      await closedAt('closed-changed', 5);
      const next = await browser.openTab('here');
      const { data } = await next.call('sliceUploadFile', {
        Key: 'closed-changed',
        Body: { size, seed: 2 },
        ...params,
      });
      expect(data).toMatchObject({ resumedBytes: 0, sentBytes: size });
      expect(await stored('closed-changed')).toBe(crc64Of(tabContent(2)));
      expect(await objects.uploads('closed-changed')).toEqual([]);
    } finally {
      await browser.close();
    }
  },
  withinMs,
);
