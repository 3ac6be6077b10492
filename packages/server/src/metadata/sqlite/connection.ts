/** One SQLite connection: opening it, running logic over it, and committing a batch of changes. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { migrate } from '../sql/migrations.ts';
import { asFailure } from './failures.ts';
import { sqliteMigrations, sqliteTables } from './migrations/migrations.ts';
import { changesBucket, mutations, type MutationName } from '../sql/mutations.ts';
import { commitCounter, type CommitCounter } from './commit-counter.ts';
import { openDatabase } from './database.ts';
import type { Query, Row, Step, Transaction } from '../sql/statement.ts';

/** `full`: a commit survives power loss. `relaxed`: it survives the process, not always the power. */
export type Durability = 'full' | 'relaxed';

/** What a connection is opened with. */
export interface ConnectionOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  readonly durability: Durability;
  readonly readOnly?: boolean;
  /** Of the store, shared by all of its connections. Default: one of its own, for a connection that is alone. */
  readonly progress?: CommitCounter;
  /** Most memory for pages of the database, in KiB. Default 32 MiB. */
  readonly cacheKiB?: number;
  /** Pages of write-ahead log from which on a commit writes it back before it is answered. Default 2000. */
  readonly longestLogPages?: number;
}

/** A change on its way to the engine. */
export interface Command {
  readonly name: MutationName;
  readonly argument: unknown;
  readonly nowMs: number;
}

/** What became of a command. A failure is a fault of the engine, never a refusal. */
export type Reply = { readonly value: unknown } | { readonly failure: Error };

/** An open connection. Everything is synchronous. */
export interface Connection {
  /**
   * Runs logic that only reads, over one snapshot that has everything that was answered before. Reads of one turn of
   * the event loop share it until something is committed: to begin and end one costs as much as a read.
   */
  read<Result>(step: Step<Result>): Result;
  /** Runs commands in one transaction. Each stands or falls alone, but all become durable together. */
  commit(commands: readonly Command[]): readonly Reply[];
  /**
   * Writes back what is in the log, so that it can start over; what somebody still reads from stays, unless this waits
   * for them, a tenth of a second at most. A failure is left to the next attempt: the log has everything.
   */
  checkpoint(waiting: boolean): void;
  close(): void;
}

const defaultCacheKiB = 32 * 1024;
/** How long a connection waits for another one's lock. */
const lockMs = 10_000;
/** Rarer than SQLite's own default, so that fewer commits wait. */
const defaultLongestLogPages = 2000;

/** Opens a connection; the one that writes also brings the schema up to date. */
export function openConnection({
  path,
  durability,
  readOnly = false,
  progress = commitCounter(),
  cacheKiB = defaultCacheKiB,
  longestLogPages = defaultLongestLogPages,
}: ConnectionOptions): Connection {
  const database = openDatabase(path, { readOnly, timeout: lockMs });
  try {
    database.exec(`PRAGMA cache_size = -${cacheKiB}`);
    if (!readOnly) prepareStore(database, durability, longestLogPages);
  } catch (error) {
    database.close();
    throw error;
  }
  const statements = new Map<string, StatementSync>();
  const control = controlStatements(database);
  const drive = <Result>(step: Step<Result>): Result => runStep(database, statements, step);
  const revision = revisions();
  let reading: NodeJS.Immediate | undefined;
  let commits = progress.commits();
  const endReading = (): void => {
    if (!reading) return;
    clearImmediate(reading);
    reading = undefined;
    if (!database.isTransaction) return; // A failure may have ended it.
    try {
      control.commit.run();
    } catch {
      // A damaged page: who read it has the failure. Nobody waits for the end of a snapshot.
      tryTo(() => database.exec('ROLLBACK'));
    }
  };

  return {
    read(step) {
      const now = progress.commits();
      if (now !== commits) endReading();
      if (!reading) {
        commits = now; // Read before the snapshot is taken, which may well have more.
        control.begin.run();
        reading = setImmediate(endReading);
      }
      try {
        return drive(step);
      } catch (error) {
        tryTo(endReading); // The next read begins anew, with what is whole.
        throw asFailure(error);
      }
    },
    commit(commands) {
      endReading();
      const replies = commitBatch(database, control, {
        commands,
        run(command) {
          const { nowMs } = command;
          const transaction: Transaction = { nowMs, revision: (above) => revision(nowMs, above) };
          const logic = mutations[command.name] as (
            transaction: Transaction,
            argument: unknown,
          ) => Step<unknown>;
          return drive(logic(transaction, command.argument));
        },
      });
      progress.committed(commands.some(({ name }) => changesBucket(name)));
      return replies;
    },
    checkpoint(waiting) {
      try {
        if (!waiting) database.exec('PRAGMA wal_checkpoint(PASSIVE)');
        else database.exec('PRAGMA busy_timeout = 100; PRAGMA wal_checkpoint(RESTART)');
      } catch {
        // A full disk, for example, which commits will report.
      }
      if (waiting) database.exec(`PRAGMA busy_timeout = ${lockMs}`);
    },
    close() {
      endReading();
      database.close();
    },
  };
}

