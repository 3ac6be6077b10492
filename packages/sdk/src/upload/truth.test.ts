import { isIntegrityError, isServiceError, isTransportError } from '@sampan/protocol';
import { describe, expect, test } from 'vitest';
import { refuse, respond, type Scripted } from '../testing/platform.ts';
import type { IncomingResponse, OutgoingRequest } from '../core/platform.ts';
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
} from '../testing/rig.ts';
import { uploadFile } from './upload-file.ts';

const bytes = sampleBytes(4 * mib);
const files = { '/a.bin': { bytes, modifiedMs: 1 } };
const small = { '/a.bin': { bytes: sampleBytes(100), modifiedMs: 1 } };
const page = '<html><body>Please log in to the network</body></html>';

/** Changes the service's answers to one kind of request. */
function changing(
  kind: ReturnType<typeof kindOf>,
  change: (answer: IncomingResponse, times: number) => Scripted,
) {
  let times = 0;
  return (request: OutgoingRequest, answer: () => Scripted): Scripted | undefined =>
    kindOf(request) === kind ? change(answer() as IncomingResponse, ++times) : undefined;
}

describe('success is true', () => {
  test('D1: a Complete that answers 200 with an error document is a failure', async () => {
    const error = refuse(200, 'AccessDenied');
    const it = rig({ files, between: (request) => (kindOf(request) === 'complete' ? error : undefined) });

    const outcome = await it.outcome(uploadFile(it.uploader, fileParams()));

    expect(isServiceError(outcome.error)).toBe(true);
    expect(outcome.error).toMatchObject({ code: 'AccessDenied', statusCode: 200, UploadId: 'upload-1' });
    expect(leftovers(it)).toEqual(nothingLeft);
  });

  test('D1: a Complete that fails late with InternalError is tried again', async () => {
    let failures = 0;
    const it = rig({
      files,
      between: (request) =>
        kindOf(request) === 'complete' && failures++ < 2 ? refuse(200, 'InternalError') : undefined,
    });

    const { data } = await it.outcome(uploadFile(it.uploader, fileParams()));

    expect(data?.CRC64).toBe(crc64Of(bytes));
  });

  test('D4: a part that arrived changed is sent again', async () => {
    const it = rig({
      files,
      between: changing('part', (answer, times) =>
        times === 2 ? respond(200, { ...answer.headers, 'x-cos-hash-crc64ecma': '12345' }) : answer,
      ),
    });

    const { data } = await it.outcome(uploadFile(it.uploader, fileParams()));

    expect(storedCrc64(it.service)).toBe(crc64Of(bytes));
    expect(data).toMatchObject({ sentBytes: 5 * mib, resentBytes: mib });
  });

  test('D4: a part that always arrives changed fails the upload, which says that there is no object', async () => {
    const it = rig({
      files,
      between: changing('part', (answer) => respond(200, { ...answer.headers, 'x-cos-hash-crc64ecma': '1' })),
    });

    const { error } = await it.outcome(uploadFile(it.uploader, fileParams()));

    expect(isIntegrityError(error)).toBe(true);
    expect((error as Error).message).toContain('No object was made.');
    expect(it.service.objects.size).toBe(0);
  });

  test('D4: an object whose checksum differs is an IntegrityError that tells where the object is', async () => {
    const it = rig({
      files,
      between: changing('complete', (answer) =>
        respond(200, { ...answer.headers, 'x-cos-hash-crc64ecma': '1' }, answer.body as string),
      ),
    });

    const { error } = await it.outcome(uploadFile(it.uploader, fileParams()));

    expect(isIntegrityError(error)).toBe(true);
    expect((error as Error).message).toContain('stands under this key');
    expect(it.platform.records.size).toBe(0);
  });

  test('D4: a small object that arrived changed is sent again, and if it stays so its fate is told', async () => {
    const it = rig({
      files: small,
      between: changing('put', (answer) => respond(200, { ...answer.headers, 'x-cos-hash-crc64ecma': '1' })),
    });

    const { error } = await it.outcome(uploadFile(it.uploader, fileParams()));

    expect(isIntegrityError(error)).toBe(true);
    expect((error as Error).message).toContain('The object was stored');
    expect(it.service.calls).toEqual(['putObject', 'putObject', 'putObject']);
  });

  test('D15: the page of a captive portal is no success', async () => {
    const portal = respond(200, { 'x-cos-request-id': '', 'content-type': 'text/html' }, page);
    const it = rig({ files: small, between: () => portal });

    const { error } = await it.outcome(uploadFile(it.uploader, fileParams()));

    expect(isTransportError(error)).toBe(true);
    expect(it.service.objects.size).toBe(0);
    expect(leftovers(it)).toEqual(nothingLeft);
  });

  test('L5: an answer to a part without an ETag is no success and leaves nothing pending', async () => {
    const it = rig({
      files,
      between: changing('part', ({ headers: { etag: _, ...rest } }) => respond(200, rest)),
    });

    const { error } = await it.outcome(uploadFile(it.uploader, fileParams()));

    expect(isTransportError(error)).toBe(true);
    expect(leftovers(it)).toEqual(nothingLeft);
  });

  test('L6: a cut-off document is no uncaught exception but an answer that is asked for again', async () => {
    const it = rig({
      files,
      between: changing('init', (answer, times) =>
        times === 1 ? respond(200, answer.headers, (answer.body as string).slice(0, 70)) : answer,
      ),
    });

    const { data } = await it.outcome(uploadFile(it.uploader, fileParams()));

    expect(data?.CRC64).toBe(crc64Of(bytes));
  });

  test('a Complete whose answer got lost is recognised by the object that it made', async () => {
    let lost = 0;
    const it = rig({
      files,
      between(request, answer) {
        if (kindOf(request) !== 'complete' || lost++ > 0) return undefined;
        void answer();
        return new Error('connection reset');
      },
    });

    const { data } = await it.outcome(uploadFile(it.uploader, fileParams()));

    expect(data).toMatchObject({ CRC64: crc64Of(bytes), verified: 'object', sentBytes: bytes.length });
    expect(it.service.uploads.size).toBe(0);
  });

  test('a Complete whose answers got lost and were cut off is recognised too', async () => {
    let times = 0;
    const it = rig({
      files,
      between(request, answer) {
        if (kindOf(request) !== 'complete') return undefined;
        void answer();
        return times++ === 0 ? new Error('reset') : respond(404);
      },
    });

    const { data } = await it.outcome(uploadFile(it.uploader, fileParams()));

    expect(data).toMatchObject({ UploadId: 'upload-1', CRC64: crc64Of(bytes), verified: 'object' });
  });

  test('an upload that someone aborted is made afresh, not taken for done', async () => {
    const it = rig({
      files,
      between(request, answer) {
        if (kindOf(request) === 'part' && partNumberOf(request) === 3 && it.service.calls.length === 3)
          it.service.uploads.clear();
        return answer();
      },
    });

    const { data } = await it.outcome(uploadFile(it.uploader, fileParams({ ChunkSize: mib, AsyncLimit: 1 })));

    expect(data?.UploadId).toBe('upload-2');
    expect(storedCrc64(it.service)).toBe(crc64Of(bytes));
  });

  test('an upload that keeps being aborted ends with an error', async () => {
    const it = rig({
      files,
      between(request, answer) {
        if (kindOf(request) === 'part') it.service.uploads.clear();
        return answer();
      },
    });

    const { error } = await it.outcome(uploadFile(it.uploader, fileParams()));

    expect(error).toMatchObject({ code: 'NoSuchUpload' });
  });

  test('D7: an upload whose parts someone else replaced is made afresh', async () => {
    let replaced = false;
    const it = rig({
      files,
      between(request, answer) {
        if (kindOf(request) === 'complete' && !replaced) {
          replaced = true;
          const upload = it.service.uploads.get('upload-1')!;
          upload.parts.set(2, { ...upload.parts.get(1)! });
        }
        return answer();
      },
    });

    const { data } = await it.outcome(uploadFile(it.uploader, fileParams()));

    expect(storedCrc64(it.service)).toBe(crc64Of(bytes));
    expect(data?.UploadId).toBe('upload-2');
    expect(it.service.uploads.size).toBe(0);
  });
});

