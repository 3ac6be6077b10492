import { isAbortedError, isIntegrityError } from '@sampan/protocol';
import { describe, expect, test } from 'vitest';
import { canceller, type CancelSignal } from '../../core/cancel.ts';
import type { OutgoingRequest } from '../../core/platform.ts';
import { never, respond, settle } from '../../testing/platform.ts';
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
} from '../../testing/rig.ts';
import { uploadFile } from '../upload-file.ts';
import {
  cancelTask,
  enqueue,
  getTaskList,
  isUploadRunning,
  pauseTask,
  restartTask,
  whenIdle,
} from './queue.ts';
import { moved, type TaskEvent, type TaskState } from './task.ts';
import { createUploader } from '../uploader/uploader.ts';

const bytes = sampleBytes(4 * mib);
const files = { '/a.bin': { bytes, modifiedMs: 1 } };
const params = fileParams({ ChunkSize: mib, AsyncLimit: 2 });

/** An upload that has sent something and is under way. */
async function underWay(
  it: Rig,
  more: object = {},
): Promise<{ id: string; work: ReturnType<typeof uploadFile> }> {
  let id = '';
  const work = uploadFile(it.uploader, { ...params, ...more, onTaskReady: (taskId) => (id = taskId) });
  work.catch(() => undefined);
  while (!it.service.calls.includes('multipartUpload')) await it.clock.advance(10);
  return { id, work };
}

describe('a task’s states', () => {
  const states: TaskState[] = ['waiting', 'checking', 'uploading', 'paused', 'success', 'error', 'canceled'];
  const events: TaskEvent[] = ['start', 'send', 'pause', 'restart', 'cancel', 'succeed', 'fail'];

  test('are left by their own events only', () => {
    const table = states.map((state) =>
      [state, ...events.map((event) => moved(state, event) ?? '-')].join(' '),
    );

    expect(table).toEqual([
      'waiting checking - paused - canceled - -',
      'checking - uploading paused - canceled success error',
      'uploading - uploading paused - canceled success error',
      'paused - - - waiting canceled - -',
      'success - - - - - - -',
      'error - - - waiting canceled - -',
      'canceled - - - - - - -',
    ]);
  });
});

describe('a host that makes ready what comes next', () => {
  test('hears who waits, and opens for the turn', async () => {
    const it = rig({ files, options: { FileParallelLimit: 1 } });
    const heard: string[] = [];
    const turns: unknown[] = [];
    const platform = Object.assign(Object.create(it.platform) as typeof it.platform, {
      prefetch(pathAt: (place: number) => string | undefined) {
        const line: string[] = [];
        for (let path = pathAt(0); path !== undefined; path = pathAt(line.length)) line.push(path);
        heard.push(line.join(' '));
      },
      open(input: Parameters<typeof it.platform.open>[0]) {
        turns.push(input.isTurn);
        return it.platform.open(input);
      },
    });
    const uploader = createUploader(it.client, platform, it.uploader.options);
    const upload = (more: object): Promise<unknown> => uploadFile(uploader, { ...params, ...more });

    const all = [
      upload({}),
      upload({ FilePath: undefined, Body: bytes }),
      upload({ FilePath: '/a.bin', Key: 'b.bin' }),
    ];
    await it.outcome(Promise.all(all));

    expect(heard.slice(0, 3)).toEqual(['', '', ' /a.bin']);
    expect(heard.slice(3)).toEqual(['/a.bin', '', '']);
    expect(turns).toEqual([true, true, true]);
  });
});

