/** The other end of `hash-threads.ts`: computes digests of what stands in shared memory. */
import { parentPort } from 'node:worker_threads';
import { hashHere, type Digests, type Hashing } from './hashing.ts';

/** What the thread is told about one body. */
export type HashOrder =
  | { readonly kind: 'open'; readonly id: number; readonly memory: SharedArrayBuffer; readonly sha1: boolean }
  | { readonly kind: 'take'; readonly id: number; readonly offset: number; readonly length: number }
  | { readonly kind: 'finish'; readonly id: number }
  | { readonly kind: 'drop'; readonly id: number };

/** What the thread says: a run of memory is free again, or the digests of a whole body. */
export interface HashReply {
  readonly id: number;
  readonly digests?: Digests;
}

const bodies = new Map<number, { hashing: Hashing; memory: SharedArrayBuffer }>();

parentPort?.on('message', (order: HashOrder) => {
  const reply = follow(order);
  if (reply) parentPort?.postMessage(reply);
});

function follow(order: HashOrder): HashReply | undefined {
  const { id } = order;
  if (order.kind === 'open') {
    bodies.set(id, { hashing: hashHere(order), memory: order.memory });
    return undefined;
  }
  const body = bodies.get(id);
  if (!body) return undefined;
  if (order.kind === 'take') {
    void body.hashing.update(new Uint8Array(body.memory, order.offset, order.length));
    return { id };
  }
  bodies.delete(id);
  // Hashing on this thread is done when it returns.
  return order.kind === 'finish' ? { id, digests: body.hashing.finish() as Digests } : undefined;
}
