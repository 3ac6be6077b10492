/** Completes a multipart upload: its parts become an object without a copy of their bytes. */
import { crc64Combine, crc64Empty, crc64Parse, crc64Text } from '@sampan/protocol';
import { bodyOfParts, releaseBody, type BodyColumns } from './bodies.ts';
import { bucketRow, uploadOf } from './rows.ts';
import { change, row, rows, type Step, type Transaction } from './statement.ts';
import type { Completed, CompleteRefusal, CompleteUpload, Content, Outcome } from '../port.ts';
import { deleteUpload, uploadRow } from './uploads.ts';
import { currentObject } from './lookup.ts';
import { refusalOf, writeVersion } from './versions.ts';

interface StoredPart extends BodyColumns {
  readonly number: number;
  readonly size: number;
  readonly etag: string;
  readonly crc64: string | null;
}

/**
 * Completes an upload. Parts that the request does not list are dropped. An answer is remembered, so that a client
 * that lost it may repeat the request; see `forgetCompletions`.
 */
export function* completeUpload(
  transaction: Transaction,
  request: CompleteUpload,
): Step<Outcome<Completed, CompleteRefusal>> {
  const bucket = yield* bucketRow(request.bucket);
  if (!bucket) return { ok: false, reason: 'noBucket' };
  const upload = yield* uploadRow(request);
  if (!upload) return yield* earlierAnswer(bucket.id, request);

  const stored = yield* rows<StoredPart>(
    'SELECT number, size, etag, crc64, inline, blob, piece_offset, manifest FROM parts WHERE upload = ? ORDER BY number',
    upload.id,
  );
  const listed = matchParts(stored, request);
  if (typeof listed === 'string') return { ok: false, reason: listed };
  const current = yield* currentObject(bucket.id, request.key);
  const refusal = refusalOf(bucket, current, request.conditions);
  if (refusal) return { ok: false, reason: refusal };

  yield* dropUnlisted(upload.id, { stored, listed, nowMs: transaction.nowMs });
  const body = yield* bodyOfParts(upload.id);
  yield* deleteUpload(upload.id);
  const content = { ...joinedContent(listed), etag: request.etag };
  const written = yield* writeVersion(
    transaction,
    { bucket, key: request.key, current },
    { attributes: uploadOf(upload), content, body, partCount: listed.length },
  );
  const completed: Completed = { ...written, ...content, repeated: false };
  yield* remember(bucket.id, request, completed);
  return { ok: true, ...completed };
}

/** The stored parts that the request lists, or what is wrong with the list. */
function matchParts(
  stored: readonly StoredPart[],
  request: CompleteUpload,
): readonly StoredPart[] | 'invalidPart' | 'invalidPartOrder' | 'partTooSmall' {
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  const listed: StoredPart[] = [];
  let previous = 0;
  for (const { number } of request.parts) {
    if (number <= previous) return 'invalidPartOrder';
    previous = number;
  }
  for (const { number, etag } of request.parts) {
    const part = byNumber.get(number);
    if (!part || part.etag !== etag) return 'invalidPart';
    listed.push(part);
  }
  if (listed.length === 0) return 'invalidPart';
  const tooSmall = listed.slice(0, -1).some((part) => part.size < request.minPartBytes);
  return tooSmall ? 'partTooSmall' : listed;
}

function* dropUnlisted(
  upload: number,
  { stored, listed, nowMs }: { stored: readonly StoredPart[]; listed: readonly StoredPart[]; nowMs: number },
): Step<void> {
  if (listed.length === stored.length) return;
  const kept = new Set(listed);
  for (const part of stored) {
    if (kept.has(part)) continue;
    yield* releaseBody(part, nowMs);
    yield* change('DELETE FROM parts WHERE upload = ? AND number = ?', upload, part.number);
  }
}

function joinedContent(parts: readonly StoredPart[]): Pick<Content, 'sizeBytes' | 'crc64'> {
  let sizeBytes = 0;
  let joined: ReturnType<typeof crc64Parse> = crc64Empty;
  for (const part of parts) {
    const next = part.crc64 === null ? undefined : crc64Parse(part.crc64);
    joined = joined && next && crc64Combine(joined, next, part.size);
    sizeBytes += part.size;
  }
  return { sizeBytes, crc64: joined && crc64Text(joined) };
}

function* remember(bucket: number, request: CompleteUpload, completed: Completed): Step<void> {
  yield* change(
    'INSERT INTO completions (bucket, key, upload_id, etag, answer, finished_at) VALUES (?, ?, ?, ?, ?, ?)',
    bucket,
    request.key,
    request.uploadId,
    request.etag,
    JSON.stringify(completed),
    completed.modifiedAtMs,
  );
}

/** The ETag is computed from the listed parts, so an equal one means an equal request. */
function* earlierAnswer(bucket: number, request: CompleteUpload): Step<Outcome<Completed, 'noUpload'>> {
  const found = yield* row<{ answer: string }>(
    'SELECT answer FROM completions WHERE bucket = ? AND key = ? AND upload_id = ? AND etag = ?',
    bucket,
    request.key,
    request.uploadId,
    request.etag,
  );
  if (!found) return { ok: false, reason: 'noUpload' };
  return { ok: true, ...(JSON.parse(found.answer) as Completed), repeated: true };
}
