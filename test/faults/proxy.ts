/**
 * A TCP proxy between the SDK and a real service that spoils connections: it delays, slows, cuts at a byte, swallows,
 * answers in the service's place, or half-closes. Each connection asks `plan` what is to become of it.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';

/** What is to become of one connection. */
export interface Fate {
  /** Delay of every chunk, each way, in ms. */
  readonly latencyMs?: number;
  /** Bytes a second to the service. */
  readonly bytesPerSecond?: number;
  /** Both ends are reset when so many bytes have gone to the service. */
  readonly resetAfterBytes?: number;
  /** Both ends are reset when so many bytes have come back. */
  readonly resetAnswerAfterBytes?: number;
  /** The service's end is closed in an orderly way when so many bytes have come back; the client's stays open. */
  readonly halfCloseAnswerAfterBytes?: number;
  /** Nothing is passed on, nothing is answered. */
  readonly blackHole?: true;
  /** Sent instead of asking the service, once some of the request has arrived. */
  readonly answer?: string;
  /** What the service answers is sent twice. */
  readonly twice?: true;
}

export interface Proxy {
  readonly port: number;
  readonly connections: number;
  close(): Promise<void>;
}

/** Starts a proxy to a port of this machine. */
export async function startProxy(toPort: number, plan: (connection: number) => Fate): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((client: Socket) => {
    const fate = plan(connections++);
    track(client);
    if (fate.blackHole) {
      client.resume();
      return;
    }
    const { answer } = fate;
    if (answer !== undefined) {
      client.once('data', () => client.end(answer));
      return;
    }
    const service = track(connect(toPort, '127.0.0.1'));
    client.once('close', () => service.destroy());
    service.once('close', () => client.destroy());
    const reset = (): void => {
      client.resetAndDestroy();
      service.resetAndDestroy();
    };
    let up = 0;
    let down = 0;
    client.on('data', (chunk: Buffer) => {
      up += chunk.length;
      if (fate.resetAfterBytes !== undefined && up >= fate.resetAfterBytes) return reset();
      const waitMs =
        (fate.latencyMs ?? 0) + (fate.bytesPerSecond ? (chunk.length * 1000) / fate.bytesPerSecond : 0);
      if (waitMs === 0) service.write(chunk);
      else {
        client.pause();
        setTimeout(() => {
          service.write(chunk);
          client.resume();
        }, waitMs);
      }
    });
    service.on('data', (chunk: Buffer) => {
      down += chunk.length;
      if (fate.resetAnswerAfterBytes !== undefined && down >= fate.resetAnswerAfterBytes) return reset();
      if (fate.halfCloseAnswerAfterBytes !== undefined && down >= fate.halfCloseAnswerAfterBytes) {
        client.end(chunk.subarray(0, Math.max(0, chunk.length - 10)));
        return;
      }
      client.write(fate.twice ? Buffer.concat([chunk, chunk]) : chunk);
    });
  });
  function track(socket: Socket): Socket {
    sockets.add(socket);
    // A broken connection is what this is for.
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    return socket;
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
