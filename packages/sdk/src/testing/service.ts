/**
 * The service in memory, as strict about the wire as the real one where uploads are concerned: it routes and decodes by
 * the operation table, compares digests and ETags, wants parts without gaps, and answers in the documented forms. What
 * it holds is open to inspection, so that a test can compare what a caller was told with what is there.
 */
import { createHash } from 'node:crypto';
import {
  base64,
  crc64,
  crc64Combine,
  crc64Parse,
  crc64Text,
  decodeRequest,
  encodeResponse,
  hex,
  matchOperation,
  md5,
  operations,
  parseHost,
  utf8Encode,
  type OperationName,
} from '@sampan/protocol';
import type { Clock, IncomingResponse, OutgoingRequest } from '../core/platform.ts';
import { refuse, respond } from './platform.ts';

/** What the model keeps of a body: enough to tell it from any other. */
export interface Content {
  readonly length: number;
  readonly crc64: string;
  /** Hexadecimal. */
  readonly md5: string;
  readonly bytes?: Uint8Array | undefined;
}

export interface StoredObject {
  readonly content: Content;
  readonly ETag: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly appendable: boolean;
}

export interface StoredPart {
  readonly content: Content;
  readonly ETag: string;
  readonly atMs: number;
}

export interface StoredUpload {
  readonly bucket: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly initiatedMs: number;
  readonly parts: Map<number, StoredPart>;
}

export interface ModelOptions {
  readonly clock: Clock;
  /** What a body is; the default takes its bytes. */
  readonly contentOf?: (body: OutgoingRequest['body']) => Content;
  /** Leaves the CRC-64 out of answers, as bucket rules that do not expose it make browsers do. */
  readonly hidesCrc64?: boolean;
  /** Gives ETags that are no MD5, as encryption by a managed key does. */
  readonly opaqueETags?: boolean;
  readonly mostListed?: number;
}

export interface ServiceModel {
  /** Does what the request asks and answers it. */
  answer(request: OutgoingRequest): IncomingResponse;
  /** By bucket and key, `bucket/key`. */
  readonly objects: Map<string, StoredObject>;
  /** By upload id. */
  readonly uploads: Map<string, StoredUpload>;
  /** Operations in the order of arrival. */
  readonly calls: OperationName[];
}

interface ReceivedRequest {
  readonly bucket: string;
  readonly key: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly request: OutgoingRequest;
}

