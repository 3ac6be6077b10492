/** Every page in both themes and languages: nothing complains, nobody is shut out, nothing is wider than the window. */
import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pages, visit } from './pages.ts';
import { Bucket, chromiumPath, openStage, Region, seriousViolations, signIn, type Stage } from './stage.ts';

const shots = process.env['SAMPAN_TEST_CONSOLE_SHOTS'];

describe.skipIf(chromiumPath === undefined)('every page of the console', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
    const { cos } = stage;
    const put = (Key: string, Body: string) => cos.putObject({ Bucket, Region, Key, Body });
    await put('folder/inside.txt', 'inside');
    await put('notes.txt', 'a note\n'.repeat(40));
    await put(
      'picture.svg',
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="9"/></svg>',
    );
    await cos.multipartInit({ Bucket, Region, Key: 'unfinished.bin' });
    await cos.putBucketCors({
      ...{ Bucket, Region },
      CORSRules: [{ AllowedOrigin: ['https://example.com'], AllowedMethod: ['GET'], AllowedHeader: ['*'] }],
    });
  }, 120_000);
  afterAll(() => stage?.close());

  test.each([
    ['light', 'en-GB', 1280],
    ['dark', 'zh-CN', 1280],
    ['light', 'zh-CN', 360],
    ['dark', 'en-GB', 360],
  ] as const)(
    'in %s, %s, %i pixels wide',
    async (theme, locale, width) => {
      const page = await stage.open({ theme, locale, width });
      const problems: string[] = [];
      const look = async (name: string): Promise<void> => {
        if (shots !== undefined) {
          mkdirSync(shots, { recursive: true });
          await page.screenshot({ path: `${shots}/${name}-${theme}-${locale.slice(0, 2)}-${width}.png` });
        }
        problems.push(...(await seriousViolations(page)).map((violation) => `${name}: ${violation}`));
        const isTooWide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
        if (isTooWide) problems.push(`${name}: wider than the window`);
      };

      await look('sign-in');
      await signIn(page, stage.service);
      for (const name of Object.keys(pages)) {
        await visit(page, name);
        await look(name);
      }
      await visit(page, 'objects');
      for (const name of ['notes.txt', 'picture.svg']) {
        await page.getByRole('button', { name, exact: true }).click();
        await page.getByRole('tabpanel').locator('.preview').waitFor();
        await look(`details-${name}`);
        await page.keyboard.press('Escape');
      }

      expect(problems).toEqual([]);
      expect(stage.complaints).toEqual([]);
      await page.context().close();
    },
    60_000,
  );
});

test.skipIf(chromiumPath !== undefined)(
  'the pages of the console: skipped, no Chromium; install it (Debian: apt-get install chromium) or set SAMPAN_CHROMIUM',
  (context) => {
    context.skip();
  },
);
