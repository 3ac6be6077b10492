import { describe, expect, test } from 'vitest';
import { fakePlatform, never, refuse, type FakeFile, type Scripted } from '../../testing/platform.ts';
import type { IncomingResponse, OutgoingRequest } from '../../core/platform.ts';
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
  type RigOptions,
} from '../../testing/rig.ts';
import { uploadFile } from '../upload-file.ts';
import { pauseTask, restartTask } from '../queue/queue.ts';

const bytes = sampleBytes(6 * mib);
const file: FakeFile = { bytes, modifiedMs: 1 };
const params = fileParams({ ChunkSize: mib, AsyncLimit: 1 });

/** Refuses the parts from `number` on, so that an upload stops there. */
function refusingFrom(number: number) {
  return (request: OutgoingRequest): Scripted | undefined =>
    kindOf(request) === 'part' && partNumberOf(request) >= number ? refuse(403, 'AccessDenied') : undefined;
}

/** An upload that failed after three of six parts, and the rig of the next process on the same device. */
async function stopped(more: RigOptions = {}, next: RigOptions = {}): Promise<Rig> {
  const first = rig({ files: { '/a.bin': file }, between: refusingFrom(4), ...more });
  const { error } = await first.outcome(uploadFile(first.uploader, params));
  expect(error).toMatchObject({ code: 'AccessDenied', UploadId: 'upload-1' });
  expect(leftovers(first)).toEqual(nothingLeft);
  return rig({
    files: { '/a.bin': file },
    records: first.platform.records,
    service: first.service,
    clock: first.clock,
    seed: 2,
    ...next,
  });
}

const sentParts = (it: Rig): number[] =>
  it.platform.requests
    .filter((request) => 'method' in request && kindOf(request) === 'part')
    .map((request) => partNumberOf(request as OutgoingRequest));

