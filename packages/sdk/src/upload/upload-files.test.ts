import { isUsageError } from '@sampan/protocol';
import { describe, expect, test } from 'vitest';
import { fileParams, leftovers, mib, nothingLeft, rig, sampleBytes, target } from '../testing/rig.ts';
import { abortUploadTask } from './abort-task.ts';
import { uploadFiles } from './upload-files.ts';
import type { Progress } from './queue/progress.ts';
import { cancelTask, getTaskList } from './queue/queue.ts';
import type { UploadParams } from './uploader/uploader.ts';

const files = {
  '/a': { bytes: sampleBytes(2 * mib), modifiedMs: 1 },
  '/b': { bytes: sampleBytes(500), modifiedMs: 1 },
  '/c': { bytes: sampleBytes(3 * mib, 3), modifiedMs: 1 },
};
const list = (): UploadParams[] =>
  Object.keys(files).map((FilePath) => fileParams({ FilePath, Key: FilePath.slice(1), Meta: { x: '1' } }));

describe('uploadFiles', () => {
  test('gives one entry for each file, in order, and tells each as it ends', async () => {
    const it = rig({ files });
    const finished: unknown[] = [];

    const { data } = await it.outcome(
      uploadFiles(it.uploader, {
        files: list(),
        onFileFinish: (error, _, options) => finished.push([error, (options as { Key: string }).Key]),
      }),
    );

    expect(data?.files.map(({ error, options }) => [error, options['Index'], options['Key']])).toEqual([
      [null, 0, 'a'],
      [null, 1, 'b'],
      [null, 2, 'c'],
    ]);
    expect(finished.sort()).toEqual([
      [null, 'a'],
      [null, 'b'],
      [null, 'c'],
    ]);
    expect(it.service.objects.size).toBe(3);
    expect(leftovers(it)).toEqual(nothingLeft);
  });

  test('D13: leaves the caller’s list and its entries as they were, functions included', async () => {
    const it = rig({ files });
    const given = list().map((file) => Object.freeze({ ...file, onProgress: () => undefined }));
    const before = given.map((file) => ({ ...file }));

    await it.outcome(uploadFiles(it.uploader, { files: Object.freeze(given) }));
    await it.outcome(uploadFiles(it.uploader, { files: given }));

    expect(given).toEqual(before);
  });

  test('D14: an invalid file fails alone, with a UsageError, before anything is sent for it', async () => {
    const it = rig({ files });
    const wrong = [
      { ...list()[0]!, Region: '' },
      { ...list()[0]!, Key: '' },
      { ...target, Key: 'nothing to send' },
      null as unknown as UploadParams,
    ];

    const { data } = await it.outcome(uploadFiles(it.uploader, { files: [...wrong, list()[1]!] }));

    expect(data?.files.map(({ error }) => isUsageError(error))).toEqual([true, true, true, true, false]);
    expect(it.service.calls).toEqual(['putObject']);
  });

  test.each([[[]], [undefined], ['a.bin']])(
    'D14: settles with a UsageError for %j as files',
    async (given) => {
      const it = rig();

      const { error } = await it.outcome(
        uploadFiles(it.uploader, { files: given as unknown as UploadParams[] }),
      );

      expect(isUsageError(error)).toBe(true);
    },
  );

  test('L1: ends although the parameters of a file cannot be read', async () => {
    const it = rig({ files });
    const [first, second, third] = list();
    const unreadable = Object.defineProperty({ ...second }, 'Region', {
      enumerable: true,
      get() {
        throw new Error('not to be read');
      },
    }) as UploadParams;
    const finished: unknown[] = [];

    const { data } = await it.outcome(
      uploadFiles(it.uploader, {
        files: [first!, unreadable, third!],
        onFileFinish: (error) => finished.push(error),
      }),
    );

    expect(data?.files.map(({ error }) => (error as Error | null)?.message)).toEqual([
      undefined,
      'not to be read',
      undefined,
    ]);
    expect(data?.files[1]?.options).toMatchObject({ Key: 'b', Index: 1 });
    expect(finished).toHaveLength(3);
    expect(leftovers(it)).toEqual(nothingLeft);
  });

  test('L1: ends although one of its files is cancelled', async () => {
    const it = rig({ files, latencyMs: 100 });
    const work = uploadFiles(it.uploader, { files: list() });
    const [first] = getTaskList(it.uploader.queue);

    void cancelTask(it.uploader.queue, first!.id);

    const { data } = await it.outcome(work);
    expect(data?.files.map(({ error }) => (error as { code?: string } | null)?.code)).toEqual([
      'Aborted',
      undefined,
      undefined,
    ]);
  });

  test('takes SliceSize as a threshold only: parts keep their own size', async () => {
    const it = rig({ files });

    const { data } = await it.outcome(uploadFiles(it.uploader, { files: list(), SliceSize: 2.5 * mib }));

    expect(it.service.calls.filter((name) => name === 'putObject')).toHaveLength(2);
    expect(data?.files[2]?.data?.ETag).toMatch(/-3"$/);
  });

  test('tells progress of all files together that never goes back and ends at 1', async () => {
    const it = rig({ files, latencyMs: 600, options: { FileParallelLimit: 1 } });
    const told: Progress[] = [];

    await it.outcome(
      uploadFiles(it.uploader, { files: list(), onProgress: (progress) => told.push(progress) }),
    );

    const total = 5 * mib + 500;
    expect(told.length).toBeGreaterThan(3);
    expect(told.at(-1)).toMatchObject({ loaded: total, total, percent: 1 });
    for (const [index, now] of told.entries()) {
      expect(now.percent).toBeGreaterThanOrEqual(told[index - 1]?.percent ?? 0);
      if (index > 0) expect(now.total).toBe(total);
    }
  });
});

describe('abortUploadTask', () => {
  async function three() {
    const it = rig();
    for (const Key of ['a', 'a', 'b'])
      await it.client.call({
        operation: (await import('@sampan/protocol')).multipartInit,
        values: { ...target, Key },
      });
    return it;
  }

  test.each([
    ['task', { Level: 'task', Key: 'a', UploadId: 'upload-2' }, ['upload-1', 'upload-3']],
    ['file', { Level: 'file', Key: 'a' }, ['upload-3']],
    ['bucket', { Level: 'bucket', AsyncLimit: 5 }, []],
  ] as const)('of level %s frees those uploads and says so', async (_, params, left) => {
    const it = await three();

    const { data } = await it.outcome(abortUploadTask(it.uploader, { ...target, Key: undefined, ...params }));

    expect([...it.service.uploads.keys()]).toEqual(left);
    expect(data?.successList).toHaveLength(3 - left.length);
    expect(data?.errorList).toEqual([]);
  });

  test('lists what could not be freed', async () => {
    const it = await three();

    const { data } = await it.outcome(
      abortUploadTask(it.uploader, { ...target, Key: 'a', UploadId: 'unknown' }),
    );

    expect(data?.errorList).toMatchObject([
      { Key: 'a', UploadId: 'unknown', error: { code: 'NoSuchUpload' } },
    ]);
  });

  test('without a key or an id is a UsageError', async () => {
    const it = await three();

    for (const params of [{ ...target, Key: undefined }, { ...target }])
      expect(isUsageError((await it.outcome(abortUploadTask(it.uploader, params))).error)).toBe(true);
  });
});
