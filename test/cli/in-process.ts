/** Runs `sampan` inside this process, for tests of many short commands: a process of its own takes a third of a second. */
import { PassThrough, Readable } from 'node:stream';
import { run } from '../../packages/cli/src/run.ts';

export interface InProcess {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Bytes for stdin; default none. */
  readonly input?: string | undefined;
}

/** What a command wrote, and the status that it ended with. */
export interface Done {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command off a terminal. */
export async function sampanHere(
  words: readonly string[],
  { cwd, env, input = '' }: InProcess,
): Promise<Done> {
  const [stdout, stderr] = [collector(), collector()];
  const status = await run(words, {
    stdin: Readable.from([Buffer.from(input)]),
    stdout: stdout.sink,
    stderr: stderr.sink,
    env: { HOME: cwd, PATH: process.env['PATH'], ...env },
    platform: process.platform,
    cwd,
    home: cwd,
  });
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}

function collector() {
  const pieces: Buffer[] = [];
  const sink = new PassThrough();
  sink.on('data', (piece: Buffer) => pieces.push(piece));
  return { sink, text: () => Buffer.concat(pieces).toString() };
}