describe('an upload that stopped', () => {
  test('D10: is continued by the next call for the same file, which sends only what was missing', async () => {
    const it = await stopped();

    const { data } = await it.outcome(uploadFile(it.uploader, params));

    expect(sentParts(it)).toEqual([4, 5, 6]);
    expect(data).toMatchObject({
      UploadId: 'upload-1',
      resumedBytes: 3 * mib,
      sentBytes: 3 * mib,
      resentBytes: 0,
    });
    expect(storedCrc64(it.service)).toBe(crc64Of(bytes));
    expect(it.service.uploads.size).toBe(0);
    expect(it.platform.records.size).toBe(0);
  });

  test('is continued by a second call of the same instance too', async () => {
    let isRefusing = true;
    const it = rig({
      files: { '/a.bin': file },
      between: (request) => (isRefusing ? refusingFrom(4)(request) : undefined),
    });
    await it.outcome(uploadFile(it.uploader, params));
    isRefusing = false;

    const { data } = await it.outcome(uploadFile(it.uploader, params));

    expect(data).toMatchObject({ UploadId: 'upload-1', resumedBytes: 3 * mib });
  });

  test('tells its first progress from where it stopped, and the comparison by onHashProgress', async () => {
    const it = await stopped();
    const loaded: number[] = [];
    const hashed: number[] = [];

    await it.outcome(
      uploadFile(it.uploader, {
        ...params,
        onProgress: (progress) => loaded.push(progress.loaded),
        onHashProgress: (progress) => hashed.push(progress.percent),
      }),
    );

    expect(loaded[0]).toBe(3 * mib);
    expect(loaded.at(-1)).toBe(6 * mib);
    expect(hashed.at(-1)).toBe(1);
  });

  test('is never looked for with ListMultipartUploads', async () => {
    const it = await stopped();

    await it.outcome(uploadFile(it.uploader, params));

    expect(it.service.calls).not.toContain('multipartList');
  });

  test('is begun afresh when the file is another one, and the old parts are freed', async () => {
    const other = sampleBytes(6 * mib, 9);
    const it = await stopped({}, { files: { '/a.bin': { bytes: other, modifiedMs: 2 } } });

    const { data } = await it.outcome(uploadFile(it.uploader, params));

    expect(data).toMatchObject({ UploadId: 'upload-2', resumedBytes: 0 });
    expect(storedCrc64(it.service)).toBe(crc64Of(other));
    expect(it.service.uploads.size).toBe(0);
  });

  test('is begun afresh when the file was written anew, whatever its content', async () => {
    const it = await stopped({}, { files: { '/a.bin': { bytes, modifiedMs: 2 } } });

    const { data } = await it.outcome(uploadFile(it.uploader, params));

    expect(data).toMatchObject({ UploadId: 'upload-2', resumedBytes: 0 });
    expect(it.service.uploads.size).toBe(0);
  });

  test('sends a part again that the service lists with another length', async () => {
    const it = await stopped(
      {},
      {
        between(request, answer) {
          if (kindOf(request) !== 'list') return undefined;
          const listed = answer() as IncomingResponse & { body: string };
          return { ...listed, body: listed.body.replace(`<Size>${mib}<`, `<Size>${mib - 1}<`) };
        },
      },
    );

    const { data } = await it.outcome(uploadFile(it.uploader, params));

    expect(sentParts(it)).toEqual([1, 4, 5, 6]);
    expect(data).toMatchObject({ UploadId: 'upload-1', resumedBytes: 2 * mib });
  });

  test('D3: is begun afresh when the content differs although path, size and time are the same', async () => {
    const other = Uint8Array.from(bytes);
    other[2 * mib + 5]! ^= 1;
    const it = await stopped({}, { files: { '/a.bin': { bytes: other, modifiedMs: 1 } } });

    const { data } = await it.outcome(uploadFile(it.uploader, params));

    expect(data).toMatchObject({ UploadId: 'upload-2', resumedBytes: 0 });
    expect(storedCrc64(it.service)).toBe(crc64Of(other));
    expect(it.service.uploads.size).toBe(0);
  });

  test('D3: proves parts by their MD5 when the process ended before the record was written', async () => {
    const records = new Map<string, string>();
    const it = await stopped({ records });
    for (const [key, text] of records) records.set(key, JSON.stringify({ ...JSON.parse(text), parts: {} }));

    const { data } = await it.outcome(uploadFile(it.uploader, params));

    expect(data).toMatchObject({ UploadId: 'upload-1', resumedBytes: 3 * mib });
  });

  test('D3: sends a part again whose content differs and whose record was not written', async () => {
    const records = new Map<string, string>();
    const other = Uint8Array.from(bytes);
    other[5]! ^= 1;
    const it = await stopped({ records }, { files: { '/a.bin': { bytes: other, modifiedMs: 1 } } });
    for (const [key, text] of records) records.set(key, JSON.stringify({ ...JSON.parse(text), parts: {} }));

    const { data } = await it.outcome(uploadFile(it.uploader, params));

    expect(data).toMatchObject({ resumedBytes: 2 * mib });
    expect(storedCrc64(it.service)).toBe(crc64Of(other));
  });

  test('reuses no part that only an opaque ETag speaks for', async () => {
    const records = new Map<string, string>();
    const it = await stopped({ records, model: { opaqueETags: true } });
    for (const [key, text] of records) records.set(key, JSON.stringify({ ...JSON.parse(text), parts: {} }));

    const { data } = await it.outcome(uploadFile(it.uploader, params));

    expect(data).toMatchObject({ UploadId: 'upload-1', resumedBytes: 0 });
    expect(storedCrc64(it.service)).toBe(crc64Of(bytes));
  });

  test('is begun afresh when its headers are to be others', async () => {
    const it = await stopped();

    const { data } = await it.outcome(uploadFile(it.uploader, { ...params, ContentType: 'video/mp4' }));

    expect(data?.UploadId).toBe('upload-2');
    expect(it.service.uploads.size).toBe(0);
  });

  test('is begun afresh when the service has it no more', async () => {
    const it = await stopped();
    it.service.uploads.clear();

    const { data } = await it.outcome(uploadFile(it.uploader, params));

    expect(data?.UploadId).toBe('upload-2');
    expect(storedCrc64(it.service)).toBe(crc64Of(bytes));
  });

  test('is begun afresh when its parts may not be listed', async () => {
    const it = await stopped(
      {},
      {
        between: (request) => (kindOf(request) === 'list' ? refuse(403, 'AccessDenied') : undefined),
      },
    );

    const { data } = await it.outcome(uploadFile(it.uploader, params));

    expect(data?.UploadId).toBe('upload-2');
  });

  test('is continued over several pages of parts', async () => {
    const it = await stopped({ model: { mostListed: 2 } });

    const { data } = await it.outcome(uploadFile(it.uploader, params));

    expect(data).toMatchObject({ resumedBytes: 3 * mib });
  });

  test('after Complete but before its answer is found done, and nothing is sent again', async () => {
    let died = false;
    const first = rig({
      files: { '/a.bin': file },
      between(request, answer) {
        if (kindOf(request) !== 'complete' || died) return undefined;
        died = true;
        void answer();
        return never();
      },
    });
    const killed = uploadFile(first.uploader, params);
    killed.catch(() => undefined);
    await first.clock.advance(5000);
    const it = rig({
      files: { '/a.bin': file },
      records: new Map(first.platform.records),
      service: first.service,
      seed: 2,
    });

    const { data } = await it.outcome(uploadFile(it.uploader, params));

    expect(data).toMatchObject({ CRC64: crc64Of(bytes), sentBytes: 0, verified: 'object' });
    expect(sentParts(it)).toEqual([]);
  });

  test('after Complete is sent again when the file has changed since', async () => {
    const first = rig({
      files: { '/a.bin': file },
      between(request, answer) {
        if (kindOf(request) !== 'complete') return undefined;
        void answer();
        return never();
      },
    });
    uploadFile(first.uploader, params).catch(() => undefined);
    await first.clock.advance(5000);
    const other = Uint8Array.from(bytes);
    other[7]! ^= 1;
    const it = rig({
      files: { '/a.bin': { bytes: other, modifiedMs: 1 } },
      records: new Map(first.platform.records),
      service: first.service,
      seed: 2,
    });

    await it.outcome(uploadFile(it.uploader, params));

    expect(storedCrc64(it.service)).toBe(crc64Of(other));
  });
});

