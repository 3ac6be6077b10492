/** Reading and adding rows of whole tables. */
import type { Table } from '../tables.ts';
import { change, rows, type Row, type SqlValue, type Step } from './statement.ts';

/** Rows of a page: inline bytes of so many are some MB. */
const pageRows = 200;

/** The rows after one, in order; of the first page without one. */
export function tablePage({ name, key, columns }: Table, after: Row | undefined): Step<readonly Row[]> {
  const place = after ? `WHERE (${key.join(', ')}) > (${key.map(() => '?').join(', ')}) ` : '';
  return rows<Row>(
    `SELECT ${[...key, ...columns].join(', ')} FROM ${name} ${place}ORDER BY ${key.join(', ')} LIMIT ?`,
    ...(after ? key.map((column) => after[column]!) : []),
    pageRows,
  );
}

/** Adds rows. */
export function* addRows({ name, key, columns }: Table, added: readonly Row[]): Step<void> {
  if (added.length === 0) return;
  const all = [...key, ...columns];
  const one = `(${all.map(() => '?').join(', ')})`;
  const values = added.flatMap((row) => all.map((column): SqlValue => row[column] ?? null));
  yield* change(
    `INSERT INTO ${name} (${all.join(', ')}) VALUES ${added.map(() => one).join(', ')}`,
    ...values,
  );
}
