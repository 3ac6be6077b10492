/** Every page of the console, and how to tell that it is there. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { Bucket, Region } from './stage.ts';

const bucketPages = `buckets/${Bucket}/${Region}`;

/** Addresses by name. */
export const pages: Readonly<Record<string, string>> = {
  buckets: 'buckets',
  objects: `${bucketPages}/objects`,
  unfinished: `${bucketPages}/unfinished`,
  ...Object.fromEntries(
    ['cors', 'lifecycle', 'policy', 'versioning', 'acl', 'referer', 'website', 'tags'].map((tab) => [
      `settings-${tab}`,
      `${bucketPages}/settings/${tab}`,
    ]),
  ),
  uploads: 'uploads',
  requests: 'requests',
  laboratory: 'laboratory',
  figures: 'figures',
};

/** Goes to a page and waits until it shows what it loads. */
export async function visit(page: Page, name: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(`#/${pages[name]!}`)}`);
  await page.locator('main h1').first().waitFor();
  // Loading is said in words, in the page's language.
  await expect.poll(() => page.locator('main').innerText()).not.toMatch(/Loading…|加载中…/);
}
