/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return -- the SDK publishes no types */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { madeUpContent } from '../hosts/wx/files.ts';
import { until } from '../hosts/wx/outcome.ts';
import { BUCKET, REGION, startOfficial } from './wx-official.ts';
import type { Answer, Official } from './wx-official.ts';

/** cos-wx-sdk-v5 1.8.0: uploads as a whole, the queue and what survives a killed program. */

const MIB = 1024 * 1024;
let cos: Official;
beforeAll(async () => {
  cos = await startOfficial();
});
afterAll(() => cos.stop());

const content = (size: number, seed = 1): Buffer => Buffer.from(madeUpContent(size, seed).read(0, size));
const partCalls = (): number =>
  cos.host.traffic.calls.filter(({ method, query }) => method === 'PUT' && query.includes('partNumber='))
    .length;

describe('uploadFile', () => {
  test('sends a small file as a form', async () => {
    const FilePath = cos.host.addFile(content(200_000));
    const seen: unknown[] = [];

    const { error, data } = await cos.call('uploadFile', {
      Key: 'upload/small',
      FilePath,
      onTaskReady: (id: string) => seen.push(typeof id),
      onFileFinish: (failure: unknown, result: Answer, options: Answer) =>
        seen.push([failure, result['statusCode'], options['Key'], typeof options['TaskId']]),
    });

    expect(error).toBeNull();
    expect(data).toMatchObject({
      statusCode: 200,
      ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/) as string,
    });
    expect(seen).toEqual(['string', [null, 200, 'upload/small', 'string']]);
    expect(cos.host.traffic.calls.at(-1)).toMatchObject({ api: 'uploadFile', method: 'POST' });
    expect(await cos.read('upload/small')).toEqual(content(200_000));
  });

  test('sends a large file in parts and never reads it whole', async () => {
    const size = 3 * MIB + 5;
    const FilePath = cos.host.addFile(madeUpContent(size));
    const progress: Record<string, number>[] = [];
    const before = partCalls();

    const { error, data } = await cos.call('uploadFile', {
      Key: 'upload/large',
      FilePath,
      ContentType: 'application/x-large',
      'x-cos-meta-a': 'b',
      onProgress: (event: Record<string, number>) => progress.push(event),
    });
    const head = await cos.call('headObject', { Key: 'upload/large' });

    expect(error).toBeNull();
    expect(data).toMatchObject({
      statusCode: 200,
      Bucket: BUCKET,
      Key: 'upload/large',
      Location: `${BUCKET}.cos.${REGION}.myqcloud.com/upload/large`,
      ETag: expect.stringMatching(/^"[0-9a-f]{32}-4"$/) as string,
      UploadId: expect.stringMatching(/./) as string,
    });
    expect(partCalls() - before).toBe(4);
    expect(cos.host.fileUsage.largestRead).toBeLessThanOrEqual(MIB);
    expect(progress.at(-1)).toMatchObject({ loaded: size, total: size, percent: 1 });
    expect(head.data['headers']).toMatchObject({
      'content-type': 'application/x-large',
      'x-cos-meta-a': 'b',
    });
    expect(await cos.read('upload/large')).toEqual(content(size));
  });

  test('uses putObject for small files when the option says so', async () => {
    await cos.construct({ SimpleUploadMethod: 'putObject' });
    const FilePath = cos.host.addFile(content(1000));
    const { error } = await cos.call('uploadFile', { Key: 'upload/put', FilePath });
    const last = cos.host.traffic.calls.at(-1);
    await cos.construct();

    expect(error).toBeNull();
    expect(last).toMatchObject({ api: 'request', method: 'PUT' });
  });

  test('fails with the text of the host for a file that is not there', async () => {
    const { error } = await cos.call('uploadFile', { Key: 'upload/none', FilePath: 'wxfile://tmp_none' });

    expect(error?.['error']).toMatch(/^stat:fail no such file or directory/);
  });
});

