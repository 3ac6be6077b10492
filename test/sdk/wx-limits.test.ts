/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access -- the bundle has no types */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bundles, bundleText } from '../../tools/bundle.ts';
import { runMiniProgram, type MiniProgram } from '../hosts/wx/engine.ts';
import { madeUpContent } from '../hosts/wx/files.ts';
import { createWxHost, type WxHost, type WxHostOptions } from '../hosts/wx/host.ts';
import { startService, type RunningService } from '../service.ts';
import { place } from './theatre.ts';

/** What WeChat limits, and what the SDK makes of it. The built bundle runs in the bare engine. */

const MiB = 1024 * 1024;
let service: RunningService;
let bundle: string;
let host: WxHost;
let program: MiniProgram;

beforeAll(async () => {
  service = await startService({
    flags: ['--bucket', place.Bucket, '--region', place.Region],
    name: 'sdk-wx-limits',
  });
  bundle = await bundleText(bundles.miniProgram);
});
afterAll(() => service.stop());
afterEach(() => {
  host.killApp();
  program.dispose();
});

async function open(options: Partial<WxHostOptions> = {}, more: object = {}): Promise<void> {
  host = createWxHost({
    route: (name) => (name.endsWith('.myqcloud.com') ? service.url : undefined),
    ...options,
  });
  program = await runMiniProgram({ engine: 'vm', host, bundle });
  await program.run(
    ({ exports, state, input }) => {
      state['cos'] = new exports(input);
    },
    { SecretId: service.secretId, SecretKey: service.secretKey, ...more },
  );
}

interface Outcome {
  readonly code?: string;
  readonly message?: string;
  readonly retryable?: boolean;
  readonly data?: Readonly<Record<string, unknown>>;
}

const call = (method: string, params: object): Promise<Outcome> =>
  program.run(
    ({ state, input }) =>
      state['cos'][input.method](Object.assign({}, input.place, input.params)).then(
        (data: object) => ({ data }),
        ({ code, message, retryable }: Outcome) => ({ code, message, retryable }),
      ) as Promise<Outcome>,
    { method, params, place },
  );

describe('files', () => {
  beforeEach(() => open());

  test('above 100 MB are read by open and read, one piece at a time, and closed', async () => {
    const FilePath = host.addFile(madeUpContent(101 * MiB, 7));

    const { data, code } = await call('uploadFile', { Key: 'limits/large', FilePath });

    expect(code).toBeUndefined();
    expect(data).toMatchObject({ verified: 'object' });
    expect(host.fileUsage.largestRead).toBeLessThanOrEqual(MiB);
    expect(host.fileUsage.openFiles).toBe(0);
    expect(host.traffic.inFlightPeak).toBeLessThanOrEqual(10);
  }, 120_000);

  test('that vanished are refused with one error', async () => {
    const { code, message } = await call('uploadFile', { Key: 'limits/none', FilePath: 'http://tmp/none' });

    expect(code).toBe('FileUnreadable');
    expect(message).toMatch(/FilePath cannot be read/);
    expect(host.traffic.calls).toEqual([]);
  });

  test('that cannot be read while they are sent end the task and free its slot', async () => {
    const FilePath = host.addFile(madeUpContent(3 * MiB, 8));
    host.faults.file = ({ api, position }) =>
      api === 'readFile' && (position ?? 0) > 0
        ? { reason: 'fail permission denied', errCode: 1300013 }
        : undefined;
    const failed = await call('uploadFile', { Key: 'limits/unreadable', FilePath });
    host.faults.file = undefined;

    const next = await call('uploadFile', { Key: 'limits/unreadable', FilePath });

    expect(failed.code).toBe('FileUnreadable');
    expect(next.code).toBeUndefined();
    expect(host.process.errors).toEqual([]);
  });

  test('above what wx.uploadFile takes go by putObject, and by postObject are refused', async () => {
    const FilePath = host.addFile(madeUpContent(11 * MiB, 9));

    const sent = await call('uploadFile', { Key: 'limits/form', FilePath, SliceSize: 20 * MiB });
    const refused = await call('postObject', { Key: 'limits/form', FilePath });

    expect(sent.code).toBeUndefined();
    expect(host.traffic.calls.map(({ api, method }) => `${api} ${method}`)).toEqual(['request PUT']);
    expect(refused).toMatchObject({ code: 'InvalidUsage' });
    expect(refused.message).toMatch(/10485760 bytes/);
  });

  test('get their MD5 from the host, which reads them once more without the program', async () => {
    const FilePath = host.addFile(madeUpContent(3 * MiB, 10));

    const { data } = await call('uploadFile', { Key: 'limits/md5', FilePath, UploadAddMetaMd5: true });
    const head = await call('headObject', { Key: 'limits/md5' });

    expect(data).toMatchObject({ statusCode: 200 });
    expect(head.data?.['headers']).toMatchObject({
      'x-cos-meta-md5': expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    });
    expect(host.fileUsage.bytesRead).toBe(3 * MiB);
  });
});

