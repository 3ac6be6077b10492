/**
 * Stores records of unfinished transfers: one JSON file each in one folder, written whole and then renamed, so that a
 * reader never sees half a record. The folder is `ConfCwd`, or one of this user's below the system's folder for
 * temporary files; nothing is created before the first record is saved.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { RecordStorage } from '../../core/platform.ts';
import { replaceFile } from './replace-file.ts';

const suffix = '.sampan.json';
/** More records than this are never kept; the oldest go first. */
const maxRecords = 2000;

/** The folder for records when the application names none. */
export function defaultFolder(): string {
  return join(tmpdir(), `sampan-${userName()}`);
}

/** Makes the storage in a folder, which need not exist. */
export function createStorage(folder: string): RecordStorage {
  const fileOf = (key: string): string => join(folder, fileName(key) + suffix);
  return {
    async load(key) {
      const record = await readRecord(fileOf(key));
      return record?.key === key ? record.text : undefined;
    },
    async save(key, text) {
      await ownFolder(folder);
      const file = fileOf(key);
      const draft = `${file}.${randomBytes(6).toString('hex')}.draft`;
      await writeFile(draft, JSON.stringify({ key, text }), { mode: 0o600 });
      await replaceFile(draft, file);
      await dropOldest(folder);
    },
    async remove(key) {
      await rm(fileOf(key), { force: true });
    },
    async keys(prefix) {
      const records = await Promise.all((await recordFiles(folder)).map(readRecord));
      return records.flatMap((record) => (record?.key.startsWith(prefix) ? [record.key] : []));
    },
  };
}

/** A name for any text: short, and safe on every file system. */
export function fileName(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 40);
}

/** Creates the folder for this user alone, and refuses one that someone else has put there. */
export async function ownFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid } = await stat(folder);
  if (process.getuid && uid !== process.getuid() && folder === defaultFolder())
    throw new Error('the folder for records belongs to another user');
}

async function readRecord(
  file: string,
): Promise<{ readonly key: string; readonly text: string } | undefined> {
  try {
    const record: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof record !== 'object' || record === null) return undefined;
    const { key, text } = record as { readonly key?: unknown; readonly text?: unknown };
    return typeof key === 'string' && typeof text === 'string' ? { key, text } : undefined;
  } catch {
    // Missing, unreadable and corrupt are one: there is no record.
    return undefined;
  }
}

async function recordFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith(suffix)).map((name) => join(folder, name));
}

async function dropOldest(folder: string): Promise<void> {
  const files = await recordFiles(folder);
  if (files.length <= maxRecords) return;
  const aged = await Promise.all(
    files.map(async (file) => ({ file, age: (await stat(file).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  aged.sort((a, b) => a.age - b.age);
  await Promise.all(aged.slice(0, files.length - maxRecords).map(({ file }) => rm(file, { force: true })));
}

function userName(): string {
  try {
    return String(process.getuid?.() ?? userInfo().username).replace(/[^A-Za-z0-9_-]/g, '_');
  } catch {
    return 'user';
  }
}
