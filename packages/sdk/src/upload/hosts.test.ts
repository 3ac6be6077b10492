import { describe, expect, test } from 'vitest';
import type { SequentialSource } from '../core/platform.ts';
import { refuse } from '../testing/platform.ts';
import {
  crc64Of,
  fileParams,
  kindOf,
  leftovers,
  mib,
  nothingLeft,
  partNumberOf,
  rig,
  sampleBytes,
  storedCrc64,
  target,
  type Rig,
} from '../testing/rig.ts';
import { sliceUploadFile, uploadFile } from './upload-file.ts';
import type { Progress } from './queue/progress.ts';
import { cancelTask, pauseTask, restartTask, whenIdle } from './queue/queue.ts';

const bytes = sampleBytes(4 * mib + 3);
const files = { '/a.bin': { bytes, modifiedMs: 1 } };
const params = fileParams({ ChunkSize: mib, AsyncLimit: 2 });

async function untilSending(it: Rig): Promise<void> {
  while (!it.service.calls.includes('multipartUpload')) await it.clock.advance(10);
}

describe('L11: a host that goes away', () => {
  test.each([
    ['to the background', (it: Rig, away: boolean) => it.platform.setVisible(!away)],
    ['offline', (it: Rig, away: boolean) => it.platform.setOnline(!away)],
  ])('%s has its requests stopped, and goes on when it is back', async (_, go) => {
    const it = rig({ files, latencyMs: 100 });
    const work = uploadFile(it.uploader, params);
    await untilSending(it);

    go(it, true);
    await it.clock.advance(10);
    const sent = it.platform.requests.length;
    expect(it.platform.openRequests).toBe(0);
    await it.clock.advance(50_000);
    expect(it.platform.requests.length).toBe(sent);
    go(it, false);

    const { data } = await it.outcome(work);
    expect(data?.CRC64).toBe(crc64Of(bytes));
    expect(leftovers(it)).toEqual(nothingLeft);
  });

  test('offline is tried once a minute all the same, because some hosts are wrong about it', async () => {
    const it = rig({ files });
    it.platform.setOnline(false);

    const { data } = await it.outcome(uploadFile(it.uploader, params));

    expect(data?.CRC64).toBe(crc64Of(bytes));
  });

  test('spends no retries of a part while it is away', async () => {
    let isDown = true;
    const it = rig({
      files,
      options: { ChunkRetryTimes: 0 },
      between: (request) => (isDown && kindOf(request) === 'part' ? new Error('no network') : undefined),
    });
    const work = uploadFile(it.uploader, params);
    while (!it.platform.requests.some(({ url }) => url.includes('partNumber'))) await it.clock.advance(0);
    it.platform.setOnline(false);
    await it.clock.advance(600_000);
    isDown = false;
    it.platform.setOnline(true);

    expect((await it.outcome(work)).data?.CRC64).toBe(crc64Of(bytes));
  });

  test('is not waited for where that is switched off', async () => {
    const it = rig({ files, options: { PauseInBackground: false, WaitForNetwork: false } });
    it.platform.setVisible(false);
    it.platform.setOnline(false);

    const before = it.clock.now();
    const { data } = await it.outcome(uploadFile(it.uploader, params));

    expect(data?.CRC64).toBe(crc64Of(bytes));
    expect(it.clock.now() - before).toBeLessThan(1000);
  });

  test('can be cancelled while it is away', async () => {
    const it = rig({ files, latencyMs: 100 });
    let id = '';
    const work = uploadFile(it.uploader, { ...params, onTaskReady: (taskId) => (id = taskId) });
    await untilSending(it);
    it.platform.setVisible(false);
    await it.clock.advance(10);

    void cancelTask(it.uploader.queue, id);

    await expect(work).rejects.toMatchObject({ code: 'Aborted' });
    await it.clock.run(whenIdle(it.uploader.queue));
    expect(leftovers(it)).toEqual(nothingLeft);
  });
});

/** A stream that gives `bytes` in order, with what a test wants to know about it. */
function streamOf(
  all: Uint8Array,
  size?: number,
): SequentialSource & { closed: number; readonly read: number } {
  let at = 0;
  return {
    kind: 'sequential',
    size,
    closed: 0,
    get read() {
      return at;
    },
    async next(length) {
      const piece = all.slice(at, at + length);
      at += piece.length;
      return piece;
    },
    async close() {
      this.closed += 1;
    },
  };
}

