/**
 * Digests of large bodies, computed off the thread that answers requests, from memory that both threads see. A body whose
 * hashing falls behind holds back its sender.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { bufferBytes, type BufferPool } from '../../runtime/buffer-pool.ts';
import type { HashCall, HashTicket } from './hash-crew.ts';
import type { HashOrder, HashReply } from './hash-worker.ts';
import type { Digests, Hashing, HashingOptions } from './hashing.ts';

/** Threads that hash bodies, as one thread sees them that answers. */
export interface HashThreads {
  hashing(options: HashingOptions): Hashing;
  /** Lets the threads that were called forget memory that was let go. */
  collect(): void;
  /** Takes leave of them. Bodies under way fail. */
  close(): void;
}

// One order, and one write to a file, moves this many bytes: enough that they are few, little enough that they start early.
const runBytes = 512 * 1024;
// Of a memory: one is filled, and one is written and hashed.
const runsPerBuffer = bufferBytes / runBytes;
/** A body that is hashed slower than it comes takes a second one: two runs more wait to be hashed. */
const maxBuffers = 2;

interface BodyOptions extends HashingOptions {
  readonly id: number;
  readonly buffers: BufferPool;
}

/** One that was called. */
interface Thread {
  readonly port: MessagePort;
  readonly waiting: Map<number, (reply: HashReply | Error) => void>;
}

/** Starts without calls: each thread is called when those before it are busy. A body takes its memory from `buffers`. */
export function hashThreads({ port: crew, most, first }: HashTicket, buffers: BufferPool): HashThreads {
  const numbers = Array.from({ length: most }, (_, n) => (first + n) % most);
  const threads = new Map<number, Thread>();
  let bodies = 0;
  const leastBusy = (): Thread => {
    const called = [...threads.values()];
    const idle = called.find((thread) => thread.waiting.size === 0);
    const next = idle ? undefined : numbers.find((number) => !threads.has(number));
    if (next !== undefined) return callThread(crew, next, threads);
    return idle ?? called.reduce((best, thread) => (thread.waiting.size < best.waiting.size ? thread : best));
  };
  return {
    hashing(options) {
      return new ThreadHashing(leastBusy(), { ...options, id: ++bodies, buffers });
    },
    collect() {
      for (const { port } of threads.values()) port.postMessage({ kind: 'collect' } satisfies HashOrder);
    },
    close() {
      for (const { port } of threads.values()) port.close();
      crew.close();
    },
  };
}

function callThread(crew: MessagePort, number: number, threads: Map<number, Thread>): Thread {
  const { port1: port, port2: theirs } = new MessageChannel();
  const waiting: Thread['waiting'] = new Map();
  port.on('message', (reply: HashReply) => waiting.get(reply.id)?.(reply));
  // Also when the thread has ended, or could not begin.
  port.on('close', () => {
    threads.delete(number);
    const ended = new Error('the hashing thread ended');
    for (const settle of waiting.values()) settle(ended);
    waiting.clear();
  });
  port.unref();
  crew.postMessage({ thread: number, port: theirs } satisfies HashCall, [theirs]);
  const thread = { port, waiting };
  threads.set(number, thread);
  return thread;
}

/** One body: its runs are filled in turn, and each is handed to the thread when it is full. */
class ThreadHashing implements Hashing {
  readonly #thread: Thread;
  readonly #id: number;
  readonly #buffers: BufferPool;
  readonly #taken: SharedArrayBuffer[] = [];
  /** The run to fill next, by number over all buffers. */
  #at = 0;
  /** Runs that the thread has not hashed yet. */
  #busy = 0;
  #isEnded = false;
  #failure: Error | undefined;
  #digests: Digests | undefined;
  #wake: (() => void) | undefined;

  constructor(thread: Thread, { id, sha1, buffers }: BodyOptions) {
    this.#thread = thread;
    this.#id = id;
    this.#buffers = buffers;
    thread.waiting.set(id, (reply) => {
      if (reply instanceof Error) this.#failure = reply;
      else if (reply.digests) this.#digests = reply.digests;
      else this.#busy--;
      this.#wake?.();
    });
    this.#order({ kind: 'open', id, sha1 });
    this.#add(buffers.acquire());
  }

  async room(): Promise<Uint8Array> {
    const known = this.#runs;
    // Only between two turns: runs are filled in the order in which they are hashed.
    if (this.#at === 0 && this.#busy === known && this.#addOne()) this.#at = known;
    // A run that the thread has not hashed yet must not be written over.
    await this.#until(() => this.#busy < this.#runs);
    const memory = this.#taken[Math.floor(this.#at / runsPerBuffer)]!;
    return new Uint8Array(memory, (this.#at % runsPerBuffer) * runBytes, runBytes);
  }

  update({ byteOffset: offset, length }: Uint8Array): void {
    this.#busy++;
    this.#order({ kind: 'take', id: this.#id, memory: Math.floor(this.#at / runsPerBuffer), offset, length });
    this.#at = (this.#at + 1) % this.#runs;
  }

  async finish(): Promise<Digests> {
    this.#order({ kind: 'finish', id: this.#id });
    await this.#until(() => this.#digests !== undefined);
    return this.#digests!;
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (!this.#digests) this.#order({ kind: 'drop', id: this.#id });
    this.#wake = () => this.#releaseIfUnread();
    this.#releaseIfUnread();
  }

  /** What is given back is used again, so nothing that the thread is still to hash. */
  #releaseIfUnread(): void {
    if (this.#busy > 0 && !this.#failure) return;
    this.#thread.waiting.delete(this.#id);
    for (const memory of this.#taken.splice(0)) this.#buffers.release(memory);
  }

  /** How many runs there are. */
  get #runs(): number {
    return runsPerBuffer * this.#taken.length;
  }

  #addOne(): boolean {
    const memory = this.#taken.length < maxBuffers ? this.#buffers.tryAcquire() : undefined;
    if (memory) this.#add(memory);
    return memory !== undefined;
  }

  #add(memory: SharedArrayBuffer): void {
    this.#taken.push(memory);
    this.#order({ kind: 'lend', id: this.#id, memory });
  }

  #order(order: HashOrder): void {
    this.#thread.port.postMessage(order);
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
