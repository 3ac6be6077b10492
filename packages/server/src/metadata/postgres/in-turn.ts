/**
 * Connections of a pool, given out in the order in which they are asked for. The pool itself has one time limit for waiting
 * until one is free and for making one: a busy service would take its own queue for a database that cannot be reached.
 */
import type { Pool, PoolClient } from 'pg';

/** Where connections come from. */
export interface ClientSource {
  /** Waits for a free connection. Rejects when none is free for long, or one cannot be made in time. */
  connect(): Promise<PoolClient>;
}

/** Longer than this nothing waits in a queue that moves; it does not move where all connections hang. */
const longestWaitMs = 20_000;

/** Lets no more ask the pool at once than it has connections. */
export function inTurn(pool: Pool): ClientSource {
  let free = pool.options.max;
  const waiting = new Set<() => void>();
  const give = (): void => {
    const [next] = waiting;
    if (next) next();
    else free += 1;
  };
  const turn = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.delete(go);
        clearTimeout(timer);
      };
      const go = (): void => {
        leave();
        resolve();
      };
      const timer = setTimeout(() => {
        leave();
        reject(new Error('timeout exceeded when trying to connect: every connection is busy'));
      }, longestWaitMs);
      waiting.add(go);
    });
  return {
    async connect() {
      if (free > 0) free -= 1;
      else await turn();
      let client: PoolClient;
      try {
        client = await pool.connect();
      } catch (error) {
        give();
        throw error;
      }
      const release = client.release.bind(client);
      client.release = (broken) => {
        client.release = release;
        release(broken);
        give();
      };
      return client;
    },
  };
}
