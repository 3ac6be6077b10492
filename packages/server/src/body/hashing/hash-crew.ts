/**
 * The threads that hash for all threads that answer: one crew, which the main thread owns. A thread that wants one of them makes
 * a port for it and hands over the other end; what it says into the port before that thread runs waits there.
 */
import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { startThread } from '../../runtime/start-thread.ts';

/** What one thread that answers calls the crew with; it goes where its port goes. */
export interface HashTicket {
  /** Takes calls. */
  readonly port: MessagePort;
  /** How many threads there can be; they are called by number, from 0. */
  readonly most: number;
  /** Which to call first: those who answer begin with different ones. */
  readonly first: number;
}

/** Lets a thread serve a port (`hash-worker.ts`), and starts it if it does not run. */
export interface HashCall {
  readonly thread: number;
  readonly port: MessagePort;
}

/** How many threads hash, and who hears of their failures. */
export interface HashCrewOptions {
  /** Default: one for each processor, at most 4. With one less, many bodies at once wait for it (decision 0020). */
  readonly most?: number;
  /** Called with the reason when a thread has ended by itself. Its ports are closed, and the next call starts another. Default: not reported. */
  failed?(error: Error): void;
}

/** All threads that hash. */
export interface HashCrew {
  /** A ticket for one more thread that answers. */
  join(): HashTicket;
  /** Ends the threads; their ports close. */
  close(): Promise<void>;
}

/** Starts nothing yet. */
export function hashCrew(options: HashCrewOptions = {}): HashCrew {
  const { most = Math.min(4, availableParallelism()) } = options;
  const workers = new Map<number, Worker>();
  const members: MessagePort[] = [];
  const start = (thread: number): Worker => {
    const worker = startThread(import.meta.url, 'hash-worker');
    worker.unref();
    workers.set(thread, worker);
    const forget = () => {
      if (workers.get(thread) === worker) workers.delete(thread);
    };
    worker.on('exit', forget).on('error', (error) => {
      forget();
      options.failed?.(error as Error);
    });
    return worker;
  };
  return {
    join() {
      const { port1, port2 } = new MessageChannel();
      port1.on('message', ({ thread, port }: HashCall) => {
        const worker = workers.get(thread) ?? start(thread);
        worker.postMessage(port, [port]);
      });
      port1.unref();
      const first = members.length % most;
      members.push(port1);
      return { port: port2, most, first };
    },
    async close() {
      for (const port of members) port.close();
      await Promise.all([...workers.values()].map((worker) => worker.terminate()));
    },
  };
}
