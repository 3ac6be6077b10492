/** Uploads in the console: what a person does to them, and what the service holds in the end. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { madeUpContent } from '../hosts/wx/files.ts';
import { Bucket, choose, chromiumPath, filesOnDisk, openStage, Region, signIn, type Stage } from './stage.ts';

const megabytes = Number(process.env['SAMPAN_TEST_CONSOLE_MB'] ?? 24);
const count = Number(process.env['SAMPAN_TEST_CONSOLE_FILES'] ?? 60);
const bigBytes = megabytes * 1024 * 1024;
/** Slow enough that a person could pause in the middle. */
const slowBytesPerSecond = bigBytes / 6;

describe.skipIf(chromiumPath === undefined)('uploads in the console', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  }, 120_000);
  afterAll(() => stage?.close());

  test.each([1280, 360])(
    'outlive pauses, a reload and a cancel in a window of %i pixels',
    async (width) => {
      const sizes = {
        'big.bin': bigBytes,
        // Large enough that it cannot be done by the time of the pause.
        'unwanted.bin': bigBytes / 2,
        ...Object.fromEntries(
          Array.from({ length: count }, (_, at) => [`set/${at % 3}/file-${at}.txt`, 100 + at]),
        ),
      };
      const files = filesOnDisk(sizes);
      const page = await stage.open({ width });
      await signIn(page, stage.service);
      await page.getByRole('link', { name: 'Uploads' }).click();
      await page.getByLabel('Into folder').fill(`w${width}`);
      const parts = followParts(page);

      const setSpeed = await speedOf(page);
      await setSpeed(slowBytesPerSecond);
      await choose(page, 'Choose files', [`${files.path}/big.bin`, `${files.path}/unwanted.bin`]);
      await expect.poll(() => parts.done.size, { timeout: 20_000 }).toBeGreaterThan(1);
      await page.getByRole('button', { name: 'Pause all' }).click();
      await row(page, 'big.bin').getByText('Paused').waitFor();
      const before = new Set(parts.done);
      await page.reload();
      await signIn(page, stage.service);
      await row(page, 'big.bin').getByText('File needed').waitFor();
      await page.getByLabel('Into folder').fill(`w${width}`);
      parts.asked.clear();
      // Or the unwanted file would be there before anyone could cancel it.
      await setSpeed(500_000);
      await choose(page, 'Choose files', [`${files.path}/big.bin`, `${files.path}/unwanted.bin`]);
      await row(page, 'unwanted.bin').getByRole('button', { name: 'Cancel' }).click();
      await row(page, 'unwanted.bin').getByText('Cancelled').waitFor();
      await setSpeed(0);
      await choose(page, 'Choose a folder', `${files.path}/set`);
      const all = count + 1;
      await page.getByText(`${all} of ${all} files`).waitFor({ timeout: 60_000 + megabytes * 200 });

      // What was sent before the reload is not sent again.
      expect([...parts.asked].filter((part) => before.has(part))).toEqual([]);
      const held = await listAll(stage, `w${width}/`);
      const wanted = Object.entries(sizes).filter(([name]) => name !== 'unwanted.bin');
      expect(held).toEqual(
        new Map(wanted.map(([name, size]) => [`w${width}/${name}`, size] as const).sort()),
      );
      const big = await stage.cos.getObject({ Bucket, Region, Key: `w${width}/big.bin` });
      expect(Buffer.compare(big.Body, Buffer.from(madeUpContent(bigBytes, 0).read(0, bigBytes)))).toBe(0);
      expect((await stage.cos.multipartList({ Bucket, Region })).Upload).toEqual([]);
      await page.context().close();
      files.remove();
      expect(stage.complaints).toEqual([]);
    },
    240_000,
  );

  test('are not sent again when the folder is chosen again after a reload and they were done', async () => {
    const files = filesOnDisk({ 'again/a.txt': 10, 'again/b.txt': 20, 'again/large.bin': 6_000_000 });
    const page = await stage.open();
    await signIn(page, stage.service);
    await page.getByRole('link', { name: 'Uploads' }).click();
    const puts: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'PUT') puts.push(new URL(request.url()).pathname);
    });

    const setSpeed = await speedOf(page);
    await setSpeed(1_000_000);
    await choose(page, 'Choose a folder', `${files.path}/again`);
    await row(page, 'a.txt').getByText('Done').waitFor();
    await row(page, 'b.txt').getByText('Done').waitFor();
    await page.reload();
    await signIn(page, stage.service);
    await row(page, 'large.bin').getByText('File needed').waitFor();
    puts.length = 0;
    await setSpeed(0);
    await choose(page, 'Choose a folder', `${files.path}/again`);
    await page.getByText('3 of 3 files').waitFor();

    expect(puts.filter((path) => path.endsWith('.txt'))).toEqual([]);
    await page.context().close();
    files.remove();
  }, 60_000);
});

test.skipIf(chromiumPath !== undefined)(
  'uploads in the console: skipped, no Chromium; install it (Debian: apt-get install chromium) or set SAMPAN_CHROMIUM',
  (context) => {
    context.skip();
  },
);

function row(page: Page, name: string) {
  return page.getByRole('row').filter({ hasText: name });
}

/** Bytes a second that the page may send; 0 lifts the limit. */
async function speedOf(page: Page): Promise<(bytesPerSecond: number) => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  return async (bytesPerSecond) => {
    await session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: bytesPerSecond === 0 ? -1 : bytesPerSecond,
    });
  };
}

/** Parts that the page has begun to send, and those that the service has taken. */
function followParts(page: Page): { readonly asked: Set<string>; readonly done: Set<string> } {
  const asked = new Set<string>();
  const done = new Set<string>();
  const partOf = (url: string) => `${/uploadId=([^&]+)/.exec(url)?.[1]} ${/partNumber=(\d+)/.exec(url)?.[1]}`;
  page.on('request', (request) => {
    if (request.method() === 'PUT' && request.url().includes('partNumber=')) asked.add(partOf(request.url()));
  });
  page.on('response', (response) => {
    if (response.request().method() === 'PUT' && response.url().includes('partNumber=') && response.ok())
      done.add(partOf(response.url()));
  });
  return { asked, done };
}

async function listAll({ cos }: Stage, Prefix: string): Promise<Map<string, number>> {
  const { Contents } = await cos.getBucket({ Bucket, Region, Prefix });
  return new Map(Contents.map(({ Key, Size }) => [Key, Number(Size)] as const).sort());
}
