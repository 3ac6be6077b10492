/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access -- the SDKs are used as programs without types */
/** Findings about parameters: what is asked for is done, what is wrong is told, and what is the caller's is left alone. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { madeUpContent } from '../hosts/wx/files.ts';
import { startService, type RunningService } from '../service.ts';
import { objectsOf, type Objects } from './objects.ts';
import { Bucket, MiB, openPhone, Region, type Plain, type Sdk } from './phone.ts';

let service: RunningService;
let objects: Objects;
beforeAll(async () => {
  service = await startService({ name: 'findings-params', flags: ['--bucket', Bucket, '--region', Region] });
  objects = objectsOf(service);
});
afterAll(async () => {
  await service.stop();
});

test('D5: a copy in parts keeps the type, cache rule, class and metadata of its source', async () => {
  const run = async (sdk: Sdk) => {
    const phone = await openPhone(sdk, service);
    const Headers = {
      'Content-Type': 'image/x-film',
      'Cache-Control': 'max-age=7',
      'x-cos-meta-place': 'quay',
      'x-cos-storage-class': 'STANDARD_IA',
    };
    const FilePath = phone.host.addFile(madeUpContent(3 * MiB));
    await phone.call('sliceUploadFile', { Key: `d5-${sdk}`, FilePath, Headers });
    const CopySource = `${Bucket}.cos.${Region}.myqcloud.com/d5-${sdk}`;
    const sizes = { CopySliceSize: MiB, CopyChunkSize: MiB };
    const { outcome } = await phone.call('sliceCopyFile', { Key: `d5-${sdk}-copy`, CopySource, ...sizes });
    const head = await objects.head(`d5-${sdk}-copy`);
    return [
      outcome,
      ...['content-type', 'cache-control', 'x-cos-meta-place', 'x-cos-storage-class'].map(
        (name) => head[name],
      ),
    ];
  };

  expect(await run('official')).toEqual([
    'resolved',
    'application/octet-stream',
    undefined,
    undefined,
    undefined,
  ]);
  expect(await run('here')).toEqual(['resolved', 'image/x-film', 'max-age=7', 'quay', 'STANDARD_IA']);
});

test('D11: headers of a small upload are kept', async () => {
  const run = async (sdk: Sdk) => {
    const phone = await openPhone(sdk, service);
    const FilePath = phone.host.addFile(madeUpContent(1000));
    const Headers = { 'Cache-Control': 'max-age=7', 'x-cos-meta-place': 'quay' };
    const { outcome } = await phone.call('uploadFile', { Key: `d11-${sdk}`, FilePath, Headers });
    const head = await objects.head(`d11-${sdk}`);
    return [outcome, head['cache-control'], head['x-cos-meta-place']];
  };

  expect(await run('official')).toEqual(['resolved', undefined, undefined]);
  expect(await run('here')).toEqual(['resolved', 'max-age=7', 'quay']);
});

describe('D12: documented options do what they say', () => {
  test('D12: UploadCheckContentMd5 and UploadAddMetaMd5', async () => {
    const run = async (sdk: Sdk) => {
      const phone = await openPhone(sdk, service, {
        options: { UploadCheckContentMd5: true, UploadAddMetaMd5: true },
      });
      await phone.call('putObject', { Key: `d12-${sdk}`, Body: 'quay' });
      const meta = (await objects.head(`d12-${sdk}`))['x-cos-meta-md5'];
      return [typeof phone.gateway.seen[0]?.headers['content-md5'], typeof meta];
    };

    expect(await run('official')).toEqual(['undefined', 'undefined']);
    expect(await run('here')).toEqual(['string', 'string']);
  });

  test('D12: Protocol', async () => {
    const run = async (sdk: Sdk) => {
      // The host refuses addresses that begin with http.
      const phone = await openPhone(sdk, service, { options: { Protocol: 'http' } });
      return (await phone.call('putObject', { Key: `d12-${sdk}`, Body: 'x' })).outcome;
    };

    expect(await run('official')).toBe('resolved');
    expect(await run('here')).toBe('rejected');
  });

  test('D12: TaskReady', async () => {
    const run = async (sdk: Sdk) => {
      const phone = await openPhone(sdk, service);
      const ended = phone.inside(
        ({ state }) =>
          new Promise((resolve) => {
            let told = 'not told';
            state['cos'].putObject(
              {
                Bucket: 'examplebucket-1250000000',
                Region: 'ap-guangzhou',
                Key: 'd12',
                Body: 'x',
                TaskReady: () => (told = 'told'),
              },
              () => resolve(told),
            );
          }),
      );
      return (await ended.end()).data;
    };

    expect(await run('official')).toBe('not told');
    expect(await run('here')).toBe('told');
  });

  test('D12: a traffic limit, on every part', async () => {
    const run = async (sdk: Sdk) => {
      const phone = await openPhone(sdk, service);
      const params = {
        Key: `d12-${sdk}-limit`,
        FilePath: phone.host.addFile(madeUpContent(3 * MiB)),
        TrafficLimit: 838860800,
      };
      await phone.call('sliceUploadFile', params);
      return phone.gateway
        .parts()
        .map(({ headers, query }) => headers['x-cos-traffic-limit'] ?? query.get('x-cos-traffic-limit'));
    };

    expect(await run('official')).toEqual([null, null, null]);
    expect(await run('here')).toEqual(['838860800', '838860800', '838860800']);
  });

  test('D12: a policy that is no JSON is refused once, and nothing is sent', async () => {
    const run = async (sdk: Sdk) => {
      const phone = await openPhone(sdk, service);
      const { outcome } = await phone.call('putBucketPolicy', { Policy: '{' });
      await phone.pass(1000);
      return [outcome, phone.gateway.seen.length];
    };

    expect(await run('official')).toEqual(['rejected', 1]);
    expect(await run('here')).toEqual(['rejected', 0]);
  });
});

describe('D13: what the caller passed is not changed', () => {
  test('D13: one object of headers for two uploads', async () => {
    const run = async (sdk: Sdk) => {
      const phone = await openPhone(sdk, service);
      const ended = phone.inside(
        ({ state, input }) => {
          const Headers = {};
          const put = (params: Plain): Promise<unknown> =>
            new Promise((resolve) => {
              state['cos'].putObject(Object.assign({ Headers }, input, params), resolve);
            });
          return put({
            Key: input.Key + '-1',
            Body: 'x',
            ContentType: 'image/x-film',
            'x-cos-meta-place': 'quay',
          })
            .then(() => put({ Key: input.Key + '-2', Body: 'y' }))
            .then(() => Object.keys(Headers).length > 0);
        },
        { Bucket, Region, Key: `d13-${sdk}` },
      );
      const isChanged = (await ended.end()).data;
      const head = await objects.head(`d13-${sdk}-2`);
      return [isChanged, head['x-cos-meta-place'], head['content-type'] === 'image/x-film'];
    };

    expect(await run('official')).toEqual([true, 'quay', true]);
    expect(await run('here')).toEqual([false, undefined, false]);
  });

  test('D13: the list of files and the list of parts', async () => {
    const run = async (sdk: Sdk) => {
      const phone = await openPhone(sdk, service);
      const place = { Bucket, Region, Key: `d13-${sdk}-files` };
      const file = { ...place, FilePath: phone.host.addFile(madeUpContent(10)) };
      const ended = phone.inside(
        ({ state, input }) =>
          new Promise((resolve) => {
            const progress = (): void => undefined;
            const files = [Object.assign({ onProgress: progress }, input.file)];
            const parts = [{ PartNumber: 1, ETag: '0123456789abcdef0123456789abcdef' }];
            state['cos'].uploadFiles({ files }, () => {
              state['cos'].multipartComplete(
                Object.assign({ UploadId: 'none', Parts: parts }, input.place),
                () => {
                  resolve([files[0]?.['onProgress'] === progress, parts[0]?.ETag.length]);
                },
              );
            });
          }),
        { file, place },
      );
      return (await ended.end()).data;
    };

    // Its ETag has got quotes.
    expect(await run('official')).toEqual([false, 34]);
    expect(await run('here')).toEqual([true, 32]);
  });
});

describe('D14: uploadFiles checks what it is given', () => {
  test('D14: a file without a bucket, region or key is told, and nothing is sent', async () => {
    const run = async (sdk: Sdk) => {
      const phone = await openPhone(sdk, service);
      const FilePath = phone.host.addFile(madeUpContent(10));
      const noKey = { FilePath, Bucket, Region, Key: '' };
      // Without a bucket the official SDK throws where nobody can catch it.
      const files = sdk === 'official' ? [noKey] : [noKey, { FilePath, Key: 'k' }];
      const ended = await phone.call('uploadFiles', { files });
      return {
        calls: phone.host.traffic.calls.map(({ method, path }) => `${method} ${path}`),
        failed: (ended.data?.['files'] as Plain[] | undefined)?.map(({ error }) => Boolean(error)),
      };
    };

    expect((await run('official')).calls).toEqual(['POST /']);
    expect(await run('here')).toEqual({ calls: [], failed: [true, true] });
  });

  test('D14: a slash in front of a key is dropped as everywhere else', async () => {
    const run = async (sdk: Sdk) => {
      const phone = await openPhone(sdk, service);
      const FilePath = phone.host.addFile(madeUpContent(10));
      const Key = `/d14-${sdk}`;
      await phone.call('uploadFiles', { files: [{ Bucket, Region, Key, FilePath }] });
      return (await objects.read(`d14-${sdk}`))?.length;
    };

    expect(await run('official')).toBeUndefined();
    expect(await run('here')).toBe(10);
  });

  test('D14: an empty list ends', async () => {
    const run = async (sdk: Sdk) =>
      (await (await openPhone(sdk, service)).call('uploadFiles', { files: [] })).outcome;

    expect(await run('official')).toBe('pending');
    expect(await run('here')).toBe('rejected');
  });
});

test('P9: files that wait in the queue are not read, and a large one is not sent as a form that the host refuses', async () => {
  const run = async (sdk: Sdk) => {
    const phone = await openPhone(sdk, service, { options: { FileParallelLimit: 1 } });
    phone.gateway.treat = () => ({ after: new Promise(() => undefined) });
    for (let i = 0; i < 10; i++)
      phone.begin('putObject', {
        Key: `p9-${sdk}-${i}`,
        FilePath: phone.host.addFile(madeUpContent(MiB, i)),
      });
    await phone.until(() => phone.gateway.seen.length > 0);
    await phone.pass(1000);
    const readMiB = Math.ceil(phone.host.fileUsage.bytesRead / MiB);
    // A base library before getAppBaseInfo (2.20.1).
    const old = await openPhone(sdk, service, { sdkVersion: '2.19.0' });
    const FilePath = old.host.addFile(madeUpContent(11 * MiB));
    return [readMiB, (await old.call('uploadFile', { Key: `p9-${sdk}`, FilePath })).outcome];
  };

  expect(await run('official')).toEqual([10, 'rejected']);
  expect(await run('here')).toEqual([1, 'resolved']);
});