describe('bytes that were sent are told', () => {
  /** Breaks the connection of the first tries of the second part. */
  const breaking = (tries: number, notify?: (request: OutgoingRequest) => void) => {
    let broken = 0;
    return (request: OutgoingRequest): Scripted | undefined => {
      if (kindOf(request) !== 'part') return undefined;
      notify?.(request);
      return partNumberOf(request) === 2 && broken++ < tries ? new Error('reset') : undefined;
    };
  };

  test('by a host that tells nothing: each try as if it had sent all', async () => {
    const it = rig({ files, between: breaking(3) });

    const { data } = await it.outcome(uploadFile(it.uploader, fileParams()));

    expect(data).toMatchObject({ sentBytes: 7 * mib, resentBytes: 3 * mib });
  });

  test('by a host that tells how far each try has come, although the next one begins further on', async () => {
    let at = 0;
    const it = rig({
      files,
      between: breaking(3, ({ onUploadProgress }) => onUploadProgress?.(++at * 1000)),
    });

    const { data } = await it.outcome(uploadFile(it.uploader, fileParams({ AsyncLimit: 1 })));

    expect(data).toMatchObject({ resentBytes: 2000 + 3000 + 4000 });
  });
});

test('an object that a HEAD shows without an ETag is asked for again', async () => {
  let completed = 0;
  let headed = 0;
  const it = rig({
    files,
    between(request, answer) {
      if (kindOf(request) === 'complete' && completed++ === 0) {
        void answer();
        return new Error('reset');
      }
      if (kindOf(request) !== 'head' || headed++ > 0) return undefined;
      const { etag: _, ...headers } = (answer() as IncomingResponse).headers;
      return respond(200, headers);
    },
  });

  const { data } = await it.outcome(uploadFile(it.uploader, fileParams()));

  expect(headed).toBe(2);
  expect(data?.ETag).toMatch(/^"[0-9a-f]{32}-4"$/);
});

