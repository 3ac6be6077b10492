/**
 * Schema versions. A released migration is never edited; a change is a new file at the end of the list. An engine
 * whose table syntax differs (`WITHOUT ROWID`, BLOB, 64-bit INTEGER) rewrites these words and nothing else.
 */
import { change, row, rows, type Step } from '../statement.ts';
import { initial } from './0001-initial.ts';

const migrations: readonly (readonly string[])[] = [initial];

/** The schema version that this code reads and writes. */
export const schemaVersion: number = migrations.length;

/** Thrown when a store was written by a newer release. */
export class SchemaTooNew extends Error {
  override readonly name = 'SchemaTooNew';

  constructor(found: number) {
    super(
      `the store has schema version ${found}, but this release knows versions up to ${schemaVersion}: ` +
        'it was used by a newer release, run that one or newer',
    );
  }
}

/** Brings the schema up to date. Runs inside one transaction, so a store is never left between two versions. */
export function* migrate(tables: Step<readonly string[]>): Step<void> {
  const present = yield* tables;
  if (!present.includes('schema_version')) {
    yield* change('CREATE TABLE schema_version (version INTEGER NOT NULL)');
    yield* change('INSERT INTO schema_version (version) VALUES (0)');
  }
  const found = (yield* row<{ version: number }>('SELECT version FROM schema_version'))?.version ?? 0;
  if (found > schemaVersion) throw new SchemaTooNew(found);
  for (const migration of migrations.slice(found)) {
    for (const statement of migration) yield* change(statement);
  }
  if (found < schemaVersion) yield* change('UPDATE schema_version SET version = ?', schemaVersion);
}

/** Names of the tables of an embedded store. */
export function* sqliteTables(): Step<readonly string[]> {
  const found = yield* rows<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'");
  return found.map((table) => table.name);
}
