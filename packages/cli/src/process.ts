/** Hands this process to run.ts and ends it. */
import { homedir } from 'node:os';
import { endingOf, exitStatus } from './words/failure.ts';
import { run } from './run.ts';

const { stdin, stdout, stderr, env, platform } = process;

/** Runs the command that this process was started with. Ends the process. */
export async function runProcess(): Promise<never> {
  endWithoutReader();
  const status = await run(process.argv.slice(2), {
    stdin,
    stdout,
    stderr,
    env,
    platform,
    cwd: process.cwd(),
    home: homedir(),
  });
  await flushed(stdout);
  process.exit(status);
}

/** Who reads our output may stop reading: then the process ends as a shell's own tools do, without a word. */
function endWithoutReader(): void {
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitStatus.closedPipe);
    const ending = endingOf(Object.assign(error, { path: 'stdout' }));
    stderr.write(`sampan: ${ending.message}\n`);
    process.exit(ending.status);
  });
  stderr.on('error', () => undefined);
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
