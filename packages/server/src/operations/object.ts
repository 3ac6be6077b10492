/** Handlers of the operations on one object. */
import { fault, operations, type Input, type Operations } from '@sampan/protocol';
import { corsFor, corsHeaders, crossOrigin } from '../access/cors.ts';
import { discardBody } from '../body/discard.ts';
import { customerKey, readingKey } from '../body/encryption.ts';
import { receive } from '../body/receive.ts';
import { inlineRun, send } from '../body/send.ts';
import type { IncomingBody, OutgoingBody } from '../body/stream.ts';
import { throttle } from '../body/throttle.ts';
import type { ObjectVersion, Version, VersionRef, WriteRefusal } from '../metadata/port.ts';
import { isReadable, objectAnswer } from './answers.ts';
import { attributesFrom, encryptionFields } from './attributes.ts';
import { bucketOf, regionOf, type Call, type Handler } from './call.ts';
import { follow, readFollowUp, withAnswer, type Stored } from './callback.ts';
import { rangeHolds, weigh, type Conditions } from './conditions.ts';
import { contentEtag, quoted } from './etag.ts';
import { chooseRange } from './range.ts';
import { slowed, trafficLimit } from './traffic.ts';

export const putObject: Handler<'putObject'> = async (input, call) => {
  const bucket = bucketOf(call);
  const { metadata, blobs, receiver } = call.backend;
  const customer = customerKey(input);
  const attributes = attributesFrom(input, bucket, customer);
  const followUp = readFollowUp(input);
  const limit = trafficLimit(input.TrafficLimit, input.TrafficLimitQuery);
  const forbidOverwrite = input.ForbidOverwrite === true;
  if (forbidOverwrite) await refuseExisting(call, input);

  const received = await receive(receiver, slowed(input.Body, limit, call), {
    contentMd5: input.ContentMD5,
    contentSha1: input.ContentSHA1,
    customerKey: customer,
    client: call.request,
  });
  const { body, sizeBytes, crc64, md5 } = received;
  const etag = contentEtag(md5, attributes.encryption);
  const written = await metadata.putVersion({
    bucket: bucket.name,
    key: input.Key,
    attributes,
    content: { sizeBytes, etag, crc64 },
    body,
    conditions: forbidOverwrite ? { forbidOverwrite } : undefined,
  });
  if (!written.ok) {
    void discardBody(blobs, body); // The collector would find the bytes too; removing them now is only quicker.
    throw writeFault(written.reason);
  }
  const output = {
    ETag: quoted(etag),
    CRC64: crc64,
    VersionId: written.versioning === 'enabled' ? written.versionId : undefined,
    ...encryptionFields(attributes.encryption),
  };
  if (!followUp) return output;
  const stored = storedAs(input, { etag, sizeBytes }, attributes, call);
  return withAnswer(operations.putObject, output, await follow(followUp, stored, call.backend.callbacks));
};

export const getObject: Handler<'getObject'> = async (input, call) => {
  const version = found(await call.backend.metadata.version(refOf(input), withBytes), input);
  const overrides = overriding(input, call);
  const limit = trafficLimit(input.TrafficLimit, input.TrafficLimitQuery);
  const answer = objectAnswer(version, call.nowMs);
  if (notModified(input, version))
    return { ...answer, ContentLength: undefined, statusCode: 304, Body: nothing };
  if (!isReadable(version, call.nowMs)) throw fault('InvalidObjectState');
  const key = readingKey(version.encryption, input);

  const wanted = rangeHolds(input.IfRange, version.etag, version.modifiedAtMs) ? input.Range : undefined;
  const range = chooseRange(wanted, version.sizeBytes);
  if (range.kind === 'unsatisfiable')
    throw fault('InvalidRange', {}, { headers: { 'content-range': `bytes */${version.sizeBytes}` } });
  const { offset, length } = range.kind === 'part' ? range : { offset: 0, length: version.sizeBytes };
  const bytes =
    inlineRun(version, offset, length) ??
    (await send(call.backend, version, { offset, length, key, signal: call.request.signal }));
  const Body: OutgoingBody =
    limit === undefined ? bytes : throttle(streamOf(bytes), limit, call.backend.clock, call.request.signal);
  const common = Object.assign(answer, overrides, { ContentLength: length, Body });
  if (range.kind === 'whole') return common;
  const ContentRange = `bytes ${offset}-${offset + length - 1}/${version.sizeBytes}`;
  return { ...common, statusCode: 206, ContentRange };
};

export const headObject: Handler<'headObject'> = async (input, call) => {
  const version = await currentVersion(call, input, false);
  const answer = objectAnswer(version, call.nowMs);
  if (notModified(input, version)) return { ...answer, ContentLength: undefined, statusCode: 304 };
  readingKey(version.encryption, input);
  return answer;
};