const fails = () => Promise.reject(new Error('storage is full'));

describe('a pause', () => {
  async function paused(
    platformOf = ({ platform }: Rig) => platform,
  ): Promise<{ it: Rig; id: string; work: Promise<unknown> }> {
    const it = rig({ files: { '/a.bin': file }, latencyMs: 100 });
    const uploader = { ...it.uploader, options: it.uploader.options, platform: platformOf(it) };
    let id = '';
    const work = uploadFile(uploader, { ...params, onTaskReady: (taskId) => (id = taskId) });
    work.catch(() => undefined);
    while (it.service.calls.filter((name) => name === 'multipartUpload').length < 3)
      await it.clock.advance(10);
    pauseTask(it.uploader.queue, id);
    await it.clock.advance(1000);
    return { it, id, work };
  }

  test('stops requests and keeps what the service has', async () => {
    const { it } = await paused();
    const before = it.platform.requests.length;

    await it.clock.advance(60_000);

    expect(it.platform.requests.length).toBe(before);
    expect(leftovers(it)).toEqual(nothingLeft);
    expect(it.service.uploads.size).toBe(1);
  });

  test('and a restart go on where it stopped', async () => {
    const { it, id, work } = await paused();

    void restartTask(it.uploader.queue, id);

    const { data } = await it.outcome(work);
    expect(data).toMatchObject({ UploadId: 'upload-1' });
    expect((data as { resumedBytes: number }).resumedBytes).toBeGreaterThanOrEqual(3 * mib);
    expect(storedCrc64(it.service)).toBe(crc64Of(bytes));
  });

  test.each([
    ['keeps nothing', { storage: { load: fails, save: fails, remove: fails, keys: fails } }],
    ['gives no lock', { locks: { tryLock: () => Promise.resolve(undefined) } }],
  ])('and a restart go on where it stopped on a host that %s', async (_what, changed) => {
    const { it, id, work } = await paused(
      ({ platform }) => Object.assign(Object.create(platform), changed) as Rig['platform'],
    );

    void restartTask(it.uploader.queue, id);

    const { data } = await it.outcome(work);
    expect(data).toMatchObject({ UploadId: 'upload-1' });
    expect((data as { resumedBytes: number }).resumedBytes).toBeGreaterThanOrEqual(3 * mib);
  });

  test('D2: in which the file changes never mixes old and new bytes', async () => {
    const { it, id, work } = await paused();
    const other = sampleBytes(6 * mib, 7);
    it.platform.files.set('/a.bin', { bytes: other, modifiedMs: 2 });

    void restartTask(it.uploader.queue, id);

    const { data } = await it.outcome(work);
    expect(data).toMatchObject({ UploadId: 'upload-2', resumedBytes: 0 });
    expect(storedCrc64(it.service)).toBe(crc64Of(other));
    expect(it.service.uploads.size).toBe(0);
  });

  test('D9: with a quick restart sends each part once and completes once', async () => {
    const it = rig({ files: { '/a.bin': file }, latencyMs: 100 });
    let id = '';
    const work = uploadFile(
      it.uploader,
      fileParams({ ChunkSize: mib, onTaskReady: (taskId) => (id = taskId) }),
    );
    while (!it.service.calls.includes('multipartUpload')) await it.clock.advance(10);

    for (let i = 0; i < 5; i++) {
      pauseTask(it.uploader.queue, id);
      void restartTask(it.uploader.queue, id);
    }

    const { data } = await it.outcome(work);
    expect(data?.CRC64).toBe(crc64Of(bytes));
    expect(it.service.calls.filter((name) => name === 'multipartInit')).toHaveLength(1);
    expect(it.service.calls.filter((name) => name === 'multipartComplete')).toHaveLength(1);
    expect(it.service.calls.filter((name) => name === 'multipartUpload').length).toBeLessThanOrEqual(6 + 3);
    expect(leftovers(it)).toEqual(nothingLeft);
  });

  test('before the upload’s id has come begins no second upload', async () => {
    const it = rig({
      files: { '/a.bin': file },
      between: (request, answer) =>
        kindOf(request) === 'init'
          ? new Promise((resolve) => it.clock.setTimer(() => resolve(answer() as never), 2000))
          : undefined,
    });
    let id = '';
    const work = uploadFile(it.uploader, { ...params, onTaskReady: (taskId) => (id = taskId) });
    await it.clock.advance(500);
    pauseTask(it.uploader.queue, id);
    await it.clock.advance(500);

    void restartTask(it.uploader.queue, id);

    const { data } = await it.outcome(work);
    expect(data).toMatchObject({ UploadId: 'upload-1' });
    expect(it.service.calls.filter((name) => name === 'multipartInit')).toHaveLength(1);
  });
});

