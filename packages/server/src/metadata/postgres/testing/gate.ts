/** A TCP gate to a port of this machine that can be shut: connections then hang, as when a cable is pulled. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';

export interface Gate {
  readonly port: number;
  /** Nothing passes any longer, and nothing is closed. */
  shut(): void;
  /** What hung is reset; new connections pass. */
  open(): void;
  close(): Promise<void>;
}

/** Opens a gate. */
export async function startGate(toPort: number): Promise<Gate> {
  const sockets = new Set<Socket>();
  let isShut = false;
  const track = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((near) => {
    track(near);
    if (isShut) return void near.pause();
    const far = track(connect(toPort, '127.0.0.1'));
    near.on('close', () => far.destroy()).pipe(far);
    far.on('close', () => near.destroy()).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    shut() {
      isShut = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    open() {
      isShut = false;
      for (const socket of sockets) socket.resetAndDestroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
