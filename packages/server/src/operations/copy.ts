/**
 * The handlers of copies, of whole objects and of ranges as parts. Bytes are shared, unless a customer's key makes them
 * different ones.
 */
import { fault, maxPartBytes, maxPutBytes, type Input, type Operations } from '@sampan/protocol';
import { discardBody } from '../body/discard.ts';
import { customerKey, type CustomerKey } from '../body/encryption.ts';
import { receive, type Received } from '../body/receive.ts';
import { gathered } from '../body/hashing/gather.ts';
import { send } from '../body/send.ts';
import type { IncomingBody } from '../body/stream.ts';
import type { Attributes, Content, NewBody, ObjectVersion, PutPart } from '../metadata/port.ts';
import { attributesFrom, encryptionFields } from './attributes.ts';
import { bucketOf, type Call, type Handler } from './call.ts';
import { findSource, isCustomerEncrypted, type FoundSource } from './copy-source.ts';
import { contentEtag, quoted } from './etag.ts';
import { partKey, partNumber, refOf, uploadOf } from './multipart.ts';
import { writeFault } from './object.ts';
import { listTime } from './pages.ts';

/** How often a copy is tried again when its source changes while it is judged. */
const attempts = 3;

type CopyInput = Input<Operations['putObjectCopy'], never>;
type CopyPartInput = Input<Operations['uploadPartCopy'], never>;

export const putObjectCopy: Handler<'putObjectCopy'> = async (input, call) => {
  return repeated(async () => {
    const source = await findSource(input, call);
    refuseSameObject(input, source);
    if (source.version.sizeBytes > maxPutBytes) throw fault('EntityTooLarge');
    const { attributes, customer } = copiedAttributes(input, source.version, call);
    const made = await copyObject({ input, source, attributes, customer }, call);
    if (!made) return undefined;
    return {
      ETag: quoted(made.etag),
      CRC64: made.crc64,
      LastModified: listTime(made.modifiedAtMs).replace(/\.\d+Z$/, 'Z'),
      VersionId: made.versioning === 'enabled' ? made.versionId : undefined,
      ...encryptionFields(attributes.encryption),
      CopySourceVersionId: source.versionNamed ? source.ref.versionId : undefined,
    };
  });
};

export const uploadPartCopy: Handler<'uploadPartCopy'> = async (input, call) => {
  const number = partNumber(input.PartNumber);
  refuseMixedConditions(input);
  const ref = refOf(input, call);
  const upload = await uploadOf(ref, call);
  const customer = partKey(upload, input);
  return repeated(async () => {
    const source = await findSource(input, call);
    const range = copyRange(input.CopySourceRange, source.version.sizeBytes);
    const part = await copiedPart({ source, range, customer }, call);
    const content = { ...part.content, etag: contentEtag(part.content.etag, upload.encryption) };
    const stored = await call.backend.metadata.putPart({ ...ref, number, content, body: part.body });
    if (!stored.ok) {
      if (Array.isArray(part.body)) await discardBody(call.backend.blobs, part.body as NewBody);
      if (stored.reason === 'sourceChanged') return undefined;
      throw fault('NoSuchUpload');
    }
    return {
      ETag: quoted(content.etag),
      // Quirk: the sample of this answer has no zone in its time; clients that want one take it for UTC.
      LastModified: listTime(stored.modifiedAtMs).replace(/\.\d+Z$/, ''),
      CRC64: content.crc64,
      ...encryptionFields(upload.encryption),
      CopySourceVersionId: source.versionNamed ? source.ref.versionId : undefined,
    };
  });
};

async function repeated<T>(run: () => Promise<T | undefined>): Promise<T> {
  for (let left = attempts; left > 0; left--) {
    const made = await run();
    if (made !== undefined) return made;
  }
  throw fault('PathConflict');
}

function refuseSameObject(input: CopyInput, { ref, versionNamed }: FoundSource): void {
  const same = ref.bucket === input.Bucket && ref.key === input.Key && !versionNamed;
  if (same && !isReplaced(input.MetadataDirective))
    throw fault('InvalidRequest', {
      Message: 'A copy onto itself needs x-cos-metadata-directive: Replaced.',
    });
}

function isReplaced(directive: string | undefined): boolean {
  return /^replaced?$/i.test(directive ?? '');
}

/** Access control, storage class and encryption are never the source's; headers and tags are unless replaced. */
function copiedAttributes(
  input: CopyInput,
  source: ObjectVersion,
  call: Call,
): { attributes: Attributes; customer: CustomerKey | undefined } {
  const customer = customerKey(input);
  const own = attributesFrom(input, bucketOf(call), customer);
  const attributes = {
    ...own,
    headers: isReplaced(input.MetadataDirective) ? own.headers : source.headers,
    tagging: isReplaced(input.TaggingDirective) ? own.tagging : source.tagging,
  };
  return { attributes, customer };
}

interface ObjectCopy {
  readonly input: CopyInput;
  readonly source: FoundSource;
  readonly attributes: Attributes;
  readonly customer: CustomerKey | undefined;
}

