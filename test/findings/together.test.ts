/**
 * Several tabs or devices at one key, and a mini program that comes and goes, with the bundles as they are published:
 * none shares an upload with another, and all end whole.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { madeUpContent } from '../hosts/wx/files.ts';
import { startService, type RunningService } from '../service.ts';
import { isPart, type Gateway, type Seen, type Treatment } from './gateway.ts';
import { mixOf, objectsOf, type Objects } from './objects.ts';
import { Bucket, MiB, openPhone, Region } from './phone.ts';
import { chromiumHint, chromiumPath, openBrowser, tabBytes } from './tab.ts';

let service: RunningService;
let objects: Objects;
beforeAll(async () => {
  service = await startService({
    name: 'findings-together',
    flags: ['--bucket', Bucket, '--region', Region],
  });
  objects = objectsOf(service);
});
afterAll(async () => {
  await service.stop();
});

const size = 6 * MiB;
const params = { ChunkSize: MiB, AsyncLimit: 2 };
const bytes = (seed: number): Buffer => Buffer.from(madeUpContent(size, seed).read(0, size));

/** Holds parts back until they are let go. */
function barrier(): { readonly hold: (seen: Seen) => Treatment | undefined; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { hold: (seen) => (isPart(seen) ? { after: opened } : undefined), open: () => open() };
}

const uploadsOf = (...gateways: readonly Gateway[]): Set<string | null> =>
  new Set(gateways.flatMap((gateway) => gateway.parts().map(({ query }) => query.get('uploadId'))));

test('two tabs of one origin that upload to one key never share an upload', async (context) => {
  if (chromiumPath === undefined) return context.skip(chromiumHint);
  const browser = await openBrowser(service);
  try {
    const { hold, open } = barrier();
    browser.gateway.treat = hold;
    const [one, other] = [await browser.openTab('here'), await browser.openTab('here')];
    const begin = (tab: typeof one, seed: number) =>
      tab.call('sliceUploadFile', { Key: 'tabs', Body: { size, seed }, ...params });
    const ends = [begin(one, 1)];
    await expect.poll(() => browser.gateway.parts().length, { timeout: 20_000 }).toBeGreaterThan(0);
    ends.push(begin(other, 2));
    await expect.poll(() => uploadsOf(browser.gateway).size, { timeout: 20_000 }).toBe(2);
    open();

    const outcomes = (await Promise.all(ends)).map(({ outcome }) => outcome);

    expect(outcomes).toEqual(['resolved', 'resolved']);
    expect(uploadsOf(browser.gateway).size).toBe(2);
    const contents = { one: tabBytes(size, 1), other: tabBytes(size, 2) };
    expect(['one', 'other']).toContain(mixOf(await objects.read('tabs'), contents));
    expect(await objects.uploads('tabs')).toEqual([]);
  } finally {
    await browser.close();
  }
}, 90_000);

test('a second phone does not take the upload of the first, not even after that one was killed', async () => {
  const [one, other] = [await openPhone('here', service), await openPhone('here', service)];
  one.gateway.treat = (seen) =>
    isPart(seen) && Number(seen.query.get('partNumber')) > 3
      ? { after: new Promise(() => undefined) }
      : undefined;
  const FilePath = one.host.addFile(madeUpContent(size, 1), 'wxfile://usr/film');
  one.begin('sliceUploadFile', { Key: 'phones', FilePath, ...params });
  await one.until(() => one.gateway.parts().filter(({ status }) => status === 200).length === 3);
  await one.restart();
  one.gateway.treat = undefined;

  const second = await other.call('sliceUploadFile', {
    Key: 'phones',
    FilePath: other.host.addFile(madeUpContent(size, 2), 'wxfile://usr/film'),
    ...params,
  });
  expect(second.data?.['resumedBytes']).toBe(0);
  expect(mixOf(await objects.read('phones'), { one: bytes(1), other: bytes(2) })).toBe('other');

  const first = await one.call('sliceUploadFile', { Key: 'phones', FilePath, ...params });
  expect(first.data?.['resumedBytes']).toBe(3 * MiB);
  expect(mixOf(await objects.read('phones'), { one: bytes(1), other: bytes(2) })).toBe('one');
  expect(await objects.uploads('phones')).toEqual([]);
});

test('a mini program whose script stops in the background goes on when it is shown', async () => {
  const phone = await openPhone('here', service);
  const { hold, open } = barrier();
  phone.gateway.treat = hold;
  const FilePath = phone.host.addFile(madeUpContent(size, 3), 'wxfile://usr/film');
  const upload = phone.begin('sliceUploadFile', { Key: 'hidden', FilePath, ...params });
  await phone.until(() => phone.gateway.parts().length > 0);
  phone.host.hide();
  await phone.pass(600_000);
  const sentAway = phone.gateway.parts().length;
  open();
  phone.host.show();

  const { outcome, data } = await upload.end();

  expect(outcome).toBe('resolved');
  expect(sentAway).toBeLessThanOrEqual(params.AsyncLimit);
  expect(data?.['CRC64']).toBe((await objects.head('hidden'))['x-cos-hash-crc64ecma']);
  expect((await objects.read('hidden'))?.equals(bytes(3))).toBe(true);
});

test('a mini program that is offline for minutes asks once a minute, and goes on', async () => {
  const phone = await openPhone('here', service);
  const FilePath = phone.host.addFile(madeUpContent(size, 4), 'wxfile://usr/film');
  const { hold, open } = barrier();
  phone.gateway.treat = hold;
  const upload = phone.begin('sliceUploadFile', { Key: 'offline', FilePath, ...params });
  await phone.until(() => phone.gateway.parts().length > 0);
  phone.host.setNetwork('none');
  const before = phone.host.traffic.calls.length;
  await phone.pass(180_000);
  const tries = phone.host.traffic.calls.length - before;
  open();
  phone.host.setNetwork('wifi');

  const { outcome } = await upload.end();

  // Once a minute each part makes a call of up to four requests, because some hosts are wrong about being offline.
  expect(tries).toBeLessThanOrEqual(3 * 4 * params.AsyncLimit);
  expect(outcome).toBe('resolved');
  expect((await objects.read('offline'))?.equals(bytes(4))).toBe(true);
});

test('a mini program that was hidden, killed and opened again continues from its storage', async () => {
  const phone = await openPhone('here', service);
  const FilePath = phone.host.addFile(madeUpContent(size, 5), 'wxfile://usr/film');
  phone.gateway.treat = (seen) =>
    isPart(seen) && Number(seen.query.get('partNumber')) > 4
      ? { after: new Promise(() => undefined) }
      : undefined;
  phone.begin('sliceUploadFile', { Key: 'reopened', FilePath, ...params });
  await phone.until(() => phone.gateway.parts().filter(({ status }) => status === 200).length === 4);
  phone.host.hide();
  await phone.pass(10_000);
  await phone.restart();
  phone.gateway.treat = undefined;
  const from = phone.gateway.parts().length;

  const { data } = await phone.call('sliceUploadFile', { Key: 'reopened', FilePath, ...params });

  expect(data).toMatchObject({ resumedBytes: 4 * MiB, sentBytes: 2 * MiB });
  expect(phone.gateway.parts().length - from).toBe(2);
  expect((await objects.read('reopened'))?.equals(bytes(5))).toBe(true);
});
