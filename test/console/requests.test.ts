/** What the service did, and what it is made to do: the pages of requests and of the laboratory. */
import COS from '@sampan/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { visit } from './pages.ts';
import { Bucket, chromiumPath, openStage, Region, signIn, type Stage } from './stage.ts';

describe.skipIf(chromiumPath === undefined)('in the console', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  }, 120_000);
  afterAll(() => stage?.close());

  test('a refused upload is listed as it happens, and explained', async () => {
    const { service, open, complaints } = stage;
    const page = await open();
    await signIn(page, service);
    await visit(page, 'requests');
    const wrong = new COS({
      SecretId: service.secretId,
      SecretKey: 'of-another-account',
      Domain: `${service.host}/{Bucket}`,
      Protocol: 'http',
    });
    await expect(wrong.putObject({ Bucket, Region, Key: 'photos/1.jpg', Body: 'a' })).rejects.toMatchObject({
      code: 'SignatureDoesNotMatch',
    });

    await page.getByLabel('Key contains').fill('photos/');
    await page.getByRole('button', { name: /SignatureDoesNotMatch/ }).click();
    const dialog = page.getByRole('dialog');

    await expect.poll(() => dialog.innerText()).toMatch(/Why it was refused\s+.*SecretKey/);
    await expect.poll(() => dialog.innerText()).toMatch(/What to change/);
    expect(await dialog.innerText()).not.toContain(service.secretKey);
    await page.keyboard.press('Escape');
    await page.getByLabel('Key contains').fill('videos/');
    await expect.poll(() => page.getByRole('row').filter({ hasText: 'PutObject' }).count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  }, 60_000);

  test('a rule of the laboratory is set, acts, is counted and removed', async () => {
    const { service, open, complaints, cos } = stage;
    const page = await open();
    await signIn(page, service);
    await visit(page, 'laboratory');
    await page.getByLabel('A rule as text').fill('op=PutObject,nth=1,refuse=SlowDown');
    await page.getByRole('button', { name: 'Add rule' }).click();
    await expect.poll(() => page.locator('main').innerText()).toMatch(/refuse: SlowDown/);
    await page.getByRole('button', { name: '4g', exact: true }).click();
    await expect.poll(() => page.locator('main').innerText()).toMatch(/delayMs: 170/);

    await cos.putObject({ Bucket, Region, Key: 'slowed', Body: 'a' });

    const row = page.getByRole('row').filter({ hasText: 'SlowDown' });
    await expect.poll(() => row.innerText(), { timeout: 10_000 }).toMatch(/\b2\s+1\s+0/);
    await row.getByRole('button', { name: /Remove this rule/ }).click();
    await expect.poll(() => row.count()).toBe(0);
    await page.getByRole('button', { name: 'Remove all' }).click();
    await expect.poll(() => page.locator('main').innerText()).toMatch(/No rules/);

    await page.getByLabel('A rule as text').fill('nonsense=1');
    await page.getByRole('button', { name: 'Add rule' }).click();
    await expect.poll(() => page.locator('.t-message.t-is-error').innerText()).toMatch(/nonsense/);
    // Chromium complains of the 400, which is meant.
    expect(complaints.filter((text) => !text.includes('400'))).toEqual([]);
    await page.context().close();
  }, 60_000);
});
