/** The handlers of multipart uploads. Completing one refers to the bytes of its parts and copies none. */
import {
  encodeKeyPath,
  fault,
  maxPartBytes,
  maxPartNumber,
  minPartBytes,
  minPartNumber,
  type Input,
  type Operations,
} from '@sampan/protocol';
import { writtenAs } from '../access/identity.ts';
import { discardBody } from '../body/discard.ts';
import { customerKey, readingKey, type CustomerKeyFields } from '../body/encryption.ts';
import { receive } from '../body/receive.ts';
import type { Upload, UploadMarker, UploadRef } from '../metadata/port.ts';
import { attributesFrom, encryptionFields } from './attributes.ts';
import { appOwner } from './bucket.ts';
import { bucketOf, type Call, type Handler } from './call.ts';
import { follow, followedElements, readFollowUp, type Stored } from './callback.ts';
import { contentEtag, multipartEtag, quoted, unquoted } from './etag.ts';
import { storedAs } from './object.ts';
import { delimiterOf, keyWriter, listTime, namedObject, pageSize, readInPieces } from './pages.ts';
import { slowed, trafficLimit } from './traffic.ts';

interface UploadFields {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
}

export const multipartInit: Handler<'multipartInit'> = async (input, call) => {
  const bucket = bucketOf(call);
  const attributes = attributesFrom(input, bucket, customerKey(input));
  const limit = trafficLimit(input.TrafficLimit, input.TrafficLimitQuery);
  const created = await call.backend.metadata.createUpload({
    bucket: bucket.name,
    key: input.Key,
    initiator: writtenAs(call.identity),
    attributes: limit === undefined ? attributes : withLimit(attributes, limit),
  });
  if (!created.ok) throw fault('NoSuchBucket');
  const { EncodingType, Key } = namedObject(input.Key);
  return {
    EncodingType,
    Bucket: bucket.name,
    Key,
    UploadId: created.uploadId,
    ...encryptionFields(attributes.encryption),
  };
};

export const multipartUpload: Handler<'multipartUpload'> = async (input, call) => {
  const number = partNumber(input.PartNumber);
  const ref = refOf(input, call);
  const upload = await uploadOf(ref, call);
  const key = partKey(upload, input);
  const limit = trafficLimit(input.TrafficLimit, input.TrafficLimitQuery, upload.headers[limitHeader]);
  const received = await receive(call.backend.receiver, slowed(input.Body, limit, call), {
    limitBytes: maxPartBytes,
    contentMd5: input.ContentMD5,
    contentSha1: input.ContentSHA1,
    customerKey: key,
    client: call.request,
  });
  const { sizeBytes, crc64 } = received;
  const etag = contentEtag(received.md5, upload.encryption);
  const stored = await call.backend.metadata.putPart({
    ...ref,
    number,
    content: { sizeBytes, etag, crc64 },
    body: received.body,
  });
  if (!stored.ok) {
    await discardBody(call.backend.blobs, received.body);
    throw fault('NoSuchUpload');
  }
  return { ETag: quoted(etag), CRC64: crc64, ...encryptionFields(upload.encryption) };
};

export const multipartListPart: Handler<'multipartListPart'> = async (input, call) => {
  if (input.UploadId === '') throw fault('ListPartUploadIdIsEmpty');
  const limit = pageSize('max-parts', input.MaxParts);
  const after = input.PartNumberMarker ?? 0;
  const upload = await uploadOf(refOf(input, call), call);
  const { metadata, share } = call.backend;
  const page = await readInPieces(share, { limit, after }, async (part) => {
    const found = await metadata.parts(refOf(input, call), { ...part, after: part.after ?? 0 });
    if (!found) throw fault('NoSuchUpload');
    return { items: found.parts, prefixes: [], next: found.more ? found.parts.at(-1)?.number : undefined };
  });
  // The one key is the request's own, so it can be encoded unasked.
  const { EncodingType, Key } =
    input.EncodingType === 'url'
      ? { EncodingType: input.EncodingType, Key: encodeKeyPath(input.Key) }
      : namedObject(input.Key);
  return {
    Bucket: input.Bucket,
    EncodingType,
    Key,
    UploadId: input.UploadId,
    Owner: appOwner(input.Bucket),
    PartNumberMarker: after,
    Initiator: initiator(upload),
    Part: page.items.map((part) => ({
      PartNumber: part.number,
      LastModified: listTime(part.modifiedAtMs),
      ETag: quoted(part.etag),
      Size: part.sizeBytes,
    })),
    NextPartNumberMarker: page.next,
    StorageClass: classWord(upload.storageClass),
    MaxParts: limit,
    IsTruncated: page.next !== undefined,
  };
};

