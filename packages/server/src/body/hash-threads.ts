/**
 * Digests of large bodies, computed off the thread that answers requests, from memory that both threads see. A body whose
 * hashing falls behind holds back its sender.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { memoriesKept, memoryBytes, type Memories } from '../blobs/pages.ts';
import type { HashOrder, HashReply } from './hash-worker.ts';
import type { Digests, Hashing, HashingOptions } from './hashing.ts';

/** Threads that hash bodies. */
export interface HashThreads {
  hashing(options: HashingOptions): Hashing;
  close(): Promise<void>;
}

// One order, and one write to a file, moves this many bytes: enough that they are few, little enough that they start early.
const runBytes = 512 * 1024;
// Of a memory: one is filled, one written, and two wait to be hashed.
const runs = memoryBytes / runBytes;

/** How many threads hash, and how much memory is kept for the next bodies. */
export interface HashThreadsOptions {
  /** Threads, made as they are first needed. Default: one less than there are processors, from 1 to 4. */
  readonly most?: number;
  /** Where each body takes its memory. Default: of its own, 16 kept. */
  readonly memories?: Memories;
}

interface BodyOptions extends HashingOptions {
  readonly id: number;
  readonly memory: SharedArrayBuffer;
  /** Called when nobody reads the memory any more. */
  release(): void;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, (reply: HashReply | Error) => void>;
}

/** Starts nothing yet. */
export function hashThreads(options: HashThreadsOptions = {}): HashThreads {
  const { most = Math.max(1, Math.min(4, availableParallelism() - 1)), memories = memoriesKept(16) } =
    options;
  const threads: Thread[] = [];
  let bodies = 0;
  const leastBusy = () => {
    const idle = threads.find((thread) => thread.waiting.size === 0);
    if (idle) return idle;
    if (threads.length < most) threads.push(startThread(threads));
    return threads.reduce((best, thread) => (thread.waiting.size < best.waiting.size ? thread : best));
  };
  return {
    hashing(options) {
      const memory = memories.take();
      const release = () => memories.giveBack(memory);
      return new ThreadHashing(leastBusy(), { ...options, id: ++bodies, memory, release });
    },
    async close() {
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

function startThread(threads: Thread[]): Thread {
  // Built files end in .js, sources in .ts; each starts its own kind.
  const source = import.meta.url.endsWith('.ts') ? './hash-worker.ts' : './hash-worker.js';
  // Of the process's own options only those that say how packages are found are meant for a thread.
  const execArgv = process.execArgv.filter((argument) => argument.startsWith('--conditions='));
  const worker = new Worker(new URL(source, import.meta.url), { execArgv });
  const thread: Thread = { worker, waiting: new Map() };
  worker.unref();
  worker.on('message', (reply: HashReply) => thread.waiting.get(reply.id)?.(reply));
  const fail = (error: Error) => {
    if (threads.includes(thread)) threads.splice(threads.indexOf(thread), 1);
    for (const tell of thread.waiting.values()) tell(error);
    thread.waiting.clear();
  };
  worker.on('error', fail).on('exit', () => fail(new Error('the hashing thread ended')));
  return thread;
}

/** One body: its runs are filled in turn, and each is handed to the thread when it is full. */
class ThreadHashing implements Hashing {
  readonly #thread: Thread;
  readonly #id: number;
  readonly #memory: SharedArrayBuffer;
  readonly #release: () => void;
  #at = 0;
  #busy = 0;
  #failure: Error | undefined;
  #digests: Digests | undefined;
  #wake: (() => void) | undefined;

  constructor(thread: Thread, { id, memory, sha1, release }: BodyOptions) {
    this.#thread = thread;
    this.#id = id;
    this.#memory = memory;
    this.#release = release;
    thread.waiting.set(id, (reply) => {
      if (reply instanceof Error) this.#failure = reply;
      else if (reply.digests) this.#digests = reply.digests;
      else this.#busy--;
      this.#wake?.();
    });
    this.#order({ kind: 'open', id, memory, sha1 });
  }

  async room(): Promise<Uint8Array> {
    // A run that the thread has not hashed yet must not be written over.
    await this.#until(() => this.#busy < runs);
    return new Uint8Array(this.#memory, this.#at * runBytes, runBytes);
  }

  update({ byteOffset: offset, length }: Uint8Array): void {
    this.#busy++;
    this.#order({ kind: 'take', id: this.#id, offset, length });
    this.#at = (this.#at + 1) % runs;
  }

  async finish(): Promise<Digests> {
    this.#order({ kind: 'finish', id: this.#id });
    await this.#until(() => this.#digests !== undefined);
    return this.#digests!;
  }

  end(): void {
    if (!this.#thread.waiting.delete(this.#id)) return;
    if (this.#digests) this.#release();
    // Otherwise the thread may still be reading the memory, so it is not used again.
    else this.#order({ kind: 'drop', id: this.#id });
  }

  #order(order: HashOrder): void {
    this.#thread.worker.postMessage(order);
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#failure) throw this.#failure;
  }
}
