/** Methods that carry the bytes of one object, or of a part of one. */
import {
  appendObject,
  base64Decode,
  getObject,
  hex,
  IntegrityError,
  multipartComplete,
  multipartUpload,
  putObject,
  uploadPartCopy,
  UsageError,
  utf8Decode,
  XmlError,
} from '@sampan/protocol';
import type { CancelSignal } from '../cancel.ts';
import type { Answer } from '../client.ts';
import { appendOnce } from '../upload/append.ts';
import { meter, type Meter } from '../upload/progress.ts';
import { openBody, verifySent } from './body.ts';
import { copyScope, checkCopySource } from './copy.ts';
import { xml2json } from './document.ts';
import { callRow } from './call.ts';
import { locationOf, resultOf, type Instance } from './instance.ts';
import { typeOf } from './mime.ts';
import { cancellerOf, headersOf, listOf, need, needCount, queryOf, type Params } from './params.ts';

type Result = Record<string, unknown>;

/** Headers that every new object gets unless the caller says otherwise. */
export function creationHeaders(params: Params): Record<string, string> {
  // An empty Cache-Control keeps browsers and proxies from adding their own, which would be stored.
  const { type } = Object(params['Body']) as { readonly type?: unknown };
  // A File knows its type better than the name under which it is stored.
  const own = typeof type === 'string' && type !== '' ? type : typeOf(String(params['Key']));
  return { 'cache-control': '', 'content-type': own };
}

/** Stores one object from one body. Runs at once; the queue is the caller's affair. */
export async function sendObject(
  instance: Instance,
  params: Params,
  how: { readonly progress: Meter; readonly signal?: CancelSignal },
): Promise<Result> {
  const { platform, settings } = instance;
  const told = how.progress;
  const addsMd5 = Boolean(params['UploadAddMetaMd5'] ?? settings.UploadAddMetaMd5);
  const body = await openBody(platform, params, { md5: settings.UploadCheckContentMd5 || addsMd5 });
  if (body.size !== undefined) told.expect(body.size);
  told.tell();
  try {
    const answer = await callRow(instance, putObject, params, {
      headers: {
        ...creationHeaders(params),
        ...(body.md5 && settings.UploadCheckContentMd5 ? { 'content-md5': body.md5 } : {}),
        ...(body.md5 && addsMd5
          ? { 'x-cos-meta-md5': hex(base64Decode(body.md5) ?? new Uint8Array(0)) }
          : {}),
      },
      body: body.payload,
      onUploadProgress: (sent) => told.reach(sent),
      ...(how.signal ? { signal: how.signal } : {}),
    });
    const CRC64 = await verifySent(body, answer, 'The object');
    told.finish();
    return resultOf(answer, {
      ...processed(answer),
      Location: locationOf(settings, params),
      ETag: answer.headers['etag'] ?? '',
      ...(CRC64 === undefined ? {} : { CRC64 }),
    });
  } finally {
    told.stop();
    await body.close();
  }
}

/** With `Pic-Operations` the answer has a document, which applications read as it is. */
function processed({ body }: Answer): Result {
  if (typeof body !== 'string' || !body.trim().startsWith('<')) return {};
  try {
    return xml2json(body);
  } catch (error) {
    if (error instanceof XmlError) return {};
    throw error;
  }
}

/** Adds bytes at the end of an object. What is lost on the way is asked for before anything is sent again. */
export async function append(instance: Instance, params: Params): Promise<Result> {
  const Position = needCount(params, 'Position');
  const body = await openBody(instance.platform, params, { md5: false });
  const cancel = cancellerOf(params);
  try {
    if (body.payload instanceof Uint8Array) {
      const { Bucket, Region, Key } = params;
      const answer = await appendOnce(instance.client, instance.platform, {
        call: {
          values: { Bucket, Region, Key },
          headers: { ...creationHeaders(params), ...headersOf(params) },
          query: queryOf(params),
        },
        bytes: body.payload,
        position: Position,
        signal: cancel?.signal,
      });
      return resultOf(answer, {});
    }
    const answer = await callRow(instance, appendObject, params, {
      values: { Position },
      headers: creationHeaders(params),
      body: body.payload,
    });
    // The service's checksum is of the whole object, which only the first append makes.
    if (Position === 0) await verifySent(body, answer, 'The object');
    return resultOf(answer, {});
  } finally {
    cancel?.release();
    await body.close();
  }
}

/** Stores one part. */
export async function uploadPart(instance: Instance, params: Params): Promise<Result> {
  const PartNumber = needCount(params, 'PartNumber', 1);
  const UploadId = need(params, 'UploadId');
  const { UploadCheckContentMd5 } = instance.settings;
  const body = await openBody(instance.platform, params, { md5: UploadCheckContentMd5 });
  const told = meterOf(instance, params);
  if (body.size !== undefined) told.expect(body.size);
  try {
    const answer = await callRow(instance, multipartUpload, params, {
      values: { PartNumber, UploadId },
      headers: body.md5 ? { 'content-md5': body.md5 } : {},
      body: body.payload,
      onUploadProgress: (sent) => told.reach(sent),
    });
    await verifySent(body, answer, 'The part');
    told.finish();
    return resultOf(answer, { ETag: answer.headers['etag'] ?? '' });
  } finally {
    told.stop();
    await body.close();
  }
}

/** Makes one part from an object that the service has. */
export async function copyPart(instance: Instance, params: Params): Promise<Result> {
  const answer = await callRow(instance, uploadPartCopy, params, {
    values: {
      PartNumber: needCount(params, 'PartNumber', 1),
      UploadId: need(params, 'UploadId'),
      CopySource: checkCopySource(params),
    },
    scope: copyScope(params, instance.settings),
  });
  return resultOf(answer, answer.data);
}

