/** The schema of the embedded store, version by version. */
import { rows, type Step } from '../../sql/statement.ts';
import { initial } from './0001-initial.ts';
import { storeId } from './0002-store-id.ts';
import { rowSums } from './0003-row-sums.ts';

/** All migrations, oldest first. */
export const sqliteMigrations: readonly (readonly string[])[] = [initial, storeId, rowSums];

/** Names of the tables of an embedded store. */
export function* sqliteTables(): Step<readonly string[]> {
  const found = yield* rows<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'");
  return found.map((table) => table.name);
}
