/**
 * A thread that hashes, started by `hash-crew.ts`: computes digests of what stands in shared memory, for all who gave it a
 * port.
 */
import { parentPort, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { collectGarbage } from '../../runtime/gc.ts';
import { digester, type Digests } from './hashing.ts';

/** Messages to the thread, mostly about one body; ids belong to the MessagePort they come over. */
export type HashOrder =
  | { readonly kind: 'open'; readonly id: number; readonly sha1: boolean }
  | { readonly kind: 'lend'; readonly id: number; readonly memory: SharedArrayBuffer }
  | ({ readonly kind: 'take'; readonly id: number } & Run)
  | { readonly kind: 'finish'; readonly id: number }
  | { readonly kind: 'drop'; readonly id: number }
  | { readonly kind: 'collect' };

/** A place in one of the buffers that were lent for the body, numbered as they came. */
interface Run {
  readonly memory: number;
  readonly offset: number;
  readonly length: number;
}

/** What the thread says: a run of memory is free again, or the digests of a whole body. */
export interface HashReply {
  readonly id: number;
  readonly digests?: Digests;
}

type Bodies = Map<number, { digests: ReturnType<typeof digester>; buffers: SharedArrayBuffer[] }>;

if (!parentPort) throw new Error('hash-worker runs as a thread');
const control = parentPort;
const ports = new Map<MessagePort, Bodies>();

control.on('message', serve);

function serve(port: MessagePort): void {
  ports.set(port, new Map());
  port.on('close', () => ports.delete(port));
  port.on('message', (order: HashOrder) => {
    obey(port, order);
    giveTurns(port);
  });
}

/** Obeys one order of every other port: Node would first go on with up to a thousand of this one. */
function giveTurns(served: MessagePort): void {
  for (const port of ports.keys()) {
    const received = port === served ? undefined : receiveMessageOnPort(port);
    if (received) obey(port, received.message as HashOrder);
  }
  const called = receiveMessageOnPort(control);
  if (called) serve(called.message as MessagePort);
}

function obey(port: MessagePort, order: HashOrder): void {
  const reply = follow(ports.get(port)!, order);
  if (reply) port.postMessage(reply);
}

function follow(bodies: Bodies, order: HashOrder): HashReply | undefined {
  if (order.kind === 'collect') {
    collectGarbage('major');
    return undefined;
  }
  const { id } = order;
  if (order.kind === 'open') {
    bodies.set(id, { digests: digester(order), buffers: [] });
    return undefined;
  }
  const body = bodies.get(id);
  if (!body) return undefined;
  if (order.kind === 'lend') {
    body.buffers.push(order.memory);
    return undefined;
  }
  if (order.kind === 'take') {
    body.digests.update(new Uint8Array(body.buffers[order.memory]!, order.offset, order.length));
    return { id };
  }
  bodies.delete(id);
  return order.kind === 'finish' ? { id, digests: body.digests.finish() } : undefined;
}