describe('records', () => {
  const key = async (): Promise<string> => {
    const it = await stopped();
    return [...it.platform.records.keys()][0]!;
  };

  test.each([
    ['cut short', (text: string) => text.slice(0, 40)],
    ['of another version', (text: string) => text.replace('"version":1', '"version":9')],
    ['of another object', (text: string) => text.replace('"Key":"a.bin"', '"Key":"b.bin"')],
    ['no object at all', () => 'null'],
    ['of a strange layout', (text: string) => text.replace(/"layout":\[.*?\]/, '"layout":[null]')],
    ['without parts', (text: string) => text.replace(/"parts":\{.*?\}/, '"parts":null')],
  ])('that are %s are ignored', async (_, spoil) => {
    const records = new Map<string, string>();
    const it = await stopped({ records });
    for (const [name, text] of records) records.set(name, spoil(text));

    const { data } = await it.outcome(uploadFile(it.uploader, params));

    expect(data?.UploadId).toBe('upload-2');
    expect(storedCrc64(it.service)).toBe(crc64Of(bytes));
  });

  test('expire after 30 days', async () => {
    const it = await stopped();
    await it.clock.advance(30 * 24 * 3_600_000);

    const { data } = await it.outcome(uploadFile(it.uploader, params));

    expect(data?.UploadId).toBe('upload-2');
    // The old upload is not forgotten with its parts.
    expect(it.service.uploads.size).toBe(0);
  });

  test('hold no key, token or header of the caller', async () => {
    const records = new Map<string, string>();
    const secret = 'c2VjcmV0LWN1c3RvbWVyLWtleQ==';
    const it = rig({ files: { '/a.bin': file }, between: refusingFrom(4), records });

    await it.outcome(
      uploadFile(it.uploader, {
        ...params,
        Headers: { 'x-cos-server-side-encryption-customer-key': secret },
      }),
    );

    expect(records.size).toBe(1);
    expect([...records.values()].join()).not.toMatch(/c2Vjcm|examplekey|AKID/);
  });

  test('are no more than UploadIdCacheLimit; the oldest goes first', async () => {
    const it = rig({
      files: { '/a.bin': file },
      between: refusingFrom(1),
      options: { UploadIdCacheLimit: 2 },
    });

    for (const Key of ['one', 'two', 'three']) {
      await it.outcome(uploadFile(it.uploader, { ...params, Key }));
      await it.clock.advance(1000);
    }

    expect(
      [...it.platform.records.values()].map((text) => (JSON.parse(text) as { Key: string }).Key),
    ).toEqual(['two', 'three']);
  });

  test('that cannot be loaded or saved do not hinder an upload', async () => {
    const it = rig({ files: { '/a.bin': file } });
    const broken = () => Promise.reject(new Error('storage is full'));
    const silent = () => new Promise<never>(() => undefined);
    for (const storage of [
      { load: broken, save: broken, remove: broken, keys: broken },
      { load: silent, save: silent, remove: silent, keys: silent },
    ]) {
      const platform = Object.create(it.platform, { storage: { value: storage } }) as typeof it.platform;
      const uploader = { ...it.uploader, options: it.uploader.options, platform };
      const { data } = await it.outcome(uploadFile(uploader, params));
      expect(data?.CRC64).toBe(crc64Of(bytes));
    }
  });

  test('are gone with their upload, and no timer is left, where storage takes its time in no order', async () => {
    const it = rig({ files: { '/a.bin': file }, latencyMs: 7 });
    const { clock, platform } = it;
    const { storage } = platform;
    let turn = 0;
    // The first to be asked is the last to be done.
    const slow = async <T>(work: () => Promise<T>): Promise<T> => {
      await new Promise<void>((resolve) => void clock.setTimer(resolve, 400 / ++turn));
      return work();
    };
    const late: typeof storage = {
      load: (key) => slow(() => storage.load(key)),
      save: (key, text) => slow(() => storage.save(key, text)),
      remove: (key) => slow(() => storage.remove(key)),
      keys: (prefix) => slow(() => storage.keys(prefix)),
    };
    const slowPlatform = Object.create(platform, { storage: { value: late } }) as typeof platform;
    const uploader = { ...it.uploader, options: it.uploader.options, platform: slowPlatform };

    await it.outcome(uploadFile(uploader, fileParams()));

    expect(clock.pendingTimers).toBe(0);
    expect(platform.records.size).toBe(0);
  });

  test('whose lock comes after the engine stopped waiting are left to others: the lock is let go', async () => {
    const it = rig({ files: { '/a.bin': file } });
    const tryLock = (name: string) =>
      new Promise<(() => void) | undefined>((resolve) => {
        it.clock.setTimer(() => void it.platform.locks.tryLock(name).then(resolve), 6000);
      });
    const platform = Object.create(it.platform, { locks: { value: { tryLock } } }) as typeof it.platform;
    const uploader = { ...it.uploader, options: it.uploader.options, platform };

    const { data } = await it.outcome(uploadFile(uploader, params));
    await it.clock.advance(5000);

    expect([data?.CRC64, it.platform.records.size]).toEqual([crc64Of(bytes), 0]);
    expect(it.platform.heldLocks.size).toBe(0);
  });

  test('that expired while their upload went on are dropped with it', async () => {
    let jumpMs = 0;
    const it = rig({
      files: { '/a.bin': file },
      between(request) {
        if (kindOf(request) === 'complete') jumpMs = 40 * 24 * 3_600_000;
        return undefined;
      },
    });
    const { clock } = it;
    const now = { value: () => clock.now() + jumpMs };
    const jumping = Object.create(clock, { now }) as typeof clock;
    const platform = Object.create(it.platform, { clock: { value: jumping } }) as typeof it.platform;
    const uploader = { ...it.uploader, options: it.uploader.options, platform };

    const { data } = await it.outcome(uploadFile(uploader, params));

    expect([data?.CRC64, it.platform.records.size]).toEqual([crc64Of(bytes), 0]);
  });

  test('name one object each', async () => {
    expect(await key()).toMatch(/^sampan\.upload\.\d+$/);
  });
});

