/**
 * A page of current objects as one statement. With a delimiter the database itself steps from entry to entry: behind a key it
 * looks for the next one, behind a common prefix for the first key that does not have it. A page costs by what is on it.
 */
import { afterPrefix, compareKeys, groupOf } from '../sql/keys.ts';
import { listedColumns, listedVersion, type ListedRow } from '../sql/rows.ts';
import { rows, type Step } from '../sql/statement.ts';
import type { ListedVersion, ListRange, Page, Versioning } from '../port.ts';

type ObjectRange = ListRange & { readonly after?: string | undefined };

interface EntryRow extends ListedRow {
  readonly versioning: Versioning;
  /** 1: `key` is a common prefix, and the other columns are empty. */
  readonly folded: number;
}

/** Reads a page. A bucket that does not exist has an empty one. */
export function* listObjectsAtOnce(range: ObjectRange): Step<Page<ListedVersion, string>> {
  const from = firstKey(range);
  if (from === undefined) return { items: [], prefixes: [] };
  const found = yield* range.delimiter ? entries(range, from, range.delimiter) : keys(range, from);
  const page = found.slice(0, range.limit);
  return {
    items: page
      .filter(({ folded }) => folded === 0)
      .map((entry) => listedVersion(entry, entry.versioning, true)),
    prefixes: page.filter(({ folded }) => folded === 1).map(({ key }) => key),
    next: found.length > range.limit ? page.at(-1)?.key : undefined,
  };
}

/** The least key that a page may hold; undefined when no key is behind the marker. */
function firstKey({ prefix = '', delimiter, after }: ObjectRange): string | undefined {
  if (after === undefined || compareKeys(after, prefix) < 0) return prefix;
  // A marker that is itself a common prefix stands for everything below it.
  return groupOf(after, prefix, delimiter) === after ? afterPrefix(after) : `${after}\0`;
}

function keys({ bucket, prefix = '', limit }: ObjectRange, from: string): Step<readonly EntryRow[]> {
  const end = afterPrefix(prefix);
  return rows<EntryRow>(
    `SELECT page.*, place.versioning, 0 AS folded
     FROM (SELECT id, versioning FROM buckets WHERE name = ?) AS place CROSS JOIN LATERAL (
       SELECT ${listedColumns} FROM objects
       WHERE bucket = place.id AND key >= ?${end === undefined ? '' : ' AND key < ?'} ORDER BY key LIMIT ?
     ) AS page ORDER BY page.key`,
    bucket,
    from,
    ...(end === undefined ? [] : [end]),
    limit + 1,
  );
}

function entries(
  { bucket, prefix = '', limit }: ObjectRange,
  from: string,
  delimiter: string,
): Step<readonly EntryRow[]> {
  const end = afterPrefix(prefix);
  const below = end === undefined ? '' : ' AND key < ?';
  const bound = end === undefined ? [] : [end];
  const prefixBytes = Buffer.byteLength(prefix);
  // The common prefix of a key: up to and with the first delimiter behind the prefix, nothing where there is none.
  const next = (start: string): string => `SELECT key, substring(key FROM 1 FOR
      nullif(position(?::bytea IN substring(key FROM ?::int + 1)), 0) + ?::int) AS folder
    FROM objects WHERE bucket = place.id AND key >= ${start}${below} ORDER BY key LIMIT 1`;
  const folding = [delimiter, prefixBytes, prefixBytes + Buffer.byteLength(delimiter) - 1];
  return rows<EntryRow>(
    `WITH RECURSIVE place AS MATERIALIZED (SELECT id, versioning FROM buckets WHERE name = ?),
     entry (key, folder, number) AS (
       SELECT step.key, step.folder, 1 FROM place CROSS JOIN LATERAL (${next('?')}) AS step
       UNION ALL
       SELECT step.key, step.folder, entry.number + 1 FROM entry CROSS JOIN place CROSS JOIN LATERAL (${next(
         // No byte of UTF-8 is 0xFF, so the last one has a successor.
         `CASE WHEN entry.folder IS NULL THEN entry.key || '\\x00'::bytea ELSE set_byte(entry.folder,
            length(entry.folder) - 1, get_byte(entry.folder, length(entry.folder) - 1) + 1) END`,
       )}) AS step WHERE entry.number <= ?
     )
     SELECT coalesce(entry.folder, entry.key) AS key, ${columnsBesideKey}, place.versioning,
       CASE WHEN entry.folder IS NULL THEN 0 ELSE 1 END AS folded
     FROM entry CROSS JOIN place LEFT JOIN LATERAL (
       SELECT ${columnsBesideKey} FROM objects
       WHERE bucket = place.id AND key = entry.key AND entry.folder IS NULL LIMIT 1
     ) AS facts ON true ORDER BY entry.number`,
    bucket,
    ...folding,
    from,
    ...bound,
    ...folding,
    ...bound,
    limit,
  );
}

const columnsBesideKey = listedColumns.replace('key, ', '');
