/**
 * What clients upload into: takes COS, S3, OSS and tus requests, keeps nothing, and compares every byte with the file
 * that it should be. Parts say where they belong by the stamps in the file, so it need not know a client's part size.
 * Checksums of answers are composed of those of each MiB, made beforehand, so that the sink takes little of the machine.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { argv } from 'node:process';
import { crc64, crc64Combine, crc64Empty, crc64Text, type Crc64Value } from '@sampan/protocol';
import { isBodyAt, MiB, noise, stampBytes, stamped } from './content.ts';

/** What arrived since the last question. */
export interface Arrived {
  readonly requests: number;
  readonly connections: number;
  readonly bytes: number;
  /** Bodies that are not what they should be. */
  readonly wrong: number;
}

const largeMiB = Number(argv[2]);
const smallBytes = Number(argv[3]);
const smallCount = Number(argv[4]);

const block = noise(MiB);
const small = noise(smallBytes);
const blockSums = Array.from({ length: largeMiB }, (_, i) => crc64(stamped(block, i)));
const smallSums = Array.from({ length: smallCount }, (_, i) => crc64Text(crc64(stamped(small, i))));

const zero = { requests: 0, connections: 0, bytes: 0, wrong: 0 };
let arrived = { ...zero };
let uploads = 0;
/** Checksums of the parts of an upload, by number. */
const parts = new Map<string, Map<number, { readonly sum: Crc64Value; readonly length: number }>>();

const server = createServer({ highWaterMark: 65_536 }, (request, response) => {
  arrived.requests++;
  const address = new URL(request.url!, 'http://sink');
  const key = address.pathname.slice(address.pathname.lastIndexOf('/') + 1);
  const body = bodyCheck(key, tusOffset(request));
  request.on('data', (chunk: Buffer) => body.take(chunk));
  // A cut-off body of tus counts as far as it came.
  request.on('close', () => keepTusOffset(request, key, body.length));
  request.on('end', () => answer(request, response, { key, query: address.searchParams, body }));
});
server.on('connection', () => arrived.connections++);
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(`ready ${(server.address() as AddressInfo).port}`));
process.on('message', () => {
  process.send?.(arrived satisfies Arrived);
  arrived = { ...zero };
});
process.on('disconnect', () => process.exit(0));

type Body = ReturnType<typeof bodyCheck>;

/** Compares a body with what its key, or the stamp that it begins with, says that it is. */
function bodyCheck(key: string, at?: number) {
  const index = /^small-(\d+)/.exec(key)?.[1];
  let length = at ?? 0;
  let right = true;
  let first = Buffer.alloc(0);
  let start = index === undefined ? (at === undefined ? undefined : 0) : Number(index);
  const compare = (chunk: Buffer, offset: number): void => {
    if (index !== undefined) right &&= isBodyAt(small, start!, chunk, offset);
    else
      for (let from = 0; from < chunk.length;) {
        const within = (offset + from) % MiB;
        const piece = chunk.subarray(from, from + MiB - within);
        right &&= isBodyAt(block, start! + Math.floor((offset + from) / MiB), piece, within);
        from += piece.length;
      }
  };
  return {
    take(chunk: Buffer): void {
      if (start === undefined) {
        first = Buffer.concat([first, chunk]);
        length += chunk.length;
        if (length < stampBytes) return;
        start = Number(first.toString('latin1', 0, stampBytes));
        compare(first, 0);
        return;
      }
      compare(chunk, length);
      length += chunk.length;
    },
    /** What stands for a body of the file; undefined when it is something else, such as a document. */
    end(): { readonly right: boolean; readonly length: number; readonly sum: Crc64Value } {
      arrived.bytes += length;
      if (!right || start === undefined) return { right: false, length, sum: crc64Empty };
      let sum = crc64Empty;
      if (index === undefined)
        for (let i = 0; i < length / MiB; i++)
          sum = crc64Combine(sum, blockSums[start + i] ?? crc64Empty, MiB);
      return { right: index !== undefined || length % MiB === 0, length, sum };
    },
    get length() {
      return length;
    },
    smallSum: index === undefined ? undefined : smallSums[Number(index)],
  };
}

interface Question {
  readonly key: string;
  readonly query: URLSearchParams;
  readonly body: Body;
}

const etag = '"0123456789abcdef0123456789abcdef"';
const ids = { 'x-cos-request-id': 'r', 'x-amz-request-id': 'r', 'x-oss-request-id': 'r' };