export const deleteObject: Handler<'deleteObject'> = async (input, call) => {
  const { Bucket: bucket, Key: key, VersionId: versionId } = input;
  const deleted = await call.backend.metadata.deleteVersion({ bucket, key, versionId });
  if (!deleted.ok) throw fault('NoSuchBucket');
  return {
    VersionId: deleted.versionId === '' ? undefined : deleted.versionId,
    DeleteMarker: deleted.marker ? 'true' : undefined,
  };
};

export const optionsObject: Handler<'optionsObject'> = async (_input, call) => {
  const crossing = crossOrigin(call.request.headers, 'OPTIONS');
  const document = corsFor(call.bucket?.configs['cors'], call.backend.permissiveCors);
  const headers = crossing && document && corsHeaders(document, crossing);
  if (!headers) throw fault('AccessForbidden');
  const maxAge = headers['access-control-max-age'];
  return {
    AccessControlAllowOrigin: headers['access-control-allow-origin'],
    AccessControlAllowCredentials: headers['access-control-allow-credentials'],
    AccessControlAllowMethods: headers['access-control-allow-methods'],
    AccessControlAllowHeaders: headers['access-control-allow-headers'],
    AccessControlExposeHeaders: headers['access-control-expose-headers'],
    AccessControlMaxAge: maxAge === undefined ? undefined : Number(maxAge),
    Vary: headers['vary'],
  };
};

/** The version that a request names. Throws what COS answers when there is none, or only a delete marker. */
export async function currentVersion(call: Call, input: Named, bytes: boolean): Promise<ObjectVersion> {
  return found(await call.backend.metadata.version(refOf(input), { bytes }), input);
}

interface Named {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string | undefined;
}

const withBytes = { bytes: true };

function refOf({ Bucket: bucket, Key: key, VersionId: versionId }: Named): VersionRef {
  return { bucket, key, versionId };
}

function found(version: Version | undefined, { VersionId: versionId }: Named): ObjectVersion {
  if (version?.kind === 'object') return version;
  throw fault(version || !versionId ? 'NoSuchKey' : 'NoSuchVersion');
}

/** The error for a write that the store refused. */
export function writeFault(reason: WriteRefusal): Error {
  switch (reason) {
    case 'noBucket':
      return fault('NoSuchBucket');
    case 'exists':
      return fault('FileAlreadyExists');
    case 'conditionFailed':
      return fault('PreconditionFailed');
  }
}

/** What callbacks and composed answers say of an object. */
export function storedAs(
  { Bucket: bucket, Key: key }: Named,
  { etag, sizeBytes }: { readonly etag: string; readonly sizeBytes: number },
  { headers }: { readonly headers: Readonly<Record<string, string>> },
  call: Call,
): Stored {
  return { bucket, key, etag, sizeBytes, mimeType: headers['content-type'] ?? '', region: regionOf(call) };
}

const nothing = new Uint8Array();

/** Spares a sender a body that will be refused. The transaction asks again, which is what counts. */
async function refuseExisting(
  call: Call,
  { Bucket: bucket, Key: key }: { Bucket: string; Key: string },
): Promise<void> {
  if (bucketOf(call).versioning !== 'never') return;
  const version = await call.backend.metadata.version({ bucket, key });
  if (version?.kind === 'object') throw fault('FileAlreadyExists');
}

/** Weighs the conditions of a read: true for an answer without body, throws when they forbid any. */
function notModified(conditions: Conditions, version: ObjectVersion): boolean {
  const verdict = weigh(conditions, version.etag, version.modifiedAtMs);
  if (verdict === 'failed') throw fault('PreconditionFailed');
  return verdict === 'not-modified';
}

/** The query parameters that stand in for a header of the answer, and the field of that header. */
const overriders = [
  ['ResponseCacheControl', 'CacheControl'],
  ['ResponseContentDisposition', 'ContentDisposition'],
  ['ResponseContentEncoding', 'ContentEncoding'],
  ['ResponseContentLanguage', 'ContentLanguage'],
  ['ResponseContentType', 'ContentType'],
  ['ResponseExpires', 'Expires'],
] as const;

type Overrides = { [Field in (typeof overriders)[number][1]]?: string };

/** The headers that the query replaces: only for signed requests, because anyone could make up a link otherwise. */
function overriding(input: Input<Operations['getObject'], IncomingBody>, call: Call): Overrides | undefined {
  let overrides: Overrides | undefined;
  for (const [parameter, field] of overriders) {
    const value = input[parameter];
    if (value === undefined) continue;
    if (call.identity.kind === 'anonymous')
      throw fault('InvalidRequest', { Message: 'response-* parameters are for signed requests.' });
    if (/[\0-\x08\n-\x1f\x7f]/.test(value))
      throw fault('InvalidArgument', { Message: 'A response-* parameter is not a header value.' });
    (overrides ??= {})[field] = asHeader(value);
  }
  return overrides;
}

/** A text as the bytes of a header: UTF-8, as in headers that a client sent itself when it stored the object. */
function asHeader(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

async function* streamOf(body: OutgoingBody): AsyncGenerator<Uint8Array> {
  if (body instanceof Uint8Array) yield body;
  else yield* body;
}
