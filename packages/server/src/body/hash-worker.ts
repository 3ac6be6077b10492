/** The other end of `hash-threads.ts`: computes digests of what stands in shared memory. */
import { parentPort } from 'node:worker_threads';
import { digester, type Digests } from './hashing.ts';

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

const bodies = new Map<number, { digests: ReturnType<typeof digester>; memory: SharedArrayBuffer }>();

parentPort?.on('message', (order: HashOrder) => {
  const reply = follow(order);
  if (reply) parentPort?.postMessage(reply);
});

function follow(order: HashOrder): HashReply | undefined {
  const { id } = order;
  if (order.kind === 'open') {
    bodies.set(id, { digests: digester(order), memory: order.memory });
    return undefined;
  }
  const body = bodies.get(id);
  if (!body) return undefined;
  if (order.kind === 'take') {
    body.digests.update(new Uint8Array(body.memory, order.offset, order.length));
    return { id };
  }
  bodies.delete(id);
  return order.kind === 'finish' ? { id, digests: body.digests.finish() } : undefined;
}
