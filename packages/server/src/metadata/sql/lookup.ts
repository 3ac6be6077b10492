/** Finds versions of objects, for changes and for the port's read methods. */
import { inlineBytes } from './bodies.ts';
import {
  attributesOf,
  bucketRow,
  markerOf,
  objectVersion,
  summedValues,
  versionColumns,
  versionRow,
  type BucketRow,
  type OlderRow,
  type VersionRow,
} from './rows.ts';
import { proveRow } from './row-sum.ts';
import { row, rows, values, type SqlValue, type Step } from './statement.ts';
import type { Json, Version, Versioning, VersionRef } from '../port.ts';
import { revisionOf } from './version-id.ts';

/** A found version; `current` is 1 when its row is in `objects`. */
export interface FoundVersion extends OlderRow {
  readonly current: number;
}

/** Reads a version for a caller outside the store. */
export function* readVersion(ref: VersionRef, withBytes: boolean): Step<Version | undefined> {
  if (!ref.versionId) {
    const current = yield* readCurrent(ref, withBytes);
    if (current) return current;
  }
  const bucket = yield* bucketRow(ref.bucket);
  const found = bucket && (yield* findVersion(bucket, ref.key, ref.versionId));
  if (!found) return undefined;
  const isLatest = found.current === 1 || (yield* isNewest(bucket.id, found));
  if (found.marker === 1) return markerOf(found, bucket.versioning, isLatest);
  const bytes =
    withBytes && found.inline !== null
      ? yield* inlineBytes(found.inline, found.piece_offset ?? 0, found.size)
      : undefined;
  return objectVersion(found, { versioning: bucket.versioning, isLatest, bytes });
}

const placed = `bucket, key, ${versionColumns}`;
const prefixed = placed.replace(/\w+/g, (column) => `objects.${column}`);
const currentFrom = `FROM buckets JOIN objects ON objects.bucket = buckets.id AND objects.key = ?`;
const selectCurrent = `SELECT buckets.versioning, NULL, ${prefixed} ${currentFrom} WHERE buckets.name = ?`;
const selectCurrentWithBytes = `SELECT buckets.versioning, inline_blobs.bytes, ${prefixed} ${currentFrom}
  LEFT JOIN inline_blobs ON inline_blobs.id = objects.inline WHERE buckets.name = ?`;

/** The most frequent question by far, in one statement. */
function* readCurrent({ bucket, key }: VersionRef, withBytes: boolean): Step<Version | undefined> {
  const read = yield* values(withBytes ? selectCurrentWithBytes : selectCurrent, key, bucket);
  if (!read) return undefined;
  const found = versionRow(read, 2);
  const from = found.piece_offset ?? 0;
  const whole = read[1] as Uint8Array | null;
  const bytes = whole?.length === found.size ? whole : whole?.subarray(from, from + found.size);
  return objectVersion(found, { versioning: read[0] as Versioning, isLatest: true, bytes });
}

/** The list of the first of these keys that is an object with one, in one statement however many there are. */
export function* readNearestAcl(bucket: string, keys: readonly string[]): Step<Json | undefined> {
  // Few sizes, so that few statements are prepared; the last key fills what is left.
  const places = 2 ** Math.ceil(Math.log2(Math.max(keys.length, 4)));
  const wanted = Array.from({ length: places }, (_, at) => keys[Math.min(at, keys.length - 1)] ?? '');
  const found = yield* rows<VersionRow & { readonly bucket: number; readonly row_crc: number | null }>(
    `SELECT ${placed} FROM objects WHERE bucket = (SELECT id FROM buckets WHERE name = ?)
     AND key IN (${'?, '.repeat(places - 1)}?)`,
    bucket,
    ...wanted,
  );
  if (found.length === 0) return undefined;
  const acls = new Map(
    found.map((each) => {
      proveRow('objects', summedValues(each.bucket, each), each.row_crc);
      return [each.key, attributesOf(each.attributes).acl];
    }),
  );
  return keys.map((key) => acls.get(key)).find((acl) => acl !== undefined && acl !== null);
}

/** Finds the row of a version: the current one without an id, the null one, or one by its id. */
export function* findVersion(
  bucket: BucketRow,
  key: string,
  versionId: string | undefined,
): Step<FoundVersion | undefined> {
  const current = yield* currentObject(bucket.id, key);
  if (!versionId) {
    if (current || bucket.versioning === 'never') return current;
    return yield* olderVersion(bucket.id, key, '1 = 1');
  }
  if (versionId === 'null') return current?.is_null === 1 ? current : yield* olderNull(bucket.id, key);
  const revision = revisionOf(versionId);
  if (revision === undefined) return undefined;
  if (current?.revision === revision) return current.is_null === 1 ? undefined : current;
  return yield* olderVersion(bucket.id, key, 'is_null = 0 AND rank = ?', -revision);
}

const selectObject = `SELECT ${placed} FROM objects WHERE bucket = ? AND key = ?`;

/** The current version of a key when it is an object. */
export function* currentObject(bucket: number, key: string): Step<FoundVersion | undefined> {
  const read = yield* values(selectObject, bucket, key);
  return read && { ...versionRow(read, 0), current: 1, marker: 0 };
}

/** The null version of a key when it is not the current object. */
export function* olderNull(bucket: number, key: string): Step<FoundVersion | undefined> {
  return yield* olderVersion(bucket, key, 'is_null = 1');
}

function* olderVersion(
  bucket: number,
  key: string,
  condition: string,
  ...bound: readonly SqlValue[]
): Step<FoundVersion | undefined> {
  const read = yield* values(
    `SELECT marker, ${placed} FROM versions WHERE bucket = ? AND key = ? AND ${condition} ORDER BY rank LIMIT 1`,
    bucket,
    key,
    ...bound,
  );
  return read && { ...versionRow(read, 1), current: 0, marker: read[0] as number };
}

function* isNewest(bucket: number, found: FoundVersion): Step<boolean> {
  if (yield* row('SELECT 1 FROM objects WHERE bucket = ? AND key = ?', bucket, found.key)) return false;
  return (yield* newestOlder(bucket, found.key)) === found.revision;
}

/** The revision of the newest row of a key in `versions`, or 0. */
export function* newestOlder(bucket: number, key: string): Step<number> {
  const found = yield* row<{ revision: number }>(
    'SELECT revision FROM versions WHERE bucket = ? AND key = ? ORDER BY rank LIMIT 1',
    bucket,
    key,
  );
  return found?.revision ?? 0;
}

/** The source of a copy, if it still is what the caller read. */
export function* sourceObject(
  source: VersionRef & { readonly revision: number },
): Step<VersionRow | undefined> {
  const bucket = yield* bucketRow(source.bucket);
  const found = bucket && (yield* findVersion(bucket, source.key, source.versionId));
  return found?.marker === 0 && found.revision === source.revision ? found : undefined;
}
