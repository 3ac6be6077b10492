/** A link in front of a server: a rate, a delay, one queue in order for each direction, and cuts of all connections. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What a link is like. */
export interface LinkKind {
  readonly name: string;
  /** Bits a second towards the server, in millions; ten times that back. */
  readonly mbit: number;
  /** From one end to the other. */
  readonly oneWayMs: number;
  /** All connections are reset this often; absent: never. */
  readonly cutEveryMs?: number;
}

export interface Link {
  readonly port: number;
  /** Bytes that entered the link towards the server, headers included. */
  readonly carriedBytes: number;
  readonly cuts: number;
  stop(): Promise<void>;
}

/** Pieces are small against what flies, so that connections share the link. */
const pieceBytes = 4096;
/** A queue as routers have it; a connection is not read from while it is longer. */
const queueMs = 200;

/** Makes a link to a port of this machine. */
export async function openLink({ mbit, oneWayMs, cutEveryMs }: LinkKind, port: number): Promise<Link> {
  const up = line(mbit, oneWayMs);
  const down = line(mbit * 10, oneWayMs);
  const pairs = new Set<readonly [Socket, Socket]>();
  let carriedBytes = 0;
  let cuts = 0;
  const server: Server = createServer({ noDelay: true }, (client) => {
    const service = connect({ port, host: '127.0.0.1', noDelay: true });
    const pair = [client, service] as const;
    pairs.add(pair);
    pass(client, service, up, (count) => (carriedBytes += count));
    pass(service, client, down, () => undefined);
    const end = (): void => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) socket.on('error', end).on('close', end);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cutting =
    cutEveryMs === undefined
      ? undefined
      : setInterval(() => {
          cuts += 1;
          for (const [client] of pairs) client.resetAndDestroy();
        }, cutEveryMs);
  return {
    port: (server.address() as AddressInfo).port,
    get carriedBytes() {
      return carriedBytes;
    },
    get cuts() {
      return cuts;
    },
    async stop() {
      clearInterval(cutting);
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

type Line = ReturnType<typeof line>;

/** One direction: what is put in comes out in order, when the line has had time for it. */
function line(mbit: number, oneWayMs: number) {
  const bytesPerMs = (mbit * 1e6) / 8 / 1000;
  const waiting: { readonly atMs: number; readonly out: () => void }[] = [];
  let freeMs = 0;
  let timer: NodeJS.Timeout | undefined;
  const arm = (): void => {
    const [next] = waiting;
    if (timer || !next) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        const nowMs = performance.now() + 0.5;
        while (waiting.length > 0 && waiting[0]!.atMs <= nowMs) waiting.shift()!.out();
        arm();
      },
      Math.max(0, next.atMs - performance.now()),
    );
  };
  return {
    put(count: number, out: () => void): void {
      freeMs = Math.max(performance.now(), freeMs) + count / bytesPerMs;
      waiting.push({ atMs: freeMs + oneWayMs, out });
      arm();
    },
    backlogMs: () => Math.max(0, freeMs - performance.now()),
  };
}

function pass(from: Socket, to: Socket, way: Line, onBytes: (count: number) => void): void {
  from.on('data', (bytes: Buffer) => {
    onBytes(bytes.length);
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const piece = bytes.subarray(at, at + pieceBytes);
      way.put(piece.length, () => !to.destroyed && to.write(piece));
    }
    if (way.backlogMs() <= queueMs) return;
    from.pause();
    setTimeout(() => from.resume(), way.backlogMs() - queueMs / 2);
  });
  from.on('end', () => way.put(0, () => to.end()));
}
