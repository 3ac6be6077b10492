import { describe, expect, test } from 'vitest';
import type { OutgoingRequest } from '../core/platform.ts';
import {
  crc64Of,
  fileParams,
  kindOf,
  leftovers,
  mib,
  nothingLeft,
  objectName,
  rig,
  sampleBytes,
  storedCrc64,
  target,
} from '../testing/rig.ts';
import { putWholeFile, sliceUploadFile, uploadFile } from './upload-file.ts';

const bytes5 = sampleBytes(5 * mib + 17);
const files = { '/a.bin': { bytes: bytes5, modifiedMs: 1 } };

describe('an upload', () => {
  test('has the part size that the options say when it is asked for', async () => {
    const it = rig();
    const lengths = async (ChunkSize: number, more: () => void = () => undefined): Promise<number[]> => {
      Object.assign(it.uploader.options, { ChunkSize });
      const from = it.platform.requests.length;
      const work = uploadFile(it.uploader, { ...target, Body: sampleBytes(6 * mib) });
      more();
      await it.outcome(work);
      const sent = it.platform.requests.slice(from) as OutgoingRequest[];
      return sent
        .filter((request) => kindOf(request) === 'part')
        .map(({ body }) => (body as Uint8Array).length);
    };
    const change = () => Object.assign(it.uploader.options, { ChunkSize: 6 * mib });

    expect(await lengths(2 * mib, change)).toEqual([2 * mib, 2 * mib, 2 * mib]);
    expect(await lengths(3 * mib)).toEqual([3 * mib, 3 * mib]);
  });

  test('in parts stores exactly the bytes and proves it by the CRC-64 of the whole object', async () => {
    const it = rig({ files });

    const { data, error } = await it.outcome(uploadFile(it.uploader, fileParams()));

    expect(error).toBeUndefined();
    expect(storedCrc64(it.service)).toBe(crc64Of(bytes5));
    expect(data).toMatchObject({
      ...target,
      statusCode: 200,
      Location: 'examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/a.bin',
      ETag: it.service.objects.get(objectName)?.ETag,
      CRC64: crc64Of(bytes5),
      UploadId: 'upload-1',
      verified: 'object',
      sentBytes: bytes5.length,
      resentBytes: 0,
      resumedBytes: 0,
    });
  });

  test('leaves no record, upload, timer, lock, listener or open file behind', async () => {
    const it = rig({ files });

    await it.outcome(uploadFile(it.uploader, fileParams()));

    expect(it.service.uploads.size).toBe(0);
    expect(it.platform.records.size).toBe(0);
    expect(leftovers(it)).toEqual(nothingLeft);
  });

  test('of a small file is one request', async () => {
    const bytes = sampleBytes(1000);
    const it = rig({ files: { '/a.bin': { bytes, modifiedMs: 1 } } });

    const { data } = await it.outcome(uploadFile(it.uploader, fileParams()));

    expect(it.service.calls).toEqual(['putObject']);
    expect(storedCrc64(it.service)).toBe(crc64Of(bytes));
    expect(data).toMatchObject({ statusCode: 200, verified: 'object', sentBytes: 1000 });
  });

  test('of an empty file is one request, also where parts were asked for', async () => {
    const it = rig({ files: { '/a.bin': { bytes: new Uint8Array(), modifiedMs: 1 } } });

    const { data } = await it.outcome(sliceUploadFile(it.uploader, fileParams()));

    expect(it.service.calls).toEqual(['putObject']);
    expect(it.service.objects.get(objectName)?.content.length).toBe(0);
    expect(data?.UploadId).toBeUndefined();
  });

  test('takes bytes and text as the body as well as a path', async () => {
    const it = rig();

    await it.outcome(uploadFile(it.uploader, { ...target, Body: bytes5 }));
    expect(storedCrc64(it.service)).toBe(crc64Of(bytes5));
    await it.outcome(putWholeFile(it.uploader, { ...target, Body: 'héllo' }));
    expect(it.service.objects.get(objectName)?.content.length).toBe(6);
  });

  test('uses a SliceSize above 64 MiB no further than 64 MiB, so that no file is held whole', async () => {
    const it = rig({ files: { '/a.bin': { bytes: new Uint8Array(65 * mib), modifiedMs: 1 } } });

    await it.outcome(uploadFile(it.uploader, fileParams({ SliceSize: 100 * mib, ChunkSize: 33 * mib })));

    expect(it.service.calls).not.toContain('putObject');
  });

  test('has parts of SliceSize where no ChunkSize is given, as with the official SDKs', async () => {
    const it = rig({ files: { '/a.bin': { bytes: sampleBytes(12 * mib), modifiedMs: 1 } } });

    const { data } = await it.outcome(uploadFile(it.uploader, fileParams({ SliceSize: 5 * mib })));

    expect(data?.ETag).toMatch(/-3"$/);
  });

  test('refuses a part size, threshold or limit that is no number above 0', async () => {
    const it = rig({ files });

    for (const name of ['SliceSize', 'ChunkSize', 'AsyncLimit']) {
      const { error } = await it.outcome(uploadFile(it.uploader, fileParams({ [name]: -1 })));
      expect(error).toMatchObject({
        code: 'InvalidUsage',
        message: `${name} must be a number above 0, got -1`,
      });
    }
    expect(it.service.calls).toEqual([]);
  });
});

describe('headers of an upload', () => {
  const headers = { 'Cache-Control': 'no-store', 'x-cos-meta-a': '1' };

  test('D11: reach a small file’s request', async () => {
    const it = rig({ files: { '/a.bin': { bytes: sampleBytes(9), modifiedMs: 1 } } });

    await it.outcome(
      uploadFile(
        it.uploader,
        fileParams({ Headers: headers, ContentType: 'image/png', 'x-cos-meta-b': '2' }),
      ),
    );

    expect(it.service.objects.get(objectName)?.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'image/png',
      'x-cos-meta-a': '1',
      'x-cos-meta-b': '2',
    });
  });

  test('reach a large file’s object through the call that begins its upload', async () => {
    const it = rig({ files });

    await it.outcome(uploadFile(it.uploader, fileParams({ Headers: headers, StorageClass: 'STANDARD_IA' })));

    expect(it.service.objects.get(objectName)?.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-cos-meta-a': '1',
      'x-cos-storage-class': 'STANDARD_IA',
    });
  });

  test('D12: a traffic limit and a customer’s key go with every part', async () => {
    const it = rig({ files });

    await it.outcome(
      uploadFile(
        it.uploader,
        fileParams({
          TrafficLimit: 819200,
          Headers: { 'x-cos-server-side-encryption-customer-algorithm': 'AES256' },
        }),
      ),
    );

    const parts = it.platform.requests.filter(({ url }) => url.includes('partNumber'));
    expect(parts).toHaveLength(6);
    for (const part of parts)
      expect(part.headers).toMatchObject({
        'x-cos-traffic-limit': '819200',
        'x-cos-server-side-encryption-customer-algorithm': 'AES256',
      });
  });

  test('PicOperations goes with what makes the object, MimeLimit with what begins it', async () => {
    const it = rig({ files });
    const PicOperations = '{"is_pic_info":1}';

    await it.outcome(uploadFile(it.uploader, fileParams({ PicOperations, MimeLimit: 'image/*' })));
    await it.outcome(
      uploadFile(it.uploader, { ...target, Body: 'abc', PicOperations, MimeLimit: 'image/*' }),
    );

    const sent = it.platform.requests.map((request) => [
      kindOf(request as OutgoingRequest),
      request.headers['pic-operations'],
      request.headers['x-cos-mime-limit'],
    ]);
    expect(sent).toContainEqual(['init', PicOperations, 'image/*']);
    expect(sent).toContainEqual(['complete', PicOperations, undefined]);
    expect(sent).toContainEqual(['put', PicOperations, 'image/*']);
    expect(sent.filter(([kind]) => kind === 'part')).toEqual(Array(6).fill(['part', undefined, undefined]));
  });

  test('D12: UploadCheckContentMd5 sends Content-MD5, UploadAddMetaMd5 stores the MD5 of the file', async () => {
    const it = rig({ files, options: { UploadCheckContentMd5: true, UploadAddMetaMd5: true } });

    await it.outcome(uploadFile(it.uploader, fileParams()));
    await it.outcome(uploadFile(it.uploader, { ...target, Key: 'small', Body: 'abc' }));

    const parts = it.platform.requests.filter(({ url }) => url.includes('partNumber'));
    expect(parts.every(({ headers: { 'content-md5': sent } }) => sent !== undefined)).toBe(true);
    expect(it.service.objects.get(objectName)?.headers['x-cos-meta-md5']).toMatch(/^[0-9a-f]{32}$/);
    expect(it.service.objects.get(`${target.Bucket}/small`)?.headers['x-cos-meta-md5']).toBe(
      '900150983cd24fb0d6963f7d28e17f72',
    );
  });

  test('D12: both names of the ready callback are called, once each, before the call returns', () => {
    const it = rig({ files });
    const ready: string[] = [];

    void uploadFile(
      it.uploader,
      fileParams({ onTaskReady: (id) => ready.push(`on ${id}`), TaskReady: (id) => ready.push(`old ${id}`) }),
    );

    expect(ready).toHaveLength(2);
    expect(ready[0]?.slice(3)).toBe(ready[1]?.slice(4));
  });

  test('D13: a caller’s objects are as they were after two uploads', async () => {
    const it = rig({ files });
    const params = fileParams({ Headers: { a: '1' }, Query: { b: '2' }, ContentType: 'text/plain' });
    const before = JSON.stringify(params);
    Object.freeze(params.Headers);
    Object.freeze(params);

    const first = await it.outcome(uploadFile(it.uploader, params));
    const second = await it.outcome(
      uploadFile(it.uploader, { ...params, ContentType: undefined, Key: 'other' }),
    );

    expect(JSON.stringify(params)).toBe(before);
    expect([first.error, second.error]).toEqual([undefined, undefined]);
    expect(it.service.objects.get(`${target.Bucket}/other`)?.headers['content-type']).toBeUndefined();
  });
});

describe('the cost of an upload', () => {
  test('P7: no MD5 is computed of parts whose CRC-64 the service tells', async () => {
    const it = rig({ files });
    const wanted: boolean[] = [];
    const platform = Object.create(it.platform, {
      digest: {
        value: (bytes: Uint8Array, want: { md5: boolean }) => {
          wanted.push(want.md5);
          return it.platform.digest(bytes, want);
        },
      },
    }) as typeof it.platform;

    await it.outcome(uploadFile({ ...it.uploader, options: it.uploader.options, platform }, fileParams()));

    expect(wanted).toEqual([false, false, false, false, false, false]);
  });

  test('P8: each byte of the file is read once', async () => {
    const it = rig({ files });
    let readBytes = 0;
    const open: typeof it.platform.open = async (input) => {
      const source = await it.platform.open(input);
      if (source.kind === 'sequential') return source;
      return {
        ...source,
        read: (offset, length) => {
          readBytes += length;
          return source.read(offset, length);
        },
      };
    };
    const platform = Object.create(it.platform, { open: { value: open } }) as typeof it.platform;

    await it.outcome(uploadFile({ ...it.uploader, options: it.uploader.options, platform }, fileParams()));

    expect(readBytes).toBe(bytes5.length);
  });
});
