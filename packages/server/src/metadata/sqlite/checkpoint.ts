/**
 * Writes the log back into the database while commits go on, in a thread of its own: that takes as long as some twenty
 * commits, most of it waiting for the disk, and no change would be answered meanwhile.
 *
 * The log starts over only when all of it was written back and has no readers. Commits that come during a run keep
 * that from happening, so the committing thread does the rest itself now and then: it is little by then.
 */
import type { Worker } from 'node:worker_threads';
import { startThread } from '../../runtime/start-thread.ts';

/** Runs the thread. */
export interface Checkpointer {
  /** Called after each commit with about how many pages it wrote to the log; begins a run when there are enough. */
  committed(pages: number): void;
  /** Resolves when the thread has closed the database. */
  close(): Promise<void>;
}

/** What the thread is started with. */
export interface CheckpointOptions {
  readonly path: string;
  /** An `order` from here, and the length of the log in pages after a run. */
  readonly shared: SharedArrayBuffer;
}

/** Places in the shared memory. */
export const places = { order: 0, logPages: 1 } as const;

/** What stands at `order`: the thread waits while it is `rest`; after a run it says `done`. */
export const orders = { rest: 0, run: 1, done: 2, end: 3 } as const;

/** Pages after which a run begins; SQLite's own default is 1000, and each run costs two syncs. */
export const runPages = 2000;

/**
 * Prepares runs; the thread starts when there is enough to write back. After a run `ran` gets the number of pages that the log
 * has, written back or not.
 */
export function startCheckpointer(path: string, ran: (logPages: number) => void): Checkpointer {
  const shared = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
  const numbers = new Int32Array(shared);
  let pages = 0;
  let thread: Worker | undefined;
  const post = (order: number): void => {
    Atomics.store(numbers, places.order, order);
    Atomics.notify(numbers, places.order);
  };

  return {
    committed(more) {
      pages += more;
      if (Atomics.compareExchange(numbers, places.order, orders.done, orders.rest) === orders.done)
        ran(Atomics.load(numbers, places.logPages));
      if (pages < runPages || Atomics.load(numbers, places.order) !== orders.rest) return;
      pages = 0;
      post(orders.run);
      thread ??= start({ path, shared });
    },
    async close() {
      post(orders.end);
      const begun = thread;
      if (!begun || begun.threadId === -1) return; // The latter when it failed and has ended.
      begun.ref();
      await new Promise((resolve) => begun.once('exit', resolve));
    },
  };
}

/** A thread that fails never says `done`: then SQLite writes back within commits. */
function start(options: CheckpointOptions): Worker {
  const resourceLimits = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 };
  const worker = startThread(import.meta.url, 'checkpoint-worker', { workerData: options, resourceLimits });
  worker.on('error', () => undefined);
  worker.unref();
  return worker;
}
