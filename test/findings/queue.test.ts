/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return -- the SDKs are used as programs without types */
/** Findings about calls that never end: here each settles once, and the queue goes on. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { madeUpContent } from '../hosts/wx/files.ts';
import { startService, type RunningService } from '../service.ts';
import { call, openDesk } from './desk.ts';
import { isPart } from './gateway.ts';
import { objectsOf, type Objects } from './objects.ts';
import { Bucket, MiB, openPhone, Region, type Plain, type Sdk } from './phone.ts';
import { chromiumHint, chromiumPath, openBrowser } from './tab.ts';

let service: RunningService;
let objects: Objects;
beforeAll(async () => {
  service = await startService({ name: 'findings-queue', flags: ['--bucket', Bucket, '--region', Region] });
  objects = objectsOf(service);
});
afterAll(async () => {
  await service.stop();
});

const forever = new Promise(() => undefined);
const slices = { AsyncLimit: 1, ChunkSize: MiB };

describe('L1: a cancelled task tells so', () => {
  test('L1 (wx): sliceUploadFile', async () => {
    const run = async (sdk: Sdk) => {
      const phone = await openPhone(sdk, service);
      const Key = `l1-${sdk}`;
      const FilePath = phone.host.addFile(madeUpContent(4 * MiB));
      phone.gateway.treat = (seen) => (isPart(seen) ? { after: forever } : undefined);
      const upload = phone.begin('sliceUploadFile', { Key, FilePath, ...slices }, 'task');
      await phone.until(() => phone.gateway.parts().length === 1);
      phone.gateway.treat = undefined;
      await phone.task('cancelTask', 'task');
      const { outcome, error } = await upload.end();
      await phone.pass(1000);
      return [outcome, error?.['code'], (await objects.uploads(Key)).length];
    };

    expect(await run('official')).toEqual(['pending', undefined, 1]);
    expect(await run('here')).toEqual(['rejected', 'Aborted', 0]);
  });

  test('L1 (wx): uploadFiles with one cancelled file', async () => {
    const run = async (sdk: Sdk) => {
      const phone = await openPhone(sdk, service);
      const files = ['a', 'b'].map((name) => ({
        Bucket,
        Region,
        Key: `l1-${sdk}-${name}`,
        FilePath: phone.host.addFile(madeUpContent(2 * MiB)),
      }));
      phone.gateway.treat = (seen) =>
        isPart(seen) && seen.path.includes('-a?') ? { after: forever } : undefined;
      const upload = phone.inside(
        ({ state, input }) =>
          new Promise((resolve) => {
            const files = (input as Plain[]).map((file) =>
              Object.assign({}, file, {
                onTaskReady: (id: string) => {
                  if (file['Key'].slice(-1) === 'a') state['tasks'].task = id;
                },
              }),
            );
            state['cos'].uploadFiles({ files, SliceSize: 1 }, (_error: unknown, data: Plain) => {
              resolve(data['files'].map((file: Plain) => (file['error'] ? 'failed' : 'uploaded')));
            });
          }),
        files,
      );
      await phone.until(() => phone.gateway.parts().some(({ path }) => path.includes('-a?')));
      await phone.task('cancelTask', 'task');
      return upload.end();
    };

    expect(await run('official')).toEqual({ outcome: 'pending' });
    expect(await run('here')).toEqual({ outcome: 'resolved', data: ['failed', 'uploaded'] });
  });

  test('L1 (node): sliceUploadFile', async () => {
    const run = async (sdk: Sdk) => {
      const { gateway, make, folder } = await openDesk(sdk, service);
      const cos = make();
      const FilePath = join(folder, 'file');
      writeFileSync(FilePath, Buffer.alloc(3 * MiB));
      gateway.treat = (seen) => (isPart(seen) ? { after: forever } : undefined);
      let id = '';
      const params = {
        Key: `l1-node-${sdk}`,
        FilePath,
        onTaskReady: (task: string) => (id = task),
      };
      const upload = call(cos, 'uploadFile', { ...params, SliceSize: MiB }, 3000);
      await expect.poll(() => gateway.seen.length, { timeout: 2000 }).toBeGreaterThan(0);
      cos['cancelTask'](id);
      return (await upload).outcome;
    };

    expect(await run('official')).toBe('pending');
    expect(await run('here')).toBe('rejected');
  });
});

test('L2: files that cannot be read fail, and do not keep others waiting', async () => {
  const run = async (sdk: Sdk) => {
    const phone = await openPhone(sdk, service);
    const bad = ['1', '2', '3'].map((name) =>
      phone.host.addFile(madeUpContent(3 * MiB), `wxfile://usr/bad-${name}`),
    );
    phone.host.faults.file = ({ filePath, api }) =>
      api === 'readFile' && filePath.includes('bad')
        ? { reason: 'permission denied', errCode: 1300013 }
        : undefined;
    const uploads = bad.map((FilePath, i) =>
      phone.begin('sliceUploadFile', { Key: `l2-${sdk}-${i}`, FilePath }),
    );
    const good = phone.begin('sliceUploadFile', {
      Key: `l2-${sdk}`,
      FilePath: phone.host.addFile(madeUpContent(2 * MiB)),
    });
    const ends = [];
    for (const upload of [...uploads, good]) ends.push((await upload.end(60_000)).outcome);
    return ends;
  };

  expect(await run('official')).toEqual(['pending', 'pending', 'pending', 'pending']);
  expect(await run('here')).toEqual(['rejected', 'rejected', 'rejected', 'resolved']);
});

describe('L3: keys that do not come fail the call that needed them', () => {
  const ways = ['throws', 'rejects', 'stays silent', 'calls back nothing'];

  test('L3 (wx): thrown, rejected, silent or empty', async () => {
    const run = async (sdk: Sdk) => {
      const ends: unknown[] = [];
      for (const way of ways) {
        const phone = await openPhone(sdk, service);
        const ended = phone.inside(
          ({ exports, input }) =>
            new Promise((resolve) => {
              const cos = new exports({
                getAuthorization(_options: Plain, back: (keys?: unknown) => void): unknown {
                  if (input === 'throws') throw new Error('no keys');
                  if (input === 'rejects') {
                    const rejected = Promise.reject(new Error('no keys'));
                    // The official SDK does not listen, which must not end this process.
                    rejected.catch(() => undefined);
                    return rejected;
                  }
                  if (input === 'calls back nothing') back();
                  return undefined;
                },
              });
              const params = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou', Key: 'k' };
              try {
                cos.headObject(params, (error: unknown) => resolve(error ? 'failed' : 'done'));
              } catch {
                resolve('thrown');
              }
            }),
          way,
        );
        const { outcome, data } = await ended.end();
        ends.push(data ?? outcome);
      }
      return ends;
    };

    expect(await run('official')).toEqual(['thrown', 'pending', 'pending', 'thrown']);
    expect(await run('here')).toEqual(['failed', 'failed', 'failed', 'failed']);
  });
});

test('L7: a task that is restarted when the queue has forgotten others is run', async () => {
  const run = async (sdk: Sdk) => {
    const phone = await openPhone(sdk, service, { options: { UploadQueueSize: 3, FileParallelLimit: 1 } });
    const upload = async (name: string) => phone.call('putObject', { Key: `l7-${sdk}-${name}`, Body: name });
    for (const name of ['1', '2', '3']) await upload(name);
    phone.gateway.treat = (seen) => (isPart(seen) ? { after: forever } : undefined);
    const FilePath = phone.host.addFile(madeUpContent(3 * MiB));
    const call = phone.begin('sliceUploadFile', { Key: `l7-${sdk}`, FilePath, ...slices }, 'task');
    await phone.until(() => phone.gateway.parts().length > 0);
    await phone.task('pauseTask', 'task');
    for (const name of ['4', '5']) await upload(name);
    phone.gateway.treat = undefined;
    await phone.task('restartTask', 'task');
    return [(await call.end()).outcome, await phone.stateOf('task')];
  };

  expect(await run('official')).toEqual(['pending', 'waiting']);
  expect(await run('here')).toEqual(['resolved', 'success']);
});

describe('L9: in callback style nothing is thrown at once', () => {
  const probe = (cos: Plain, method: string, params: Plain): Promise<string> =>
    new Promise((resolve) => {
      try {
        cos[method]({ Bucket, Region, ...params }, (error: unknown) =>
          resolve(error ? 'called back' : 'done'),
        );
      } catch {
        resolve('thrown');
      }
    });

  test('L9 (node): without keys', async () => {
    const run = async (sdk: Sdk) => {
      const { make } = await openDesk(sdk, service);
      return probe(make({ SecretId: undefined, SecretKey: undefined }), 'headObject', { Key: 'k' });
    };

    expect(await run('official')).toBe('thrown');
    expect(await run('here')).toBe('called back');
  });

  test('L9 (js): uploadFile without Body', async (context) => {
    if (chromiumPath === undefined) return context.skip(chromiumHint);
    const browser = await openBrowser(service);
    const run = async (sdk: Sdk) =>
      (await browser.openTab(sdk)).run(
        ({ COS, options }, params) =>
          new Promise<string>((resolve) => {
            try {
              new COS(options)['uploadFile'](params, () => resolve('called back'));
            } catch {
              resolve('thrown');
            }
          }),
        { Bucket, Region, Key: 'l9' },
      );
    try {
      expect(await run('official')).toBe('thrown');
      expect(await run('here')).toBe('called back');
    } finally {
      await browser.close();
    }
  });
});

describe('L11: an upload can be stopped, limited and left alone', () => {
  test('L11: a signal stops it', async () => {
    const run = async (sdk: Sdk) => {
      const { gateway, make, folder } = await openDesk(sdk, service);
      const FilePath = join(folder, 'file');
      writeFileSync(FilePath, Buffer.alloc(3 * MiB));
      const stop = new AbortController();
      gateway.treat = (seen) => (isPart(seen) ? { after: forever } : undefined);
      const params = { Key: `l11-${sdk}`, FilePath, SliceSize: MiB, Signal: stop.signal };
      const upload = call(make(), 'uploadFile', params, 3000);
      await expect.poll(() => gateway.seen.length, { timeout: 2000 }).toBeGreaterThan(0);
      stop.abort();
      return (await upload).outcome;
    };

    expect(await run('official')).not.toBe('rejected');
    expect(await run('here')).toBe('rejected');
  });

  test('L11: it waits while the app is in the background, and for the network', async () => {
    const run = async (sdk: Sdk, away: 'background' | 'offline') => {
      const phone = await openPhone(sdk, service, { runsInBackground: true });
      let release = (): void => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      phone.gateway.treat = (seen) => (isPart(seen) ? { after: held } : undefined);
      const FilePath = phone.host.addFile(madeUpContent(4 * MiB));
      const upload = phone.begin('sliceUploadFile', { Key: `l11-${sdk}-${away}`, FilePath, ...slices });
      await phone.until(() => phone.gateway.parts().length > 0);
      if (away === 'background') phone.host.hide();
      else phone.host.setNetwork('none');
      await phone.pass(60_000);
      release();
      if (away === 'background') phone.host.show();
      else phone.host.setNetwork('wifi');
      return (await upload.end()).outcome;
    };

    expect([await run('official', 'background'), await run('official', 'offline')]).toEqual([
      'rejected',
      'rejected',
    ]);
    expect([await run('here', 'background'), await run('here', 'offline')]).toEqual(['resolved', 'resolved']);
  });
});
