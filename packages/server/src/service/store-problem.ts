/** What keeps work on stores from being done, as one sentence for the person who runs it. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Thrown by what works on stores; the message says all there is to know. */
export class StoreProblem extends Error {
  override readonly name = 'StoreProblem';
}

/** Failures of the stores that are their state and no mistake of the program. */
const plain: ReadonlySet<string> = new Set([
  'FolderInUse',
  'SchemaTooNew',
  'SchemaTooOld',
  'MetadataDamaged',
]);

/**
 * Opens a store that is elsewhere. Rejects with `StoreProblem` where it cannot be used; `what` names the store, where its
 * own messages do not.
 */
export async function openedElsewhere<Store>(open: () => Promise<Store>, what?: string): Promise<Store> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof StoreProblem) throw error;
    const { message, code = '' } = error as NodeJS.ErrnoException;
    const reason = message.split('\n', 1)[0] || code;
    throw new StoreProblem(what === undefined ? reason : `${what} cannot be used: ${reason}`, {
      cause: error,
    });
  }
}

/** Does work on the database of a folder. Rejects with `StoreProblem` where there is none, or it cannot be used. */
export async function onFolder<Result>(dataDir: string, work: () => Promise<Result>): Promise<Result> {
  if (!(await stat(join(dataDir, 'metadata.db')).catch(() => undefined)))
    throw new StoreProblem(`${dataDir} is no data folder of a service: it has no metadata.db`);
  return onStores(work);
}

/** Does work on stores. Rejects with `StoreProblem` for what is their state. */
export async function onStores<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && plain.has(error.name))
      throw new StoreProblem(error.message, { cause: error });
    throw error;
  }
}
