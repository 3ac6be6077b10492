/**
 * Sums of rows. A page of a database may change on the disk and still be a good page, with another key or another blob
 * in it; so a row that decides what is served has a CRC-32 of its columns beside them, and who reads the row proves it.
 * Rows of releases before the third schema have none until they are written again, or `sampan fsck --repair` adds it.
 */
import { crc32 } from 'node:zlib';
import { MetadataDamaged } from '../failures.ts';
import type { SqlValue } from './statement.ts';

/** What `row_crc` of a row must be: over the values of its other columns, in the order of the table that reads them. */
export function rowSum(columns: readonly SqlValue[]): number {
  return crc32(columns.join('\0'));
}

/** Throws when a row is not what its sum says. */
export function proveRow(table: string, columns: readonly SqlValue[], sum: SqlValue | undefined): void {
  if (sum === null || sum === undefined || sum === rowSum(columns)) return;
  throw new MetadataDamaged(new Error(`a row of ${table} is not what its sum says`));
}
