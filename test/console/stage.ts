/** The console in a page of Chromium, with a service, and a client of the service that the page knows nothing of. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import COS from '@sampan/sdk';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { bundleConsole } from '../../tools/bundle-console.ts';
import { madeUpContent } from '../hosts/wx/files.ts';
import { startService, type RunningService } from '../service.ts';

export const Bucket = 'examplebucket-1250000000';
export const Region = 'ap-guangzhou';

/** Where Chromium is, or undefined. `SAMPAN_CHROMIUM` names another place. */
export const chromiumPath = [process.env['SAMPAN_CHROMIUM'], '/usr/bin/chromium'].find(
  (path): path is string => path !== undefined && existsSync(path),
);

const flags = (
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
  '--disable-component-update --disable-sync'
).split(' ');

export interface Stage {
  readonly service: RunningService;
  readonly browser: Browser;
  /** Speaks to the service from here. */
  readonly cos: COS;
  /** Opens the console in a window of its own. Its complaints are collected in `complaints`. */
  open(options?: { width?: number; theme?: 'light' | 'dark'; locale?: string }): Promise<Page>;
  readonly complaints: string[];
  close(): Promise<void>;
}

/** Builds the console and starts everything. */
export async function openStage(): Promise<Stage> {
  await bundleConsole();
  const service = await startService({ flags: ['--bucket', Bucket, '--region', Region], name: 'console' });
  const browser = await chromium.launch({ executablePath: chromiumPath!, args: flags });
  const complaints: string[] = [];
  const cos = new COS({
    SecretId: service.secretId,
    SecretKey: service.secretKey,
    Domain: `${service.host}/{Bucket}`,
    ServiceDomain: service.host,
    Protocol: 'http',
    CompatibilityMode: true,
  });
  return {
    service,
    browser,
    cos,
    complaints,
    async open({ width = 1280, theme = 'light', locale = 'en-GB' } = {}) {
      const context = await browser.newContext({
        viewport: { width, height: 800 },
        colorScheme: theme,
        locale,
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
      page.on('console', (message) => {
        if (message.type() !== 'error' && message.type() !== 'warning') return;
        // Chromium complains of every 404, which is how COS says that a bucket has no such setting.
        const isAbsentSetting = /\?(cors|lifecycle|policy|website|tagging|referer)\b/.test(
          message.location().url,
        );
        if (!isAbsentSetting || !message.text().includes('404')) complaints.push(message.text());
      });
      // Leaving while uploads are under way asks first.
      page.on('dialog', (dialog) => void dialog.accept());
      await page.goto(`${service.url}/-/console/`);
      return page;
    },
    async close() {
      await browser.close();
      await service.stop();
    },
  };
}

/** Signs in, and waits for the first page. */
export async function signIn(page: Page, { secretId, secretKey }: RunningService): Promise<void> {
  await giveKeys(page, secretId, secretKey);
  await page.locator('nav.nav').waitFor();
}

/** Fills the form and sends it off. */
export async function giveKeys(page: Page, secretId: string, secretKey: string): Promise<void> {
  await page.getByLabel('SecretId').fill(secretId);
  await page.getByLabel('SecretKey').fill(secretKey);
  await page.locator('button[type=submit]').click();
}

/** Chooses files, or a folder, with the button of that name. */
export async function choose(page: Page, button: string, paths: string | readonly string[]): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: button }).first().click(),
  ]);
  await chooser.setFiles(typeof paths === 'string' ? paths : [...paths]);
}

/** A folder with files of made-up content; the first argument is their sizes by their paths. */
export function filesOnDisk(sizes: Readonly<Record<string, number>>): { path: string; remove(): void } {
  const scratch = fileURLToPath(new URL('../../.tmp/console', import.meta.url));
  mkdirSync(scratch, { recursive: true });
  const path = mkdtempSync(join(scratch, 'files-'));
  Object.entries(sizes).forEach(([name, size], seed) => {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), madeUpContent(size, seed).read(0, size));
  });
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true });
    },
  };
}

/** What is serious or critical for people who use a screen reader, a keyboard or their weak eyes. */
export async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate<{ id: string; impact: string; nodes: { html: string }[] }[]>(
    'axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations)',
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}
