/** Reading a store that another process may have open. */
import { checkSchema } from '../sql/migrations.ts';
import { sqlStore } from '../sql/sql-store.ts';
import { sqliteMigrations } from './migrations/migrations.ts';
import type { MetadataStore } from '../port.ts';
import { openConnection } from './connection.ts';
import { databasePath, openDatabase } from './database.ts';

/**
 * Opens a store that only reads: changes reject. Throws when there is no database at the path, and `SchemaTooNew` or
 * `SchemaTooOld` when it was last used by another release.
 */
export function openSqliteReading(path: string): MetadataStore {
  const connection = openConnection({ path, durability: 'full', readOnly: true });
  try {
    connection.read(checkSchema(sqliteMigrations.length));
  } catch (error) {
    connection.close();
    throw error;
  }
  return sqlStore(
    {
      inlineLimitBytes: 0,
      mutate: () => Promise.reject(new Error('the store was opened for reading')),
      read: async (logic) => connection.read(logic()),
      barrier: async () => undefined,
      close: async () => connection.close(),
    },
    Date.now,
  );
}

/** Writes the database, as it is at one moment, to a new file. */
export function copyDatabase(path: string, target: string): void {
  const database = openDatabase(path, { readOnly: true, timeout: 10_000 });
  try {
    database.prepare('VACUUM INTO ?').run(databasePath(target));
  } finally {
    database.close();
  }
}

/** The blobs that a database names. */
export function usedBlobs(path: string): ReadonlySet<string> {
  const database = openDatabase(path, { readOnly: true });
  try {
    const used = new Set<string>();
    for (const { id } of database.prepare('SELECT id FROM blobs WHERE refs > 0').iterate())
      used.add(String(id));
    return used;
  } finally {
    database.close();
  }
}
