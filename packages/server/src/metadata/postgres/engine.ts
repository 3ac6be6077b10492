/** The engine over PostgreSQL: transactions with the locks of their change, repeated and resolved after failures. */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientBase, Pool, PoolClient } from 'pg';
import type { Lock, locksOf } from '../sql/locks.ts';
import { changesBucket, mutations, type MutationName } from '../sql/mutations.ts';
import type { Engine } from '../sql/sql-store.ts';
import { change, values, type Step, type Transaction } from '../sql/statement.ts';
import { bucketChangeCounter } from './bucket-changes.ts';
import { inTurn, type ClientSource } from './in-turn.ts';
import { isConnectionLoss, OutcomeUnknown, verdictOn } from './failures.ts';
import { listObjectsAtOnce } from './list-objects.ts';
import { drive, run } from './statements.ts';

/** What the engine runs on. */
export interface EngineOptions {
  readonly pool: Pool;
  /** Locks of stores in other schemas of one database must not meet. */
  readonly schema: string;
  /** Names this process in leases. */
  readonly holder: string;
  /** Stamps changes. Default: the time of the database, which is one for all processes. */
  readonly nowMs?: (() => number) | undefined;
  /** How long a change or a read is tried again while the database cannot be reached. */
  readonly patienceMs: number;
  /** How long what was read of a bucket is trusted, in every process on the database. */
  readonly bucketTrustMs: number;
  readonly locks: typeof locksOf;
}

/** Bodies up to here cost less as a row than as an object of their own. */
const inlineLimitBytes = 32 * 1024;
const firstPauseMs = 25;
const longestPauseMs = 1000;

/** Builds the engine. */
export function postgresEngine(options: EngineOptions): Engine {
  const { holder, patienceMs, bucketTrustMs } = options;
  const pool = inTurn(options.pool);
  const changes = bucketChangeCounter(
    () => repeated(0, () => withClient(pool, (client) => drive(client, countOfChanges()))),
    bucketTrustMs,
  );
  const committing = { ...options, clients: pool, transactionAt: transactions() };
  const running = new Set<Promise<unknown>>();
  const tracked = <Result>(work: Promise<Result>): Promise<Result> => {
    running.add(work);
    const done = (): boolean => running.delete(work);
    work.then(done, done);
    return work;
  };
  const mutate: Engine['mutate'] = async (name, argument) => {
    const change: Change = {
      name,
      argument,
      locks: lockNumbers(options.schema, options.locks(name, argument)),
    };
    const result = await repeated(patienceMs, () => commit(committing, change));
    if (!changesBucket(name)) return result;
    changes.moved();
    // Other processes may go by what they read before, until then.
    await sleep(bucketTrustMs);
    return result;
  };
  const time = async (): Promise<number> =>
    options.nowMs?.() ??
    (await repeated(patienceMs, () => withClient(pool, (client) => drive(client, now()))));

  return {
    inlineLimitBytes,
    listObjects: listObjectsAtOnce,
    bucketChanges: () => changes.count(),
    mutate: (name, argument, nowMs) => tracked(mutate(name, argument, nowMs)),
    read: (logic) => tracked(repeated(patienceMs, () => read(pool, logic))),
    async barrier() {
      await Promise.allSettled(running);
    },
    time,
    async lead(job, ttlMs) {
      const nowMs = await time();
      const lease = { job, holder, nowMs, untilMs: nowMs + ttlMs };
      return repeated(patienceMs, () => withClient(pool, (client) => drive(client, takeLease(lease))));
    },
    async close() {
      changes.stop();
      await Promise.allSettled(running);
      await options.pool.end();
    },
  };
}

interface Committing extends EngineOptions {
  readonly clients: ClientSource;
  readonly transactionAt: (atUs: number) => Transaction;
}

interface Change {
  readonly name: MutationName;
  readonly argument: unknown;
  readonly locks: readonly (readonly [bigint, boolean])[];
}

