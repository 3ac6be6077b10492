import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleText } from '../../tools/bundle.ts';
import { chromiumFlags, chromiumHint, chromiumPath } from './web-stage.ts';

/** Tabs of one origin keep off each other's uploads by these locks, whatever the origin allows. */

/** A name that is not this machine's for the browser, so that pages from it are no secure context. */
const insecureHost = 'plain.example';

describe.runIf(chromiumPath !== undefined)('tabs of one origin', () => {
  let server: Server;
  let browser: Browser;
  beforeAll(async () => {
    const code = await bundleText({
      entry: '../../test/scripts/web-locks.ts',
      file: 'locks.js',
      format: 'umd',
    });
    server = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end(`<!doctype html><script>${code}</script>`),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await chromium.launch({
      executablePath: chromiumPath!,
      args: [...chromiumFlags, `--host-resolver-rules=MAP ${insecureHost} 127.0.0.1`],
    });
  });
  afterAll(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
  });

  const take = (page: Page): Promise<boolean> =>
    page.evaluate(
      `COS('upload.one').then(function (release) { if (release) window.release = release; return Boolean(release); })`,
    );
  const give = (page: Page): Promise<void> => page.evaluate('void window.release()');

  test.each([
    ['by Web Locks', '127.0.0.1', 'object'],
    ['by a lease in the database where there are none', insecureHost, 'undefined'],
  ])('%s', async (_how, hostName, webLocks) => {
    const context: BrowserContext = await browser.newContext();
    const open = async (): Promise<Page> => {
      const page = await context.newPage();
      await page.goto(`http://${hostName}:${(server.address() as AddressInfo).port}/`);
      return page;
    };
    const [one, other] = [await open(), await open()];

    expect(await one.evaluate('typeof navigator.locks')).toBe(webLocks);
    expect(await take(one)).toBe(true);
    expect(await take(other)).toBe(false);
    await give(one);
    await expect.poll(() => take(other)).toBe(true);
    expect(await take(one)).toBe(false);
    await context.close();
  });

  test.each([
    ['by Web Locks', '127.0.0.1'],
    ['by a lease', insecureHost],
  ])(
    'of which one is closed or loaded again leave the lock to whoever asks next, %s',
    async (_how, hostName) => {
      const context = await browser.newContext();
      const url = `http://${hostName}:${(server.address() as AddressInfo).port}/`;
      const [one, other] = [await context.newPage(), await context.newPage()];
      await one.goto(url);
      await other.goto(url);

      expect(await take(one)).toBe(true);
      await one.reload();
      expect(await take(one)).toBe(true);
      await one.close();
      expect(await take(other)).toBe(true);
      await context.close();
    },
  );

  test('wait a moment for one that is just being put away', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.evaluate(
      `void navigator.locks.request('sampan.upload.one', function () {
        return new Promise(function (release) { setTimeout(release, 300); });
      })`,
    );

    expect(await take(page)).toBe(true);
    await context.close();
  });
});

test.runIf(chromiumPath === undefined)('says what is missing for the tests in Chromium', (context) => {
  context.skip(chromiumHint);
});
