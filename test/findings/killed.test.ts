/**
 * An app that is killed and a tab that is closed in the middle of an upload, with the storage of the host; `KILL_MIB=1024
 * KILLS=10` makes it the size of the promise in the guide. Node's kill is in `test/scripts/kill-upload.ts` and beside the
 * fault tests.
 */
import { randomInt } from 'node:crypto';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Crc64, crc64Text } from '@sampan/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { madeUpContent } from '../hosts/wx/files.ts';
import { crc64OfFile, fillWithNoise } from '../noise.ts';
import { startService, type RunningService } from '../service.ts';
import { isPart, type Gateway, type Seen } from './gateway.ts';
import { objectsOf, type Objects } from './objects.ts';
import { Bucket, MiB, openPhone, Region } from './phone.ts';
import { chromiumHint, chromiumPath, openBrowser, type Tab } from './tab.ts';

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

/** A browser whose tabs upload files of this disk; `ended` plays one upload whose tab ends at some point. */
async function openTabs() {
  const browser = await openBrowser(service);
  const { gateway } = browser;
  const folder = await mkdtemp(join(tmpdir(), 'sampan-tabs-'));
  const file = join(folder, 'film');
  const Body = { picked: true };
  const open = async (): Promise<Tab> => {
    const tab = await browser.openTab('here');
    await tab.pick(file);
    return tab;
  };
  return {
    file,
    gateway,
    open,
    /** Begins an upload and ends its tab when so many parts have come; gives the bytes that were taken, and the tab. */
    async endedAt(Key: string, point: number, end: (tab: Tab) => Promise<unknown>) {
      const tab = await open();
      const from = gateway.seen.length;
      gateway.treat = stopAfter(gateway, point, from);
      // It never comes back from the call.
      const call = tab.call('sliceUploadFile', { Key, Body, ...params }).then(
        ({ error }) => expect.unreachable(`the first upload ended: ${JSON.stringify(error)}`),
        () => undefined,
      );
      const isThere = () => taken(gateway, from) >= point * MiB;
      await Promise.race([call, expect.poll(isThere, { timeout: withinMs, interval: 5 }).toBe(true)]);
      await end(tab);
      await call;
      gateway.treat = undefined;
      await expect.poll(() => gateway.busy).toBe(0);
      return { held: taken(gateway, from), from: gateway.seen.length, tab };
    },
    upload: (tab: Tab, Key: string) => tab.call('sliceUploadFile', { Key, Body, ...params }),
    async close() {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const inChromium = test.skipIf(chromiumPath === undefined);
test.runIf(chromiumPath === undefined)('says what is missing for the tests in Chromium', (context) => {
  context.skip(chromiumHint);
});

inChromium.each([
  ['is closed goes on in the next one', 'closed', kills],
  ['is loaded again goes on', 'reloaded', Math.min(kills, 2)],
])(
  'a tab that %s with the same file and sends only what was missing',
  async (_what, how, count) => {
    const tabs = await openTabs();
    try {
      await fillWithNoise(tabs.file, size / MiB, 1);
      for (const point of points(count)) {
        const Key = `${how}-${point}`;
        const { held, from, tab } = await tabs.endedAt(Key, point, ({ page }) =>
          how === 'closed' ? page.close() : page.reload(),
        );
        const next = how === 'closed' ? await tabs.open() : tab;
        await next.pick(tabs.file);

        const ended = await tabs.upload(next, Key);

        expect(ended).toMatchObject({ outcome: 'resolved' });
        // Parts in flight when the tab ended may have arrived all the same.
        const resumed = Number(ended.data?.['resumedBytes']);
        expect(resumed).toBeGreaterThanOrEqual(held);
        expect(resumed - held).toBeLessThanOrEqual(params.AsyncLimit * params.ChunkSize);
        expect(ended.data?.['sentBytes']).toBe(size - resumed);
        expect(taken(tabs.gateway, from)).toBe(size - resumed);
        expect(await stored(Key)).toBe(await crc64OfFile(tabs.file));
        expect(await objects.uploads(Key)).toEqual([]);
        await next.page.close();
      }
    } finally {
      await tabs.close();
    }
  },
  withinMs,
);

inChromium.each([
  ['changed', 'another time', 1_700_000_001],
  ['has other content', 'the same time', 1_700_000_000],
])(
  'a tab that is closed begins afresh with a file that %s under %s, and leaves nothing',
  async (what, _time, modified) => {
    const tabs = await openTabs();
    const Key = `closed-${what}`;
    try {
      await fillWithNoise(tabs.file, size / MiB, 1);
      await utimes(tabs.file, 0, 1_700_000_000);
      const { from } = await tabs.endedAt(Key, size / MiB / 2, ({ page }) => page.close());
      await fillWithNoise(tabs.file, size / MiB, 2);
      await utimes(tabs.file, 0, modified);

      const ended = await tabs.upload(await tabs.open(), Key);

      expect(ended).toMatchObject({ outcome: 'resolved', data: { resumedBytes: 0, sentBytes: size } });
      expect(taken(tabs.gateway, from)).toBe(size);
      expect(await stored(Key)).toBe(await crc64OfFile(tabs.file));
      expect(await objects.uploads(Key)).toEqual([]);
    } finally {
      await tabs.close();
    }
  },
  withinMs,
);