/** Makes a model of the service without objects. Every bucket exists. */
export function serviceModel(options: ModelOptions): ServiceModel {
  const { clock, contentOf = bytesContent, hidesCrc64 = false, opaqueETags = false } = options;
  const mostListed = options.mostListed ?? 1000;
  const objects = new Map<string, StoredObject>();
  const uploads = new Map<string, StoredUpload>();
  const calls: OperationName[] = [];
  let serial = 0;

  const eTagOf = (content: Content): string => `"${opaqueETags ? `kms-${content.crc64}` : content.md5}"`;
  const crcHeader = (content: Content): { CRC64?: string } => (hidesCrc64 ? {} : { CRC64: content.crc64 });
  const ok = (name: OperationName, values: Readonly<Record<string, unknown>> = {}): IncomingResponse => {
    const { status, headers, body } = encodeResponse<string>(operations[name], values);
    return respond(status, { date: new Date(clock.now()).toUTCString(), ...headers }, body ?? '');
  };
  /** The body, or the refusal of one that its `Content-MD5` does not fit. */
  const bodyOf = ({ request, values }: ReceivedRequest): Content | undefined => {
    const content = contentOf(request.body);
    const contentMd5 = values['ContentMD5'];
    return contentMd5 === undefined || contentMd5 === base64(fromHex(content.md5)) ? content : undefined;
  };
  const store = (
    received: ReceivedRequest,
    content: Content,
    appendable = false,
    ETag = eTagOf(content),
  ): StoredObject => {
    const object = { content, ETag, headers: received.request.headers, appendable };
    objects.set(`${received.bucket}/${received.key}`, object);
    return object;
  };
  const uploadOf = ({ values, key, bucket }: ReceivedRequest): StoredUpload | undefined => {
    const upload = uploads.get(values['UploadId'] as string);
    return upload?.key === key && upload.bucket === bucket ? upload : undefined;
  };

  const handlers: Partial<Record<OperationName, (received: ReceivedRequest) => IncomingResponse>> = {
    putObject(received) {
      const content = bodyOf(received);
      if (!content) return refuse(400, 'BadDigest');
      const { ETag } = store(received, content);
      return ok('putObject', { ETag, ...crcHeader(content) });
    },
    headObject({ bucket, key }) {
      const object = objects.get(`${bucket}/${key}`);
      if (!object) return respond(404);
      const { content, ETag } = object;
      return ok('headObject', { ETag, ContentLength: content.length, ...crcHeader(content) });
    },
    getObject({ bucket, key, values }) {
      const object = objects.get(`${bucket}/${key}`);
      if (!object) return refuse(404, 'NoSuchKey');
      const range = /^bytes=(\d+)-(\d+)$/.exec((values['Range'] as string | undefined) ?? '');
      const all = object.content.bytes ?? new Uint8Array();
      const body = range ? all.slice(Number(range[1]), Number(range[2]) + 1) : all;
      return respond(range ? 206 : 200, { etag: object.ETag }, body);
    },
    deleteObject({ bucket, key }) {
      objects.delete(`${bucket}/${key}`);
      return ok('deleteObject');
    },
    appendObject(received) {
      const before = objects.get(`${received.bucket}/${received.key}`);
      const content = bodyOf(received);
      if (!content) return refuse(400, 'BadDigest');
      if (before && !before.appendable) return refuse(409, 'ObjectNotAppendable');
      if ((before?.content.length ?? 0) !== received.values['Position'])
        return refuse(409, 'AppendPositionErr');
      const whole = before ? joined([before.content, content]) : content;
      store(received, whole, true);
      return ok('appendObject', { NextAppendPosition: whole.length, ...crcHeader(whole) });
    },
    multipartInit(received) {
      const UploadId = `upload-${++serial}`;
      const { bucket, key, request } = received;
      const begun = { bucket, key, headers: request.headers, initiatedMs: clock.now(), parts: new Map() };
      uploads.set(UploadId, begun);
      return ok('multipartInit', { Bucket: bucket, Key: key, UploadId });
    },
    multipartUpload(received) {
      const upload = uploadOf(received);
      if (!upload) return refuse(404, 'NoSuchUpload');
      const content = bodyOf(received);
      if (!content) return refuse(400, 'BadDigest');
      const ETag = eTagOf(content);
      upload.parts.set(received.values['PartNumber'] as number, { content, ETag, atMs: clock.now() });
      return ok('multipartUpload', { ETag, ...crcHeader(content) });
    },
    multipartListPart(received) {
      const upload = uploadOf(received);
      if (!upload) return refuse(404, 'NoSuchUpload');
      const marker = (received.values['PartNumberMarker'] as number | undefined) ?? 0;
      const numbers = [...upload.parts.keys()].sort((a, b) => a - b).filter((number) => number > marker);
      const page = numbers.slice(0, mostListed);
      return ok('multipartListPart', {
        Bucket: received.bucket,
        Key: received.key,
        UploadId: received.values['UploadId'],
        Owner: nobody,
        Initiator: nobody,
        PartNumberMarker: marker,
        NextPartNumberMarker: page[page.length - 1],
        StorageClass: 'STANDARD',
        MaxParts: mostListed,
        IsTruncated: page.length < numbers.length,
        Part: page.map((PartNumber) => {
          const { content, ETag, atMs } = upload.parts.get(PartNumber)!;
          return { PartNumber, LastModified: new Date(atMs).toISOString(), ETag, Size: content.length };
        }),
      });
    },
    multipartComplete(received) {
      const upload = uploadOf(received);
      if (!upload) return refuse(404, 'NoSuchUpload');
      const named = received.values['Part'] as readonly { PartNumber: number; ETag: string }[];
      const chosen: StoredPart[] = [];
      for (const [index, { PartNumber, ETag }] of named.entries()) {
        const part = upload.parts.get(PartNumber);
        if (PartNumber !== index + 1 || part?.ETag !== ETag) return refuse(400, 'InvalidPart');
        if (index < named.length - 1 && part.content.length < 1_048_576) return refuse(400, 'EntityTooSmall');
        chosen.push(part);
      }
      if (chosen.length === 0) return refuse(400, 'MalformedXML');
      uploads.delete(received.values['UploadId'] as string);
      const content = joined(chosen.map((part) => part.content));
      const creating = { ...received, request: { ...received.request, headers: upload.headers } };
      const { ETag } = store(creating, content, false, `"${content.md5}-${chosen.length}"`);
      const { bucket, key } = received;
      const answer = { Location: `http://${bucket}/${key}`, Bucket: bucket, Key: key, ETag };
      return ok('multipartComplete', { ...answer, ...crcHeader(content) });
    },
    multipartAbort(received) {
      if (!uploadOf(received)) return refuse(404, 'NoSuchUpload');
      uploads.delete(received.values['UploadId'] as string);
      return ok('multipartAbort');
    },
    multipartList({ bucket, values }) {
      const prefix = (values['Prefix'] as string | undefined) ?? '';
      const found = [...uploads].filter(([, it]) => it.bucket === bucket && it.key.startsWith(prefix));
      return ok('multipartList', {
        Bucket: bucket,
        KeyMarker: '',
        UploadIdMarker: '',
        MaxUploads: 1000,
        IsTruncated: false,
        Prefix: prefix,
        CommonPrefixes: [],
        Upload: found.map(([UploadId, { key, initiatedMs }]) => ({
          Key: key,
          UploadId,
          StorageClass: 'STANDARD',
          Initiator: nobody,
          Owner: nobody,
          Initiated: new Date(initiatedMs).toISOString(),
        })),
      });
    },
  };

  return {
    objects,
    uploads,
    calls,
    answer(request) {
      const { host, path, query } = splitUrl(request.url);
      const target = parseHost(host);
      if (target?.kind !== 'bucket') return refuse(400, 'InvalidURI');
      const key = decodeURIComponent(path.slice(1));
      const route = { method: request.method, query, headers: request.headers };
      const match = matchOperation(operations, { ...route, target: key === '' ? 'bucket' : 'object' });
      if (match.kind !== 'operation') return refuse(405, 'MethodNotAllowed');
      calls.push(match.name);
      const body = typeof request.body === 'string' ? request.body : undefined;
      const values = decodeRequest(operations[match.name], { query, headers: request.headers, body });
      const handler = handlers[match.name];
      return handler
        ? handler({ bucket: target.bucket, key, values, request })
        : refuse(501, 'NotImplemented');
    },
  };
}