describe('cancelling', () => {
  test('L1: rejects with an AbortedError, once, and at once', async () => {
    const it = rig({ files, latencyMs: 100 });
    const { id, work } = await underWay(it);
    let settled = 0;
    work.then(
      () => settled++,
      () => settled++,
    );

    void cancelTask(it.uploader.queue, id);
    void cancelTask(it.uploader.queue, id);
    await it.clock.advance(0);

    expect(settled).toBe(1);
    await expect(work).rejects.toSatisfy(isAbortedError);
  });

  test('frees the parts on the service, stops requests, and leaves nothing', async () => {
    const it = rig({ files, latencyMs: 100 });
    const { id } = await underWay(it);

    await it.clock.run(cancelTask(it.uploader.queue, id));

    expect(it.service.uploads.size).toBe(0);
    expect(it.service.objects.size).toBe(0);
    expect(it.platform.records.size).toBe(0);
    expect(leftovers(it)).toEqual(nothingLeft);
    expect(it.service.calls.at(-1)).toBe('multipartAbort');
  });

  test('with KeepParts leaves the parts and the record for a later upload', async () => {
    const it = rig({ files, latencyMs: 100 });
    const { id } = await underWay(it);
    await it.clock.advance(100);

    await it.clock.run(cancelTask(it.uploader.queue, id, { KeepParts: true }));

    expect(it.service.uploads.size).toBe(1);
    const { data } = await it.outcome(uploadFile(it.uploader, params));
    expect(data?.resumedBytes).toBeGreaterThanOrEqual(2 * mib);
  });

  test('while the upload is being begun waits for its id and frees it', async () => {
    const it = rig({ files, latencyMs: 1000 });
    let id = '';
    const work = uploadFile(it.uploader, { ...params, onTaskReady: (taskId) => (id = taskId) });
    work.catch(() => undefined);
    while (!it.service.calls.includes('multipartInit')) await it.clock.advance(10);

    await it.clock.run(cancelTask(it.uploader.queue, id));

    expect(it.service.uploads.size).toBe(0);
    expect(leftovers(it)).toEqual(nothingLeft);
  });

  test('a paused task frees its parts too', async () => {
    const it = rig({ files, latencyMs: 100 });
    const { id, work } = await underWay(it);
    pauseTask(it.uploader.queue, id);
    await it.clock.advance(1000);

    await it.clock.run(cancelTask(it.uploader.queue, id));

    await expect(work).rejects.toSatisfy(isAbortedError);
    expect(it.service.uploads.size).toBe(0);
    expect(it.platform.records.size).toBe(0);
  });

  test('a waiting task sends nothing', async () => {
    const it = rig({ files, options: { FileParallelLimit: 1 }, latencyMs: 100 });
    const first = uploadFile(it.uploader, params);
    let id = '';
    const second = uploadFile(it.uploader, { ...params, Key: 'b', onTaskReady: (taskId) => (id = taskId) });

    void cancelTask(it.uploader.queue, id);

    await expect(second).rejects.toSatisfy(isAbortedError);
    await it.clock.run(first);
    expect([...it.service.objects.keys()]).toEqual([`${target.Bucket}/a.bin`]);
  });

  test('when the service cannot be reached still settles, and keeps the record', async () => {
    let isDown = false;
    const it = rig({ files, latencyMs: 100, between: () => (isDown ? new Error('down') : undefined) });
    const { id, work } = await underWay(it);
    isDown = true;

    const cancelled = cancelTask(it.uploader.queue, id);

    await expect(work).rejects.toSatisfy(isAbortedError);
    await it.clock.run(cancelled);
    expect(leftovers(it)).toEqual(nothingLeft);
  });

  test('L11: follows the caller’s own signal, before and during the upload', async () => {
    const it = rig({ files, latencyMs: 100 });
    const stop = canceller();
    const { work } = await underWay(it, { signal: stop.signal });
    const reason = new Error('the page was left');

    stop.cancel(reason);
    const late = uploadFile(it.uploader, { ...params, signal: stop.signal });

    await expect(work).rejects.toSatisfy(isAbortedError);
    await expect(late).rejects.toSatisfy(isAbortedError);
    await it.clock.run(whenIdle(it.uploader.queue));
    expect(it.service.uploads.size).toBe(0);
    expect(leftovers(it)).toEqual(nothingLeft);
  });
});

