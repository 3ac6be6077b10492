/** The test kit as a test uses it, in this process and as a child, with both SDKs. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OfficialCos from 'cos-nodejs-sdk-v5';
import COS from '@sampan/sdk';
import { startSampan, type Sampan, type SampanOptions } from '../../packages/server/src/kit/testing.ts';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

const Region = 'ap-guangzhou';
const large = Buffer.alloc(2_500_000, 'large');

async function started(options: SampanOptions = {}): Promise<Sampan> {
  const sampan = await startSampan(options);
  onTestFinished(() => sampan.stop());
  return sampan;
}

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-kit-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

describe.each(['in-process', 'child'] as const)('a service %s', (mode) => {
  let sampan: Sampan;
  beforeAll(async () => {
    sampan = await startSampan({ buckets: ['photos', 'other'], mode });
  });
  afterEach(() => sampan.reset());
  afterAll(() => sampan.stop());

  test('has the buckets that it was started with', async () => {
    const { Buckets } = await new COS(sampan.cosOptions()).getService();

    expect(sampan.buckets).toEqual(['photos-1250000000', 'other-1250000000']);
    expect(Buckets.map(({ Name }) => Name).toSorted()).toEqual(sampan.buckets.toSorted());
  });

  test('takes an upload in parts, whose answers get lost, and shows what came', async () => {
    const cos = new COS(sampan.cosOptions());
    await sampan.lab.set('name=lost,op=CompleteMultipartUpload,nth=1,lose');

    const target = { Bucket: sampan.bucket, Region, Key: 'a/large' };
    await cos.uploadFile({ ...target, Body: large, SliceSize: 1_048_576, ChunkSize: 1_048_576 });

    const completes = await sampan.requests.wait({ operation: 'multipartComplete' });
    expect(completes[0]).toMatchObject({ key: 'a/large', status: 200, broken: true, lab: 'lost' });
    expect(await sampan.requests.all({ operation: 'multipartUpload', status: 200 })).toHaveLength(3);
    expect(await sampan.lab.status()).toMatchObject([{ name: 'lost', hits: 1, cuts: 1 }]);
    expect((await cos.getObject(target)).Body.equals(large)).toBe(true);
  });

  test('is empty after a reset, which takes less than 20 ms', async () => {
    const cos = new COS(sampan.cosOptions());
    const target = { Bucket: sampan.bucket, Region, Key: 'gone' };
    await cos.putObject({ ...target, Body: 'x' });
    await sampan.lab.set('offline');
    await sampan.clock.advance(3_600_000);

    const tookMs: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const before = performance.now();
      await sampan.reset();
      tookMs.push(performance.now() - before);
    }

    expect(Math.min(...tookMs)).toBeLessThan(20);
    expect(await sampan.requests.all()).toEqual([]);
    expect(await sampan.lab.status()).toEqual([]);
    expect(Math.abs(sampan.clock.nowMs() - Date.now())).toBeLessThan(1000);
    await expect(cos.headObject(target)).rejects.toMatchObject({ statusCode: 404 });
  });

  test('works with the official SDK', async () => {
    const cos = new OfficialCos(sampan.cosOptions());
    const target = { Bucket: sampan.bucket, Region, Key: 'folder/ä b+.txt' };

    await cos.putObject({ ...target, Body: Buffer.from('hello') });
    const FilePath = join(await folderOf({ large: large.toString() }), 'large');
    await cos.uploadFile({ ...target, Key: 'sliced', FilePath, SliceSize: 1_048_576 });
    const url = cos.getObjectUrl({ ...target, Sign: true }, () => undefined);

    expect((await cos.getObject(target)).Body.toString()).toBe('hello');
    expect(await (await fetch(url)).text()).toBe('hello');
    expect((await cos.getBucket(target)).Contents.map(({ Key }) => Key)).toEqual([
      'folder/ä b+.txt',
      'sliced',
    ]);
    expect((await cos.getService()).Buckets).toHaveLength(2);
  });

  test('says what came instead of a request that is waited for', async () => {
    const cos = new COS(sampan.cosOptions());
    await cos.putObject({ Bucket: sampan.bucket, Region, Key: 'k', Body: 'x' });

    await expect(sampan.requests.wait({ operation: 'getObject' }, { timeoutMs: 20 })).rejects.toThrow(
      /^0 of 1 requests came within 20 ms that are \{"operation":"getObject"\}; .*putObject k 200/,
    );
  });
});

test('a folder is there at the start and after each reset, another one where it is put', async () => {
  const folder = await folderOf({ 'a.txt': 'a', 'b/c.txt': 'c' });
  const sampan = await started({ seed: folder, buckets: ['first', 'second'] });
  const cos = new COS(sampan.cosOptions());
  const keys = async (Bucket: string) =>
    (await cos.getBucket({ Bucket, Region })).Contents.map(({ Key }) => Key);

  expect(await keys(sampan.buckets[0]!)).toEqual(['a.txt', 'b/c.txt']);
  await cos.deleteObject({ Bucket: sampan.bucket, Region, Key: 'a.txt' });
  const put = await sampan.seed(folder, { bucket: 'second-1250000000', prefix: 'in/' });
  expect(put).toEqual(await keys(sampan.buckets[1]!));
  expect(put).toEqual(['in/a.txt', 'in/b/c.txt']);
  expect((await sampan.requests.all({ method: 'DELETE' }))[0]).toMatchObject({ key: 'a.txt', status: 204 });

  await sampan.reset();

  expect(await keys(sampan.buckets[0]!)).toEqual(['a.txt', 'b/c.txt']);
  expect(await keys(sampan.buckets[1]!)).toEqual([]);
});

test('time is set and moved, and what waits for it happens', async () => {
  const sampan = await started({ clock: new Date('2030-01-01T00:00:00Z') });
  const cos = new COS({ ...sampan.cosOptions(), SystemClockOffset: sampan.clock.nowMs() - Date.now() });
  const target = { Bucket: sampan.bucket, Region, Key: 'k' };
  await cos.putObject({ ...target, Body: 'x' });

  const { headers } = await cos.headObject(target);

  expect(headers?.['last-modified']).toMatch(/01 Jan 2030/);
});

test('rules are there at the start', async () => {
  const sampan = await started({ link: 'name=busy,refuse=SlowDown,nth=1' });
  const cos = new COS(sampan.cosOptions());
  await cos.putObject({ Bucket: sampan.bucket, Region, Key: 'k', Body: 'x' });

  expect((await sampan.requests.all()).map(({ status }) => status)).toEqual([503, 200]);
});

test.each([
  [{ bucket: 'x' }, /^startSampan has no option bucket; it may have buckets, seed/],
  [{ buckets: [] }, /^startSampan: buckets must be a list of at least one bucket name, got \[\]$/],
  [{ link: 3 }, /^startSampan: link must be a text/],
  [{ mode: 'thread' }, /^startSampan: mode must be 'auto', 'in-process' or 'child', got "thread"$/],
  [{ clock: 'now' }, /^startSampan: clock must be a Date or a number/],
  [{ flags: ['--port=1'] }, /^startSampan: flags must leave --port to the kit/],
  [{ flags: ['--nonsense', 'x'] }, /unknown flag --nonsense/],
  [{ flags: ['--nonsense', 'x'], mode: 'child' }, /did not start with .*unknown flag --nonsense/],
  [{ link: '9g' }, /"9g" is not known; allowed are 2g/],
  [{ buckets: ['Upper'] }, /--bucket: /],
  [{ seed: '/nowhere/at/all' }, /ENOENT/],
  [{ node: '/nowhere/node', mode: 'child' }, /did not start with \/nowhere\/node/],
])('%j is refused', async (options, message) => {
  await expect(startSampan(options as SampanOptions)).rejects.toThrow(message);
});
