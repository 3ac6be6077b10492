// `npm run site:check`, after `npm run site`: follows every link of the built site, has axe look at pages in both
// languages and themes on a phone and on a desktop, searches, and prints what a first visit costs in Chromium.
// `SAMPAN_SCREENSHOTS=<folder>` keeps pictures.

import { existsSync, globSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';

const dist = join(import.meta.dirname, '../../site/dist');
const chromiumPath = process.env['SAMPAN_CHROMIUM'] ?? '/usr/bin/chromium';
const pictures = process.env['SAMPAN_SCREENSHOTS'];
const problems: string[] = [];

if (!existsSync(dist)) throw new Error('site/dist is missing: run npm run site first');
checkLinks();
if (existsSync(chromiumPath)) await checkPages();
else
  console.log(
    'no Chromium: pages are not looked at (Debian: apt-get install chromium, or set SAMPAN_CHROMIUM)',
  );
for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? 'the site holds' : `${problems.length} problems`);
if (problems.length > 0) process.exitCode = 1;

/** Every link to a page, a file or a heading of the site leads there. */
function checkLinks(): void {
  const files = globSync('**/*.html', { cwd: dist }).map((file) => file.replaceAll('\\', '/'));
  const texts = new Map(files.map((file) => [`/${file}`, readFileSync(join(dist, file), 'utf8')]));
  let followed = 0;
  for (const [file, text] of texts) {
    if (file === '/404.html') continue;
    for (const [, href] of text.matchAll(/ href="([^"]+)"/g)) {
      if (/^(https?:|data:|mailto:)/.test(href!)) continue;
      const { pathname, hash } = new URL(href!.replaceAll('&amp;', '&'), `http://site${file}`);
      const path = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
      followed++;
      const target = texts.get(path) ?? texts.get(`${path}.html`);
      if (target === undefined && !existsSync(join(dist, path)))
        problems.push(`${file}: ${href} leads nowhere`);
      const id = decodeURIComponent(hash.slice(1));
      if (target !== undefined && id !== '' && !target.includes(`id="${id}"`))
        problems.push(`${file}: ${href} names no heading`);
    }
  }
  console.log(`${files.length} pages, ${followed} links followed`);
}

async function checkPages(): Promise<void> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://site');
    const path = join(dist, decodeURIComponent(pathname.endsWith('/') ? `${pathname}index.html` : pathname));
    const types: Record<string, string> = {
      '.html': 'text/html',
      '.js': 'text/javascript',
      '.css': 'text/css',
    };
    if (!path.startsWith(dist) || !existsSync(path)) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' });
    response.end(readFileSync(path));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  for (const path of ['/', '/guide/start.html', '/guide/options.html', '/reference/uploadFile.html'])
    for (const language of ['', '/zh'])
      for (const colorScheme of ['light', 'dark'] as const)
        for (const width of [375, 1280])
          await lookAt(browser, `${origin}${language}${path}`, { colorScheme, width });
  await search(browser, `${origin}/`, 'getAuthorization');
  await search(browser, `${origin}/zh/`, '临时密钥');
  await browser.close();
  server.close();
}

interface View {
  readonly colorScheme: 'light' | 'dark';
  readonly width: number;
}

async function lookAt(browser: Browser, url: string, { colorScheme, width }: View): Promise<void> {
  const page = await open(browser, url, { colorScheme, width });
  const name = `${new URL(url).pathname.replace(/\W+/g, '-')}${colorScheme}-${width}`;
  if (pictures) await page.screenshot({ path: join(pictures, `site${name}.png`) });
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
  for (const { impact, id, nodes } of violations)
    if (impact === 'serious' || impact === 'critical')
      problems.push(`${name}: axe ${id}: ${nodes[0]?.html.slice(0, 120)}`);
  const isWide: unknown = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
  if (isWide) problems.push(`${name}: the page is wider than the window`);
  if (colorScheme === 'light' && width === 375)
    console.log(`${new URL(url).pathname}: ${await costOf(page)}`);
  await page.context().close();
}

async function open(browser: Browser, url: string, { colorScheme, width }: View): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    colorScheme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => problems.push(`${url}: ${error.message}`));
  await page.goto(url, { waitUntil: 'networkidle' });
  return page;
}

/** Bytes and times of a first visit. */
async function costOf(page: Page): Promise<string> {
  const [bytes, firstPaintMs, largestPaintMs, shift] = await page.evaluate<number[]>(`new Promise((done) => {
    const seen = { shift: 0, largest: 0 };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.largest = entry.startTime;
    }).observe({ type: 'largest-contentful-paint', buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => {
      const files = [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')];
      const paint = performance.getEntriesByName('first-contentful-paint')[0];
      done([files.reduce((sum, { transferSize }) => sum + transferSize, 0), paint.startTime, seen.largest, seen.shift]);
    }, 100);
  })`);
  return (
    `${Math.round(bytes! / 1000)} kB as they are, first paint ${Math.round(firstPaintMs!)} ms, ` +
    `largest ${Math.round(largestPaintMs!)} ms, layout shift ${shift!.toFixed(3)}`
  );
}

/** The search box finds a page by a word of its language. */
async function search(browser: Browser, url: string, word: string): Promise<void> {
  const page = await open(browser, url, { colorScheme: 'light', width: 1280 });
  await page.locator('#local-search button').first().click();
  await page.locator('input[type=search]').fill(word);
  const found = page.locator('#localsearch-list li[role=option]');
  await found
    .first()
    .waitFor({ timeout: 10_000 })
    .catch(() => problems.push(`${url}: ${word} is not found`));
  if (pictures)
    await page.screenshot({ path: join(pictures, `site-search-${word === '临时密钥' ? 'zh' : 'en'}.png`) });
  console.log(`${new URL(url).pathname}: ${await found.count()} pages found by ${word}`);
  await page.context().close();
}
