/**
 * Schema versions. A released migration is never edited; a change is a new one at the end of the list. Each engine has
 * the migrations in its own words.
 */
import { change, row, type Step } from './statement.ts';
/** Thrown when a store was written by a newer release. */
export class SchemaTooNew extends Error {
  override readonly name = 'SchemaTooNew';

  constructor(found: number, schemaVersion: number) {
    super(
      `the store has schema version ${found}, but this release knows versions up to ${schemaVersion}: ` +
        'it was used by a newer release, run that one or newer',
    );
  }
}

/** Thrown when a store that is only read was last used by an older release. */
export class SchemaTooOld extends Error {
  override readonly name = 'SchemaTooOld';

  constructor(found: number, schemaVersion: number) {
    super(
      `the store has schema version ${found}, and this release reads version ${schemaVersion}: ` +
        'start the service of this release on it once, which brings it up to date',
    );
  }
}

/** Throws unless the schema is of this release. */
export function* checkSchema(schemaVersion: number): Step<void> {
  const found = (yield* row<{ version: number }>('SELECT version FROM schema_version'))?.version ?? 0;
  if (found > schemaVersion) throw new SchemaTooNew(found, schemaVersion);
  if (found < schemaVersion) throw new SchemaTooOld(found, schemaVersion);
}

/** Brings the schema up to date. Runs inside one transaction, so a store is never left between two versions. */
export function* migrate(
  tables: Step<readonly string[]>,
  migrations: readonly (readonly string[])[],
): Step<void> {
  const schemaVersion = migrations.length;
  const present = yield* tables;
  if (!present.includes('schema_version')) {
    yield* change('CREATE TABLE schema_version (version INTEGER NOT NULL)');
    yield* change('INSERT INTO schema_version (version) VALUES (0)');
  }
  const found = (yield* row<{ version: number }>('SELECT version FROM schema_version'))?.version ?? 0;
  if (found > schemaVersion) throw new SchemaTooNew(found, schemaVersion);
  for (const migration of migrations.slice(found)) {
    for (const statement of migration) yield* change(statement);
  }
  if (found < schemaVersion) yield* change('UPDATE schema_version SET version = ?', schemaVersion);
}