describe('every promise settles', () => {
  test('L2: files that cannot be read fail alone; healthy uploads go on', async () => {
    const it = rig({ files });
    const broken = Promise.allSettled(
      ['x', 'y', 'z', 'w'].map((Key) => uploadFile(it.uploader, { ...params, Key, FilePath: '/none' })),
    );

    const healthy = await it.outcome(uploadFile(it.uploader, params));

    expect(healthy.data?.CRC64).toBe(crc64Of(bytes));
    for (const result of await broken)
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'FileUnreadable' } });
    expect(leftovers(it)).toEqual(nothingLeft);
  });

  test('L2: a read that never ends is given up', async () => {
    const it = rig({ files });
    const open: typeof it.platform.open = async (input) => {
      const source = await it.platform.open(input);
      return source.kind === 'ranged' ? { ...source, read: () => new Promise(() => undefined) } : source;
    };
    const platform = Object.create(it.platform, { open: { value: open } }) as typeof it.platform;
    const uploader = { ...it.uploader, options: it.uploader.options, platform };

    const { error } = await it.outcome(uploadFile(uploader, params));

    expect(error).toMatchObject({ code: 'Timeout' });
    expect(leftovers(it)).toEqual(nothingLeft);
  });

  test('L3: a credentials callback that never answers ends in an error and frees the slot', async () => {
    const it = rig({ files, client: { SecretId: '', SecretKey: '', getAuthorization: () => undefined } });

    const { error } = await it.outcome(uploadFile(it.uploader, params));

    expect(error).toBeInstanceOf(Error);
    expect(isUploadRunning(it.uploader.queue)).toBe(false);
    expect(leftovers(it)).toEqual(nothingLeft);
  });

  test('when the host drops requests without an answer', async () => {
    const it = rig({ files, between: () => never() });

    const { error } = await it.outcome(uploadFile(it.uploader, params), 24 * 3_600_000);

    expect(error).toMatchObject({ code: 'Timeout' });
    expect(leftovers(it)).toEqual(nothingLeft);
  });

  test('when callbacks throw', async () => {
    const it = rig({ files });
    const fail = (): never => {
      throw new Error('in the application');
    };

    const { data } = await it.outcome(
      uploadFile(it.uploader, {
        ...params,
        onTaskReady: fail,
        onTaskStart: fail,
        onProgress: fail,
        onHashProgress: fail,
        onFileFinish: fail,
      }),
    );

    expect(data?.CRC64).toBe(crc64Of(bytes));
  });

  test('L7: when paused tasks fall out of a full queue', async () => {
    const it = rig({ files, options: { UploadQueueSize: 2, FileParallelLimit: 1 }, latencyMs: 100 });
    const { id, work } = await underWay(it);
    pauseTask(it.uploader.queue, id);

    const others = [1, 2].map((n) => uploadFile(it.uploader, { ...params, Key: `${n}` }));

    await expect(work).rejects.toMatchObject({ code: 'QueueFull' });
    await it.clock.run(Promise.all(others));
    expect(getTaskList(it.uploader.queue)).toHaveLength(2);
    // Its parts wait for a later call of the same file.
    expect([it.service.uploads.size, it.platform.records.size]).toEqual([1, 1]);
  });

  test('L7: and a task restarted after a purge still runs', async () => {
    let isRefusing = true;
    const it = rig({
      files,
      options: { UploadQueueSize: 2 },
      between: (request) => (isRefusing && kindOf(request) === 'part' ? new Error('down') : undefined),
    });
    let id = '';
    await it.outcome(uploadFile(it.uploader, { ...params, onTaskReady: (taskId) => (id = taskId) }));
    isRefusing = false;
    await it.outcome(uploadFile(it.uploader, { ...params, Key: 'b' }));

    void restartTask(it.uploader.queue, id);
    await it.clock.run(whenIdle(it.uploader.queue));

    expect(getTaskList(it.uploader.queue)[0]).toMatchObject({ id, state: 'success', percent: 1 });
    expect(storedCrc64(it.service)).toBe(crc64Of(bytes));
  });

  test('L10: errors are Errors with a code and a message, alike for small and large files', async () => {
    const it = rig({
      files: { ...files, '/s': { bytes: bytes.slice(0, 9), modifiedMs: 1 } },
      between: () => new Error('x'),
    });

    const large = await it.outcome(uploadFile(it.uploader, params));
    const small = await it.outcome(uploadFile(it.uploader, { ...params, FilePath: '/s' }));

    for (const { error } of [large, small]) {
      expect(error).toBeInstanceOf(Error);
      expect(error).toMatchObject({ code: 'NetworkError', retryable: true });
    }
  });
});

