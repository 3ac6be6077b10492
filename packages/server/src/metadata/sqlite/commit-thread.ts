/** The writing half of the embedded store: a thread that commits for all threads of the process. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { startThread } from '../../runtime/start-thread.ts';
import type { Durability } from './connection.ts';

/** What the thread is started with. */
export interface CommitThreadOptions {
  readonly path: string;
  readonly durability: Durability;
  /** Memory of the store's `Progress`. */
  readonly progress: SharedArrayBuffer;
}

/** Messages to the thread: to serve one more port, or to end. */
export type CommitThreadMessage = { readonly serve: MessagePort } | { readonly end: true };

/** The thread, once it has opened the store. */
export interface CommitThread {
  /** A new port over which any thread can send changes, with `portCommitter`. */
  join(): MessagePort;
  /** Resolves when the thread has ended, with the reason for the callers that still wait. */
  readonly ended: Promise<Error>;
  /** Commits and answers what has arrived on any port, then closes the ports and the store. */
  close(): Promise<void>;
}

/** Starts the thread and resolves when its store is open; rejects with what kept it from opening. */
export async function startCommitThread(options: CommitThreadOptions): Promise<CommitThread> {
  const worker = startThread(import.meta.url, 'commit-worker', { workerData: options });
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
  });
  worker.removeAllListeners('error');
  const ended = new Promise<Error>((resolve) => {
    worker.once('error', (error) => resolve(error as Error));
    worker.once('exit', () => resolve(new Error('the metadata store is closed')));
  });
  worker.unref(); // Ports keep the process alive while changes wait for their answers.

  const post = (message: CommitThreadMessage, ports: readonly MessagePort[] = []): void =>
    worker.postMessage(message, ports);
  return {
    join() {
      const { port1, port2 } = new MessageChannel();
      post({ serve: port1 }, [port1]);
      return port2;
    },
    ended,
    async close() {
      worker.ref();
      post({ end: true });
      await ended;
    },
  };
}
