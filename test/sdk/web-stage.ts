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

const flags =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
  '--disable-component-update --disable-sync';

/** Opens a page with an SDK in it. */
export async function openWeb(
  service: RunningService,
  files: readonly StageFile[],
  { sdk }: { readonly sdk: 'sampan' | 'official' },
): Promise<Theatre & { evaluate<T>(text: string): Promise<T> }> {
  const script =
    sdk === 'sampan'
      ? await bundleText(bundles.scriptTag)
      : readFileSync(require.resolve('cos-js-sdk-v5'), 'utf8');
  const site = await serveSite(script, files);
  const browser = await chromium.launch({ executablePath: chromiumPath!, args: flags.split(' ') });
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
    errors: () => errors,
    async close() {
      await browser.close();
      await site.close();
    },
  };
}

async function serveSite(script: string, files: readonly StageFile[]) {
  const page = '<!doctype html><meta charset="utf-8"><title>scenarios</title><script src="/sdk.js"></script>';
  const server = createServer((request, response) => {
    const file = files.find(({ name }) => request.url === `/${name}`);
    if (file) response.end(madeUpContent(file.size, file.seed).read(0, file.size));
    else if (request.url === '/sdk.js') response.setHeader('content-type', 'text/javascript').end(script);
    else response.setHeader('content-type', 'text/html').end(page);
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
