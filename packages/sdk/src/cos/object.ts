/** The object methods with a body: get, put, append and upload part. */
import {
  appendObject,
  getObject,
  IntegrityError,
  multipartComplete,
  multipartUpload,
  putObject,
  uploadPartCopy,
  UsageError,
  utf8Decode,
  XmlError,
} from '@sampan/protocol';
import { isBytes } from '../core/body.ts';
import type { CancelSignal } from '../core/cancel.ts';
import type { CosResponse } from '../client/client.ts';
import { sendBody, type SentBody } from '../client/send-body.ts';
import { md5Hex, sameCrc64, storedCrc64 } from '../client/verify.ts';
import { appendOnce } from '../upload/append.ts';
import type { Meter } from '../upload/queue/progress.ts';
import { openBody, sendNamed } from './body.ts';
import { callOf, callRow, cancellable } from './call.ts';
import { copyScope, checkCopySource } from './copy.ts';
import { xml2json } from './document.ts';
import { eTagOf, filesOf, resultOf, type Instance } from './instance.ts';
import { typeOf } from './mime.ts';
import { headersOf, listOf, need, needCount, queryOf, type Params } from './params.ts';
import { meterOf } from './progress-meter.ts';

type Result = Record<string, unknown>;

/** Headers that every new object gets unless the caller says otherwise. */
export function creationHeaders(params: Params): Record<string, string> {
  // An empty Cache-Control keeps browsers and proxies from adding their own, which would be stored.
  const { Body, Key } = params;
  const { type } = Object(Body) as { readonly type?: unknown };
  const byKind = typeof Body === 'string' ? 'text/plain' : 'application/octet-stream';
  // A File knows its type better than the name under which it is stored.
  const own = typeof type === 'string' && type !== '' ? type : (typeOf(String(Key)) ?? byKind);
  return { 'cache-control': '', 'content-type': own };
}

/** Stores one object from one body. Runs at once; the queue is the caller's affair. */
export async function sendObject(
  instance: Instance,
  params: Params,
  meter: Meter,
  signal: CancelSignal | undefined,
): Promise<Result> {
  const { UploadCheckContentMd5, UploadAddMetaMd5 } = instance.settings;
  const addsMd5 = Boolean(params['UploadAddMetaMd5'] ?? UploadAddMetaMd5);
  const sent = await sendNamed(instance, putObject, params, {
    sendsMd5: UploadCheckContentMd5,
    needsMd5: addsMd5,
    meter,
    what: 'The object',
    fate: 'The object was stored; send it again or delete it.',
    extra(md5) {
      meter.report();
      const headers = creationHeaders(params);
      if (md5 && addsMd5) headers['x-cos-meta-md5'] = md5Hex(md5);
      return signal ? { headers, signal } : { headers };
    },
  });
  const { response } = sent;
  return resultOf(response, {
    ...processed(response),
    ...response.data,
    Location: response.Location,
    ...eTagOf(response),
    ...proofOf(sent),
  });
}

/** A checksum that nothing has confirmed is not given out. */
function proofOf({ isProven, crc64 }: SentBody): Result {
  if (!isProven) return { verified: 'none' };
  return { ...(crc64 === undefined ? {} : { CRC64: crc64 }), verified: 'object' };
}

/** With `Pic-Operations` the answer has a document, which applications read as it is. */
function processed({ body }: CosResponse): Result {
  if (typeof body !== 'string' || !body.trim().startsWith('<')) return {};
  try {
    return xml2json(body);
  } catch (error) {
    if (error instanceof XmlError) return {};
    throw error;
  }
}

