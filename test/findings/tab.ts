/* eslint-disable @typescript-eslint/no-unsafe-argument, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access -- the SDKs are used as programs without types */
/** Either SDK in tabs of Chromium, on a site of its own, with a gateway on the way to the service. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { chromiumPath } from '../clients/page.ts';
import type { RunningService } from '../service.ts';
import { officialBundle, ownBundle } from './bundle.ts';
import { startGateway, type Gateway } from './gateway.ts';
import { Bucket, Region, type Ended, type Plain, type Sdk } from './phone.ts';

export { chromiumPath } from '../clients/page.ts';

/** Says what to do about skipped tests. */
export const chromiumHint =
  'skipped: no Chromium; install it (Debian: apt-get install chromium) or set SAMPAN_CHROMIUM to its path';

export interface Tab {
  readonly page: Page;
  /** Runs a function in the tab; it uses its arguments alone. */
  run<I, R>(inPage: (tools: TabTools, input: I) => R | Promise<R>, input: I): Promise<R>;
  /** Picks a file of this machine, as a user does. */
  pick(path: string): Promise<void>;
  /**
   * Calls in callback style, Bucket and Region filled in. `Body: { size, seed }` stands for a File with made-up content,
   * `Body: { picked: true }` for the one that was picked.
   */
  call(method: string, params?: Plain, options?: Plain): Promise<Ended>;
}

/** What functions that run in a tab are given. */
export interface TabTools {
  readonly COS: new (options: Plain) => Plain;
  readonly options: Plain;
  /** A File with made-up content; equal sizes give files that only their content tells apart. */
  file(size: number, seed: number): unknown;
}

export interface Browser {
  readonly gateway: Gateway;
  openTab(sdk: Sdk): Promise<Tab>;
  /** A window that shares nothing with the others. */
  openWindow(): Promise<void>;
  close(): Promise<void>;
}

const flags =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
  '--disable-component-update --disable-sync';

/** The content of a tab's file. */
export function tabBytes(size: number, seed: number): Buffer {
  return Buffer.alloc(size, seed);
}

/** Starts Chromium. */
export async function openBrowser(service: RunningService): Promise<Browser> {
  const gateway = await startGateway(service.port);
  const scripts: Readonly<Record<string, string>> = {
    '/here.js': await ownBundle('scriptTag'),
    '/official.js': officialBundle('cos-js-sdk-v5'),
  };
  const site = createServer(({ url = '/' }, response) => {
    const script = scripts[url];
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html');
    response.end(script ?? `<!doctype html><input type="file"><script src="${url}.js"></script>`);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const chrome = await chromium.launch({ executablePath: chromiumPath!, args: flags.split(' ') });
  let window: BrowserContext = await chrome.newContext();
  const options = {
    SecretId: service.secretId,
    SecretKey: service.secretKey,
    Protocol: 'http:',
    // Browsers bring every name below localhost to this machine.
    Domain: `{Bucket}.cos.{Region}.localhost:${gateway.port}`,
  };

  return {
    gateway,
    async openTab(sdk) {
      const page = await window.newPage();
      await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/${sdk}`);
      const tools = `{ COS: COS, options: ${JSON.stringify(options)}, file: ${makeFile.toString()} }`;
      const tab: Tab = {
        page,
        run: (inPage, input) => page.evaluate(`(${inPage.toString()})(${tools}, ${JSON.stringify(input)})`),
        pick: (path) => page.setInputFiles('input', path),
        call: (method, params = {}, more = {}) =>
          tab.run(
            ({ COS, options, file }, input) =>
              new Promise<Ended>((resolve) => {
                const cos = new COS(Object.assign({}, options, input.more));
                const params: Plain = Object.assign({}, input.params);
                const { Body } = params;
                if (Body?.picked) params['Body'] = document.querySelector('input')!.files![0];
                else if (Body && typeof Body === 'object') params['Body'] = file(Body.size, Body.seed);
                const plain = (value: Plain): Plain => ({
                  code: value['code'],
                  message: value['message'],
                  statusCode: value['statusCode'],
                  ETag: value['ETag'],
                  resumedBytes: value['resumedBytes'],
                  sentBytes: value['sentBytes'],
                });
                cos[input.method](params, (error: Plain | null, data: Plain) => {
                  resolve(
                    error
                      ? { outcome: 'rejected', error: plain(error) }
                      : { outcome: 'resolved', data: plain(data) },
                  );
                });
              }),
            { method, more, params: { Bucket, Region, ...params } },
          ),
      };
      return tab;
    },
    async openWindow() {
      window = await chrome.newContext();
    },
    async close() {
      await chrome.close();
      site.closeAllConnections();
      await new Promise((resolve) => site.close(resolve));
      await gateway.close();
    },
  };
}

/** Runs in the tab, as text. */
function makeFile(size: number, seed: number): unknown {
  return new File([new Uint8Array(size).fill(seed)], 'file.bin', { lastModified: 1_700_000_000_000 });
}