/** Turns parts into the object. */
export async function complete(instance: Instance, params: Params): Promise<Result> {
  const UploadId = need(params, 'UploadId');
  const parts = listOf(need(params, 'Parts')).map((part) => {
    const { PartNumber, ETag } = part as Params;
    if (typeof ETag !== 'string' || ETag === '') throw new UsageError('param Parts should have an ETag each');
    return {
      PartNumber: needCount({ PartNumber }, 'PartNumber', 1),
      ETag: ETag.startsWith('"') ? ETag : `"${ETag}"`,
    };
  });
  if (parts.length === 0) throw new UsageError('missing param Parts');
  const answer = await callRow(instance, multipartComplete, params, {
    values: { UploadId, CompleteMultipartUpload: { Part: parts } },
  });
  return resultOf(answer, { ...answer.data, Location: locationOf(instance.settings, params) });
}

/** Reads an object, or a range of it, into memory or into `Output`. */
export async function fetchObject(instance: Instance, params: Params): Promise<Result> {
  refuseRootKey(instance, params);
  const { platform, settings } = instance;
  const { Output } = params;
  if (Output !== undefined && !platform.save)
    throw new UsageError(`Output is not supported on ${platform.name}`);
  const told = meterOf(instance, params);
  try {
    const answer = await callRow(instance, getObject, params, {
      responseType: Output === undefined ? 'bytes' : 'stream',
      timeoutMs: settings.Timeout,
      onDownloadProgress(received, total) {
        if (total !== undefined) told.expect(total);
        told.reach(received);
      },
    });
    if (answer.statusCode === 304) return { NotModified: true, statusCode: 304 };
    const { bytes, crc64 } = await received(instance, answer, Output, told);
    verifyReceived(answer, crc64);
    const Body = asWanted(instance, params, bytes, answer.headers['content-type']);
    told.finish();
    return resultOf(answer, { ETag: answer.headers['etag'] ?? '', ...(Body === undefined ? {} : { Body }) });
  } finally {
    told.stop();
  }
}

/** A stream of an object's bytes, at once; errors arrive through it. */
export function objectStream(instance: Instance, params: Params): unknown {
  const { platform } = instance;
  if (!platform.streamOf) throw new UsageError(`getObjectStream is not supported on ${platform.name}`);
  refuseRootKey(instance, params);
  const pending = callRow(instance, getObject, params, {
    responseType: 'stream',
  }).then(({ body }) => {
    if (typeof body === 'object' && 'hostStream' in body) return body;
    throw new UsageError('the host gave no stream');
  });
  return platform.streamOf(pending).hostStream;
}

async function received(instance: Instance, answer: Answer, output: unknown, told: Meter) {
  const { body } = answer;
  const { platform } = instance;
  if (typeof body === 'object' && 'hostStream' in body && platform.save) {
    const length = Number(answer.headers['content-length']);
    if (Number.isFinite(length)) told.expect(length);
    const { size, crc64 } = await platform.save(body, output, (count) => told.reach(count));
    if (Number.isFinite(length) && size !== length) throw new IntegrityError('The object arrived incomplete');
    return { bytes: undefined, crc64 };
  }
  if (!(body instanceof Uint8Array)) return { bytes: body, crc64: undefined };
  const whole = answer.statusCode === 200;
  const crc64 = whole ? (await platform.digest(body, { md5: false })).crc64 : undefined;
  return { bytes: body, crc64 };
}

/** A whole object has the checksum that the service names; a range has none. */
function verifyReceived({ statusCode, headers }: Answer, crc64: string | undefined): void {
  const held = headers['x-cos-hash-crc64ecma'];
  // Bytes that the service or a proxy has encoded on the way are not those that were stored.
  if (statusCode !== 200 || !crc64 || !held || headers['content-encoding'] || held === crc64) return;
  throw new IntegrityError('The object arrived with other bytes than the service holds', {
    headers,
    statusCode,
  });
}

/** Some keys would be merged away on the way, and the object become its bucket. */
function refuseRootKey({ settings }: Instance, params: Params): void {
  if (!settings.ObjectKeySimplifyCheck) return;
  const left: string[] = [];
  for (const name of String(params['Key']).split('/')) {
    if (name === '..') left.pop();
    else if (name !== '' && name !== '.') left.push(name);
  }
  if (left.length === 0) throw new UsageError('The Getobject Key is illegal');
}

/** The bytes in the form that the caller wants, or that the official SDK of this host gives. */
function asWanted({ platform, objectBody }: Instance, params: Params, body: unknown, type = ''): unknown {
  if (!(body instanceof Uint8Array)) return body;
  const wanted = params['DataType'] ?? objectBody;
  if (wanted === 'text') return utf8Decode(body);
  if (wanted === 'arraybuffer' && objectBody === 'text') return exactBuffer(body);
  return wanted === 'blob' && platform.toBlob ? platform.toBlob(body, type) : body;
}

/** A buffer that holds these bytes and nothing else. */
function exactBuffer(bytes: Uint8Array): ArrayBufferLike {
  const { buffer, byteLength } = bytes;
  return byteLength === buffer.byteLength ? buffer : bytes.slice().buffer;
}

/** The progress of a call that a caller listens to. */
export function meterOf({ platform, settings }: Instance, params: Params): Meter {
  const { onProgress } = params;
  return meter(platform.clock, settings.ProgressInterval, (progress) => {
    if (typeof onProgress !== 'function') return;
    try {
      (onProgress as (progress: unknown) => void)(progress);
    } catch {
      // What a listener does with the news is its own affair.
    }
  });
}