function answer(request: IncomingMessage, response: ServerResponse, { key, query, body }: Question): void {
  const uploadId = query.get('uploadId');
  const document = (xml: string, headers: Readonly<Record<string, string>> = {}): void => {
    const bytes = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${xml}`);
    response.writeHead(200, {
      ...ids,
      'Content-Type': 'application/xml',
      'Content-Length': bytes.length,
      ...headers,
    });
    response.end(bytes);
  };
  if (request.headers['tus-resumable'] !== undefined) return answerTus(request, response, body);
  if (request.method === 'POST' && query.has('uploads')) {
    const id = `upload-${++uploads}`;
    parts.set(id, new Map());
    document(
      `<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>${key}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
    );
  } else if (request.method === 'GET' && query.has('uploads')) {
    document(
      '<ListMultipartUploadsResult><Bucket>b</Bucket><KeyMarker/><UploadIdMarker/><MaxUploads>1000</MaxUploads><Prefix/><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>',
    );
  } else if (request.method === 'GET' && uploadId !== null) {
    document(
      `<ListPartsResult><Bucket>b</Bucket><Key>${key}</Key><UploadId>${uploadId}</UploadId><PartNumberMarker>0</PartNumberMarker><MaxParts>1000</MaxParts><IsTruncated>false</IsTruncated></ListPartsResult>`,
    );
  } else if (request.method === 'PUT') {
    const { right, length, sum } = body.end();
    if (!right) arrived.wrong++;
    const number = Number(query.get('partNumber'));
    if (uploadId !== null) parts.get(uploadId)?.set(number, { sum, length });
    const told = body.smallSum ?? crc64Text(sum);
    response.writeHead(200, {
      ...ids,
      ETag: etag,
      'Content-Length': 0,
      'x-cos-hash-crc64ecma': right ? told : '0',
    });
    response.end();
  } else if (request.method === 'POST' && uploadId !== null) {
    const sent = [...(parts.get(uploadId) ?? new Map<number, never>())].toSorted(([a], [b]) => a - b);
    parts.delete(uploadId);
    let whole = crc64Empty;
    for (const [, { sum, length }] of sent) whole = crc64Combine(whole, sum, length);
    document(
      `<CompleteMultipartUploadResult><Location>http://sink/${key}</Location><Bucket>b</Bucket><Key>${key}</Key><ETag>"0123456789abcdef0123456789abcdef-9"</ETag></CompleteMultipartUploadResult>`,
      { 'x-cos-hash-crc64ecma': crc64Text(whole) },
    );
  } else {
    response.writeHead(404, { ...ids, 'Content-Length': 0 }).end();
  }
}

/** Uploads by tus, by their paths. */
const tusUploads = new Map<string, { offset: number; readonly size: number }>();

/** Where the body of a tus request belongs; undefined for all others. */
function tusOffset({ headers }: IncomingMessage): number | undefined {
  const offset = headers['upload-offset'];
  return offset === undefined ? undefined : Number(offset);
}

function keepTusOffset(request: IncomingMessage, key: string, offset: number): void {
  const upload = request.method === 'PATCH' ? tusUploads.get(`/files/${key}`) : undefined;
  if (upload) upload.offset = Math.max(upload.offset, offset);
}

/** As much of https://tus.io/protocols/resumable-upload as a client needs to create an upload and send it whole. */
function answerTus(request: IncomingMessage, response: ServerResponse, body: Body): void {
  const headers = { 'Tus-Resumable': '1.0.0', 'Content-Length': 0 };
  if (request.method === 'POST') {
    const encoded = /filename ([\w+/=]+)/.exec(String(request.headers['upload-metadata']))?.[1] ?? '';
    const name = Buffer.from(encoded, 'base64').toString();
    tusUploads.set(`/files/${name}`, { offset: 0, size: Number(request.headers['upload-length']) });
    response.writeHead(201, { ...headers, Location: `/files/${name}` }).end();
    return;
  }
  if (request.method === 'HEAD') {
    const known = tusUploads.get(request.url!) ?? { offset: 0, size: 0 };
    const place = { 'Upload-Offset': known.offset, 'Upload-Length': known.size, 'Cache-Control': 'no-store' };
    response.writeHead(200, { ...headers, ...place }).end();
    return;
  }
  if (!body.end().right) arrived.wrong++;
  response.writeHead(204, { ...headers, 'Upload-Offset': body.length }).end();
}
