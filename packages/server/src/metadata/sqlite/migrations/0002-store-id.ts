/**
 * What a store is called, for the folder of blobs that belongs to it, and sums of inline bytes. A store of the first schema
 * gets a name when it is opened; inline bytes of then have no sum.
 */
export const storeId: readonly string[] = [
  `CREATE TABLE store (id TEXT NOT NULL)`,
  `INSERT INTO store (id) VALUES (lower(hex(randomblob(16))))`,
  `ALTER TABLE inline_blobs ADD COLUMN crc INTEGER`,
];
