/* eslint-disable @typescript-eslint/no-unsafe-assignment -- the SDK publishes no types */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUCKET, REGION, codeOf, startOfficial } from './wx-official.ts';
import type { Answer, Official } from './wx-official.ts';

/** cos-wx-sdk-v5 1.8.0: multipart uploads step by step. */

const MIB = 1024 * 1024;
let cos: Official;
beforeAll(async () => {
  cos = await startOfficial();
});
afterAll(() => cos.stop());

const part = (fill: number, size = MIB): ArrayBuffer => new Uint8Array(size).fill(fill).buffer;

async function begin(Key: string, params: object = {}): Promise<{ Key: string; UploadId: string }> {
  const { data } = await cos.call('multipartInit', { Key, ...params });
  return { Key, UploadId: data['UploadId'] as string };
}

async function send(upload: { Key: string; UploadId: string }, PartNumber: number, Body: ArrayBuffer) {
  const { data } = await cos.call('multipartUpload', {
    ...upload,
    PartNumber,
    Body,
    ContentLength: Body.byteLength,
  });
  return { PartNumber, ETag: data['ETag'] as string };
}

describe('a multipart upload', () => {
  test('puts its parts together in order, with the headers given at its beginning', async () => {
    const init = await cos.call('multipartInit', {
      Key: 'multi/a',
      ContentType: 'text/plain',
      ContentDisposition: 'inline',
      'x-cos-meta-a': 'b',
    });
    const upload = { Key: 'multi/a', UploadId: init.data['UploadId'] as string };
    const second = await send(upload, 2, part(2, 10));
    const first = await send(upload, 1, part(1));
    const complete = await cos.call('multipartComplete', { ...upload, Parts: [first, second] });
    const head = await cos.call('headObject', { Key: 'multi/a' });

    expect(init.data).toMatchObject({ statusCode: 200, Bucket: BUCKET, Key: 'multi/a' });
    expect(first.ETag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(complete.data).toMatchObject({
      statusCode: 200,
      Bucket: BUCKET,
      Key: 'multi/a',
      Location: `${BUCKET}.cos.${REGION}.myqcloud.com/multi/a`,
    });
    expect(complete.data['ETag']).toMatch(/^"[0-9a-f]{32}-2"$/);
    expect(head.data['headers']).toMatchObject({
      'content-length': String(MIB + 10),
      'content-type': 'text/plain',
      'content-disposition': 'inline',
      'x-cos-meta-a': 'b',
    });
    expect(await cos.read('multi/a')).toEqual(
      Buffer.concat([Buffer.from(part(1)), Buffer.from(part(2, 10))]),
    );
  });

  test('is listed with its parts in text and arrays until it is aborted', async () => {
    const upload = await begin('multi/listed', { StorageClass: 'STANDARD_IA' });
    const one = await send(upload, 1, part(7, 100));

    const uploads = await cos.call('multipartList', { Prefix: 'multi/listed' });
    const parts = await cos.call('multipartListPart', upload);
    const abort = await cos.call('multipartAbort', upload);
    const after = await cos.call('multipartListPart', upload);
    const left = await cos.call('multipartList', { Prefix: 'multi/listed' });

    expect(uploads.data['Upload']).toMatchObject([
      { Key: 'multi/listed', UploadId: upload.UploadId, StorageClass: 'STANDARD_IA' },
    ]);
    expect(uploads.data).toMatchObject({ IsTruncated: 'false', MaxUploads: '1000', CommonPrefixes: [] });
    expect(parts.data['Part']).toMatchObject([{ PartNumber: '1', ETag: one.ETag, Size: '100' }]);
    expect(abort.data['statusCode']).toBe(204);
    expect(after.error).toMatchObject({ statusCode: 404 });
    expect(codeOf(after)).toBe('NoSuchUpload');
    expect(left.data['Upload']).toEqual([]);
  });

  test('pages through its parts and through uploads', async () => {
    const upload = await begin('multi/paged');
    const other = await begin('multi/paged');
    for (const n of [1, 2, 3]) await send(upload, n, part(n, 10));

    const first = await cos.call('multipartListPart', { ...upload, MaxParts: 2 });
    const rest = await cos.call('multipartListPart', {
      ...upload,
      MaxParts: 2,
      PartNumberMarker: first.data['NextPartNumberMarker'],
    });
    const page = await cos.call('multipartList', { Prefix: 'multi/paged', MaxUploads: 1 });
    const next = await cos.call('multipartList', {
      Prefix: 'multi/paged',
      KeyMarker: page.data['NextKeyMarker'],
      UploadIdMarker: page.data['NextUploadIdMarker'],
    });

    const numbers = (data: Answer) =>
      (data['Part'] as { PartNumber: string }[]).map(({ PartNumber }) => PartNumber);
    expect([numbers(first.data), numbers(rest.data)]).toEqual([['1', '2'], ['3']]);
    expect([first.data['IsTruncated'], rest.data['IsTruncated']]).toEqual(['true', 'false']);
    const ids = [...page.data['Upload'], ...next.data['Upload']].map(
      ({ UploadId }: Answer) => UploadId as string,
    );
    expect(ids.sort()).toEqual([upload.UploadId, other.UploadId].sort());
  });

  test('takes the last of two parts with one number', async () => {
    const upload = await begin('multi/twice');
    await send(upload, 1, part(1, 10));
    const last = await send(upload, 1, part(2, 10));

    await cos.call('multipartComplete', { ...upload, Parts: [last] });

    expect([...(await cos.read('multi/twice'))]).toEqual([...new Uint8Array(part(2, 10))]);
  });

  test('copies a part from another object', async () => {
    await cos.call('putObject', { Key: 'multi/source', Body: '0123456789' });
    const upload = await begin('multi/copied');

    const copied = await cos.call('uploadPartCopy', {
      ...upload,
      PartNumber: 1,
      CopySource: `${BUCKET}.cos.${REGION}.myqcloud.com/multi/source`,
      CopySourceRange: 'bytes=2-5',
    });
    await cos.call('multipartComplete', { ...upload, Parts: [{ PartNumber: 1, ETag: copied.data['ETag'] }] });

    expect((await cos.read('multi/copied')).toString()).toBe('2345');
  });

  test.each([
    [
      'a wrong ETag',
      (parts: Answer[]) => [{ ...parts[0], ETag: '"00000000000000000000000000000000"' }],
      'InvalidPart',
    ],
    [
      'a part that was never sent',
      (parts: Answer[]) => [...parts, { PartNumber: 9, ETag: '"x"' }],
      'InvalidPart',
    ],
    ['a wrong order', (parts: Answer[]) => [...parts].reverse(), 'InvalidPartOrder'],
  ])('refuses to complete with %s', async (_name, change, code) => {
    const upload = await begin('multi/refused');
    const parts = [await send(upload, 1, part(1)), await send(upload, 2, part(2, 10))];

    const reply = await cos.call('multipartComplete', { ...upload, Parts: change(parts) });
    await cos.call('multipartAbort', upload);

    expect(reply.error).toMatchObject({ statusCode: 400 });
    expect(codeOf(reply)).toBe(code);
  });

  test('refuses small parts before the last', async () => {
    const upload = await begin('multi/small');
    const Parts = [await send(upload, 1, part(1, 10)), await send(upload, 2, part(2, 10))];

    const reply = await cos.call('multipartComplete', { ...upload, Parts });

    expect(reply.error).toMatchObject({ statusCode: 400 });
    expect(codeOf(reply)).toBe('EntityTooSmall');
  });

  test('refuses parts of an upload that is not there', async () => {
    const upload = await begin('multi/aborted');
    await cos.call('multipartAbort', upload);

    const replies = [
      await cos.call('multipartUpload', { ...upload, PartNumber: 1, Body: part(1, 10) }),
      await cos.call('multipartComplete', { ...upload, Parts: [{ PartNumber: 1, ETag: '"x"' }] }),
      await cos.call('multipartAbort', upload),
    ];

    expect(replies.map(({ error }) => error?.['statusCode'] as number)).toEqual([404, 404, 404]);
    expect(replies.map(codeOf)).toEqual(['NoSuchUpload', 'NoSuchUpload', 'NoSuchUpload']);
  });
});
