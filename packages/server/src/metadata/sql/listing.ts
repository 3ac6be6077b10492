/**
 * Lists objects, versions and uploads at a cost that follows the page size. Rows are read in order from the page's
 * start; at a row in a common prefix, reading skips to the first key behind that prefix.
 */
import { afterPrefix, compareKeys, groupOf } from './keys.ts';
import {
  bucketRow,
  listedColumns,
  listedVersion,
  markerOf,
  uploadColumns,
  uploadOf,
  type ListedRow,
  type UploadRow,
} from './rows.ts';
import { rows, type SqlValue, type Step } from './statement.ts';
import type { ListedVersion, ListRange, Page, Upload, UploadMarker, VersionMarker } from '../port.ts';
import { revisionOf } from './version-id.ts';

/** Rows are wanted after this place: keys above `key`, and of `key` itself those whose rank is above `rank`. */
interface Place<Rank> {
  readonly key: string;
  readonly rank: Rank;
}

/** How one kind of row is read and placed. */
interface Source<Row, Rank> {
  /** Rows after a place in order, below `end` if given. */
  read(after: Place<Rank>, end: string | undefined, limit: number): Step<readonly Row[]>;
  rankOf(found: Row): Rank;
  /** Before and after every rank there is. */
  readonly lowest: Rank;
  readonly highest: Rank;
}

interface Scanned<Row> {
  readonly rows: readonly Row[];
  readonly prefixes: readonly string[];
  /** The last thing on the page when there is more behind it. */
  readonly last?: { readonly row: Row } | { readonly prefix: string } | undefined;
}

/** Reading starts with few rows, so that a page of common prefixes reads little more than one row for each. */
const firstRead = 16;
const leastRead = 1;
const mostRead = 1001;

function* scan<Row extends { readonly key: string }, Rank>(
  source: Source<Row, Rank>,
  range: ListRange,
  from: { readonly key: string; readonly rank?: Rank | undefined } | undefined,
): Step<Scanned<Row>> {
  const { prefix = '', delimiter, limit } = range;
  const end = afterPrefix(prefix);
  const found: Row[] = [];
  const prefixes: string[] = [];
  let last: Scanned<Row>['last'];
  let place = startOf(source, range, from);
  let size = delimiter ? firstRead : Math.min(limit + 1, mostRead);

  while (place) {
    const read: readonly Row[] = yield* source.read(place, end, size);
    let group: string | undefined;
    for (const row of read) {
      group = groupOf(row.key, prefix, delimiter);
      if (group !== undefined && group === prefixes.at(-1)) continue;
      if (found.length + prefixes.length === limit) return { rows: found, prefixes, last };
      if (group === undefined) {
        found.push(row);
        last = { row };
      } else {
        prefixes.push(group);
        last = { prefix: group };
      }
    }
    const lastRow = read.at(-1);
    if (!lastRow || read.length < size) break;
    if (group === undefined) {
      place = { key: lastRow.key, rank: source.rankOf(lastRow) };
      size = Math.min(size * 2, mostRead);
    } else {
      place = behind(source, group);
      size = Math.max(size >> 1, leastRead);
    }
  }
  return { rows: found, prefixes };
}

/** Where a page starts: behind the marker, but not before the first key with the prefix. */
function startOf<Row, Rank>(
  source: Source<Row, Rank>,
  { prefix = '', delimiter }: ListRange,
  from: { readonly key: string; readonly rank?: Rank | undefined } | undefined,
): Place<Rank> | undefined {
  if (!from || compareKeys(from.key, prefix) < 0) return { key: prefix, rank: source.lowest };
  // A marker that is itself a common prefix stands for everything below it.
  if (groupOf(from.key, prefix, delimiter) === from.key) return behind(source, from.key);
  return { key: from.key, rank: from.rank ?? source.highest };
}

function behind<Row, Rank>(source: Source<Row, Rank>, prefix: string): Place<Rank> | undefined {
  const key = afterPrefix(prefix);
  return key === undefined ? undefined : { key, rank: source.lowest };
}

/** Below the end of the range, when it has one. */
function below(end: string | undefined): { readonly text: string; readonly values: readonly SqlValue[] } {
  return end === undefined ? { text: '', values: [] } : { text: ' AND key < ?', values: [end] };
}

/** A page of current objects. */
export function* listObjects(
  range: ListRange & { readonly after?: string | undefined },
): Step<Page<ListedVersion, string>> {
  const bucket = yield* bucketRow(range.bucket);
  if (!bucket) return { items: [], prefixes: [] };
  const source: Source<ListedRow, 0 | 1> = {
    lowest: 0,
    highest: 1,
    rankOf: () => 1,
    *read({ key, rank }, end, limit) {
      const upper = below(end);
      return yield* rows<ListedRow>(
        `SELECT ${listedColumns} FROM objects WHERE bucket = ? AND key ${rank === 0 ? '>=' : '>'} ?${upper.text}
         ORDER BY key LIMIT ?`,
        bucket.id,
        key,
        ...upper.values,
        limit,
      );
    },
  };
  const page = yield* scan(source, range, range.after === undefined ? undefined : { key: range.after });
  return {
    items: page.rows.map((found) => listedVersion(found, bucket.versioning, true)),
    prefixes: page.prefixes,
    next: page.last && ('row' in page.last ? page.last.row.key : page.last.prefix),
  };
}

