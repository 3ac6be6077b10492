import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientFor } from '../conformance/client.ts';
import { madeUpContent } from '../hosts/wx/files.ts';
import { startService, type RunningService } from '../service.ts';
import { chromiumHint, chromiumPath, openWeb, type WebTheatre } from './web-stage.ts';
import type { PickedFile } from './stage.ts';
import { place } from './theatre.ts';

/** What an upload costs the page it runs in, and what it does where the page may not do all. */

const MiB = 1024 * 1024;
const file = { name: 'large.bin', size: 32 * MiB + 7, seed: 5 } as const;
const md5 = createHash('md5').update(madeUpContent(file.size, file.seed).read(0, file.size)).digest('hex');

/** As pages are that run no script but their own files: no WebAssembly, no worker from text. */
const strict = "default-src 'self'; script-src 'self'; worker-src 'none'; connect-src *";

type Run = Parameters<WebTheatre['run']>[0]['run'];

/** Has the file at hand, which costs the page something too. */
const picking: { name: string; run: Run } = {
  name: 'picking',
  run: (stage) => stage.pick().then((picked) => Object.assign(globalThis, { picked }) && 'picked'),
};
const upload: { name: string; run: Run } = {
  name: 'a large file with every checksum',
  async run(stage) {
    const [large] = (globalThis as unknown as { picked: PickedFile[] }).picked;
    const checks = { UploadCheckContentMd5: true, UploadAddMetaMd5: true, SliceSize: 1024 * 1024 };
    const Key = `${stage.prefix}large.bin`;
    const { error, data } = await stage.call('uploadFile', Object.assign({ Key }, checks, large!.source));
    return { error, verified: data?.['verified'] as unknown };
  },
};

/** What the W3C calls a long task begins here; one of a frame's length is already rare. */
const longTaskMs = 50;
const frameMs = 16;

describe.runIf(chromiumPath !== undefined)('a page', () => {
  let service: RunningService;
  let theatre: WebTheatre | undefined;
  beforeAll(async () => {
    service = await startService({
      flags: ['--bucket', place.Bucket, '--region', place.Region],
      name: 'sdk-web-page',
    });
  });
  afterAll(() => service.stop());

  /** The MD5 that was sent along; pages may not read the header. */
  const storedMd5 = async (key: string): Promise<unknown> =>
    (await clientFor(service, place.Bucket).get(key)).headers['x-cos-meta-md5'];

  test('keeps moving while a large file is uploaded with every checksum, which a worker computes', async () => {
    theatre = await openWeb(service, [file], { sdk: 'sampan' });
    await theatre.run(picking, 'free/');
    const tasks = await theatre.tasksDuring(async () => {
      expect(await theatre!.run(upload, 'free/')).toEqual({ error: null, verified: 'object' });
    });

    expect(await storedMd5('free/large.bin')).toBe(md5);
    expect(theatre.workers()).toBe(1);
    expect(tasks.length).toBeGreaterThan(100);
    expect(Math.max(...tasks)).toBeLessThan(longTaskMs);
    expect(tasks.filter((ms) => ms > frameMs).length).toBeLessThan(tasks.length / 100);
    expect(theatre.errors()).toEqual([]);
    await theatre.close();
  });

  test('that allows neither workers nor WebAssembly uploads just the same', async () => {
    theatre = await openWeb(service, [file], { sdk: 'sampan', policy: strict });
    await theatre.run(picking, 'strict/');
    const tasks = await theatre.tasksDuring(async () => {
      expect(await theatre!.run(upload, 'strict/')).toEqual({ error: null, verified: 'object' });
    });

    expect(Math.max(...tasks)).toBeLessThan(longTaskMs);
    expect(await storedMd5('strict/large.bin')).toBe(md5);
    expect(theatre.workers()).toBe(0);
    expect(theatre.errors()).toEqual([]);
    await theatre.close();
  });
});

test.runIf(chromiumPath === undefined)('says what is missing for the tests in Chromium', (context) => {
  context.skip(chromiumHint);
});
