import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../hosts/wx/clock.ts';
import type { Clock } from '../hosts/wx/clock.ts';
import { madeUpContent } from '../hosts/wx/files.ts';
import { until } from '../hosts/wx/outcome.ts';
import { BUCKET, REGION, codeOf, startOfficial } from './wx-official.ts';
import type { Answer, Official } from './wx-official.ts';

/** cos-wx-sdk-v5 1.8.0: keys, clocks, engines, and how it fares when the host is at its limits. */

const MIB = 1024 * 1024;
const open: Official[] = [];
afterEach(async () => {
  for (const cos of open.splice(0)) await cos.stop();
});

async function start(...args: Parameters<typeof startOfficial>): Promise<Official> {
  const cos = await startOfficial(...args);
  open.push(cos);
  return cos;
}

describe('keys', () => {
  test('make a signature that an address of one’s own can carry', async () => {
    const cos = await start();
    await cos.call('putObject', { Key: 'auth/a', Body: 'x' });
    const authorization = (await cos.sync('getAuth', { Method: 'GET', Key: 'auth/a' })) as string;

    const statuses = await cos.program.run(
      `function (scope) {
        return Promise.all(scope.input.map(function (authorization) {
          return new Promise(function (resolve, reject) {
            wx.request({
              url: 'https://${BUCKET}.cos.${REGION}.myqcloud.com/auth/a', header: { Authorization: authorization },
              fail: reject, success: function (result) { resolve(result.statusCode); },
            });
          });
        }));
      }`,
      [authorization, authorization.replace(/q-signature=./, 'q-signature=x')],
    );

    expect(statuses).toEqual([200, 403]);
  });

  test('are not needed for what everybody may read', async () => {
    const cos = await start();
    await cos.call('putObject', { Key: 'public', Body: 'for all', ACL: 'public-read' });
    await cos.call('putObject', { Key: 'private', Body: 'for one' });
    await cos.construct({ SecretId: '', SecretKey: '' });

    const open = await cos.call('getObject', { Key: 'public' });
    const closed = await cos.call('getObject', { Key: 'private' });

    expect(open.data['Body']).toBe('for all');
    expect(closed.error).toMatchObject({ statusCode: 403 });
    expect(codeOf(closed)).toBe('AccessDenied');
  });
});

test('corrects the clock of a phone that is an hour fast', async () => {
  const fast: Clock = { ...systemClock, virtual: true, now: () => Date.now() + 3_600_000 };
  const cos = await start({ clock: fast });

  const { error } = await cos.call('putObject', { Key: 'clock', Body: 'x' });
  const statuses = cos.host.traffic.calls.map(({ statusCode }) => statusCode);
  const second = await cos.call('putObject', { Key: 'clock', Body: 'y' });

  expect([error, second.error]).toEqual([null, null]);
  expect(statuses).toEqual([403, 200]);
  expect(cos.host.traffic.calls).toHaveLength(3);
});

test('runs in an engine that is not V8', async () => {
  const cos = await start({}, 'quickjs');
  const FilePath = cos.host.addFile(madeUpContent(MIB + 10));

  const small = await cos.call('putObject', { Key: 'quickjs/small', Body: '日本語' });
  const sliced = await cos.call('sliceUploadFile', { Key: 'quickjs/sliced', FilePath });
  const missing = await cos.call('getObject', { Key: 'quickjs/none' });

  expect([small.error, sliced.error]).toEqual([null, null]);
  expect(codeOf(missing)).toBe('NoSuchKey');
  expect((await cos.read('quickjs/small')).toString()).toBe('日本語');
  expect(await cos.read('quickjs/sliced')).toEqual(Buffer.from(madeUpContent(MIB + 10).read(0, MIB + 10)));
});

test('never has more than ten exchanges in flight, however many it asks for', async () => {
  const cos = await start();
  await cos.construct({ FileParallelLimit: 30, SimpleUploadMethod: 'putObject' });

  const replies = await Promise.all(
    Array.from({ length: 40 }, (_, i) => cos.call('putObject', { Key: `flood/${i}`, Body: 'x' })),
  );

  expect(replies.filter(({ error }) => error !== null)).toEqual([]);
  expect(cos.host.traffic.inFlightPeak).toBe(10);
  expect(cos.host.traffic.queuedPeak).toBeGreaterThan(0);
});

describe('weaknesses that this host brings to light', () => {
  test('a base library without getAppBaseInfo turns every upload into a form', async () => {
    const cos = await start({ sdkVersion: '2.20.0' });
    const FilePath = cos.host.addFile(madeUpContent(3 * MIB));

    const { error } = await cos.call('uploadFile', { Key: 'weak/form', FilePath });

    expect(error).toBeNull();
    expect(cos.host.traffic.calls.map(({ api }) => api)).toEqual(['uploadFile']);
  });

  test('a file above the limit of readFile ends in silence', async () => {
    const cos = await start({ fileLimits: { readFile: 2 * MIB } });
    const FilePath = cos.host.addFile(madeUpContent(3 * MIB));
    const heard: unknown[] = [];

    cos.call('sliceUploadFile', { Key: 'weak/large', FilePath }).then(
      (reply) => heard.push(reply),
      () => undefined,
    );
    // The SDK digests what it did not get, and throws a text inside the callback of the host.
    await until(() => cos.host.process.errors.length >= 3);
    await until(() => cos.host.traffic.inFlight === 0);

    expect(cos.host.process.errors[0]).toBe('input is invalid type');
    expect(heard).toEqual([]);
  });

  test('a program in the background burns all its attempts at once', async () => {
    // Five seconds of grace pass in fifty milliseconds.
    const hasty: Clock = { ...systemClock, setTimeout: (callback, ms) => setTimeout(callback, ms / 100) };
    const cos = await start({ clock: hasty, runsInBackground: true });
    const FilePath = cos.host.addFile(madeUpContent(3 * MIB));
    cos.host.faults.network = ({ query }) => (query.includes('partNumber=') ? 'drop' : undefined);

    const uploading = cos.call('sliceUploadFile', { Key: 'weak/hidden', FilePath });
    await until(() => cos.host.traffic.inFlight === 3);
    cos.host.hide();
    const { error } = await uploading;

    expect((error as Answer)['error']).toMatchObject({ error: 'request:fail interrupted' });
  });
});