const nobody = { ID: '1250000000', DisplayName: '1250000000' };

/** The content of a body of bytes. */
export function bytesContent(body: OutgoingRequest['body']): Content {
  const bytes =
    typeof body === 'string' ? utf8Encode(body) : body instanceof Uint8Array ? body : new Uint8Array();
  return {
    length: bytes.length,
    crc64: crc64Text(crc64(bytes)),
    md5: createHash('md5').update(bytes).digest('hex'),
    bytes,
  };
}

/** Contents laid end to end. */
export function joined(contents: readonly Content[]): Content {
  let length = 0;
  let whole = { hi: 0, lo: 0 };
  for (const content of contents) {
    whole = crc64Combine(whole, crc64Parse(content.crc64)!, content.length);
    length += content.length;
  }
  const isReal = contents.every((content) => content.bytes);
  return {
    length,
    crc64: crc64Text(whole),
    // Of an object of several parts the ETag is opaque; it only has to depend on the content.
    md5: hex(md5(utf8Encode(contents.map((content) => content.md5).join()))),
    bytes: isReal
      ? concatenated(
          contents.map((content) => content.bytes!),
          length,
        )
      : undefined,
  };
}

function concatenated(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function splitUrl(url: string): { host: string; path: string; query: Record<string, string> } {
  const [, host = '', path = '', text = ''] = /^https?:\/\/([^/?]+)([^?]*)\??(.*)$/.exec(url) ?? [];
  const query: Record<string, string> = {};
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decodeURIComponent(at < 0 ? pair : pair.slice(0, at));
    query[name] = at < 0 ? '' : decodeURIComponent(pair.slice(at + 1));
  }
  return { host, path, query };
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
