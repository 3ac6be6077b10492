/** `sampan serve`: from arguments to a running service and back to an exit status. */
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';
import { removeAddress, writeAddress } from './address-file.ts';
import { ConfigError, readConfig, type Config } from './config.ts';
import type { KeyPair } from './root-key.ts';

/** A service that is not listening yet. */
export interface Service {
  /** Opens the ports and creates the buckets that the configuration names. */
  listen(): Promise<void>;
  /** Where it listens, such as `http://127.0.0.1:9000`. */
  readonly url: string;
  /** The root key pair, and whether it was made just now. */
  readonly keyPair: KeyPair & { readonly made: boolean };
  /** Stops taking requests, lets those in progress finish for `graceMs` (default 30,000), and closes the stores. */
  close(graceMs?: number): Promise<void>;
}

/** The surroundings of a command. */
export interface ServeIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/**
 * Runs the service until SIGTERM or SIGINT and gives the exit status: 0 after an orderly end, 2 for arguments that
 * make no sense, 1 when it could not start.
 */
export async function runService(
  args: readonly string[],
  io: ServeIo,
  { create, started }: { create(config: Config): Promise<Service>; started(): void },
): Promise<number> {
  const complain = (error: unknown, status: number) => {
    const message = error instanceof Error ? error.message : String(error);
    io.stderr.write(`sampan serve: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
    return status;
  };
  // Files and folders are for this user alone. Threads cannot set it, and have it from here. On Windows this means nothing:
  // files have the permissions of the folder that they are made in.
  if (isMainThread) process.umask(0o077);
  // Where the log goes may be full. The service goes on, and the key pair is in the data folder.
  process.stderr.on('error', () => undefined);
  let config: Config;
  try {
    config = readConfig(args, io.env, io.cwd);
  } catch (error) {
    if (error instanceof ConfigError) return complain(error, 2);
    throw error;
  }
  // Signals count from here on, so that one that comes during the start is not lost.
  const stopped = signalled();
  let service: Service | undefined;
  try {
    service = await create(config);
    await service.listen();
    if (!config.ephemeral)
      await writeAddress(config.dataDir, {
        url: reachableUrl(service.url),
        region: config.region,
        pid: process.pid,
      });
    started();
  } catch (error) {
    await service?.close(0);
    return complain(error, 1);
  }
  const { secretId, secretKey, made } = service.keyPair;
  // By design: the one time and place where a secret is shown, to the person who starts the service for the first time.
  if (made) io.stderr.write(`sampan serve: new key pair: SecretId ${secretId} SecretKey ${secretKey}\n`);
  io.stdout.write(`sampan listening on ${service.url}\n`);
  await stopped;
  if (!config.ephemeral) await removeAddress(config.dataDir);
  await service.close();
  return 0;
}

/** A service that listens on all addresses is reached by this machine on its own. */
function reachableUrl(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}

/** Windows has no SIGTERM: there Ctrl-Break and a console that is closed end a service, beside Ctrl-C. */
const endingSignals: readonly NodeJS.Signals[] =
  process.platform === 'win32' ? ['SIGINT', 'SIGBREAK', 'SIGHUP'] : ['SIGINT', 'SIGTERM'];

/** Resolves at the first signal that ends a service. A second one ends the process at once. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      for (const name of endingSignals) process.off(name, stop);
      resolve();
    };
    for (const name of endingSignals) process.on(name, stop);
  });
}