/** Numbers of locks in their order, which is the same for all changes, so that no two wait for each other. */
function lockNumbers(schema: string, locks: readonly Lock[]): Change['locks'] {
  const byNumber = new Map<bigint, boolean>();
  for (const { name, mode } of locks) {
    const number = createHash('sha1').update(`${schema} ${name}`).digest().readBigInt64BE();
    byNumber.set(number, (byNumber.get(number) ?? false) || mode === 'exclusive');
  }
  return [...byNumber].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

const beginChange = 'SELECT begin_change($1, $2, $3) AS at';

/** Runs a change in a transaction of its own. A rejection means that nothing happened, unless it is `OutcomeUnknown`. */
async function commit({ pool, clients, nowMs, transactionAt }: Committing, change: Change): Promise<unknown> {
  const client = await clients.connect();
  let broken: Error | undefined;
  const token = randomUUID();
  try {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    const begun = await client.query<{ at: string }>({
      name: 'sampan_begin',
      text: beginChange,
      values: [
        change.locks.map(([number]) => String(number)),
        change.locks.map(([, exclusive]) => exclusive),
        token,
      ],
    });
    const { at } = begun.rows[0]!;
    const transaction = transactionAt(nowMs ? nowMs() * 1000 : Number(at));
    const logic = mutations[change.name] as (transaction: Transaction, argument: unknown) => Step<unknown>;
    const result = await drive(client, logic(transaction, change.argument));
    if (changesBucket(change.name))
      await run(client, {
        text: 'UPDATE bucket_changes SET count = count + 1',
        values: [],
        answer: 'changes',
      });
    try {
      await client.query('COMMIT');
    } catch (error) {
      if (!isConnectionLoss(error) || !(await wasCommitted(pool, token, error))) throw error;
      broken = error as Error;
    }
    return result;
  } catch (error) {
    broken = await rolledBack(client, error);
    throw error;
  } finally {
    client.release(broken ?? false);
  }
}

/** Ends a transaction that failed; gives the error when the connection cannot be used any longer. */
async function rolledBack(client: ClientBase, error: unknown): Promise<Error | undefined> {
  if (isConnectionLoss(error)) return error as Error;
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (failure) {
    return failure as Error;
  }
}

/** Makes transactions whose revisions are microseconds of the database, and differ within this process. */
function transactions(): (atUs: number) => Transaction {
  let last = 0;
  return (atUs) => ({
    nowMs: Math.floor(atUs / 1000),
    revision(above) {
      const revision = Math.max(Math.trunc(atUs), above + 1);
      // Only what falls on the same microsecond needs another one.
      last = revision <= last && last - revision < 1000 ? last + 1 : revision;
      return last;
    },
  });
}

const outcomeMs = 10_000;
/** Far longer than an outcome is looked for. */
const outcomesKeptMs = 10 * 60_000;

/**
 * Finds out what became of a transaction whose COMMIT was never answered. Noting its token again waits for it while it
 * runs: when the token is there, it was committed; when it was not, the token is ours now and the other one cannot be.
 */
async function wasCommitted(pool: Pool, token: string, cause: unknown): Promise<boolean> {
  const untilMs = Date.now() + outcomeMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      const noted = await pool.query(
        'INSERT INTO outcomes VALUES ($1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint) ON CONFLICT DO NOTHING',
        [token],
      );
      return noted.rowCount === 0;
    } catch (error) {
      if (verdictOn(error) === 'final' || Date.now() > untilMs) throw new OutcomeUnknown(cause);
    }
    await sleep(pauseMs);
  }
}

/** Repeats work that had no effect when it failed. */
async function repeated<Result>(patienceMs: number, work: () => Promise<Result>): Promise<Result> {
  const untilMs = Date.now() + patienceMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      const verdict = error instanceof OutcomeUnknown ? 'final' : verdictOn(error);
      if (verdict === 'final' || Date.now() > untilMs) throw error;
      await sleep(
        verdict === 'conflict' ? Math.random() * firstPauseMs : pauseMs * (0.5 + Math.random() / 2),
      );
    }
  }
}

async function withClient<Result>(
  pool: ClientSource,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    return await work(client);
  } catch (error) {
    if (isConnectionLoss(error)) broken = error as Error;
    throw error;
  } finally {
    client.release(broken ?? false);
  }
}

/** One statement is a snapshot by itself; logic of more runs again from its beginning, over a snapshot of its own. */
async function read<Result>(pool: ClientSource, logic: () => Step<Result>): Promise<Result> {
  return withClient(pool, async (client) => {
    const step = logic();
    const first = step.next();
    if (first.done) return first.value;
    const second = step.next(await run(client, first.value));
    if (second.done) return second.value;
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    try {
      return await drive(client, logic());
    } finally {
      await client.query('COMMIT').catch(() => undefined);
    }
  });
}

function* now(): Step<number> {
  const read = yield* values('SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint');
  return read![0] as number;
}

function* countOfChanges(): Step<number> {
  const read = yield* values('SELECT count FROM bucket_changes');
  return read![0] as number;
}

interface Lease {
  readonly job: string;
  readonly holder: string;
  readonly nowMs: number;
  readonly untilMs: number;
}

/** Takes a lease that is free, over, or the holder's own already. */
function* takeLease({ job, holder, nowMs, untilMs }: Lease): Step<boolean> {
  yield* change('DELETE FROM outcomes WHERE at < ?', nowMs - outcomesKeptMs);
  const read = yield* values(
    `INSERT INTO leases (job, holder, until) VALUES (?, ?, ?)
     ON CONFLICT (job) DO UPDATE SET holder = excluded.holder, until = excluded.until
       WHERE leases.until < ? OR leases.holder = excluded.holder RETURNING 1`,
    job,
    holder,
    untilMs,
    nowMs,
  );
  return read !== undefined;
}
