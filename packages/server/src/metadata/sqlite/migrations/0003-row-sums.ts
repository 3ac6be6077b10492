/** Sums of the rows that decide what is served and to whom; see `sql/row-sum.ts`. Rows of before have none. */
export const rowSums: readonly string[] = [
  `ALTER TABLE objects ADD COLUMN row_crc INTEGER`,
  `ALTER TABLE versions ADD COLUMN row_crc INTEGER`,
  `ALTER TABLE bucket_configs ADD COLUMN row_crc INTEGER`,
];
