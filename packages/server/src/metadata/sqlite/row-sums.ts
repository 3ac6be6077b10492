/** Proves the sums of all rows of a database, and adds those that rows of earlier releases lack. */
import type { DatabaseSync } from 'node:sqlite';
import { rowSum } from '../sql/row-sum.ts';
import { versionColumns } from '../sql/rows.ts';
import type { SqlValue } from '../sql/statement.ts';

/** Tables whose rows have sums: the columns of a sum in their order with the sum behind, and which rows have none. */
const summed = [
  { table: 'objects', key: ['bucket', 'key'], columns: `bucket, key, ${versionColumns}`, where: 'true' },
  {
    table: 'versions',
    key: ['bucket', 'key', 'rank'],
    columns: `bucket, key, ${versionColumns}`,
    where: 'marker = 0',
  },
  {
    table: 'bucket_configs',
    key: ['bucket', 'name'],
    columns: 'bucket, name, document, row_crc',
    where: 'true',
  },
] as const;

/** Rows that are not what their sums say. */
export function* rowsUnlikeSums(database: DatabaseSync): Generator<string> {
  for (const { table, columns } of summed) {
    const found = database.prepare(`SELECT ${columns} FROM ${table} WHERE row_crc IS NOT NULL`);
    for (const row of found.iterate()) {
      const values = Object.values(row) as SqlValue[];
      if (values.pop() !== rowSum(values)) yield `${table} ${String(values[0])}/${String(values[1])}`;
    }
  }
}

const rowsAtOnce = 500;

/** Gives every row a sum that has none. */
export function addRowSums(database: DatabaseSync): void {
  for (const { table, key, columns, where } of summed) {
    // The key goes first: where it stands among the columns too, one name would have two values.
    const places = key.map((column, at) => `${column} AS place${at}`).join(', ');
    const read = database.prepare(
      `SELECT ${places}, ${columns} FROM ${table} WHERE row_crc IS NULL AND ${where} LIMIT ${rowsAtOnce}`,
    );
    const write = database.prepare(
      `UPDATE ${table} SET row_crc = ? WHERE ${key.map((column) => `${column} = ?`).join(' AND ')}`,
    );
    for (let rows = read.all(); rows.length > 0; rows = read.all())
      for (const row of rows) {
        const values = Object.values(row) as SqlValue[];
        write.run(rowSum(values.slice(key.length, -1)), ...values.slice(0, key.length));
      }
  }
}