/** Undefined when the source changed meanwhile. */
async function copyObject({ input, source, attributes, customer }: ObjectCopy, call: Call) {
  const { metadata, blobs } = call.backend;
  const bucket = bucketOf(call).name;
  const conditions = { forbidOverwrite: input.ForbidOverwrite };
  if (!customer && !isCustomerEncrypted(source.version)) {
    const copied = await metadata.copyVersion({
      source: source.ref,
      bucket,
      key: input.Key,
      attributes,
      conditions,
    });
    if (copied.ok) return copied;
    if (copied.reason === 'sourceChanged') return undefined;
    throw writeFault(copied.reason);
  }
  const whole = { offset: 0, length: source.version.sizeBytes };
  const received = await resent({ source, range: whole, customer }, call);
  const { sizeBytes, crc64 } = received;
  const content = { sizeBytes, crc64, etag: contentEtag(received.md5, attributes.encryption) };
  const put = { bucket, key: input.Key, attributes, content, body: received.body, conditions };
  const written = await metadata.putVersion(put);
  if (written.ok) return { ...written, ...content };
  await discardBody(blobs, received.body);
  throw writeFault(written.reason);
}

interface Range {
  readonly offset: number;
  readonly length: number;
}

/** The bytes that a part takes. The range must lie inside the object: nothing is clipped. */
function copyRange(header: string | undefined, sizeBytes: number): Range {
  if (header === undefined) return limited({ offset: 0, length: sizeBytes });
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(header.trim()) ?? [];
  if (first === undefined || last === undefined)
    throw fault('InvalidArgument', { Message: 'x-cos-copy-source-range is bytes=first-last.' });
  const [from, to] = [Number(first), Number(last)];
  if (from > to || to >= sizeBytes) throw fault('InvalidRange');
  return limited({ offset: from, length: to - from + 1 });
}

function limited(range: Range): Range {
  if (range.length > maxPartBytes) throw fault('EntityTooLarge');
  return range;
}

// Source: https://cloud.tencent.com/document/product/436/8287. The code of the refusal is not documented.
function refuseMixedConditions(input: CopyPartInput): void {
  const match = input.CopySourceIfMatch !== undefined;
  const noneMatch = input.CopySourceIfNoneMatch !== undefined;
  const modified = input.CopySourceIfModifiedSince !== undefined;
  const unmodified = input.CopySourceIfUnmodifiedSince !== undefined;
  if ((modified && (match || unmodified)) || (unmodified && (noneMatch || modified)) || (match && noneMatch))
    throw fault('InvalidArgument', { Message: 'These conditions on the copy source exclude each other.' });
}

interface PartCopy {
  readonly source: FoundSource;
  readonly range: Range;
  readonly customer: CustomerKey | undefined;
}

async function copiedPart(part: PartCopy, call: Call): Promise<Pick<PutPart, 'body' | 'content'>> {
  const { source, range, customer } = part;
  const { version } = source;
  if (customer || isCustomerEncrypted(version)) {
    const { body, sizeBytes, md5, crc64 } = await resent(part, call);
    return { body, content: { sizeBytes, etag: md5, crc64 } };
  }
  return { body: { source: source.ref, ...range }, content: await contentOf(part, call) };
}

/** Digests of a range: known for a whole simple object, otherwise computed by reading it. */
async function contentOf({ source, range }: PartCopy, call: Call): Promise<Content> {
  const { version } = source;
  const whole = range.length === version.sizeBytes;
  const isMd5 = version.type === 'normal' && version.partCount === undefined && !version.encryption;
  if (whole && isMd5) return { sizeBytes: range.length, etag: version.etag, crc64: version.crc64 };
  const hashing = call.backend.receiver.hashing({ sha1: false }, range.length);
  try {
    for await (const _run of gathered(await bytesOf(source, range, call), hashing)); // Hashes on the way.
    const { md5, crc64 } = await hashing.finish();
    return { sizeBytes: range.length, etag: md5, crc64 };
  } finally {
    hashing.end();
  }
}

/** Reads a range and stores it again, under another key or none. */
async function resent({ source, range, customer }: PartCopy, call: Call): Promise<Received> {
  const bytes = await bytesOf(source, range, call);
  const body: IncomingBody = {
    sizeBytes: range.length,
    [Symbol.asyncIterator]: () => bytes,
    async all() {
      const chunks: Uint8Array[] = [];
      for await (const chunk of bytes) chunks.push(Uint8Array.from(chunk));
      return Buffer.concat(chunks);
    },
  };
  return receive(call.backend.receiver, body, { customerKey: customer, client: call.request });
}

async function bytesOf(source: FoundSource, range: Range, call: Call): Promise<AsyncGenerator<Uint8Array>> {
  const version = await call.backend.metadata.version(source.ref, { bytes: true });
  if (version?.kind !== 'object' || version.revision !== source.ref.revision) throw fault('PathConflict');
  const body = await send(call.backend, version, { ...range, key: source.key, signal: call.request.signal });
  return (async function* () {
    if (body instanceof Uint8Array) yield body;
    else yield* body;
  })();
}
