/** A TCP link to a service that all connections share: of a fixed speed, and broken altogether every so often. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface LinkOptions {
  /** Towards the service; answers are small and pass freely. */
  readonly bytesPerSecond: number;
  /** All connections are reset after so many bytes: a speed times a time, whatever this machine makes of it. */
  readonly dropEveryBytes: number;
}

export interface Link {
  readonly port: number;
  /** Times that it broke. */
  readonly drops: number;
  /** Bytes that went towards the service. */
  readonly carriedBytes: number;
  close(): Promise<void>;
}

const tickMs = 10;

/** Opens a link to a port of this machine. */
export async function openLink(toPort: number, options: LinkOptions): Promise<Link> {
  const pairs = new Set<Pair>();
  // What a connection has on its way: enough that one alone can fill the link between two ticks.
  const windowBytes = (options.bytesPerSecond * 2 * tickMs) / 1000;
  let drops = 0;
  let carriedBytes = 0;
  let nextDropBytes = options.dropEveryBytes;
  let lastMs = performance.now();
  let allowance = 0;

  interface Pair {
    readonly client: Socket;
    readonly service: Socket;
    readonly waiting: Buffer[];
    waitingBytes: number;
    ended: boolean;
  }

  const server = createServer((client) => {
    const service = connect(toPort, '127.0.0.1');
    const pair: Pair = { client, service, waiting: [], waitingBytes: 0, ended: false };
    pairs.add(pair);
    client.on('data', (chunk: Buffer) => {
      pair.waiting.push(chunk);
      pair.waitingBytes += chunk.length;
      if (pair.waitingBytes >= windowBytes) client.pause();
    });
    client.once('end', () => (pair.ended = true));
    service.pipe(client);
    for (const [socket, other] of [
      [client, service],
      [service, client],
    ] as const) {
      // Broken connections are what this is for.
      socket.on('error', () => undefined);
      socket.once('close', () => {
        pairs.delete(pair);
        other.destroy();
      });
    }
  });

  const tick = (): void => {
    const nowMs = performance.now();
    // What was not used is not saved up for longer than a moment.
    allowance = Math.min(
      allowance + ((nowMs - lastMs) * options.bytesPerSecond) / 1000,
      options.bytesPerSecond / 10,
    );
    lastMs = nowMs;
    for (let moved = true; moved && allowance > 0;) {
      moved = false;
      for (const pair of pairs) {
        const chunk = pair.waiting.shift();
        if (!chunk) {
          if (pair.ended) pair.service.end();
          continue;
        }
        moved = true;
        allowance -= chunk.length;
        carriedBytes += chunk.length;
        pair.waitingBytes -= chunk.length;
        pair.service.write(chunk);
        if (pair.waitingBytes < windowBytes) pair.client.resume();
        if (carriedBytes >= nextDropBytes) return drop();
        if (allowance <= 0) return;
      }
    }
  };
  const drop = (): void => {
    drops += 1;
    nextDropBytes = carriedBytes + options.dropEveryBytes;
    for (const { client, service } of pairs) {
      client.resetAndDestroy();
      service.resetAndDestroy();
    }
    pairs.clear();
  };

  const timer = setInterval(tick, tickMs);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    get drops() {
      return drops;
    },
    get carriedBytes() {
      return carriedBytes;
    },
    async close() {
      clearInterval(timer);
      for (const { client, service } of pairs) {
        client.destroy();
        service.destroy();
      }
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