export const multipartComplete: Handler<'multipartComplete'> = async (input, call) => {
  const followUp = readFollowUp(input);
  const ref = refOf(input, call);
  const parts = listedParts(input);
  // Read before it is gone: the answer names the encryption.
  const upload = await call.backend.metadata.upload(ref);
  const completed = await call.backend.metadata.completeUpload({
    ...ref,
    parts,
    etag: multipartEtag(parts.map(({ etag }) => etag)),
    minPartBytes,
    conditions: { forbidOverwrite: input.ForbidOverwrite },
  });
  if (!completed.ok) throw completionFault(completed.reason);
  const followed =
    followUp &&
    (await follow(followUp, await storedBy(call, input, completed, upload), call.backend.callbacks));
  const named = namedObject(input.Key, call.address.path);
  const failed = followed?.callback?.ok === false || followed?.returnBody?.ok === false;
  return {
    // Where the answer was late, its status is out: then the elements alone say it.
    ...(failed && { statusCode: 203 }),
    ...(followed && followedElements(followed)),
    ...named,
    Location: `http://${call.address.host}${named.Location}`,
    Bucket: input.Bucket,
    ETag: quoted(completed.etag),
    CRC64: completed.crc64,
    // Quirk: unlike PUT Object, a suspended bucket's answer names the null version.
    VersionId: completed.versioning === 'never' ? undefined : completed.versionId,
    ...encryptionFields(upload?.encryption),
  };
};

/** What was made: of an upload that an earlier, unanswered request completed, only the object is left. */
async function storedBy(
  call: Call,
  input: { readonly Bucket: string; readonly Key: string },
  content: { readonly etag: string; readonly sizeBytes: number },
  upload: Upload | undefined,
): Promise<Stored> {
  if (upload) return storedAs(input, content, upload, call);
  const made = await call.backend.metadata.version({ bucket: input.Bucket, key: input.Key });
  return storedAs(input, content, made?.kind === 'object' ? made : { headers: {} }, call);
}

export const multipartAbort: Handler<'multipartAbort'> = async (input, call) => {
  const aborted = await call.backend.metadata.abortUpload(refOf(input, call));
  if (!aborted.ok) throw fault('NoSuchUpload');
  return {};
};

export const multipartList: Handler<'multipartList'> = async (input, call) => {
  const bucket = bucketOf(call);
  const limit = pageSize('max-uploads', input.MaxUploads);
  const delimiter = delimiterOf(input.Delimiter);
  const { KeyMarker: key, UploadIdMarker: uploadId, EncodingType } = input;
  const { metadata, share } = call.backend;
  const after: UploadMarker | undefined = key === undefined ? undefined : { key, uploadId };
  const page = await readInPieces(share, { limit, after }, (part) =>
    metadata.listUploads({ bucket: bucket.name, prefix: input.Prefix, delimiter, ...part }),
  );
  const write = keyWriter(EncodingType);
  const { next } = page;
  return {
    Bucket: bucket.name,
    EncodingType,
    KeyMarker: write(key ?? ''),
    UploadIdMarker: uploadId ?? '',
    NextKeyMarker: next && write(next.key),
    NextUploadIdMarker: next && (next.uploadId ?? ''),
    MaxUploads: limit,
    IsTruncated: next !== undefined,
    Prefix: write(input.Prefix ?? ''),
    Delimiter: delimiter && write(delimiter),
    Upload: page.items.map((upload) => ({
      Key: write(upload.key),
      UploadId: upload.uploadId,
      StorageClass: classWord(upload.storageClass),
      Initiator: initiator(upload),
      Owner: account(upload.owner),
      Initiated: listTime(upload.startedAtMs),
    })),
    CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: write(Prefix) })),
  };
};

