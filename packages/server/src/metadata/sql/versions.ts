/** Every change that writes a version: put, copy, append, patch; and what they share with completion and deletion. */
import { addBody, extendBody, releaseBody, shareBody, type BodyColumns } from './bodies.ts';
import { currentObject, findVersion, newestOlder, olderNull, sourceObject } from './lookup.ts';
import {
  attributesOf,
  attributesText,
  bucketRow,
  shownId,
  versionColumns,
  versionValues,
  type BucketRow,
  type VersionRow,
} from './rows.ts';
import { change, type Step, type Transaction } from './statement.ts';
import type {
  Append,
  AppendRefusal,
  Attributes,
  Content,
  CopyVersion,
  Outcome,
  PutVersion,
  VersionPatch,
  VersionRef,
  WriteConditions,
  WriteRefusal,
  Written,
} from '../port.ts';

/** Writes a version from bytes. */
export function* putVersion(transaction: Transaction, put: PutVersion): Step<Outcome<Written, WriteRefusal>> {
  const bucket = yield* bucketRow(put.bucket);
  if (!bucket) return { ok: false, reason: 'noBucket' };
  const current = yield* currentObject(bucket.id, put.key);
  const refusal = refusalOf(bucket, current, put.conditions);
  if (refusal) return { ok: false, reason: refusal };
  const body = yield* addBody(put.body);
  const written = yield* writeVersion(transaction, { bucket, key: put.key, current }, { ...put, body });
  return { ok: true, ...written };
}

/** Writes a version that shares another one's bytes. */
export function* copyVersion(
  transaction: Transaction,
  copy: CopyVersion,
): Step<Outcome<Written & Content, WriteRefusal | 'sourceChanged'>> {
  const bucket = yield* bucketRow(copy.bucket);
  if (!bucket) return { ok: false, reason: 'noBucket' };
  const source = yield* sourceObject(copy.source);
  if (!source) return { ok: false, reason: 'sourceChanged' };
  const current = yield* currentObject(bucket.id, copy.key);
  const refusal = refusalOf(bucket, current, copy.conditions);
  if (refusal) return { ok: false, reason: refusal };
  const content = { sizeBytes: source.size, etag: source.etag, crc64: source.crc64 ?? undefined };
  const body = yield* shareBody(source, 0, source.size);
  const written = yield* writeVersion(
    transaction,
    { bucket, key: copy.key, current },
    { attributes: copy.attributes, content, body, partCount: source.part_count ?? undefined },
  );
  return { ok: true, ...written, ...content };
}

/** Adds bytes to an appendable object, or creates it. */
export function* append(transaction: Transaction, add: Append): Step<Outcome<Written, AppendRefusal>> {
  const bucket = yield* bucketRow(add.bucket);
  if (!bucket) return { ok: false, reason: 'noBucket' };
  if (bucket.versioning === 'enabled') return { ok: false, reason: 'versioned' };
  const current = yield* currentObject(bucket.id, add.key);
  if (current && current.type !== 'appendable') return { ok: false, reason: 'notAppendable' };
  if (add.position !== (current?.size ?? 0)) return { ok: false, reason: 'position' };
  if (add.after !== current?.revision) return { ok: false, reason: 'changed' };

  const place = { bucket, key: add.key, current: undefined };
  if (!current) {
    const body = yield* addBody(add.body);
    return { ok: true, ...(yield* writeVersion(transaction, place, { ...add, body, type: 'appendable' })) };
  }
  const body = yield* extendBody(current, add.body);
  const revision = transaction.revision(current.revision);
  yield* storeObject(bucket.id, {
    ...current,
    ...body,
    revision,
    modified_at: transaction.nowMs,
    size: add.content.sizeBytes,
    etag: add.content.etag,
    crc64: add.content.crc64 ?? null,
  });
  return {
    ok: true,
    versionId: bucket.versioning === 'never' ? '' : 'null',
    revision,
    modifiedAtMs: transaction.nowMs,
    versioning: bucket.versioning,
    existed: true,
  };
}

/** Changes what a version says about itself, not its bytes. */
export function* patchVersion(
  _transaction: Transaction,
  {
    ref,
    patch,
  }: { readonly ref: VersionRef & { readonly revision?: number | undefined }; readonly patch: VersionPatch },
): Step<Outcome<object, 'noBucket' | 'noVersion' | 'changed'>> {
  const bucket = yield* bucketRow(ref.bucket);
  if (!bucket) return { ok: false, reason: 'noBucket' };
  const found = yield* findVersion(bucket, ref.key, ref.versionId);
  if (!found || found.marker === 1) return { ok: false, reason: 'noVersion' };
  if (ref.revision !== undefined && ref.revision !== found.revision) return { ok: false, reason: 'changed' };

  const attributes = attributesOf(found.attributes);
  const patched = {
    ...attributes,
    acl: patch.acl === undefined ? attributes.acl : (patch.acl ?? undefined),
    tagging: patch.tagging === undefined ? attributes.tagging : (patch.tagging ?? undefined),
  };
  const restore =
    patch.restore === undefined ? found.restore : patch.restore && JSON.stringify(patch.restore);
  const changed: VersionRow = {
    ...found,
    attributes: attributesText(patched),
    restore,
    storage_class: patch.storageClass ?? found.storage_class,
  };
  if (found.current === 1) yield* storeObject(bucket.id, changed);
  else
    yield* change(
      `UPDATE versions SET ${assignments} WHERE bucket = ? AND key = ? AND rank = ?`,
      ...versionValues(bucket.id, changed).slice(2),
      bucket.id,
      ref.key,
      -found.revision,
    );
  return { ok: true };
}

