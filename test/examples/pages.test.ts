import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import COS from '@sampan/sdk';
import vue from '@vitejs/plugin-vue';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build, defaultClientConditions } from 'vite';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { bundles, bundleText } from '../../tools/bundle.ts';
import { chromiumFlags, chromiumHint, chromiumPath } from '../sdk/web-stage.ts';
import { startService, type RunningService } from '../service.ts';
import { examples, startBackend } from './backend.ts';

/** Pages of the examples in Chromium, built as a reader builds them, against a served process and the Node backend. */

const place = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou' };
const MiB = 1024 * 1024;
const screenshots = process.env['SAMPAN_SCREENSHOTS'];

let service: RunningService;
let browser: Browser;
let backend: string;
let reader: COS;

/** The files of a page by their paths, led to this test's service and backend. */
async function filesOf(name: string): Promise<Map<string, Buffer | string>> {
  const files = new Map<string, Buffer | string>();
  if (name === 'page') {
    files.set('/index.html', readFileSync(join(examples, 'page/index.html'), 'utf8'));
    files.set('/cos.min.js', await bundleText(bundles.scriptTag));
  } else {
    const built = await build({
      root: join(examples, name),
      base: './',
      configFile: false,
      logLevel: 'error',
      plugins: [vue()],
      resolve: { conditions: ['@sampan/source', ...defaultClientConditions] },
      build: { write: false, minify: false },
    });
    if (!('output' in built)) throw new Error('one output was expected');
    for (const file of built.output)
      files.set(`/${file.fileName}`, file.type === 'chunk' ? file.code : Buffer.from(file.source));
  }
  for (const [path, content] of files)
    if (/\.(html|js)$/.test(path))
      files.set(
        path,
        String(content)
          .replaceAll('http://127.0.0.1:9000', service.url)
          .replaceAll('http://127.0.0.1:3000', backend),
      );
  return files;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** Opens an example in a window. What the page complains of fails the test. */
async function open(name: string): Promise<Page> {
  const files = await filesOf(name);
  const server = createServer((request, response) => {
    const path = request.url === '/' ? '/index.html' : request.url!;
    const content = files.get(path);
    response.writeHead(content === undefined ? 404 : 200, {
      'content-type': types[extname(path)] ?? 'text/plain',
    });
    response.end(content);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const page = await browser.newPage({ viewport: { width: 720, height: 600 } });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  onTestFinished(async () => {
    if (screenshots) await page.screenshot({ path: join(screenshots, `example-${name}.png`) });
    await page.close();
    server.close();
    expect(complaints).toEqual([]);
  });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return page;
}

const fileOf = (name: string, bytes: number) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.alloc(bytes, name),
});
const holds = async ({ name, buffer }: ReturnType<typeof fileOf>): Promise<boolean> =>
  ((await reader.getObject({ ...place, Key: `uploads/${name}` })).Body as Buffer).equals(buffer);

beforeAll(async () => {
  service = await startService({ flags: ['--bucket', place.Bucket], name: 'examples' });
  reader = new COS({
    SecretId: service.secretId,
    SecretKey: service.secretKey,
    Domain: `${service.url}/{Bucket}`,
  });
  const running = await startBackend('server.js', service);
  backend = running.url;
  if (chromiumPath)
    browser = await chromium.launch({ executablePath: chromiumPath, args: [...chromiumFlags] });
  return () => running.stop();
});
afterAll(async () => {
  if (chromiumPath) await browser.close();
  await service.stop();
});

describe.skipIf(chromiumPath === undefined)(`pages${chromiumPath ? '' : ` (${chromiumHint})`}`, () => {
  test('a page without a build step uploads a file', async () => {
    const page = await open('page');
    const file = fileOf('page.bin', 3 * MiB);
    await page.setInputFiles('input', file);
    await page.getByText('Stored:').waitFor();

    expect(await holds(file)).toBe(true);
  });

  test.each(['react', 'vue'])('a component of %s uploads, pauses and resumes', async (name) => {
    const page = await open(name);
    const file = fileOf(`${name}.bin`, 6 * MiB);
    // Slow enough that there is time to press a button.
    const network = await page.context().newCDPSession(page);
    const throughput = { downloadThroughput: -1, uploadThroughput: 3 * MiB, latency: 0, offline: false };
    await network.send('Network.emulateNetworkConditions', throughput);
    await page.setInputFiles('input', file);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.locator('output', { hasText: 'paused' }).waitFor();
    await network.send('Network.emulateNetworkConditions', { ...throughput, uploadThroughput: -1 });
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('Stored:').waitFor();

    expect(await page.locator('progress').getAttribute('value')).toBe('1');
    expect(await holds(file)).toBe(true);
  });

  test.each(['uppy', 'uppy-aws-s3'])(
    "%s uploads small and large files from Uppy's Dashboard",
    async (name) => {
      const page = await open(name);
      const files = [fileOf(`${name}-small.bin`, 1000), fileOf(`${name}-large.bin`, 12 * MiB)];
      await page.locator('.uppy-Dashboard-input').first().setInputFiles(files);
      await page.locator('.uppy-StatusBar-actionBtn--upload').click();
      await page.locator('.uppy-StatusBar.is-complete').waitFor();

      expect(await Promise.all(files.map(holds))).toEqual([true, true]);
    },
  );
});
