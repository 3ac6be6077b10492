/**
 * The writing half of the embedded store in a worker thread. Changes of one turn of the event loop go over together, a
 * crowd of them in several messages, so that the thread begins while the rest is still being read from sockets; it takes
 * everything that has arrived by the time a commit ended as the next batch.
 */
import { Worker } from 'node:worker_threads';
import type { Committer } from './committer.ts';
import type { Command, ConnectionOptions, Reply } from './sqlite-connection.ts';
import type { NewBody } from './store.ts';

/** A change and the number that its answer will carry. */
export type NumberedCommand = Command & { readonly number: number };

/** What goes to the thread: changes, or the wish to end. */
export type ToThread = { readonly changes: readonly NumberedCommand[] } | { readonly end: true };

/** What comes back: that the store is open, or answers by number. */
export type FromThread =
  | { readonly opened: true }
  | { readonly replies: readonly { readonly number: number; readonly reply: Reply }[] };

// With 64 puts in flight 16 gave 1.12 times the rate of whole turns; 4 and 8 cost more messages than they saved waiting.
const crowd = 16;

/**
 * Starts the thread and resolves when its store is open; rejects with what kept it from opening. `committed` is called
 * before those are answered whose changes were committed.
 */
export async function threadCommitter(options: ConnectionOptions, committed: () => void): Promise<Committer> {
  const source = import.meta.url.endsWith('.ts') ? './sqlite-worker.ts' : './sqlite-worker.js';
  // Of the process's own options only those that say how packages are found are meant for a thread.
  const execArgv = process.execArgv.filter((argument) => argument.startsWith('--conditions='));
  const worker = new Worker(new URL(source, import.meta.url), { workerData: options, execArgv });
  const pending = new Map<number, (reply: Reply) => void>();
  let outgoing: NumberedCommand[] = [];
  let last = 0;
  let broken: Error | undefined;
  let closing: Promise<void> | undefined;

  const send = (message: ToThread, buffers: readonly ArrayBuffer[] = []): void =>
    worker.postMessage(message, buffers);
  const flush = (): void => {
    if (outgoing.length === 0) return;
    // A view drags its whole buffer along when it is cloned, and socket buffers are large: hence the packing.
    const { changes, buffers } = pack(outgoing);
    outgoing = [];
    send({ changes }, buffers);
  };
  const fail = (error: Error): void => {
    broken ??= error;
    for (const settle of pending.values()) settle({ failure: error });
    pending.clear();
  };

  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
  });
  worker.removeAllListeners('error');
  worker.on('error', (error) => fail(error as Error));
  worker.on('exit', () => fail(new Error('the metadata store is closed')));
  worker.on('message', (message: FromThread) => {
    if (!('replies' in message)) return;
    committed();
    for (const { number, reply } of message.replies) {
      pending.get(number)?.(reply);
      pending.delete(number);
    }
    if (pending.size === 0) worker.unref();
  });
  worker.unref();

  return {
    submit: (command) =>
      new Promise((resolve, reject) => {
        if (broken ?? closing) throw broken ?? new Error('the metadata store is closed');
        const number = (last += 1);
        if (pending.size === 0) worker.ref(); // The process lives until its changes are answered.
        pending.set(number, (reply) => ('value' in reply ? resolve(reply.value) : reject(reply.failure)));
        outgoing.push({ ...command, number });
        if (outgoing.length === 1) setImmediate(flush);
        else if (outgoing.length === crowd) flush();
      }),
    close() {
      closing ??= new Promise((resolve) => {
        worker.ref();
        worker.once('exit', () => resolve());
        flush();
        send({ end: true });
      });
      return closing;
    },
  };
}

/** A copy of the changes whose inline bytes lie side by side in one buffer, which can be handed over. */
function pack(changes: readonly NumberedCommand[]): {
  changes: readonly NumberedCommand[];
  buffers: ArrayBuffer[];
} {
  const total = changes.reduce((sum, change) => sum + inlineSize(change), 0);
  if (total === 0) return { changes, buffers: [] };
  const buffer = new ArrayBuffer(total);
  let used = 0;
  const moved = (bytes: Uint8Array): Uint8Array => {
    const view = new Uint8Array(buffer, used, bytes.length);
    view.set(bytes);
    used += bytes.length;
    return view;
  };
  const packed = changes.map((change) => {
    if (inlineSize(change) === 0) return change;
    const argument = change.argument as { readonly body: NewBody };
    const body = argument.body.map((piece) => ('bytes' in piece ? { bytes: moved(piece.bytes) } : piece));
    return { ...change, argument: { ...argument, body } };
  });
  return { changes: packed, buffers: [buffer] };
}

/** Bytes that travel inside a change. Only changes that bring a body have any. */
function inlineSize({ argument }: NumberedCommand): number {
  const { body } = argument as { readonly body?: unknown };
  if (!Array.isArray(body)) return 0;
  return (body as NewBody).reduce((sum, piece) => sum + ('bytes' in piece ? piece.bytes.length : 0), 0);
}
