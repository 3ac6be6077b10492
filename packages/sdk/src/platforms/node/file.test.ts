import { appendFile, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RangedSource } from '../../core/platform.ts';
import { openSource } from './source.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sampan-file-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  ['longer', (path: string) => appendFile(path, 'more')],
  ['written again', (path: string) => writeFile(path, 'tesT')],
  ['of another time', (path: string) => utimes(path, 1, 1)],
])('an open file that has become %s is not as it was opened', async (what, change) => {
  const path = join(folder, what);
  await writeFile(path, 'test');
  await utimes(path, 2, 2);
  const source = (await openSource({ FilePath: path })) as RangedSource;

  expect(source.isAsOpened?.()).toBe(true);
  expect(await source.currentIdentity()).toBe(source.identity);
  await change(path);
  expect(source.isAsOpened?.()).toBe(false);
  expect(await source.currentIdentity()).not.toBe(source.identity);
  await source.close();
});