describe('sliceUploadFile', () => {
  test('takes the part size and the number of parts at once', async () => {
    const FilePath = cos.host.addFile(madeUpContent(5 * MIB));
    const before = partCalls();

    const { data } = await cos.call('sliceUploadFile', {
      Key: 'slice/sized',
      FilePath,
      ChunkSize: 2 * MIB,
      AsyncLimit: 2,
      Headers: { 'Cache-Control': 'max-age=1' },
    });

    expect(data['ETag']).toMatch(/-3"$/);
    expect(partCalls() - before).toBe(3);
    expect((await cos.call('headObject', { Key: 'slice/sized' })).data['headers']['cache-control']).toBe(
      'max-age=1',
    );
  });

  test('puts an empty file whole', async () => {
    const { data } = await cos.call('sliceUploadFile', {
      Key: 'slice/empty',
      FilePath: cos.host.addFile(content(0)),
    });

    expect(data).toMatchObject({ statusCode: 200, ETag: '"d41d8cd98f00b204e9800998ecf8427e"' });
  });

  test('nests its errors one level deeper', async () => {
    const { error } = await cos.call('sliceUploadFile', {
      Bucket: 'nobody-1250000000',
      Key: 'slice/denied',
      FilePath: cos.host.addFile(content(10)),
    });

    expect(error?.['statusCode']).toBeUndefined();
    expect(error).toMatchObject({ error: { statusCode: 404, error: { Code: 'NoSuchBucket' } } });
  });

  test('repeats a part whose answer was lost', async () => {
    let lost = 0;
    cos.host.faults.network = ({ query }) =>
      query.includes('partNumber=2') && lost++ === 0 ? 'loseResponse' : undefined;
    const FilePath = cos.host.addFile(madeUpContent(3 * MIB, 5));

    const { error } = await cos.call('sliceUploadFile', { Key: 'slice/lost', FilePath });
    cos.host.faults.network = undefined;

    expect(error).toBeNull();
    expect(lost).toBeGreaterThan(1);
    expect(await cos.read('slice/lost')).toEqual(content(3 * MIB, 5));
  });

  test('goes on after the program was killed, with the parts that are there', async () => {
    const FilePath = cos.host.addFile(madeUpContent(6 * MIB, 9), 'wxfile://usr/film.mp4');
    cos.host.faults.network = ({ query }) => (/partNumber=[456]/.test(query) ? 'drop' : undefined);
    const first = partCalls();
    const interrupted = cos.call('sliceUploadFile', { Key: 'slice/killed', FilePath, AsyncLimit: 1 });
    interrupted.catch(() => undefined);
    // Three parts are through, the fourth is lost; the SDK writes its record some time after the upload began.
    await until(() => partCalls() - first === 4);
    await until(() => cos.host.storage.entries.has('cos_sdk_upload_cache'));

    cos.host.faults.network = undefined;
    await cos.restart();
    const before = partCalls();
    const { error } = await cos.call('sliceUploadFile', { Key: 'slice/killed', FilePath });

    await expect(interrupted).rejects.toThrow('killed');
    expect(error).toBeNull();
    expect(partCalls() - before).toBe(3);
    expect(await cos.read('slice/killed')).toEqual(content(6 * MIB, 9));
  });
});

describe('uploadFiles', () => {
  test('answers for every file, in order, and adds up progress', async () => {
    const finished: unknown[] = [];
    const totals: number[] = [];
    const place = { Bucket: BUCKET, Region: REGION };
    const files = [
      { ...place, Key: 'many/a', FilePath: cos.host.addFile(content(1000)) },
      { ...place, Key: 'many/b', FilePath: cos.host.addFile(content(2 * MIB)) },
      { ...place, Bucket: 'nobody-1250000000', Key: 'many/c', FilePath: cos.host.addFile(content(10)) },
    ];

    const { error, data } = await cos.call('uploadFiles', {
      files,
      SliceSize: MIB,
      onProgress: ({ total }: { total: number }) => totals.push(total),
      onFileFinish: (failure: unknown, _result: unknown, { Index, Key }: Answer) =>
        finished.push([Index, Key, failure === null]),
    });

    expect(error).toBeNull();
    const summary = (data['files'] as Answer[]).map((file) => [
      file['options']['Key'] as string,
      (file['error'] as Answer | null)?.['statusCode'] as number | undefined,
      (file['data'] as Answer | null)?.['statusCode'] as number | undefined,
    ]);
    expect(summary).toEqual([
      ['many/a', undefined, 200],
      ['many/b', undefined, 200],
      ['many/c', 404, undefined],
    ]);
    expect(finished).toHaveLength(3);
    expect(finished).toContainEqual([2, 'many/c', false]);
    expect(totals.length).toBeGreaterThan(0);
  });
});

describe('the queue', () => {
  test('pauses and restarts a task with the parts that were sent', async () => {
    const FilePath = cos.host.addFile(madeUpContent(8 * MIB, 3));
    let taskId = '';
    const done = cos.call('sliceUploadFile', {
      Key: 'queue/paused',
      FilePath,
      AsyncLimit: 1,
      onTaskReady: (id: string) => {
        taskId = id;
      },
    });
    const before = partCalls();
    await until(() => partCalls() - before >= 3);
    await cos.sync('pauseTask', taskId);
    const state = async () =>
      ((await cos.sync('getTaskList')) as Answer[]).find(({ id }) => id === taskId)?.['state'];
    expect(await state()).toBe('paused');
    // What was under way when the task was paused comes to its end first: restarted at once, the SDK runs both.
    await until(() => cos.host.traffic.inFlight === 0);
    const list = await cos.call('multipartList', { Prefix: 'queue/paused' });

    await cos.sync('restartTask', taskId);
    const { error, data } = await done;

    expect(error).toBeNull();
    expect(data['UploadId']).toBe(list.data['Upload'][0]['UploadId']);
    expect(await state()).toBe('success');
    expect(await cos.read('queue/paused')).toEqual(content(8 * MIB, 3));
  });

  test('cancels a task without calling back and leaves its parts behind', async () => {
    const FilePath = cos.host.addFile(madeUpContent(8 * MIB, 4));
    let taskId = '';
    let called = false;
    const promise = cos.call('sliceUploadFile', {
      Key: 'queue/cancelled',
      FilePath,
      AsyncLimit: 1,
      onTaskReady: (id: string) => {
        taskId = id;
      },
    });
    promise.then(
      () => {
        called = true;
      },
      () => undefined,
    );
    const before = partCalls();
    await until(() => partCalls() - before >= 2);

    await cos.sync('cancelTask', taskId);
    await until(() => cos.host.traffic.inFlight === 0);
    const uploads = await cos.call('multipartList', { Prefix: 'queue/cancelled' });
    const aborted = await cos.call('abortUploadTask', { Level: 'file', Key: 'queue/cancelled' });
    const left = await cos.call('multipartList', { Prefix: 'queue/cancelled' });

    expect(called).toBe(false);
    expect(uploads.data['Upload']).toHaveLength(1);
    expect(aborted.data['successList']).toMatchObject([{ Key: 'queue/cancelled' }]);
    expect(aborted.data['errorList']).toEqual([]);
    expect(left.data['Upload']).toEqual([]);
  });

  test('tells listeners about the list of tasks', async () => {
    const states = new Set<string>();
    await cos.program.run(
      ({ state, input }) => {
        state['listener'] = (event: { list: { Key: string; state: string }[] }) => {
          for (const task of event.list) if (task.Key === 'queue/told') input(task.state);
        };
        state['cos'].on('list-update', state['listener']);
      },
      (name: string) => states.add(name),
    );

    await cos.call('putObject', { Key: 'queue/told', Body: 'x' });
    await until(() => states.has('success'));
    await cos.program.run(({ state }) => {
      state['cos'].off('list-update', state['listener']);
    });

    expect(await cos.sync('isUploadRunning')).toBeFalsy();
  });
});

describe('sliceCopyFile', () => {
  test('copies a large object in parts', async () => {
    await cos.call('sliceUploadFile', {
      Key: 'copy/source',
      FilePath: cos.host.addFile(madeUpContent(3 * MIB, 8)),
    });

    const { error, data } = await cos.call('sliceCopyFile', {
      Key: 'copy/target',
      CopySource: `${BUCKET}.cos.${REGION}.myqcloud.com/copy/source`,
      CopySliceSize: MIB,
      CopyChunkSize: MIB,
    });

    expect(error).toBeNull();
    expect(data['ETag']).toMatch(/-3"$/);
    expect(await cos.read('copy/target')).toEqual(content(3 * MIB, 8));
  });
});

describe('getAuthorization', () => {
  test('is asked for each request and signs with what it calls back', async () => {
    const asked: string[] = [];
    await cos.program.run(
      ({ exports, state, input }) => {
        state['cos'] = new exports({
          getAuthorization(options: Answer, callback: (answer: unknown) => void) {
            input.asked(`${String(options['Method'])} ${String(options['Key'])}`);
            callback({ Authorization: exports.getAuthorization({ ...options, ...input.keys }) });
          },
        });
      },
      { asked: (line: string) => asked.push(line), keys: cos.keys },
    );

    const put = await cos.call('putObject', { Key: 'auth/a b', Body: 'x' });
    const got = await cos.call('getObject', { Key: 'auth/a b' });
    await cos.construct();

    expect([put.error, got.error]).toEqual([null, null]);
    expect(got.data['Body']).toBe('x');
    expect(asked).toEqual(['PUT auth/a b', 'GET auth/a b']);
  });
});
