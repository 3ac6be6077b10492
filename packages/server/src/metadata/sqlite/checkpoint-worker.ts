/** The thread that writes the log back: started by `checkpoint.ts`, rests in between. */
import { workerData } from 'node:worker_threads';
import { orders, places, type CheckpointOptions } from './checkpoint.ts';
import { openDatabase } from './database.ts';

const { path, shared } = workerData as CheckpointOptions;
const numbers = new Int32Array(shared);
const database = openDatabase(path, { timeout: 10_000 });
// Syncs the log before it is written back and the database afterwards, with either durability of commits.
database.exec('PRAGMA synchronous = FULL; PRAGMA checkpoint_fullfsync = ON; PRAGMA cache_size = -64');
const run = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');

for (;;) {
  Atomics.wait(numbers, places.order, orders.rest);
  Atomics.wait(numbers, places.order, orders.done);
  const order = Atomics.load(numbers, places.order);
  if (order === orders.end) break;
  if (order !== orders.run) continue;
  Atomics.store(numbers, places.logPages, Number(run.get()?.['log'] ?? 0));
  Atomics.compareExchange(numbers, places.order, orders.run, orders.done);
}
database.close();
