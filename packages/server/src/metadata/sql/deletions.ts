/** Deletes versions and creates delete markers. */
import { releaseBody } from './bodies.ts';
import { bucketRow, shownId, versionColumns, type BucketRow, type OlderRow } from './rows.ts';
import { change, row, type Step, type Transaction } from './statement.ts';
import type { Deleted, Deletion, Outcome } from '../port.ts';
import { currentObject, findVersion, type FoundVersion } from './lookup.ts';
import { newestRevision, retireCurrent } from './versions.ts';

/** Deletes the named versions in order; without an id, what the bucket's versioning says. */
export function* deleteVersions(
  transaction: Transaction,
  { bucket: name, refs }: { readonly bucket: string; readonly refs: readonly Deletion[] },
): Step<Outcome<{ deleted: readonly Deleted[] }, 'noBucket'>> {
  const bucket = yield* bucketRow(name);
  if (!bucket) return { ok: false, reason: 'noBucket' };
  const deleted: Deleted[] = [];
  for (const deletion of refs) {
    const logic = deletion.versionId ? deleteById : deleteCurrent;
    deleted.push(yield* logic(transaction, bucket, deletion));
  }
  return { ok: true, deleted };
}

const nothing: Deleted = { marker: false, effect: 'nothing' };

function* deleteCurrent(
  transaction: Transaction,
  bucket: BucketRow,
  { key, revision: expected }: Deletion,
): Step<Deleted> {
  const current = yield* currentObject(bucket.id, key);
  if (expected !== undefined && current?.revision !== expected) return nothing;
  if (bucket.versioning === 'never') {
    if (!current) return nothing;
    yield* releaseBody(current, transaction.nowMs);
    yield* deleteObjectRow(bucket.id, key);
    return { marker: false, effect: 'removed' };
  }
  const place = { bucket, key, current };
  const revision = transaction.revision(yield* newestRevision(place));
  yield* retireCurrent(transaction, place);
  if (current) yield* deleteObjectRow(bucket.id, key);
  const isNull = bucket.versioning === 'suspended' ? 1 : 0;
  yield* change(
    `INSERT INTO versions (bucket, key, rank, marker, revision, is_null, modified_at, owner)
     VALUES (?, ?, ?, 1, ?, ?, ?, ?)`,
    bucket.id,
    key,
    -revision,
    revision,
    isNull,
    transaction.nowMs,
    bucket.owner,
  );
  return {
    versionId: shownId(bucket.versioning, { revision, is_null: isNull }),
    marker: true,
    effect: 'marked',
  };
}

function* deleteById(
  { nowMs }: Transaction,
  bucket: BucketRow,
  { key, versionId, revision: expected }: Deletion,
): Step<Deleted> {
  const found = yield* findVersion(bucket, key, versionId);
  if (!found || (expected !== undefined && found.revision !== expected)) return nothing;
  if (found.marker === 0) yield* releaseBody(found, nowMs);
  if (found.current === 1) {
    yield* deleteObjectRow(bucket.id, key);
    if (bucket.versioning !== 'never') yield* promoteNewest(bucket.id, key);
  } else {
    yield* deleteOlderRow(bucket.id, found);
    if (found.marker === 1) yield* promoteNewest(bucket.id, key);
  }
  if (bucket.versioning === 'never') return { marker: false, effect: 'removed' };
  return { versionId: shownId(bucket.versioning, found), marker: found.marker === 1, effect: 'removed' };
}

/** Moves the newest older version to where current objects are, unless it is a marker or one is current already. */
function* promoteNewest(bucket: number, key: string): Step<void> {
  if (yield* row('SELECT 1 FROM objects WHERE bucket = ? AND key = ?', bucket, key)) return;
  const newest = yield* row<OlderRow>(
    'SELECT key, revision, marker FROM versions WHERE bucket = ? AND key = ? ORDER BY rank LIMIT 1',
    bucket,
    key,
  );
  if (!newest || newest.marker === 1) return;
  yield* change(
    `INSERT INTO objects (bucket, key, ${versionColumns})
     SELECT bucket, key, ${versionColumns} FROM versions WHERE bucket = ? AND key = ? AND rank = ?`,
    bucket,
    key,
    -newest.revision,
  );
  yield* deleteOlderRow(bucket, newest);
}

function* deleteObjectRow(bucket: number, key: string): Step<void> {
  yield* change('DELETE FROM objects WHERE bucket = ? AND key = ?', bucket, key);
}

function* deleteOlderRow(bucket: number, found: Pick<FoundVersion, 'key' | 'revision'>): Step<void> {
  yield* change(
    'DELETE FROM versions WHERE bucket = ? AND key = ? AND rank = ?',
    bucket,
    found.key,
    -found.revision,
  );
}
