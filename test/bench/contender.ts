/** Processes of contenders: started, asked what they use, and ended. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
/** Another checkout with its built files, measured as `before`. */
export const before = process.env['BENCH_BEFORE'];
const here = fileURLToPath(new URL('.', import.meta.url));

/** A file of this folder. */
export function file(name: string): string {
  return join(here, name);
}

/** What a process and those that it started have used. */
export interface Usage {
  readonly cpuSeconds: number;
  /** The most that was resident, as the kernel keeps it. */
  readonly peakBytes: number;
}

const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

// A run that is killed says nothing to its contenders; they notice that nobody holds the other end of the channel.
const endWithParent = "process.on('disconnect', () => process.exit(1));";

/** A process that has said that it is ready. */
export interface Running {
  readonly child: ChildProcess;
  /** What the line said in which it told that it is ready. */
  readonly ready: string;
  usage(): Usage;
  stop(): Promise<void>;
}

export interface Start {
  readonly command: string;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What its first parentheses hold becomes `ready`; absent: the process is ready when `until` says so. */
  readonly line?: RegExp;
  readonly until?: () => Promise<boolean>;
}

/** Starts a program of this folder on the Node that runs the benchmarks, without the options for sources. */
export function startNode(script: string, words: readonly string[], more: Partial<Start> = {}) {
  const importing = `--import=data:text/javascript,${encodeURIComponent(endWithParent)}`;
  // Programs of this folder are TypeScript; without the cache, what takes the types out weighs some 40 MB in each.
  const env = { NODE_COMPILE_CACHE: join(root, '.tmp', 'bench-cache'), ...more.env };
  return start({
    command: execPath,
    line: /^ready (\S+)/,
    ...more,
    words: [importing, script, ...words],
    env,
  });
}

/** Starts a process and waits until it is ready. */
export async function start({ command, words, env, line, until }: Start): Promise<Running> {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(SAMPAN_|NODE_OPTIONS)/.test(name)),
  );
  const child = spawn(command, words, {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.add(child);
  let complaints = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    if (complaints.length < 4096) complaints += chunk.toString();
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      children.delete(child);
      resolve();
    });
  });
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    void ended.then(() =>
      reject(new Error(`${command} ${words.join(' ')} ended: ${complaints.slice(0, 2000)}`)),
    );
  });
  failed.catch(() => undefined);
  const ready = await Promise.race([
    failed,
    line ? seen(child, line) : (child.stdout!.resume(), polled(until!)),
  ]);
  return {
    child,
    ready,
    usage: () => usageOf(child.pid!),
    async stop() {
      child.kill('SIGTERM');
      const patience = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(patience);
    },
  };
}

function seen(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve) => {
    createInterface({ input: child.stdout! }).on('line', (text) => {
      const found = pattern.exec(text);
      if (found) resolve(found[1] ?? '');
    });
  });
}

async function polled(until: () => Promise<boolean>): Promise<string> {
  while (!(await until().catch(() => false))) await new Promise((resolve) => setTimeout(resolve, 50));
  return '';
}

/** What a process and its children used so far; a thread counts with its process. */
export function usageOf(pid: number): Usage {
  const pids = [pid, ...childrenOf(pid)];
  let cpuSeconds = 0;
  let peakBytes = 0;
  for (const one of pids) {
    const stat = readFileSync(`/proc/${one}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // User and system time, in ticks of 10 ms.
    cpuSeconds += (Number(fields[11]) + Number(fields[12])) / 100;
    peakBytes += peakOf(one);
  }
  return { cpuSeconds, peakBytes };
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
  return text === '' ? [] : text.split(' ').flatMap((child) => [Number(child), ...childrenOf(Number(child))]);
}

/** The most that a process has had resident. */
export function peakOf(pid: number | 'self'): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024;
}

/** A port that nothing listens on, for servers that cannot choose one. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