/** The upload's attribute for the speed limit of its Initiate; no response carries it. */
const limitHeader = 'x-cos-traffic-limit';

function withLimit<T extends Pick<Upload, 'headers'>>(attributes: T, limit: number): T {
  return { ...attributes, headers: { ...attributes.headers, [limitHeader]: String(limit) } };
}

/** The upload that a call is about. Throws `NoSuchUpload`. */
export async function uploadOf(ref: UploadRef, call: Call): Promise<Upload> {
  const upload = await call.backend.metadata.upload(ref);
  if (!upload) throw fault('NoSuchUpload');
  return upload;
}

/** Names the upload of a call. */
export function refOf(input: UploadFields, call: Call): UploadRef {
  return { bucket: bucketOf(call).name, key: input.Key, uploadId: input.UploadId };
}

/** A part number that may be used. */
export function partNumber(number: number): number {
  if (number < minPartNumber || number > maxPartNumber)
    throw fault('InvalidArgument', {
      Message: `partNumber is a number from ${minPartNumber} to ${maxPartNumber}.`,
    });
  return number;
}

/** The customer's key for a part: needed when the upload was started with one, refused otherwise. */
export function partKey(upload: Upload, fields: CustomerKeyFields) {
  return readingKey(upload.encryption, fields);
}

function listedParts(input: Input<Operations['multipartComplete'], never>) {
  const { Part } = input;
  // Observed by users of the official Node SDK: number 0 is taken for a malformed document.
  if (
    Part.length === 0 ||
    Part.length > maxPartNumber ||
    Part.some(({ PartNumber }) => PartNumber < minPartNumber)
  )
    throw fault('MalformedXML');
  const ascending = Part.every(({ PartNumber }, at) => at === 0 || PartNumber > Part[at - 1]!.PartNumber);
  if (!ascending) throw fault('InvalidPartOrder');
  const contiguous = Part.every(({ PartNumber }, at) => PartNumber === Part[0]!.PartNumber + at);
  // Source: https://cloud.tencent.com/document/product/436/7742
  if (!contiguous) throw fault('InvalidPart', { Message: 'The numbers of the parts are not contiguous.' });
  return Part.map(({ PartNumber, ETag }) => ({ number: PartNumber, etag: unquoted(ETag) }));
}

type CompleteRefusal = Extract<
  Awaited<ReturnType<Call['backend']['metadata']['completeUpload']>>,
  { ok: false }
>['reason'];

function completionFault(reason: CompleteRefusal) {
  switch (reason) {
    case 'noBucket':
      return fault('NoSuchBucket');
    case 'noUpload':
      return fault('NoSuchUpload');
    case 'invalidPart':
      return fault('InvalidPart');
    case 'invalidPartOrder':
      return fault('InvalidPartOrder');
    case 'partTooSmall':
      return fault('EntityTooSmall');
    case 'exists':
      return fault('FileAlreadyExists');
    case 'conditionFailed':
      return fault('PreconditionFailed');
  }
}

// Quirk: the two lists write the default class in mixed case, as the vendor's samples do; object lists do not.
function classWord(storageClass: string): string {
  return storageClass === 'STANDARD' ? 'Standard' : storageClass;
}

function initiator(upload: Upload) {
  return { ID: upload.initiator, DisplayName: upload.initiator.split('/').at(-1) ?? upload.initiator };
}

function account(uin: string) {
  return { ID: `qcs::cam::uin/${uin}:uin/${uin}`, DisplayName: uin };
}