describe('two at once on one object', () => {
  test('D7: two devices never share an upload', async () => {
    const first = rig({ files: { '/a.bin': file } });
    const second = rig({ files: { '/a.bin': file }, service: first.service, clock: first.clock, seed: 2 });

    const [a, b] = await Promise.all([
      first.outcome(uploadFile(first.uploader, params)),
      second.outcome(uploadFile(second.uploader, params)),
    ]);

    expect([a.error, b.error]).toEqual([undefined, undefined]);
    expect(a.data?.UploadId).not.toBe(b.data?.UploadId);
    expect(first.service.uploads.size).toBe(0);
  });

  test('D7: two tabs with common storage and locks never share an upload', async () => {
    const shared = { records: new Map<string, string>(), locks: new Set<string>() };
    const first = rig({ files: { '/a.bin': file }, ...shared });
    const second = rig({
      files: { '/a.bin': file },
      ...shared,
      service: first.service,
      clock: first.clock,
      seed: 2,
    });

    const work = [uploadFile(first.uploader, params), uploadFile(second.uploader, params)];
    const [a, b] = await first.clock.run(Promise.all(work));

    expect(a?.UploadId).not.toBe(b?.UploadId);
    expect(first.service.uploads.size).toBe(0);
    expect(shared.records.size).toBe(0);
  });

  test('D7: two tabs without working locks still make two whole objects', async () => {
    const records = new Map<string, string>();
    const first = rig({ files: { '/a.bin': file }, records });
    const second = rig({
      files: { '/a.bin': file },
      records,
      service: first.service,
      clock: first.clock,
      seed: 2,
    });

    const work = [uploadFile(first.uploader, params), uploadFile(second.uploader, params)];
    const results = await first.clock.run(Promise.all(work));

    for (const { CRC64 } of results) expect(CRC64).toBe(crc64Of(bytes));
    expect(first.service.uploads.size).toBe(0);
  });

  test('two tasks of one instance do not share one either', async () => {
    const it = rig({ files: { '/a.bin': file } });

    const [a, b] = await it.clock.run(
      Promise.all([uploadFile(it.uploader, params), uploadFile(it.uploader, params)]),
    );

    expect(a.UploadId).not.toBe(b.UploadId);
    expect(it.service.uploads.size).toBe(0);
  });
});

