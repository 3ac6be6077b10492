/** Runs `sampan` as a user does: a process of its own, from its sources, with nothing of this environment's settings. */
import { spawn, type ChildProcess } from 'node:child_process';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
/** Starting from sources takes a second; with what an earlier start compiled, a third of one. */
export const compileCache = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../.tmp/compiled', import.meta.url)),
};
/** Longest that any command of a test may take. */
const limitMs = 60_000;

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Bytes for stdin; default none. */
  readonly input?: Uint8Array;
}

/** How a command ended. */
export interface Ended {
  /** Exit status, or the signal that ended it. */
  readonly status: number | NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when stdout and stderr together match; fails when the command ends before. */
  seen(pattern: RegExp): Promise<void>;
}

/** Starts a command. */
export function start(words: readonly string[], options: CommandOptions = {}): Running {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(SAMPAN_|NODE_OPTIONS|NO_COLOR|FORCE_COLOR)/.test(name),
    ),
  );
  const child = spawn(execPath, ['--conditions=@sampan/source', main, ...words], {
    cwd: options.cwd,
    env: { ...inherited, ...compileCache, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const text = () => Buffer.concat([...stdout, ...stderr]).toString();
  let look = (): void => undefined;
  child.stdout.on('data', (bytes: Buffer) => {
    stdout.push(bytes);
    look();
  });
  child.stderr.on('data', (bytes: Buffer) => {
    stderr.push(bytes);
    look();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => {
      resolve({
        status: status ?? signal,
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
  });
  const seen = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      look = () => {
        if (pattern.test(text())) resolve();
      };
      look();
      void ended.then(() =>
        reject(new Error(`ended before ${String(pattern)} was seen: ${text().slice(0, 2000)}`)),
      );
    });
  return { child, ended, seen };
}

/** Runs a command to its end. */
export function sampan(words: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return start(words, options).ended;
}