describe('files that change under way', () => {
  test('fail the upload, which frees its parts and makes no object', async () => {
    const it = rig({ files, latencyMs: 100 });
    const { work } = await underWay(it);
    it.platform.files.set('/a.bin', { bytes: sampleBytes(4 * mib, 3), modifiedMs: 2 });

    const { error } = await it.outcome(work);

    expect(isIntegrityError(error)).toBe(true);
    expect(error).toMatchObject({ code: 'FileChanged' });
    expect(it.service.objects.size).toBe(0);
    expect(it.service.uploads.size).toBe(0);
    expect(it.platform.records.size).toBe(0);
  });

  test.each([
    ['shrink', { bytes: bytes.slice(0, 2 * mib), modifiedMs: 2 }],
    ['vanish', undefined],
  ])('or %s fail it clearly and leave no object', async (_, now) => {
    const it = rig({ files, latencyMs: 100 });
    const { work } = await underWay(it, { AsyncLimit: 1 });
    if (now) it.platform.files.set('/a.bin', now);
    else it.platform.files.delete('/a.bin');

    const { error } = await it.outcome(work);

    expect((error as { code: string }).code).toMatch(/^File(Changed|Unreadable)$/);
    expect(it.service.objects.size).toBe(0);
    expect(leftovers(it)).toEqual(nothingLeft);
  });
});

describe('the queue', () => {
  test('runs FileParallelLimit tasks at once, first come first served, restarted ones in their place', async () => {
    const it = rig({ files, options: { FileParallelLimit: 2 }, latencyMs: 100 });
    const started: string[] = [];
    const ids: string[] = [];
    const work = ['1', '2', '3', '4', '5'].map((Key) =>
      uploadFile(it.uploader, {
        ...params,
        Key,
        onTaskReady: (id) => ids.push(id),
        onTaskStart: () => started.push(Key),
      }),
    );

    pauseTask(it.uploader.queue, ids[2]!);
    pauseTask(it.uploader.queue, ids[3]!);
    expect(it.uploader.queue.running).toBe(2);
    void restartTask(it.uploader.queue, ids[2]!);
    void restartTask(it.uploader.queue, ids[3]!);

    await it.clock.run(Promise.all(work));
    expect(started).toEqual(['1', '2', '3', '4', '5']);
  });

  test('never has more requests open than the host allows', async () => {
    const it = rig({ files, maxRequests: 4, options: { FileParallelLimit: 5 }, latencyMs: 100 });
    let most = 0;
    const work = ['1', '2', '3', '4', '5'].map((Key) =>
      uploadFile(it.uploader, { ...params, Key, AsyncLimit: 6 }),
    );
    const watch = (): void => {
      most = Math.max(most, it.platform.openRequests);
      if (isUploadRunning(it.uploader.queue)) it.clock.setTimer(watch, 5);
    };
    watch();

    await it.clock.run(Promise.all(work));

    expect(most).toBe(4);
  });

  test('P9: 10,000 queued files hold no file open and none of their content', async () => {
    const it = rig({ files, latencyMs: 100 });
    const work: Promise<unknown>[] = [];
    for (let i = 0; i < 10_000; i++)
      work.push(uploadFile(it.uploader, { ...params, Key: `${i}` }).catch(() => undefined));
    await it.clock.advance(150);

    expect(it.platform.openSources).toBeLessThanOrEqual(3);

    for (const { id } of getTaskList(it.uploader.queue)) void cancelTask(it.uploader.queue, id);
    await it.clock.run(Promise.all(work));
    await it.clock.run(whenIdle(it.uploader.queue));
    expect(leftovers(it)).toEqual(nothingLeft);
  });

  test('shows tasks with the official fields', async () => {
    const it = rig({ files });

    await it.outcome(uploadFile(it.uploader, { ...params, FileSize: 7 }));

    expect(getTaskList(it.uploader.queue)).toEqual([
      {
        id: expect.stringMatching(
          /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        ) as string,
        ...target,
        FilePath: '/a.bin',
        state: 'success',
        loaded: 4 * mib,
        size: 4 * mib,
        speed: 0,
        percent: 1,
        hashPercent: 0,
        timeLeft: 0,
        error: null,
      },
    ]);
  });
});

describe('a task that is over', () => {
  test('holds nothing of what it sent, unless it may run again', async () => {
    const it = rig({ files });

    await it.outcome(uploadFile(it.uploader, params));
    await it.outcome(uploadFile(it.uploader, { ...params, FilePath: '/none' }));

    const held = [...it.uploader.queue.entries.values()].map((entry) => [entry.state, 'job' in entry.spec]);
    expect(held).toEqual([
      ['success', false],
      ['error', true],
    ]);
  });
});