interface RankedRow extends ListedRow {
  readonly rank: number;
  readonly marker: number;
}

/** A page of all versions and markers. */
export function* listVersions(
  range: ListRange & { readonly after?: VersionMarker | undefined },
): Step<Page<ListedVersion, VersionMarker>> {
  const bucket = yield* bucketRow(range.bucket);
  if (!bucket) return { items: [], prefixes: [] };
  const source: Source<RankedRow, number> = {
    lowest: -Number.MAX_SAFE_INTEGER,
    highest: Number.MAX_SAFE_INTEGER,
    rankOf: ({ rank }) => rank,
    *read({ key, rank }, end, limit) {
      const upper = below(end);
      const place = [bucket.id, key, key, rank, ...upper.values, limit];
      // Each half is limited by itself, so that neither reads more than the page takes.
      return yield* rows<RankedRow>(
        `SELECT * FROM (
           SELECT ${listedColumns}, -revision AS rank, 0 AS marker FROM objects
           WHERE bucket = ? AND key >= ? AND (key > ? OR -revision > ?)${upper.text} ORDER BY key LIMIT ?
         ) AS newest
         UNION ALL SELECT * FROM (
           SELECT ${listedColumns}, rank, marker FROM versions
           WHERE bucket = ? AND (key, rank) > (?, ?)${upper.text} ORDER BY key, rank LIMIT ?
         ) AS older
         ORDER BY key, rank LIMIT ?`,
        ...place,
        bucket.id,
        key,
        rank,
        ...upper.values,
        limit,
        limit,
      );
    },
  };
  const page = yield* scan(source, range, yield* versionPlace(bucket.id, range.after));
  const { rows: found, prefixes, last } = page;
  return {
    items: found.map((version, index) => {
      // A key's first row is its newest, unless the page starts in the middle of the key.
      const earlier = found[index - 1]?.key ?? (range.after?.versionId ? range.after.key : undefined);
      const isLatest = version.key !== earlier;
      return version.marker === 1
        ? markerOf(version, bucket.versioning, isLatest)
        : listedVersion(version, bucket.versioning, isLatest);
    }),
    prefixes,
    next: last && ('row' in last ? nextVersion(last.row, bucket.versioning) : { key: last.prefix }),
  };
}

function nextVersion(found: RankedRow, versioning: 'never' | 'enabled' | 'suspended'): VersionMarker {
  const { key, versionId } = listedVersion(found, versioning, false);
  return versionId === '' ? { key } : { key, versionId };
}

function* versionPlace(
  bucket: number,
  after: VersionMarker | undefined,
): Step<{ key: string; rank?: number | undefined } | undefined> {
  if (!after?.versionId) return after && { key: after.key };
  if (after.versionId !== 'null') {
    const revision = revisionOf(after.versionId);
    return { key: after.key, rank: revision === undefined ? undefined : -revision };
  }
  const found = yield* rows<{ revision: number }>(
    `SELECT revision FROM objects WHERE bucket = ? AND key = ? AND is_null = 1
     UNION ALL SELECT revision FROM versions WHERE bucket = ? AND key = ? AND is_null = 1`,
    bucket,
    after.key,
    bucket,
    after.key,
  );
  // A null version that was deleted between two pages is not found: go on behind the key.
  return { key: after.key, rank: found[0] && -found[0].revision };
}

/** A page of uploads in progress: by key, then in the order they were started. */
export function* listUploads(
  range: ListRange & { readonly after?: UploadMarker | undefined },
): Step<Page<Upload, UploadMarker>> {
  const bucket = yield* bucketRow(range.bucket);
  if (!bucket) return { items: [], prefixes: [] };
  const source: Source<UploadRow, string> = {
    lowest: '',
    highest: '~', // Upload ids are digits and letters.
    rankOf: ({ upload_id: id }) => id,
    *read({ key, rank }, end, limit) {
      const upper = below(end);
      return yield* rows<UploadRow>(
        `SELECT ${uploadColumns} FROM uploads WHERE bucket = ? AND (key, upload_id) > (?, ?)${upper.text}
         ORDER BY key, upload_id LIMIT ?`,
        bucket.id,
        key,
        rank,
        ...upper.values,
        limit,
      );
    },
  };
  const { after } = range;
  const page = yield* scan(source, range, after && { key: after.key, rank: after.uploadId });
  const { last } = page;
  return {
    items: page.rows.map(uploadOf),
    prefixes: page.prefixes,
    next:
      last && ('row' in last ? { key: last.row.key, uploadId: last.row.upload_id } : { key: last.prefix }),
  };
}
