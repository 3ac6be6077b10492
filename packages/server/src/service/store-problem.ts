/** What keeps work on a data folder from being done, as one sentence for who asked for it. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Thrown by what works on a data folder; the message says all there is to know. */
export class StoreProblem extends Error {
  override readonly name = 'StoreProblem';
}

/** Failures of the stores that are the folder's state and no mistake of the program. */
const plain: ReadonlySet<string> = new Set([
  'FolderInUse',
  'SchemaTooNew',
  'SchemaTooOld',
  'MetadataDamaged',
]);

/** Does work on the database of a folder. Rejects with `StoreProblem` where there is none, or it cannot be used. */
export async function onFolder<Result>(dataDir: string, work: () => Promise<Result>): Promise<Result> {
  if (!(await stat(join(dataDir, 'metadata.db')).catch(() => undefined)))
    throw new StoreProblem(`${dataDir} is no data folder of a service: it has no metadata.db`);
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && plain.has(error.name))
      throw new StoreProblem(error.message, { cause: error });
    throw error;
  }
}
