/** Which blobs a migration has copied already, in a file that outlives the process. */
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { StoreProblem } from './store-problem.ts';

/** Blobs of the source and their names in the target. */
export interface MigrationJournal {
  readonly copied: ReadonlyMap<string, string>;
  /** Notes a blob that is whole in the target. */
  note(from: string, to: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens the file. Rejects when it is of a migration to another target. */
export async function openJournal(path: string, target: string): Promise<MigrationJournal> {
  const copied = new Map<string, string>();
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  // What a killed process wrote in part is not a line yet.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const [head, ...lines] = whole.split('\n').filter((line) => line !== '');
  if (head !== undefined && head !== target)
    throw new StoreProblem(`${path} is of a migration to ${head}, not to ${target}: remove it to begin anew`);
  for (const line of lines) {
    const [from, to] = line.split(' ');
    if (from !== undefined && to !== undefined) copied.set(from, to);
  }
  const file: FileHandle = await open(path, 'a', 0o600);
  if (whole.length < text.length) await file.truncate(Buffer.byteLength(whole));
  if (head === undefined) await file.appendFile(`${target}\n`);
  return {
    copied,
    async note(from, to) {
      copied.set(from, to);
      await file.appendFile(`${from} ${to}\n`);
    },
    async close() {
      await file.sync();
      await file.close();
    },
  };
}
