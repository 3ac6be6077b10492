/** Reading and adding rows of whole tables. */
import type { Table } from '../tables.ts';
import { proveRow } from './row-sum.ts';
import { summedValues, versionValues, type VersionRow } from './rows.ts';
import { change, rows, type Row, type SqlValue, type Step } from './statement.ts';

/** Rows of a page: inline bytes of so many are some MB. */
const pageRows = 200;

/** The rows after one, in order; of the first page without one. Throws `MetadataDamaged` when one is unlike its sum. */
export function* tablePage(table: Table, after: Row | undefined): Step<readonly Row[]> {
  const { name, key, columns } = table;
  const place = after ? `WHERE (${key.join(', ')}) > (${key.map(() => '?').join(', ')}) ` : '';
  const page = yield* rows<Row>(
    `SELECT ${[...key, ...columns].join(', ')} FROM ${name} ${place}ORDER BY ${key.join(', ')} LIMIT ?`,
    ...(after ? key.map((column) => after[column]!) : []),
    pageRows,
  );
  for (const row of page) {
    const version = summedVersion(table, row);
    if (version) proveRow(name, summedValues(version.bucket, version), row['row_crc']);
  }
  return page;
}

/** A row whose sum is over the name of its blob, which another store may have under another name. */
function summedVersion({ blob }: Table, row: Row): (VersionRow & { readonly bucket: number }) | undefined {
  if (blob === undefined || typeof row['row_crc'] !== 'number') return undefined;
  return row as unknown as VersionRow & { readonly bucket: number };
}

/** Adds rows. */
export function* addRows(table: Table, added: readonly Row[]): Step<void> {
  const { name, key, columns } = table;
  if (added.length === 0) return;
  const all = [...key, ...columns];
  const one = `(${all.map(() => '?').join(', ')})`;
  const values = added.flatMap((row) => {
    const version = summedVersion(table, row);
    const summed = version ? { ...row, row_crc: versionValues(version.bucket, version).at(-1)! } : row;
    return all.map((column): SqlValue => summed[column] ?? null);
  });
  yield* change(
    `INSERT INTO ${name} (${all.join(', ')}) VALUES ${added.map(() => one).join(', ')}`,
    ...values,
  );
}
