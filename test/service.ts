/**
 * Starts the service as a process of its own, the way a user does: `sampan serve` on a free port of this machine, with
 * a data folder that is thrown away and a log file that is kept. Nothing of the service is imported here.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, onTestFinished } from 'vitest';
import { runFolder } from './run.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = join(root, '.tmp');
/** Logs of all services that this run of the tests started. */
export const logFolder = join(runFolder(), 'logs');

export interface ServiceOptions {
  /** More flags of `sampan serve`. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Content for `--accounts`. */
  readonly accounts?: unknown;
  /** Default: a new pair. */
  readonly keyPair?: { readonly secretId: string; readonly secretKey: string };
  /** Names the log file. */
  readonly name?: string;
  /** The module that runs the service. Default: as `serveCommand` says. */
  readonly main?: string;
  /** How many files it may have open; it is then started by a POSIX shell. */
  readonly openFiles?: number;
  /** Use this data folder, and leave it in place. */
  readonly dataDir?: string;
  /** Default: a free one. */
  readonly port?: number;
}

/** A running `sampan serve`. */
export interface RunningService {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly appId: string;
  readonly region: string;
  readonly secretId: string;
  readonly secretKey: string;
  readonly dataDir: string;
  readonly logFile: string;
  readonly pid: number;
  /** Everything that it wrote on standard output. */
  stdout(): string;
  /** Ends it in an orderly way and removes the data folder. Gives the exit status. */
  stop(): Promise<number | null>;
  /** Ends the process at once, as a crash does. */
  kill9(): Promise<void>;
  /** Starts it again on the same data folder, after `kill9` or while it runs; the port may change. */
  restart(): Promise<void>;
}

/** Starts a service that is stopped when the test that asked for it is over, or all tests of the file. */
export async function serviceForTests(options: ServiceOptions = {}): Promise<RunningService> {
  const service = await startService(options);
  const stop = async () => {
    await service.stop();
  };
  try {
    onTestFinished(stop);
  } catch {
    // No test is running: the file itself asks.
    afterAll(stop);
  }
  return service;
}

/** Starts a service; the caller stops it. */
export async function startService(options: ServiceOptions = {}): Promise<RunningService> {
  return start(options);
}

let start: (options: ServiceOptions) => Promise<RunningService> = startAlone;

/** Has services of this worker started in another way, such as several processes that look like one. */
export function startServicesBy(starter: typeof start): void {
  start = starter;
}

/** Starts a service of one process; the caller stops it. */
export async function startAlone(options: ServiceOptions): Promise<RunningService> {
  await mkdir(logFolder, { recursive: true });
  await mkdir(join(scratch, 'data'), { recursive: true });
  const dataDir = options.dataDir ?? (await mkdtemp(join(scratch, 'data', 'service-')));
  const secretId = options.keyPair?.secretId ?? `AKIDtest${randomBytes(8).toString('hex')}`;
  const secretKey = options.keyPair?.secretKey ?? randomBytes(16).toString('hex');
  const logFile = join(logFolder, `${options.name ?? 'service'}-${randomBytes(4).toString('hex')}.log`);
  // So that a test over all logs can look for it.
  writeFileSync(`${logFile}.secret`, secretKey, { mode: 0o600 });
  const flags = [
    ...[
      '--port',
      String(options.port ?? 0),
      '--data',
      dataDir,
      '--secret-id',
      secretId,
      '--secret-key',
      secretKey,
    ],
    ...accountFlags(options.accounts, `${dataDir}.accounts.json`),
    ...(options.flags ?? []),
  ];
  const command = options.main === undefined ? serveCommand : [...withParent, options.main];
  const words = [execPath, ...command, ...flags];
  const limited = options.openFiles === undefined ? words : limitedTo(options.openFiles, words);
  const start = () => startProcess(limited, options.env ?? {}, logFile);
  let running = await start();
  swept.add(dataDir);
  return {
    get url() {
      return running.url;
    },
    get host() {
      return new URL(running.url).host;
    },
    get port() {
      return Number(new URL(running.url).port);
    },
    appId: '1250000000',
    region: 'ap-guangzhou',
    secretId,
    secretKey,
    dataDir,
    logFile,
    get pid() {
      return running.child.pid ?? 0;
    },
    stdout: () => running.stdout(),
    async stop() {
      const status = await end(running, 'SIGTERM');
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
      await rm(`${dataDir}.accounts.json`, { force: true });
      swept.delete(dataDir);
      return status;
    },
    async kill9() {
      await end(running, 'SIGKILL');
    },
    async restart() {
      await end(running, 'SIGTERM');
      running = await start();
    },
  };
}

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly ended: Promise<number | null>;
  stdout(): string;
}

// A run that is cut short says nothing to its services; they notice that nobody holds the other end of the channel.
const endWithParent =
  "process.on('disconnect', () => process.kill(process.pid, 'SIGKILL')); process.channel?.unref();";

// What is left behind is cleared away by these.
const swept = new Set<string>();
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of swept) rmSync(folder, { recursive: true, force: true });
});

const withParent: readonly string[] = [
  '--disable-warning=ExperimentalWarning',
  `--import=data:text/javascript,${encodeURIComponent(endWithParent)}`,
];

/** The command line that starts the service: from its sources, or as it was built when SAMPAN_TEST_BUILT is set. */
export const serveCommand: readonly string[] = [
  ...withParent,
  ...(process.env['SAMPAN_TEST_BUILT']
    ? [join(root, 'packages/server/dist/main.js')]
    : ['--conditions=@sampan/source', join(root, 'packages/server/src/main.ts')]),
];

function limitedTo(openFiles: number, words: readonly string[]): readonly string[] {
  return ['sh', '-c', `ulimit -n ${openFiles} && exec "$0" "$@"`, ...words];
}
// `SAMPAN_TEST_SYSTEM=portable npx vitest run …`: services that use nothing which other systems lack.
const system = process.env['SAMPAN_TEST_SYSTEM'];
const systemOfTests = system === undefined ? {} : { SAMPAN_SYSTEM: system };

async function startProcess(
  [program = execPath, ...words]: readonly string[],
  env: Readonly<Record<string, string>>,
  logFile: string,
): Promise<Running> {
  // Settings of whoever runs the tests must not reach the service.
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(SAMPAN_|NODE_OPTIONS)/.test(name)),
  );
  const child = spawn(program, words, {
    cwd: root,
    env: { ...inherited, ...systemOfTests, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.add(child);
  const log = createWriteStream(logFile, { flags: 'a' });
  let complaints = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    if (complaints.length < 4096) complaints += chunk.toString();
    log.write(chunk);
  });
  let stdout = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (status) => {
      children.delete(child);
      log.end();
      resolve(status);
    });
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).once('line', (line) => {
      const found = /^sampan listening on (http\S+)$/.exec(line)?.[1];
      if (found === undefined) reject(new Error(`the service printed ${JSON.stringify(line)}`));
      else resolve(found);
    });
    void ended.then((status) =>
      reject(new Error(`the service ended with status ${String(status)}: ${complaints.slice(0, 2000)}`)),
    );
  });
  return { child, url, ended, stdout: () => stdout };
}

async function end({ child, ended }: Running, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  return ended;
}

function accountFlags(accounts: unknown, file: string): string[] {
  if (accounts === undefined) return [];
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(accounts), { mode: 0o600 });
  return ['--accounts', file];
}
