/** Scenarios in a page of Chromium, served from an origin of its own. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import { bundles, bundleText } from '../../tools/bundle.ts';
import { madeUpContent } from '../hosts/wx/files.ts';
import type { RunningService } from '../service.ts';
import type { Scenario } from './scenarios.ts';
import { buildStage, type Plain, type StageFile } from './stage.ts';
import { place, type Theatre } from './theatre.ts';
import { methodText } from './wx-stage.ts';

const require = createRequire(import.meta.url);

/** Where Chromium is, or undefined. `SAMPAN_CHROMIUM` names another place. */
export const chromiumPath = [process.env['SAMPAN_CHROMIUM'], '/usr/bin/chromium'].find(
  (path): path is string => path !== undefined && existsSync(path),
);

/** Says what to do about skipped tests. */
export const chromiumHint =
  'skipped: no Chromium; install it (Debian: apt-get install chromium) or set SAMPAN_CHROMIUM to its path';

/** How Chromium is started: it asks nobody but the page's servers. */
export const chromiumFlags = (
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
  '--disable-component-update --disable-sync'
).split(' ');

/** A page with an SDK in it. */
export interface WebTheatre extends Theatre {
  evaluate<T>(text: string): Promise<T>;
  /** Workers that the page has now. */
  workers(): number;
  /** CPU time of each task that the page's thread ran during some work, in ms. */
  tasksDuring(work: () => Promise<void>): Promise<number[]>;
}

/** Opens a page with an SDK in it; `policy` is the page's Content-Security-Policy. */
export async function openWeb(
  service: RunningService,
  files: readonly StageFile[],
  { sdk, policy }: { readonly sdk: 'sampan' | 'official'; readonly policy?: string },
): Promise<WebTheatre> {
  const script =
    sdk === 'sampan'
      ? await bundleText(bundles.scriptTag)
      : readFileSync(require.resolve('cos-js-sdk-v5'), 'utf8');
  const site = await serveSite(script, files, policy);
  const browser = await chromium.launch({ executablePath: chromiumPath!, args: [...chromiumFlags] });
  const page = await browser.newPage();
  const errors: unknown[] = [];
  page.on('pageerror', (error) => errors.push(error));
  await page.goto(`${site.url}/`);
  return {
    host: 'web',
    async run(scenario: Scenario, prefix: string, more: Plain = {}) {
      const options = {
        SecretId: service.secretId,
        SecretKey: service.secretKey,
        // Browsers bring every name below localhost to this machine.
        Domain: `{Bucket}.cos.{Region}.localhost:${service.port}`,
        Protocol: 'http:',
        ...more,
      };
      return page.evaluate(scenarioText(scenario, { options, place, prefix, files }));
    },
    evaluate: <T>(text: string) => page.evaluate<T>(text),
    workers: () => page.workers().length,
    async tasksDuring(work) {
      await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
      await work();
      return mainTasks(await browser.stopTracing());
    },
    errors: () => errors,
    async close() {
      await browser.close();
      await site.close();
    },
  };
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** CPU time of the thread, in µs. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Tasks of the threads that pages run on. Their CPU time says what they cost on a busy machine too. */
function mainTasks(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { readonly traceEvents: readonly TraceEvent[] };
  const place = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const threads = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(place),
  );
  return traceEvents
    .filter((event) => event.tdur !== undefined && threads.has(place(event)))
    .map(({ tdur = 0 }) => tdur / 1000);
}

async function serveSite(script: string, files: readonly StageFile[], policy?: string) {
  const page = '<!doctype html><meta charset="utf-8"><title>scenarios</title><script src="/sdk.js"></script>';
  const server = createServer((request, response) => {
    const file = files.find(({ name }) => request.url === `/${name}`);
    if (file) response.end(madeUpContent(file.size, file.seed).read(0, file.size));
    else if (request.url === '/sdk.js') response.setHeader('content-type', 'text/javascript').end(script);
    else {
      if (policy !== undefined) response.setHeader('content-security-policy', policy);
      response.setHeader('content-type', 'text/html').end(page);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function scenarioText(scenario: Scenario, input: Plain): string {
  return `(function () {
    var input = ${JSON.stringify(input)};
    var buildStage = ${buildStage.toString()};
    var stage = buildStage({
      COS: COS, options: input.options, place: input.place, prefix: input.prefix,
      pick: function () {
        return Promise.all(input.files.map(function (file) {
          return fetch('/' + file.name).then(function (got) { return got.arrayBuffer(); }).then(function (bytes) {
            var picked = new File([bytes], file.name, { lastModified: 1700000000000 });
            return { name: file.name, size: picked.size, source: { Body: picked } };
          });
        }));
      },
      contentOf: function (file) { return Promise.resolve(file.source.Body.slice()); },
    });
    var scenario = { ${methodText(scenario.run.toString())} };
    return scenario.run(stage);
  })()`;
}