describe('events', () => {
  function listening(names: readonly string[]) {
    const heard: { name: string; payload: { list?: readonly unknown[]; tasks?: readonly unknown[] } }[] = [];
    const events = {
      has: (name: string) => names.includes(name),
      emit: (name: string, payload: unknown) => void heard.push({ name, payload: payload as object }),
    };
    return { heard, events };
  }

  test('of both list names carry every task, gathered rather than one for each change', async () => {
    const { heard, events } = listening(['list-update', 'task-list-update']);
    const it = rig({
      files: { '/a.bin': { bytes: bytes.slice(0, 1000), modifiedMs: 1 } },
      joined: { events },
      latencyMs: 10,
    });

    await it.clock.run(
      Promise.all(Array.from({ length: 40 }, (_, i) => uploadFile(it.uploader, { ...params, Key: `${i}` }))),
    );
    await it.clock.advance(1000);

    expect(heard.at(-1)?.payload.list).toHaveLength(40);
    expect(heard.filter(({ name }) => name === 'list-update').length).toBe(heard.length / 2);
    expect(
      (heard.at(-1)?.payload.list as { state: string }[]).every(({ state }) => state === 'success'),
    ).toBe(true);
  });

  test('of changes carry the changed tasks only', async () => {
    const { heard, events } = listening(['task-update']);
    const it = rig({
      files: { '/a.bin': { bytes: bytes.slice(0, 1000), modifiedMs: 1 } },
      joined: { events },
      latencyMs: 10,
    });
    for (let i = 0; i < 1000; i++)
      void uploadFile(it.uploader, { ...params, Key: `${i}` }).catch(() => undefined);
    await it.clock.advance(0);
    heard.length = 0;

    await it.clock.advance(500);

    expect(heard.length).toBeGreaterThan(0);
    for (const { payload } of heard) expect(payload.tasks!.length).toBeLessThanOrEqual(6);
    for (const { id } of getTaskList(it.uploader.queue)) void cancelTask(it.uploader.queue, id);
  });

  test('tell how a task ended before its promise does', async () => {
    const { heard, events } = listening(['task-update']);
    const it = rig({ files, joined: { events } });
    const seen: unknown[] = [];
    const note = () => void seen.push((heard.at(-1)?.payload.tasks as { state: string }[])[0]?.state);

    await it.outcome(uploadFile(it.uploader, params).finally(note));
    await it.outcome(uploadFile(it.uploader, { ...params, FilePath: '/none' }).finally(note));

    expect(seen).toEqual(['success', 'error']);
  });

  test('cost nothing where nobody listens', async () => {
    const { heard, events } = listening([]);
    const it = rig({
      files: { '/a.bin': { bytes: bytes.slice(0, 1000), modifiedMs: 1 } },
      joined: { events },
    });

    await it.outcome(uploadFile(it.uploader, params));

    expect(heard).toEqual([]);
    expect(it.clock.pendingTimers).toBe(0);
  });
});

describe('a failed task that is restarted', () => {
  test('gives a promise of its new outcome, which may be ignored', async () => {
    let isDown = true;
    const it = rig({
      files,
      between: (request) => (isDown && kindOf(request) === 'part' ? respond(403) : undefined),
    });
    const { error } = await it.outcome(uploadFile(it.uploader, params));
    const [task] = getTaskList(it.uploader.queue);
    void restartTask(it.uploader.queue, task!.id);
    await it.clock.run(whenIdle(it.uploader.queue));
    isDown = false;

    const { data } = await it.outcome(restartTask(it.uploader.queue, task!.id));

    expect(error).toMatchObject({ statusCode: 403 });
    expect(data).toMatchObject({ CRC64: crc64Of(bytes) });
    expect(await restartTask(it.uploader.queue, 'unknown')).toBeUndefined();
  });
});

