/** Opens files of SQLite; the only module that loads `node:sqlite`. */
import { toNamespacedPath } from 'node:path';
import process from 'node:process';
import type { DatabaseSync, DatabaseSyncOptions } from 'node:sqlite';

const sqlite = withoutExperimentalWarning(() => process.getBuiltinModule('node:sqlite'));

/** Opens a file, or `:memory:`. Throws what SQLite says. */
export function openDatabase(path: string, options: DatabaseSyncOptions = {}): DatabaseSync {
  return new sqlite.DatabaseSync(databasePath(path), options);
}

/** A path as SQLite wants it. Of longer ones Windows needs their form with a namespace, which Node adds elsewhere. */
export function databasePath(path: string): string {
  return path === ':memory:' ? path : toNamespacedPath(path);
}

/** Node 22 calls the module experimental on standard error. The operator of a service can do nothing about that. */
function withoutExperimentalWarning<Loaded>(load: () => Loaded): Loaded {
  const { emitWarning } = process;
  const others = (...words: readonly unknown[]): void => {
    if (words[1] !== 'ExperimentalWarning') Reflect.apply(emitWarning, process, words);
  };
  process.emitWarning = others;
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}
