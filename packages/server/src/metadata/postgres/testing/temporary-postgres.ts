/** A PostgreSQL server of the machine's own packages for tests: on loopback, in a folder that is thrown away. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** A running server. */
export interface TemporaryPostgres {
  readonly url: string;
  /** Ends it as a crash does; `start` brings it up again on the same data and port. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The folder of the server's programs, if the machine has them. */
export function postgresBinaries(): string | undefined {
  const named = process.env['SAMPAN_TEST_POSTGRES'];
  if (named) return named;
  const found = globSync('/usr/lib/postgresql/*/bin/initdb').sort().at(-1);
  return found && dirname(found);
}

/** Why tests that need it are skipped, and how to have them. */
export const howToEnable =
  'skipped: no PostgreSQL server here; `apt-get install postgresql`, or name the folder of its programs in SAMPAN_TEST_POSTGRES';

/** Starts a new, empty server. */
export async function startPostgres(binaries: string): Promise<TemporaryPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-postgres-'));
  const port = await freePort();
  // The server refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  const command = (program: string, ...args: string[]): [string, string[]] =>
    isRoot
      ? ['runuser', ['-u', 'postgres', '--', join(binaries, program), ...args]]
      : [join(binaries, program), args];
  if (isRoot) {
    await chmod(folder, 0o755);
    await exec('chown', ['postgres', folder]);
  }
  const data = join(folder, 'data');
  await exec(...command('initdb', '-D', data, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--locale=C'), {
    cwd: '/',
  });
  let running: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const settings = ['-c', 'max_connections=200', '-c', 'log_min_messages=fatal'];
    const place = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder];
    const [program, args] = command('postgres', ...place, ...settings);
    running = spawn(program, args, { cwd: '/', stdio: 'ignore' });
    for (let tries = 0; tries < 200; tries += 1) {
      const ready = await exec(join(binaries, 'pg_isready'), ['-h', '127.0.0.1', '-p', String(port)]).then(
        () => true,
        () => false,
      );
      if (ready) return;
      await sleep(50);
    }
    throw new Error('PostgreSQL did not start');
  };
  const end = async (mode: 'immediate' | 'fast'): Promise<void> => {
    if (!running) return;
    const ended = new Promise((resolve) => running!.once('exit', resolve));
    if (existsSync(join(data, 'postmaster.pid')))
      await exec(...command('pg_ctl', 'stop', '-D', data, '-m', mode), { cwd: '/' });
    await ended;
    running = undefined;
  };
  await start();
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    kill: () => end('immediate'),
    start,
    async stop() {
      await end('immediate');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
