/** A store in PostgreSQL as rows, to be moved to another engine, and an empty one that is filled with rows. */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { readStoreId } from '../sql/store-id.ts';
import { addRows, tablePage } from '../sql/tables.ts';
import { tables, type TableSource, type TableTarget } from '../tables.ts';
import { values } from '../sql/statement.ts';
import { openPostgres } from './postgres-store.ts';
import { drive } from './statements.ts';

const schema = 'sampan';

async function connected(url: string): Promise<pg.Client> {
  // Makes the schema, or brings it up to date.
  await (await openPostgres({ url, schema, connections: 1 })).close();
  const client = new pg.Client({
    connectionString: url,
    application_name: 'sampan migrate',
    options: `-c search_path=${schema}`,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** A process that has just ended is listed for a moment. */
const looks = 10;
const pauseMs = 100;

async function isServed(client: pg.Client): Promise<boolean> {
  for (let look = 1; look <= looks; look += 1) {
    const { rowCount } = await client.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'sampan'`,
    );
    if (rowCount === 0) return false;
    await sleep(pauseMs);
  }
  return true;
}

/** Reads a store beside the processes that serve it. */
export async function postgresTableSource(url: string): Promise<TableSource> {
  const client = await connected(url);
  return {
    isInUse: () => isServed(client),
    async snapshot(work, alone) {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      try {
        // No change begins before this ends, and the snapshot is taken when all that were under way are over.
        if (alone) await client.query('LOCK TABLE outcomes IN EXCLUSIVE MODE');
        return await work((table, after) => drive(client, tablePage(table, after)));
      } finally {
        await client.query('ROLLBACK');
      }
    },
    close: () => client.end(),
  };
}

/** Fills a store that has nothing in it. */
export async function postgresTableTarget(url: string): Promise<TableTarget> {
  const client = await connected(url);
  const isEmpty = async (): Promise<boolean> => {
    const { rowCount } = await client.query('SELECT 1 FROM buckets LIMIT 1');
    return rowCount === 0;
  };
  return {
    storeId: await drive(client, readStoreId()),
    isEmpty,
    async fill(work) {
      await client.query('BEGIN');
      try {
        await client.query('LOCK TABLE buckets IN EXCLUSIVE MODE');
        if (!(await isEmpty())) throw new Error('the database has buckets already');
        await work((table, added) => drive(client, addRows(table, added)));
        for (const { name, numbered } of tables)
          if (numbered)
            await drive(
              client,
              values(
                `SELECT setval(pg_get_serial_sequence('${name}', 'id'), coalesce(max(id), 0) + 1, false) FROM ${name}`,
              ),
            );
        await client.query('UPDATE bucket_changes SET count = count + 1');
        await client.query('COMMIT');
      } catch (error) {
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
      for (const { name } of tables) await client.query(`ANALYZE ${name}`);
    },
    close: () => client.end(),
  };
}
