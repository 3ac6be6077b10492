/**
 * Remembers earlier comparisons of a sync: the ETag of the object that a file was equal to. It saves reading every file
 * again. A changed size, time or ETag invalidates an entry, and `--checksum` ignores all of them.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface SyncState {
  /** Whether this file was equal to an object with this ETag. */
  knows(name: string, identity: string, eTag: string): boolean;
  learn(name: string, identity: string, eTag: string): void;
  save(): Promise<void>;
}

const version = 1;

/** Opens the state of one pair of places; a record that is missing or cannot be read is empty. */
export async function openSyncState(folder: string, places: readonly string[]): Promise<SyncState> {
  const id = createHash('sha256').update(places.join('\0')).digest('hex').slice(0, 32);
  const file = join(folder, 'sync', `${id}.json`);
  const known = await load(file);
  const learnt = new Map<string, string>();
  return {
    knows: (name, identity, eTag) => known.get(name) === `${identity} ${eTag}`,
    learn: (name, identity, eTag) => void learnt.set(name, `${identity} ${eTag}`),
    async save() {
      const rows = [...learnt];
      await mkdir(dirname(file), { recursive: true });
      const draft = `${file}.${process.pid}.tmp`;
      try {
        await writeFile(draft, JSON.stringify({ version, rows }));
        await rename(draft, file);
      } catch {
        // Without it the next run reads the files again, and nothing else.
        await rm(draft, { force: true });
      }
    },
  };
}

async function load(file: string): Promise<ReadonlyMap<string, string>> {
  try {
    const record = JSON.parse(await readFile(file, 'utf8')) as { version?: unknown; rows?: unknown };
    if (record.version !== version || !Array.isArray(record.rows)) return new Map();
    return new Map(record.rows as [string, string][]);
  } catch {
    return new Map();
  }
}
