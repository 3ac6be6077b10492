/** Creates, finds and aborts multipart uploads, and stores their parts; completion.ts completes them. */
import { addBody, releaseBody, releaseParts, shareBody, type BodyColumns } from './bodies.ts';
import { attributesText, bucketRow, uploadColumns, uploadOf, type UploadRow } from './rows.ts';
import { change, row, rows, type Step, type Transaction } from './statement.ts';
import type { Attributes, Outcome, Part, PutPart, Upload, UploadRef } from '../port.ts';
import { sourceObject } from './lookup.ts';

/** What starts an upload. The id is made by the caller, which has the source of randomness. */
export interface NewUpload extends UploadRef {
  readonly initiator: string;
  readonly attributes: Attributes;
}

/** Stores a new upload with the attributes of its later object. */
export function* createUpload(
  { nowMs }: Transaction,
  upload: NewUpload,
): Step<Outcome<{ uploadId: string }, 'noBucket'>> {
  const bucket = yield* bucketRow(upload.bucket);
  if (!bucket) return { ok: false, reason: 'noBucket' };
  yield* change(
    `INSERT INTO uploads (bucket, key, upload_id, started_at, initiator, owner, storage_class, attributes)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    bucket.id,
    upload.key,
    upload.uploadId,
    nowMs,
    upload.initiator,
    upload.attributes.owner,
    upload.attributes.storageClass,
    attributesText(upload.attributes),
  );
  return { ok: true, uploadId: upload.uploadId };
}

/** Stores a part and drops the one that had its number. */
export function* putPart(
  { nowMs }: Transaction,
  part: PutPart,
): Step<Outcome<{ modifiedAtMs: number }, 'noUpload' | 'sourceChanged'>> {
  const upload = yield* uploadRow(part);
  if (!upload) return { ok: false, reason: 'noUpload' };
  const body = yield* partBody(part.body);
  if (!body) return { ok: false, reason: 'sourceChanged' };
  const replaced = yield* row<BodyColumns>(
    'SELECT inline, blob, piece_offset, manifest FROM parts WHERE upload = ? AND number = ?',
    upload.id,
    part.number,
  );
  if (replaced) yield* releaseBody(replaced, nowMs);
  yield* change(
    `INSERT INTO parts (upload, number, size, etag, crc64, modified_at, inline, blob, piece_offset, manifest)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (upload, number) DO UPDATE SET size = excluded.size, etag = excluded.etag, crc64 = excluded.crc64,
       modified_at = excluded.modified_at, inline = excluded.inline, blob = excluded.blob,
       piece_offset = excluded.piece_offset, manifest = excluded.manifest`,
    upload.id,
    part.number,
    part.content.sizeBytes,
    part.content.etag,
    part.content.crc64 ?? null,
    nowMs,
    body.inline,
    body.blob,
    body.piece_offset,
    body.manifest,
  );
  return { ok: true, modifiedAtMs: nowMs };
}

function* partBody(body: PutPart['body']): Step<BodyColumns | undefined> {
  if (!('source' in body)) return yield* addBody(body);
  const source = yield* sourceObject(body.source);
  if (!source || body.offset + body.length > source.size) return undefined;
  return yield* shareBody(source, body.offset, body.length);
}

/** Forgets an upload and its parts. */
export function* abortUpload({ nowMs }: Transaction, ref: UploadRef): Step<Outcome<object, 'noUpload'>> {
  const upload = yield* uploadRow(ref);
  if (!upload) return { ok: false, reason: 'noUpload' };
  yield* releaseParts(upload.id, nowMs);
  yield* deleteUpload(upload.id);
  return { ok: true };
}

/** Removes the rows of an upload whose bytes were released or moved. */
export function* deleteUpload(upload: number): Step<void> {
  yield* change('DELETE FROM parts WHERE upload = ?', upload);
  yield* change('DELETE FROM uploads WHERE id = ?', upload);
}

/** Finds an upload in progress. */
export function* uploadRow(ref: UploadRef): Step<(UploadRow & { readonly bucket: number }) | undefined> {
  const bucket = yield* bucketRow(ref.bucket);
  if (!bucket) return undefined;
  const found = yield* row<UploadRow>(
    `SELECT ${uploadColumns} FROM uploads WHERE bucket = ? AND key = ? AND upload_id = ?`,
    bucket.id,
    ref.key,
    ref.uploadId,
  );
  return found && { ...found, bucket: bucket.id };
}

/** Reads an upload for a caller outside the store. */
export function* readUpload(ref: UploadRef): Step<Upload | undefined> {
  const found = yield* uploadRow(ref);
  return found && uploadOf(found);
}

interface PartRow {
  readonly number: number;
  readonly size: number;
  readonly etag: string;
  readonly crc64: string | null;
  readonly modified_at: number;
}

/** A page of the parts of an upload by number. */
export function* readParts(
  ref: UploadRef,
  { after = 0, limit }: { readonly after?: number | undefined; readonly limit: number },
): Step<{ upload: Upload; parts: readonly Part[]; more: boolean } | undefined> {
  const upload = yield* uploadRow(ref);
  if (!upload) return undefined;
  const found = yield* rows<PartRow>(
    'SELECT number, size, etag, crc64, modified_at FROM parts WHERE upload = ? AND number > ? ORDER BY number LIMIT ?',
    upload.id,
    after,
    limit + 1,
  );
  const parts = found.slice(0, limit).map((part) => ({
    number: part.number,
    sizeBytes: part.size,
    etag: part.etag,
    crc64: part.crc64 ?? undefined,
    modifiedAtMs: part.modified_at,
  }));
  return { upload: uploadOf(upload), parts, more: found.length > limit };
}
