/**
 * Opens TCP ports that several threads share with SO_REUSEPORT: the kernel distributes the connections among them.
 * The kernel would let another process of the same user join too, and take a part of the connections. So the first
 * thread verifies that the port is free, and a port in use is an error as usual.
 */
import { createServer, type ListenOptions, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Listens; rejects when that cannot be. */
export async function listening(server: Server, options: ListenOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Whether threads can share a port here: the kernel must deal connections out, and locks must end with their process. */
export async function portsCanBeShared(): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const trial = createServer();
  try {
    await listening(trial, { host: '127.0.0.1', port: 0, reusePort: true });
    return true;
  } catch {
    return false;
  } finally {
    await closed(trial);
  }
}

/**
 * Opens a port that other threads will join by `listen`. Rejects with the error of `listen` when another process uses
 * the port. Port 0 needs no check: the kernel picks a free one.
 */
export async function firstOn(
  { host, port }: { readonly host: string; readonly port: number },
  listen: () => Promise<void>,
): Promise<void> {
  if (port === 0) return listen();
  const lock = await locked(`sampan/port/${port}`);
  try {
    const proof = createServer();
    await listening(proof, { host, port, exclusive: true });
    await closed(proof);
    await listen();
  } finally {
    await closed(lock);
  }
}

const lockTries = 100;
const lockPauseMs = 20;

/**
 * Keeps apart services that open the same port at the same moment, which takes each of them some milliseconds: only one
 * process can have a name of this kind, and it ends with the process.
 */
async function locked(name: string): Promise<Server> {
  for (let tries = 1; ; tries += 1) {
    const lock = createServer();
    try {
      await listening(lock, { path: `\0${name}`, exclusive: true });
      return lock;
    } catch (error) {
      if (tries === lockTries || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      await sleep(lockPauseMs);
    }
  }
}

async function closed(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
