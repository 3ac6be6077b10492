/**
 * Pictures of the pages at 375 px, drawn by Chromium from what glass-easel made and wcsc styled. They are for the eye,
 * and are only made when SAMPAN_SCREENSHOTS names a folder.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { chromiumFlags, chromiumPath } from '../sdk/web-stage.ts';
import { madeUpContent } from '../hosts/wx/files.ts';
import { compilersRun } from './compile.ts';
import { compiledStyles } from './styles.ts';
import { glassEaselPrefix, glassEaselRuntime } from './glass-easel.ts';
import { holdAfter, largeRow, openStage, type Stage } from './scenario.ts';
import { seenAlbum, seenRows, seenTotal, theOnly, touchIn, until } from './seen.ts';

const folder = process.env['SAMPAN_SCREENSHOTS'];
if (folder === undefined) console.log('Pictures of the mini program: set SAMPAN_SCREENSHOTS to a folder.');

/** What WeChat's web view draws by itself. */
const builtIn = `
  * { -webkit-tap-highlight-color: transparent }
  html { height: 100%; font-family: -apple-system, "PingFang SC", "Noto Sans CJK SC", "Helvetica Neue", sans-serif }
  body { margin: 0 }
  view { display: block }
  text { display: inline }
  img { display: inline-block; overflow: hidden; object-fit: cover }
  button { position: relative; display: block; margin: 0 auto; padding: 0 14px; box-sizing: border-box; border: 0;
    font-size: 18px; text-align: center; line-height: 2.55555556; border-radius: 5px; overflow: hidden; }
  .frame-title { height: 44px; font: 600 17px/44px sans-serif; text-align: center; background: #fff }
  main { display: block; min-height: 573px }
  .frame-tabs { display: flex; height: 49px; background: #fff;
    border-top: 1px solid #e4e4e4 }
  .frame-tabs span { flex: 1; font: 15px/49px sans-serif; text-align: center; color: #5f6670 }
  .frame-tabs .front { color: #0052d9 }
`;

interface Camera {
  take(stage: Stage, name: string): Promise<void>;
}

async function openCamera(browser: Browser): Promise<Camera> {
  await mkdir(folder!, { recursive: true });
  const page = await browser.newPage({ viewport: { width: 375, height: 667 }, deviceScaleFactor: 2 });
  return {
    async take({ program, root, servedUrl }, name) {
      const styles = [...compiledStyles(root, glassEaselPrefix(root)).values()].join('\n');
      const words = (api: string) =>
        program.shown.filter((shown) => shown.api === api).map(({ option }) => option);
      const tabs = words('setTabBarItem').slice(-2);
      const title = String(words('setNavigationBarTitle').at(-1)?.['title']);
      const tab = ({ text }: Readonly<Record<string, unknown>>) =>
        `<span${text === title ? ' class="front"' : ''}>${String(text)}</span>`;
      await page.unrouteAll();
      await page.route('http://127.0.0.1:9000/**', async (route) => {
        const url = new URL(route.request().url());
        const response = await route.fetch({
          url: servedUrl + url.pathname + url.search,
          headers: { host: '127.0.0.1:9000' },
        });
        await route.fulfill({ response });
      });
      await page.setContent(
        `<!doctype html><html><head><style>${builtIn}${styles}</style></head><body>` +
          `<div class="frame-title">${title}</div>${program.page.html()}` +
          `<div class="frame-tabs">${tabs.map(tab).join('')}</div></body></html>`,
      );
      await page.waitForTimeout(300);
      await page.screenshot({ path: join(folder!, `${name}.png`), fullPage: true });
    },
  };
}

/** A picture that is one: a gradient, drawn by Chromium. */
async function photo(browser: Browser, hue: number): Promise<Uint8Array> {
  const page = await browser.newPage({ viewport: { width: 320, height: 240 } });
  await page.setContent(
    `<body style="margin:0;height:100vh;background:linear-gradient(${hue}deg,hsl(${hue} 70% 45%),hsl(${hue + 60} 80% 75%))">`,
  );
  const bytes = await page.screenshot();
  await page.close();
  return bytes;
}

test.skipIf(folder === undefined || chromiumPath === undefined || !compilersRun)(
  'pictures of the pages',
  async () => {
    const browser = await chromium.launch({ executablePath: chromiumPath!, args: [...chromiumFlags] });
    onTestFinished(() => browser.close());
    const camera = await openCamera(browser);
    const stage = await openStage(glassEaselRuntime);
    const { program } = stage;
    const { host } = program;
    await camera.take(stage, '1-empty-en');

    holdAfter(stage, 5);
    const photos = await Promise.all([200, 120, 20].map((hue) => photo(browser, hue)));
    host.pick(photos.map((bytes, index) => ({ path: host.addFile(bytes, `wxfile://tmp_${index}.png`) })));
    theOnly(program.page, '#photos').touch();
    const files = [
      'holiday.mov',
      'a report with a very long name that does not fit into one line of a phone.pdf',
    ];
    const gone = host.addFile(madeUpContent(30_000_000, 3));
    host.pick([
      ...files.map((name, index) => ({ name, path: host.addFile(madeUpContent(24 << 20, index)) })),
      { name: 'invoice.xlsx', path: gone },
    ]);
    host.faults.file = ({ filePath }) =>
      filePath === gone ? { reason: 'no such file or directory', errCode: 1300002 } : undefined;
    theOnly(program.page, '#chat-files').touch();
    await until(program, 'six rows', () => seenRows(program.page).length === 6);
    await until(program, 'three are done', () => seenTotal(program.page).files.startsWith('3 of 6'));
    await until(program, 'parts are shown', () => Number.parseInt(largeRow(program)?.percent ?? '0') > 0);
    await until(program, 'one failed', () => seenRows(program.page).some(({ state }) => state === 'Failed'));
    await camera.take(stage, '2-uploading-en');
    theOnly(program.page, '#language').touch();
    await camera.take(stage, '3-uploading-zh');
    host.setNetwork('none');
    await until(program, 'offline', () => program.page.all('#notice').length === 1);
    await camera.take(stage, '4-offline-zh');
    theOnly(program.page, '#language').touch();
    theOnly(program.page, '#pause-all').touch();
    host.setNetwork('wifi');
    host.hide();
    await until(program, 'background', () => program.page.all('#notice').length === 1);
    await camera.take(stage, '5-background-en');
    host.show();
    host.faults.network = undefined;
    touchIn(program.page, '.row', 'holiday.mov', '.resume');
    await until(program, 'four are done', () => seenTotal(program.page).files.startsWith('4 of 6'));
    program.switchTab('pages/album/album');
    await until(program, 'the album has four', () => seenAlbum(program.page).length === 4);
    await camera.take(stage, '6-album-en');
    expect(host.process.errors).toEqual([]);
  },
  120_000,
);
