/** Moving a data folder into PostgreSQL and an S3-compatible store, and back. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../runtime/clock.ts';
import { migrateStores, type MigrationReport } from './migrate.ts';
import { openJournal } from './migration-journal.ts';
import { scrub, type ScrubFinding } from './scrub.ts';
import { onFolder, onStores } from './store-problem.ts';
import {
  closeStores,
  openMigration,
  openSharedStores,
  openStoresToRead,
  type SharedPlace,
} from './stores.ts';

/** What is moved, and where. */
export interface MigrateOptions extends SharedPlace {
  readonly dataDir: string;
  /** From the shared stores into the folder, which must have no store yet. Default false. */
  readonly back?: boolean | undefined;
  /** Ends the run early; the next goes on where it ended. */
  readonly signal?: AbortSignal | undefined;
}

export type { MigrationReport } from './migrate.ts';

const journalName = 'migration.txt';

/**
 * Copies what is not copied yet, and when no service uses the source, finishes: then the report has `rows`. Rejects with
 * `StoreProblem` when the target has a store already, or a store cannot be used. A run that was killed at any point is repeated with the same arguments.
 */
export function migrateFolder(options: MigrateOptions): Promise<MigrationReport> {
  const work = () => migrate(options);
  return options.back ? onStores(work) : onFolder(options.dataDir, work);
}

async function migrate(options: MigrateOptions): Promise<MigrationReport> {
  const { dataDir, back = false, signal } = options;
  const { from, to, close } = await openMigration(dataDir, options, back);
  try {
    const path = join(dataDir, journalName);
    const journal = await openJournal(path, to.rows.storeId);
    try {
      const report = await migrateStores({ from, to, journal, signal });
      if (report.rows !== undefined) await rm(path, { force: true });
      return report;
    } finally {
      await journal.close();
    }
  } finally {
    await close();
  }
}

/** Reads every object of a target and compares it with its CRC-64; a service may be running on it by then. */
export async function proveMigration(
  options: MigrateOptions,
): Promise<{ readonly objects: number; readonly damaged: readonly ScrubFinding[] }> {
  const { dataDir, back = false, signal } = options;
  const stores = await (back ? openStoresToRead(dataDir) : openSharedStores(options));
  try {
    return await scrub({ ...stores, clock: systemClock, signal });
  } finally {
    await closeStores(stores);
  }
}
