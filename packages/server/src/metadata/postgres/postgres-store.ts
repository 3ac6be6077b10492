/** Metadata in PostgreSQL (13 and later), for any number of processes at once. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { locksOf } from '../sql/locks.ts';
import { migrate } from '../sql/migrations.ts';
import { sqlStore } from '../sql/sql-store.ts';
import { rows, type Step } from '../sql/statement.ts';
import type { MetadataStore } from '../port.ts';
import { defaultTrustedMs } from './bucket-changes.ts';
import { postgresEngine } from './engine.ts';
import { postgresMigrations } from './migrations.ts';
import { drive } from './statements.ts';

/** Where the database is and how it is used. */
export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`, with what the driver takes as parameters. */
  readonly url: string;
  /** Default `sampan`; made when it is not there. */
  readonly schema?: string | undefined;
  /** Most connections of this thread. Default 8. */
  readonly connections?: number | undefined;
  /** Stamps changes; tests pass their own clock. Default: the database's time. */
  readonly nowMs?: (() => number) | undefined;
  /** How long work is tried again while the database cannot be reached. Default 10,000. */
  readonly patienceMs?: number | undefined;
  /**
   * How long what was read of a bucket is trusted; all processes on a database agree on it, and changes of buckets take that
   * much longer. Default 300.
   */
  readonly bucketTrustMs?: number | undefined;
  /** How long a statement may take, by the database's clock and a little more by this one. Default 30,000. */
  readonly statementMs?: number | undefined;
  /** How long making a connection may take. Default 5,000. */
  readonly connectMs?: number | undefined;
  /** The locks of a change; tests leave them out, to see that they are needed. */
  readonly locks?: typeof locksOf | undefined;
}

const defaultStatementMs = 30_000;
/** An answer that is not here by then does not come: the way to the database swallows what is sent. */
const answerSlackMs = 2_000;
const lockMs = 20_000;
const defaultConnectMs = 5_000;
const idleMs = 60_000;
const defaultConnections = 8;
const defaultPatienceMs = 10_000;
const schemaPattern = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * Opens the store and brings its schema up to date; of several processes that start at once, one does. Rejects when the
 * database cannot be used, or with `SchemaTooNew`.
 */
export async function openPostgres(options: PostgresOptions): Promise<MetadataStore> {
  const { schema = 'sampan', connections = defaultConnections, nowMs } = options;
  const { statementMs = defaultStatementMs } = options;
  if (!schemaPattern.test(schema))
    throw new Error('the schema must be a lower-case name of at most 63 letters');
  const pool = new pg.Pool({
    connectionString: options.url,
    max: connections,
    connectionTimeoutMillis: options.connectMs ?? defaultConnectMs,
    idleTimeoutMillis: idleMs,
    query_timeout: statementMs + answerSlackMs,
    keepAlive: true,
    application_name: 'sampan',
    options: [
      `search_path=${schema}`,
      `statement_timeout=${statementMs}`,
      `lock_timeout=${lockMs}`,
      `idle_in_transaction_session_timeout=${statementMs}`,
    ]
      .map((setting) => `-c ${setting}`)
      .join(' '),
    allowExitOnIdle: true,
  });
  // A connection that breaks while it rests is replaced by the next that is needed.
  pool.on('error', () => undefined);
  // One that breaks between two statements fails the next of them, which is where it is reported.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  try {
    await prepareSchema(pool, schema);
  } catch (error) {
    await pool.end();
    throw new Error(`the database cannot be used: ${(error as Error).message}`, { cause: error });
  }
  const engine = postgresEngine({
    pool,
    schema,
    holder: randomBytes(8).toString('hex'),
    nowMs,
    patienceMs: options.patienceMs ?? defaultPatienceMs,
    bucketTrustMs: options.bucketTrustMs ?? defaultTrustedMs,
    locks: options.locks ?? locksOf,
  });
  return sqlStore(engine, nowMs ?? Date.now);
}

/** Any number that no other program uses for the same purpose. */
const migrationLock = 7_261_533_014;

async function prepareSchema(pool: pg.Pool, schema: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    const found = await client.query('SELECT 1 FROM information_schema.schemata WHERE schema_name = $1', [
      schema,
    ]);
    if (found.rowCount === 0) await client.query(`CREATE SCHEMA ${schema}`);
    await drive(client, migrate(tablesOf(), postgresMigrations));
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

function* tablesOf(): Step<readonly string[]> {
  const found = yield* rows<{ name: string }>(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()',
  );
  return found.map(({ name }) => name);
}