/** Statements that frame others: run for every change, so they are prepared once. */
interface ControlStatements {
  readonly begin: StatementSync;
  readonly beginWriting: StatementSync;
  readonly commit: StatementSync;
  readonly savepoint: StatementSync;
  readonly release: StatementSync;
}

function controlStatements(database: DatabaseSync): ControlStatements {
  return {
    begin: database.prepare('BEGIN'),
    beginWriting: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    savepoint: database.prepare('SAVEPOINT command'),
    release: database.prepare('RELEASE command'),
  };
}

function prepareStore(database: DatabaseSync, durability: Durability, longestLogPages: number): void {
  database.exec('PRAGMA page_size = 4096; PRAGMA journal_mode = WAL');
  database.exec(`PRAGMA synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`);
  // Of the systems with Node only macOS knows these: without them its syncs end in the disk's own memory.
  if (durability === 'full') database.exec('PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON');
  database.exec(`PRAGMA wal_autocheckpoint = ${longestLogPages}`);
  database.exec('BEGIN IMMEDIATE');
  try {
    runStep(database, new Map(), migrate(sqliteTables(), sqliteMigrations));
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

/** Runs logic to its result. Statements are prepared once for each map. */
export function runStep<Result>(
  database: DatabaseSync,
  statements: Map<string, StatementSync>,
  step: Step<Result>,
): Result {
  let state = step.next();
  while (!state.done) {
    const query = state.value;
    let statement = statements.get(query.text);
    if (!statement) {
      statements.set(query.text, (statement = database.prepare(query.text)));
      if (query.answer === 'values') statement.setReturnArrays(true);
    }
    state = step.next(answer(statement, query));
  }
  return state.value;
}

function answer(statement: StatementSync, { values, answer: wanted }: Query): readonly Row[] {
  switch (wanted) {
    case 'rows':
      return statement.all(...values) as unknown as readonly Row[];
    case 'row':
    case 'values': {
      const found = statement.get(...values);
      return found ? [found as unknown as Row] : [];
    }
    case 'changes':
      return [{ changes: Number(statement.run(...values).changes) }];
    case 'id':
      return [{ id: Number(statement.run(...values).lastInsertRowid) }];
  }
}

interface Batch {
  readonly commands: readonly Command[];
  run(command: Command): unknown;
}

function commitBatch(
  database: DatabaseSync,
  control: ControlStatements,
  { commands, run }: Batch,
): readonly Reply[] {
  try {
    control.beginWriting.run();
    const replies = runAll(database, control, { commands, run });
    control.commit.run();
    return replies;
  } catch (failure) {
    if (database.isTransaction) tryTo(() => database.exec('ROLLBACK'));
    return commands.map(() => ({ failure: asFailure(failure) }));
  }
}

/**
 * Runs the commands of a batch. Failures of the engine are so rare that nothing is spent on them beforehand: when there
 * is one, the batch is undone and run again, each command behind a savepoint of its own.
 */
function runAll(
  database: DatabaseSync,
  control: ControlStatements,
  { commands, run }: Batch,
): readonly Reply[] {
  try {
    return commands.map((command) => ({ value: run(command) }));
  } catch (failure) {
    // A full disk and the like end the whole transaction; then nothing of the batch was done.
    if (!database.isTransaction) throw failure;
    database.exec('ROLLBACK');
    control.beginWriting.run();
    return commands.map((command): Reply => {
      control.savepoint.run();
      try {
        const value = run(command);
        control.release.run();
        return { value };
      } catch (failure) {
        if (!database.isTransaction) throw failure;
        database.exec('ROLLBACK TO command; RELEASE command');
        return { failure: asFailure(failure) };
      }
    });
  }
}

/** For clearing up after a failure, which is the one to report. */
function tryTo(clear: () => void): void {
  try {
    clear();
  } catch {
    // The same failure again.
  }
}

/** Numbers for versions: microseconds, never one twice, also when the clock stands still or goes back. */
function revisions(): (nowMs: number, above: number) => number {
  let last = 0;
  return (nowMs, above) => {
    last = Math.max(Math.trunc(nowMs) * 1000, last + 1, above + 1);
    return last;
  };
}
