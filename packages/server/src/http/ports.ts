/**
 * Ports that several threads of this process listen on: the kernel deals connections out among them. It would let another
 * process of the same user join them as well, and take a part of the connections; so that a port which is taken is an
 * error, as it is for everybody, the first thread proves that nobody listens before it does.
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
 * Opens a port that other threads will join, by `listen`. Rejects as listening does when anybody else listens on it. Port 0
 * needs no proof: the kernel picks one that nobody shares.
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