describe('where answers show no CRC-64', () => {
  test('an older object of as many bytes and parts is not taken for the one that was to be made', async () => {
    const older = { '/a.bin': { bytes: sampleBytes(4 * mib, 2), modifiedMs: 1 } };
    const first = rig({ files: older, model: { hidesCrc64: true } });
    await first.outcome(uploadFile(first.uploader, fileParams()));
    let removed = 0;
    const it = rig({
      files,
      service: first.service,
      clock: first.clock,
      between(request) {
        if (kindOf(request) === 'complete' && removed++ === 0) first.service.uploads.clear();
        return undefined;
      },
    });

    const { data } = await it.outcome(uploadFile(it.uploader, fileParams()));

    expect(storedCrc64(first.service)).toBe(crc64Of(bytes));
    expect(data?.UploadId).toBe('upload-3');
  });

  test('parts are proven by the MD5 that their ETag is, and none is sent twice', async () => {
    const it = rig({ files, model: { hidesCrc64: true } });

    const { data } = await it.outcome(uploadFile(it.uploader, fileParams()));

    expect(storedCrc64(it.service)).toBe(crc64Of(bytes));
    expect(data).toMatchObject({ verified: 'parts', CRC64: crc64Of(bytes), resentBytes: 0 });
  });

  test('and ETags are no MD5, no part is sent twice, and the result says what is not proven', async () => {
    const it = rig({ files, model: { hidesCrc64: true, opaqueETags: true } });

    const { data } = await it.outcome(uploadFile(it.uploader, fileParams()));

    expect(data).toMatchObject({ verified: 'none', resentBytes: 0 });
    expect(data).not.toHaveProperty('CRC64');
    expect(storedCrc64(it.service)).toBe(crc64Of(bytes));
    const last = it.platform.requests.filter(({ url }) => url.includes('partNumber')).at(-1);
    expect(last?.headers['content-md5']).toBeDefined();
  });

  test('and ETags are no MD5, the MD5 that goes along with each part proves them', async () => {
    const it = rig({ files, model: { hidesCrc64: true, opaqueETags: true } });

    const { data } = await it.outcome(uploadFile(it.uploader, fileParams({ UploadCheckContentMd5: true })));

    expect(data).toMatchObject({ verified: 'parts', CRC64: crc64Of(bytes), resentBytes: 0 });
  });

  test('a part that was not proven is proven by a later run, or sent again', async () => {
    const model = { hidesCrc64: true, opaqueETags: true };
    const first = rig({
      files,
      model,
      between: (request) => (partNumberOf(request) === 4 ? respond(403) : undefined),
    });
    await first.outcome(uploadFile(first.uploader, fileParams({ AsyncLimit: 1 })));
    const { service, clock } = first;
    const it = rig({ files, service, clock, records: first.platform.records });

    const { data } = await it.outcome(uploadFile(it.uploader, fileParams({ UploadCheckContentMd5: true })));

    expect(data).toMatchObject({ verified: 'parts', resumedBytes: 2 * mib });
  });

  test('nor any other header, as in a page whose bucket exposes none, each request is sent once', async () => {
    const bare = ({ status, headers, body }: IncomingResponse): IncomingResponse => ({
      status,
      headers: headers['content-length'] ? { 'content-length': headers['content-length'] } : {},
      body,
    });
    for (const given of [files, small]) {
      const it = rig({
        files: given,
        platform: { hidesHeaders: true },
        between: (_request, answer) => bare(answer() as IncomingResponse),
      });

      const { data } = await it.outcome(uploadFile(it.uploader, fileParams()));

      const isLarge = given === files;
      expect(storedCrc64(it.service)).toBe(crc64Of(given['/a.bin'].bytes));
      expect(data).toMatchObject({ verified: isLarge ? 'parts' : 'none', resentBytes: 0 });
      const parts = ['multipartUpload', 'multipartUpload', 'multipartUpload', 'multipartUpload'];
      expect(it.service.calls).toEqual(
        isLarge
          ? ['multipartInit', ...parts, 'multipartListPart', 'multipartComplete', 'headObject']
          : ['putObject'],
      );
    }
  });

  test('a body that the service finds changed is sent again', async () => {
    let bad = 0;
    const it = rig({
      files,
      model: { hidesCrc64: true },
      between: (request) =>
        kindOf(request) === 'part' && bad++ === 1 ? refuse(400, 'BadDigest') : undefined,
    });

    const { data } = await it.outcome(uploadFile(it.uploader, fileParams()));

    expect(data?.CRC64).toBe(crc64Of(bytes));
  });
});
