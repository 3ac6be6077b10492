/** The threads that answer requests beside the main one, as the main one sees them. */
import { startThread } from '../runtime/start-thread.ts';
import type { JoinMessage, MainProcedures, PoolProcedures } from './pool-worker.ts';
import { serveCalls, callOver } from '../runtime/thread-rpc.ts';

/** Another thread that answers. */
export interface PoolWorker extends PoolProcedures {
  /** Lets it have its part of the stores; rejects with what keeps it from starting. */
  join(joining: JoinMessage): Promise<void>;
}

/**
 * Starts a thread, which loads what it needs until `join` is called. Once it has joined, an uncaught error
 * there is one of the whole process.
 */
export function startPoolWorker(main: MainProcedures): PoolWorker {
  const worker = startThread(import.meta.url, 'pool-worker');
  let state: 'starting' | 'joined' | 'ending' = 'starting';
  const opened = new Promise<void>((resolve, reject) => {
    worker.once('message', () => {
      state = 'joined';
      resolve();
    });
    const fail = (error: Error) => {
      if (state === 'starting') reject(error);
      else if (state === 'joined') throw error;
    };
    worker.on('error', (error) => fail(error as Error));
    worker.on('exit', (code) => fail(new Error(`a thread that answers requests has ended with ${code}`)));
  });
  opened.catch(() => undefined); // Reported by `join`.
  const call = callOver<PoolProcedures>(worker);
  serveCalls(worker, main);
  return {
    async join(joining) {
      const { metadata, blobs } = joining.tickets;
      const transfer = [...(metadata?.transfer ?? []), ...(blobs?.transfer ?? []), joining.hashers.port];
      worker.postMessage(joining, transfer);
      await opened;
    },
    listen: (place) => call('listen', place),
    fence: () => call('fence'),
    settle: () => call('settle'),
    pinned: (blobs) => call('pinned', blobs),
    experiment: (settings) => call('experiment', settings),
    counted: () => call('counted'),
    recorded: (asked) => call('recorded', asked),
    explained: (id) => call('explained', id),
    endedUpload: (uploadId) => call('endedUpload', uploadId),
    close: (graceMs) => call('close', graceMs),
    async end() {
      const hasJoined = state === 'joined';
      state = 'ending';
      if (hasJoined) await call('end');
      await worker.terminate();
    },
  };
}