describe('discovery', () => {
  /** The same device after its storage was cleared. */
  async function forgotten(idleMs: number): Promise<Rig> {
    const it = await stopped({}, { records: new Map(), options: { DiscoverUploads: true } });
    await it.clock.advance(idleMs);
    return it;
  }

  test('continues an upload that nobody has touched for a day', async () => {
    const it = await forgotten(25 * 3_600_000);

    const { data } = await it.outcome(uploadFile(it.uploader, params));

    expect(data).toMatchObject({ UploadId: 'upload-1', resumedBytes: 3 * mib });
  });

  test('D7: leaves alone what another device may be working on', async () => {
    const it = await forgotten(3_600_000);

    const { data } = await it.outcome(uploadFile(it.uploader, params));

    expect(data?.UploadId).toBe('upload-2');
    expect([...it.service.uploads.keys()]).toEqual(['upload-1']);
  });

  test('reuses only parts whose content is the file’s', async () => {
    const it = await forgotten(25 * 3_600_000);
    const other = sampleBytes(6 * mib, 5);
    it.platform.files.set('/a.bin', { bytes: other, modifiedMs: 3 });

    const { data } = await it.outcome(uploadFile(it.uploader, params));

    expect(data?.resumedBytes).toBe(0);
    expect(storedCrc64(it.service)).toBe(crc64Of(other));
  });

  test('continues the upload that the caller names', async () => {
    const it = await stopped({}, { records: new Map() });

    const { data } = await it.outcome(
      uploadFile(it.uploader, { ...params, UploadData: { UploadId: 'upload-1' } }),
    );

    expect(data).toMatchObject({ UploadId: 'upload-1', resumedBytes: 3 * mib });
  });
});

test('the fake host reads only its own files', async () => {
  await expect(fakePlatform().open({ FilePath: `/${target.Key}` })).rejects.toThrow('no such file');
});

test('storage that never answers is waited for once, and not by every upload', async () => {
  const silent = () => new Promise<never>(() => undefined);
  const first = rig({ files: { '/a.bin': file } });
  Object.assign(first.platform, {
    storage: { load: silent, save: silent, remove: silent, keys: silent },
  });

  const times: number[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const begunMs = first.clock.now();
    const { data } = await first.outcome(uploadFile(first.uploader, { ...params, Key: `k${turn}` }));
    expect(data).toMatchObject({ verified: 'object' });
    times.push(first.clock.now() - begunMs);
  }

  expect(times[0]).toBeGreaterThanOrEqual(5000);
  expect(times[0]).toBeLessThan(6000);
  expect(times.slice(1).every((ms) => ms < 1000)).toBe(true);
});
