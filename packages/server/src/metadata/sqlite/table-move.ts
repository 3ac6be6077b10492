/** An embedded store as rows, to be moved to another engine, and a new one made of rows. */
import { mkdir, rename } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StatementSync } from 'node:sqlite';
import { addRows, tablePage } from '../sql/tables.ts';
import { tables, type TableSource, type TableTarget } from '../tables.ts';
import { readStoreId } from '../sql/store-id.ts';
import { openConnection, runStep } from './connection.ts';
import { openDatabase } from './database.ts';
import { isLocked, lockFolder } from './folder-lock.ts';

/** Reads the store of a folder, beside a service that may be running on it. Throws when its schema is of another release. */
export function sqliteTableSource(folder: string): TableSource {
  const path = join(folder, 'metadata.db');
  // Checks that the schema is of this release.
  openConnection({ path, durability: 'full', readOnly: true }).close();
  return {
    isInUse: () => Promise.resolve(isLocked(folder)),
    async snapshot(work, alone) {
      const unlock = alone ? lockFolder(folder) : () => undefined;
      const database = openDatabase(path, { readOnly: true, timeout: 10_000 });
      const statements = new Map<string, StatementSync>();
      try {
        database.exec('BEGIN');
        return await work((table, after) =>
          Promise.resolve(runStep(database, statements, tablePage(table, after))),
        );
      } finally {
        database.close();
        unlock();
      }
    },
    close: () => Promise.resolve(),
  };
}

/** Makes a store in a folder that has none. It appears when it is complete; its draft keeps its name between runs. */
export async function sqliteTableTarget(folder: string): Promise<TableTarget> {
  const [path, draft] = [join(folder, 'metadata.db'), join(folder, 'metadata.migrating')];
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(folder);
  const connection = openConnection({ path: draft, durability: 'full' });
  const storeId = connection.read(readStoreId());
  connection.close();
  return {
    storeId,
    isEmpty: () => Promise.resolve(!existsSync(path)),
    async fill(work) {
      const database = openDatabase(draft, { timeout: 10_000 });
      const statements = new Map<string, StatementSync>();
      try {
        database.exec('BEGIN IMMEDIATE');
        // Those of a run that was killed before the draft was renamed.
        for (const { name } of tables) database.exec(`DELETE FROM ${name}`);
        await work((table, added) => {
          runStep(database, statements, addRows(table, added));
          return Promise.resolve();
        });
        database.exec('COMMIT');
        database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      } finally {
        database.close();
      }
      await rename(draft, path);
    },
    close() {
      unlock();
      return Promise.resolve();
    },
  };
}