describe('a paused task', () => {
  test('has counted what it sent before', async () => {
    let lost = 0;
    const it = rig({
      files,
      latencyMs: 100,
      between: (request) =>
        kindOf(request) === 'part' && partNumberOf(request) === 2 && lost++ === 0 ? never() : undefined,
    });
    const { id, work } = await underWay(it);

    pauseTask(it.uploader.queue, id);
    await it.clock.advance(1000);
    void restartTask(it.uploader.queue, id);
    const { data } = await it.outcome(work);

    const parts = it.platform.requests.filter(({ url }) => url.includes('partNumber='));
    const sent = parts.reduce(
      (sum, request) => sum + ((request as OutgoingRequest).body as Uint8Array).length,
      0,
    );
    expect(data).toMatchObject({ sentBytes: sent, resentBytes: sent - bytes.length });
    expect(data?.resentBytes).toBeGreaterThan(0);
  });

  test('lets parts finish of which more than half has gone out', async () => {
    const it = rig({
      files,
      latencyMs: 100,
      between(request) {
        if (kindOf(request) === 'part')
          request.onUploadProgress?.(partNumberOf(request) === 1 ? 0.6 * mib : 0.4 * mib);
        return undefined;
      },
    });
    const { id, work } = await underWay(it);
    const [upload] = it.service.uploads.values();

    pauseTask(it.uploader.queue, id);
    await it.clock.advance(1);
    expect(it.platform.openRequests).toBe(1);
    await it.clock.advance(20_000);
    expect(leftovers(it)).toMatchObject({ timers: 0, requests: 0 });
    void restartTask(it.uploader.queue, id);

    expect((await it.outcome(work)).data?.CRC64).toBe(crc64Of(bytes));
    expect(upload?.parts.size).toBe(Math.ceil(bytes.length / mib));
    const first = it.platform.requests.filter(({ url }) => /partNumber=1&/.test(url));
    expect(first).toHaveLength(1);
  });
});

test('lists are given out at once, and then gathered for a tenth of a second', async () => {
  const lists: number[] = [];
  const it = rig({
    files,
    latencyMs: 10,
    joined: { events: { has: (name) => name === 'list-update', emit: () => lists.push(it.clock.now()) } },
  });

  await it.outcome(
    Promise.all(Array.from({ length: 40 }, (_, i) => uploadFile(it.uploader, { ...params, Key: `${i}` }))),
  );
  await it.clock.advance(1000);

  for (const [index, atMs] of lists.entries())
    if (index > 0) expect(atMs - lists[index - 1]!).toBeGreaterThanOrEqual(100);
  expect(lists.length).toBeGreaterThan(3);
});

test('R13: a cancelled upload that its caller has forgotten is no unhandled rejection', async () => {
  const unhandled: unknown[] = [];
  const listen = (error: unknown): void => void unhandled.push(error);
  process.on('unhandledRejection', listen);
  try {
    const it = rig({ files, latencyMs: 100 });
    void uploadFile(it.uploader, params);
    await it.clock.advance(50);
    const [task] = getTaskList(it.uploader.queue);

    await it.clock.run(cancelTask(it.uploader.queue, task!.id));
    await settle();
  } finally {
    process.off('unhandledRejection', listen);
  }
  expect(unhandled).toEqual([]);
});

test('a task whose work cannot be done again ignores a pause while it runs', async () => {
  const it = rig();
  const { queue } = it.uploader;
  let done: (value: string) => void = () => undefined;
  const outcome = new Promise((resolve) => {
    enqueue<string>(queue, {
      params: {},
      size: 0,
      job: () => ({ mayPause: () => false, run: () => new Promise((settled) => (done = settled)) }),
      onOver: (_error, value) => resolve(value),
    });
  });
  await it.clock.advance(1);
  const [task] = getTaskList(queue);

  pauseTask(queue, task!.id);

  expect(getTaskList(queue)[0]?.state).toBe('checking');
  done('sent');
  expect(await it.clock.run(outcome)).toBe('sent');
});

test('nothing listens to the caller’s signal once the task is over', async () => {
  const it = rig({ files });
  const own = canceller();
  let listeners = 0;
  const signal: CancelSignal = {
    reason: undefined,
    onCancel(listener) {
      const stop = own.signal.onCancel(listener);
      listeners += 1;
      return () => {
        listeners -= 1;
        stop();
      };
    },
  };

  await it.outcome(uploadFile(it.uploader, { ...params, signal }));

  expect(listeners).toBe(0);
});