describe('a stream', () => {
  test('of unknown length is sent in parts', async () => {
    const it = rig();
    const Body = streamOf(bytes);

    const { data, error } = await it.outcome(uploadFile(it.uploader, { ...target, Body }));

    expect(error).toBeUndefined();
    expect(data).toMatchObject({ CRC64: crc64Of(bytes), verified: 'object', UploadId: 'upload-1' });
    expect(storedCrc64(it.service)).toBe(crc64Of(bytes));
    expect(Body.closed).toBe(1);
  });

  test('is refused and let go where the entry brings no upload of streams', async () => {
    const it = rig({ joined: { abilities: {} } });
    const Body = streamOf(bytes);

    const { error } = await it.outcome(uploadFile(it.uploader, { ...target, Body }));

    expect(error).toMatchObject({ name: 'UsageError' });
    expect(it.service.calls).toEqual([]);
    expect(Body.closed).toBe(1);
  });

  test.each([0, 1, mib - 1, mib])('of %i bytes is sent in one request', async (length) => {
    const it = rig();

    await it.outcome(uploadFile(it.uploader, { ...target, Body: streamOf(bytes.slice(0, length)) }));

    expect(it.service.calls).toEqual(['putObject']);
    expect(storedCrc64(it.service)).toBe(crc64Of(bytes.slice(0, length)));
  });

  test('is read no further ahead than the parts in flight', async () => {
    const it = rig({ latencyMs: 100 });
    const long = sampleBytes(12 * mib);
    const Body = streamOf(long);
    const work = uploadFile(it.uploader, { ...target, Body, ChunkSize: mib, AsyncLimit: 2 });
    await untilSending(it);

    expect(Body.read).toBeLessThanOrEqual(3 * mib + 1);
    await it.clock.run(work);
  });

  test('that is paused goes on without losing or repeating a byte', async () => {
    const it = rig({ latencyMs: 100 });
    let id = '';
    const Body = streamOf(bytes);
    const work = sliceUploadFile(it.uploader, {
      ...target,
      Body,
      ChunkSize: mib,
      onTaskReady: (taskId) => (id = taskId),
    });
    await untilSending(it);
    for (let i = 0; i < 3; i++) {
      pauseTask(it.uploader.queue, id);
      await it.clock.advance(30);
      void restartTask(it.uploader.queue, id);
      await it.clock.advance(30);
    }

    const { data } = await it.outcome(work);
    expect(data?.CRC64).toBe(crc64Of(bytes));
    expect(it.service.uploads.size).toBe(0);
    expect(leftovers(it)).toEqual(nothingLeft);
  });

  test('survives parts that fail and are sent again', async () => {
    let failures = 0;
    const it = rig({
      between: (request) =>
        kindOf(request) === 'part' && partNumberOf(request) === 2 && failures++ < 5
          ? new Error('reset')
          : undefined,
    });

    const { data } = await it.outcome(uploadFile(it.uploader, { ...target, Body: streamOf(bytes) }));

    expect(data?.CRC64).toBe(crc64Of(bytes));
  });

  test('that ends before its announced length fails and leaves nothing on the service', async () => {
    const it = rig();

    const { error } = await it.outcome(
      uploadFile(it.uploader, { ...target, Body: streamOf(bytes, bytes.length + 1) }),
    );

    expect(error).toMatchObject({ code: 'FileChanged' });
    expect(it.service.objects.size).toBe(0);
    expect(it.service.uploads.size).toBe(0);
  });

  test('that failed cannot be restarted into an empty object', async () => {
    const it = rig({
      between: (request) => (kindOf(request) === 'part' ? refuse(403, 'AccessDenied') : undefined),
    });
    let id = '';
    const Body = streamOf(bytes);
    await it.outcome(uploadFile(it.uploader, { ...target, Body, onTaskReady: (taskId) => (id = taskId) }));

    void restartTask(it.uploader.queue, id);
    await it.clock.run(whenIdle(it.uploader.queue));

    expect(it.service.objects.size).toBe(0);
    expect(it.service.uploads.size).toBe(0);
  });

  test('that is cancelled is closed and frees its parts', async () => {
    const it = rig({ latencyMs: 100 });
    let id = '';
    const Body = streamOf(bytes);
    const work = uploadFile(it.uploader, { ...target, Body, onTaskReady: (taskId) => (id = taskId) });
    work.catch(() => undefined);
    await untilSending(it);

    await it.clock.run(cancelTask(it.uploader.queue, id));

    expect(Body.closed).toBe(1);
    expect(it.service.uploads.size).toBe(0);
  });
});

describe('progress of an upload', () => {
  test('counts bytes of the file, never goes back although parts fail, and ends at exactly 1', async () => {
    const told: Progress[] = [];
    let fails = 0;
    const it = rig({
      files,
      latencyMs: 700,
      between: (request) =>
        kindOf(request) === 'part' && fails++ % 3 === 1 ? new Error('reset') : undefined,
    });

    await it.outcome(uploadFile(it.uploader, { ...params, onProgress: (progress) => told.push(progress) }));

    expect(told[0]).toMatchObject({ loaded: 0, total: bytes.length, percent: 0 });
    expect(told.at(-1)).toMatchObject({ loaded: bytes.length, total: bytes.length, percent: 1, timeLeft: 0 });
    expect(told.filter(({ percent }) => percent === 1)).toHaveLength(1);
    for (const [index, { loaded }] of told.entries())
      expect(loaded).toBeGreaterThanOrEqual(told[index - 1]?.loaded ?? 0);
  });
});
