/** Connections that hold what they can of a service, and honest requests beside them. */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'node:http';
import type { TestClient } from './client.ts';

/** How many connections are held open, and for how long honest requests are made. */
export interface SlowCrowd {
  readonly connections: number;
  readonly seconds: number;
  /** `head`: a head that never ends. `form`: a form whose file never begins. `silent`: nothing is sent. */
  readonly kind: 'head' | 'form' | 'silent';
  /** Where they come from; default: the address of the honest ones. */
  readonly address?: string;
}

/** What honest requests saw, each on a new connection. */
export interface HonestRequests {
  readonly answered: number;
  readonly failures: readonly string[];
  readonly slowestMs: number;
}

const everyMs = 50;
const trickleMs = 500;
/** One comes back after this time and up to twice as much, so that they do not come in waves. */
const againMs = 700;

/** Replaces connections that the service closes, while honest clients put and get small objects. */
export async function besideSlowOnes(client: TestClient, crowd: SlowCrowd): Promise<HonestRequests> {
  const held = holdOpen(client, crowd);
  await held.full;
  const failures: string[] = [];
  let answered = 0;
  let slowestMs = 0;
  const ask = async (key: string): Promise<void> => {
    const beganAtMs = performance.now();
    const agent = new Agent();
    try {
      const put = await client.send({ method: 'PUT', key, body: key, agent });
      const got = await client.send({ key, agent });
      if (put.status !== 200 || got.text !== key) failures.push(`${key}: ${put.status}, ${got.status}`);
      else answered += 2;
    } catch (error) {
      failures.push(`${key}: ${String(error)}`);
    }
    slowestMs = Math.max(slowestMs, (performance.now() - beganAtMs) / 2);
  };
  const asked: Promise<void>[] = [];
  for (let n = 0; n < (crowd.seconds * 1000) / everyMs; n += 1) {
    asked.push(ask(`${crowd.kind}-${n}`));
    await sleep(everyMs);
  }
  await Promise.all(asked);
  held.end();
  return { answered, failures, slowestMs };
}

function holdOpen(client: TestClient, { connections, kind, address }: SlowCrowd) {
  const { service } = client;
  const sockets = new Set<Socket>();
  let isOver = false;
  let opened = 0;
  const text = {
    head: 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ',
    form: client.head11({
      method: 'POST',
      sign: 'none',
      headers: { 'content-type': 'multipart/form-data; boundary=x', 'content-length': '100000' },
    }),
    silent: '',
  }[kind];
  const open = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port: service.port, localAddress: address });
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.resume();
      socket.once('connect', () => {
        socket.write(text);
        resolve();
      });
      socket.once('close', () => {
        sockets.delete(socket);
        resolve();
        // Who means harm comes back, but not at once: a flood of new connections is another matter.
        if (!isOver) setTimeout(() => isOver || void open(), againMs * (1 + ((opened += 37) % 100) / 100));
      });
    });
  const trickle = setInterval(() => {
    if (kind !== 'silent') for (const socket of sockets) socket.write('x');
  }, trickleMs);
  return {
    full: Promise.all(Array.from({ length: connections }, open)),
    end() {
      isOver = true;
      clearInterval(trickle);
      for (const socket of sockets) socket.destroy();
    },
  };
}