/** Why a write may not happen, if it may not. */
export function refusalOf(
  bucket: BucketRow,
  current: VersionRow | undefined,
  conditions: WriteConditions | undefined,
): WriteRefusal | undefined {
  if (!conditions) return undefined;
  if (conditions.forbidOverwrite && current && bucket.versioning === 'never') return 'exists';
  const named = (etags: readonly string[]): boolean =>
    current !== undefined && (etags.includes('*') || etags.includes(current.etag));
  if (conditions.ifMatch && !named(conditions.ifMatch)) return 'conditionFailed';
  if (conditions.ifNoneMatch && named(conditions.ifNoneMatch)) return 'conditionFailed';
  return undefined;
}

/** Where a version is written, and the object that is there now. */
export interface Place {
  readonly bucket: BucketRow;
  readonly key: string;
  readonly current: VersionRow | undefined;
}

/** What is written. */
export interface NewVersion {
  readonly attributes: Attributes;
  readonly content: Content;
  readonly body: BodyColumns;
  readonly type?: 'normal' | 'appendable' | undefined;
  readonly partCount?: number | undefined;
}

const placeholders = versionColumns.replace(/\w+/g, '?');
const replacements = versionColumns.replace(/\w+/g, (column) => `${column} = excluded.${column}`);
const assignments = versionColumns.replace(/\w+/g, (column) => `${column} = ?`);
const upsert = `INSERT INTO objects (bucket, key, ${versionColumns}) VALUES (?, ?, ${placeholders})
  ON CONFLICT (bucket, key) DO UPDATE SET ${replacements}`;

/** Makes a new current version, and puts what was current where the bucket's versioning wants it. */
export function* writeVersion(transaction: Transaction, place: Place, version: NewVersion): Step<Written> {
  const { bucket, key, current } = place;
  const revision = transaction.revision(yield* newestRevision(place));
  yield* retireCurrent(transaction, place);
  const isNull = bucket.versioning !== 'enabled';
  const { attributes, content } = version;
  yield* storeObject(bucket.id, {
    // Columns of a shared body may come with those of the version that it is shared with.
    ...version.body,
    key,
    revision,
    is_null: isNull ? 1 : 0,
    modified_at: transaction.nowMs,
    owner: attributes.owner,
    size: content.sizeBytes,
    etag: content.etag,
    crc64: content.crc64 ?? null,
    storage_class: attributes.storageClass,
    type: version.type ?? 'normal',
    part_count: version.partCount ?? null,
    restore: null,
    attributes: attributesText(attributes),
  });
  return {
    versionId: shownId(bucket.versioning, { revision, is_null: isNull ? 1 : 0 }),
    revision,
    modifiedAtMs: transaction.nowMs,
    versioning: bucket.versioning,
    existed: current !== undefined,
  };
}

/** Writes the current version of a key. */
function* storeObject(bucket: number, version: VersionRow): Step<void> {
  yield* change(upsert, ...versionValues(bucket, version));
}

/** The newest revision that a key has, or 0. */
export function* newestRevision({ bucket, key, current }: Place): Step<number> {
  if (current) return current.revision;
  return bucket.versioning === 'never' ? 0 : yield* newestOlder(bucket.id, key);
}

/**
 * Makes room for a new version of the key: the current object becomes an older version, or is dropped when the new
 * version will be the null version and it is that now. The row in `objects` is left to be replaced or deleted.
 */
export function* retireCurrent({ nowMs }: Transaction, { bucket, key, current }: Place): Step<void> {
  const replacesNull = bucket.versioning !== 'enabled';
  if (current && replacesNull && current.is_null === 1) {
    yield* releaseBody(current, nowMs);
    return;
  }
  if (bucket.versioning === 'never') return;
  if (current) {
    yield* change(
      `INSERT INTO versions (bucket, key, rank, marker, ${versionColumns})
       SELECT bucket, key, -revision, 0, ${versionColumns} FROM objects WHERE bucket = ? AND key = ?`,
      bucket.id,
      key,
    );
  }
  if (replacesNull) yield* dropOlderNull(bucket.id, key, nowMs);
}

function* dropOlderNull(bucket: number, key: string, nowMs: number): Step<void> {
  const found = yield* olderNull(bucket, key);
  if (!found) return;
  if (found.marker === 0) yield* releaseBody(found, nowMs);
  yield* change(
    'DELETE FROM versions WHERE bucket = ? AND key = ? AND rank = ?',
    bucket,
    key,
    -found.revision,
  );
}