/** Appends bytes to an object. After a lost response, a HEAD checks the object before anything is sent again. */
export async function append(instance: Instance, params: Params): Promise<Result> {
  const position = needCount(params, 'Position');
  const { client, platform } = instance;
  const { Bucket, Region, Key } = params;
  const body = await openBody(platform, params, { md5: false });
  const { bytes, hostBody } = body;
  const headers = creationHeaders(params);
  try {
    if (!bytes) {
      const values = { Position: position };
      const sent = await cancellable(params, (signal) =>
        sendBody(
          instance,
          {
            bytes,
            hostBody,
            isWhole: position === 0,
            call: () => callOf(appendObject, params, { values, headers }),
            what: 'The append',
            fate: 'The object holds other bytes; delete it or write it again.',
          },
          { signal },
        ),
      );
      return resultOf(sent.response, {});
    }
    const call = {
      values: { Bucket, Region, Key },
      headers: { ...headers, ...headersOf(params) },
      query: queryOf(params),
    };
    return await cancellable(params, async (signal) =>
      resultOf(await appendOnce(client, platform, { call, bytes, position, signal }), {}),
    );
  } finally {
    await body.close();
  }
}

/** Stores one part. */
export async function uploadPart(instance: Instance, params: Params): Promise<Result> {
  const values = { PartNumber: needCount(params, 'PartNumber', 1), UploadId: need(params, 'UploadId') };
  const { response } = await sendNamed(instance, multipartUpload, params, {
    sendsMd5: instance.settings.UploadCheckContentMd5,
    meter: meterOf(instance, params),
    what: `Part ${values.PartNumber}`,
    fate: 'No object was made.',
    extra: () => ({ values }),
  });
  return resultOf(response, eTagOf(response));
}

/** Makes one part from an object that the service has. */
export async function copyPart(instance: Instance, params: Params): Promise<Result> {
  const response = await callRow(instance, uploadPartCopy, params, {
    values: {
      PartNumber: needCount(params, 'PartNumber', 1),
      UploadId: need(params, 'UploadId'),
      CopySource: checkCopySource(params),
    },
    scope: copyScope(params, instance.settings),
  });
  return resultOf(response, response.data);
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
  const response = await callRow(instance, multipartComplete, params, {
    values: { UploadId, CompleteMultipartUpload: { Part: parts } },
  });
  return resultOf(response, { ...response.data, Location: response.Location });
}

/** Reads an object, or a range of it, into memory or into `Output`. */
export async function fetchObject(instance: Instance, params: Params): Promise<Result> {
  refuseRootKey(instance, params);
  const { platform, settings } = instance;
  const { Output } = params;
  const files = Output === undefined ? undefined : filesOf(instance, 'Output');
  const meter = meterOf(instance, params);
  try {
    const response = await callRow(instance, getObject, params, {
      responseType: files ? 'stream' : 'bytes',
      timeoutMs: settings.Timeout,
      onDownloadProgress(received, total) {
        if (total !== undefined) meter.expect(total);
        meter.reach(received);
      },
    });
    const { statusCode, headers, body } = response;
    if (statusCode === 304) return { NotModified: true, statusCode };
    if (files) verifyReceived(response, await files.saveObject(instance, response, Output, meter));
    else if (isBytes(body) && statusCode === 200)
      verifyReceived(response, (await platform.digest(body, { md5: false })).crc64);
    meter.finish();
    const Body = files ? undefined : asWanted(instance, params, body, headers['content-type']);
    return resultOf(response, { ...eTagOf(response), ...(Body === undefined ? {} : { Body }) });
  } finally {
    meter.stop();
  }
}

/** A whole object has the checksum that the service names; a range has none. */
export function verifyReceived({ statusCode, headers }: CosResponse, crc64: string): void {
  const held = storedCrc64({ headers });
  // Bytes that the service or a proxy has encoded on the way are not those that were stored.
  if (statusCode !== 200 || !held || headers['content-encoding'] || sameCrc64(held, crc64)) return;
  throw new IntegrityError('The object arrived with other bytes than are stored', {
    headers,
    statusCode,
  });
}

/** Some keys would be merged away on the way, and the object become its bucket. */
export function refuseRootKey({ settings }: Instance, params: Params): void {
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
  if (!isBytes(body)) return body;
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