describe('base libraries', () => {
  test('without ranges read small files whole and refuse large ones', async () => {
    await open({ sdkVersion: '2.9.5' });
    const small = host.addFile(madeUpContent(2 * MiB, 11));
    const large = host.addFile(madeUpContent(11 * MiB, 12));

    const sent = await call('uploadFile', { Key: 'limits/old', FilePath: small });
    const refused = await call('uploadFile', { Key: 'limits/old', FilePath: large });

    expect(sent.code).toBeUndefined();
    expect(refused.code).toBe('FileTooLarge');
  });

  test('without descriptors refuse files above 100 MB', async () => {
    await open({ sdkVersion: '2.16.0' });
    const FilePath = host.addFile(madeUpContent(101 * MiB, 13));

    expect(await call('uploadFile', { Key: 'limits/old', FilePath })).toMatchObject({ code: 'FileTooLarge' });
  });
});

describe('the network', () => {
  test('refuses hosts that are not on the list, and is not asked again', async () => {
    await open({ domains: { request: [] } });

    const refused = await call('putObject', { Key: 'limits/domain', Body: 'x' });

    expect(refused).toMatchObject({ code: 'DomainNotAllowed', retryable: false });
    expect(host.traffic.calls.length).toBeLessThanOrEqual(1);
  });

  test('that comes back finds the upload waiting', async () => {
    await open();
    const FilePath = host.addFile(madeUpContent(6 * MiB, 14));
    host.setNetwork('none');
    const upload = call('uploadFile', { Key: 'limits/offline', FilePath });
    const before = host.traffic.calls.length;

    host.setNetwork('wifi');
    const { data, code } = await upload;

    expect(before).toBe(0);
    expect(code).toBeUndefined();
    expect(data).toMatchObject({ verified: 'object', resentBytes: 0 });
  });
});

describe('the storage', () => {
  test('that is full does not stop an upload', async () => {
    await open({ storageLimits: { entryLimit: 10, totalLimit: 10 } });
    const FilePath = host.addFile(madeUpContent(3 * MiB, 15));

    const { code } = await call('uploadFile', { Key: 'limits/full', FilePath });

    expect(code).toBeUndefined();
    expect(host.process.errors).toEqual([]);
  });

  test('lets an upload go on after the program was killed', async () => {
    await open({}, { ChunkSize: MiB, ChunkParallelLimit: 1 });
    const FilePath = host.addFile(madeUpContent(5 * MiB, 16));
    let parts = 0;
    const third = new Promise<void>((resolve) => {
      host.faults.network = ({ query }) => {
        if (!query.includes('partNumber=')) return undefined;
        parts += 1;
        if (parts < 4) return undefined;
        resolve();
        return 'drop';
      };
    });
    const dead = call('sliceUploadFile', { Key: 'limits/killed', FilePath }).catch(() => 'killed');
    await third;
    // What was sent is written down within half a second.
    await expect
      .poll(() => [...host.storage.entries.values()].some((text) => text.includes('"3')))
      .toBe(true);
    host.killApp();
    host.faults.network = undefined;
    host.restart();
    program.dispose();
    program = await runMiniProgram({ engine: 'vm', host, bundle });
    await program.run(
      ({ exports, state, input }) => {
        state['cos'] = new exports(input);
      },
      { SecretId: service.secretId, SecretKey: service.secretKey },
    );

    const { data } = await call('sliceUploadFile', { Key: 'limits/killed', FilePath });

    expect(await dead).toBe('killed');
    expect(data).toMatchObject({ verified: 'object', resumedBytes: 3 * MiB });
  });
});

test('uploading alone is smaller and does the same', async () => {
  host = createWxHost({ route: (name) => (name.endsWith('.myqcloud.com') ? service.url : undefined) });
  const uploadOnly = await bundleText(bundles.uploadOnly);
  program = await runMiniProgram({ engine: 'quickjs', host, bundle: uploadOnly });
  const paths = [1, 2].map((seed) => host.addFile(madeUpContent(seed * MiB + seed, seed)));

  const result = await program.run(
    async ({ exports: sdk, input }) => {
      const uploader = sdk.createUploader(input.keys);
      const states: string[] = [];
      uploader.on('task-update', ({ tasks }: { tasks: { state: string }[] }) => {
        for (const task of tasks) states.push(task.state);
      });
      const one = await sdk.uploadFile(
        uploader,
        Object.assign({ Key: 'alone/one', FilePath: input.paths[0] }, input.place),
      );
      const { files } = await sdk.uploadFiles(uploader, {
        files: input.paths.map((FilePath, at) =>
          Object.assign({ Key: `alone/${at}`, FilePath }, input.place),
        ),
      });
      return {
        one: one.verified as string,
        errors: (files as { error: unknown }[]).map(({ error }) => error),
        tasks: (sdk.getTaskList(uploader) as unknown[]).length,
        isRunning: sdk.isUploadRunning(uploader) as boolean,
        lastState: states[states.length - 1],
      };
    },
    { keys: { SecretId: service.secretId, SecretKey: service.secretKey }, paths, place },
  );

  expect(result).toMatchObject({ one: 'object', errors: [null, null], tasks: 3, isRunning: false });
  expect(uploadOnly.length).toBeLessThan(bundle.length * 0.7);
});
