// `npm run check`: every check, each as the npm script of its own that can be run alone. All of them run even when one
// fails, so that one run tells everything; the last lines name the ones that failed.

import { spawn } from 'node:child_process';

/** Steps of one stage run side by side; the later stage needs what the earlier one built. */
const stages = [
  ['check:types', 'check:format'],
  ['check:size', 'check:lint', 'check:layers', 'check:dead', 'check:lock', 'check:workflows'],
  ['check:packages', 'check:api'],
] as const;
const sideBySide = 2;
const stepTimeoutMs = 600_000;

type Result = { step: string; passed: boolean; seconds: string };

const results: Result[] = [];
for (const stage of stages) results.push(...(await runStage(stage)));

console.log('');
for (const { step, passed, seconds } of results)
  console.log(`${passed ? 'ok    ' : 'FAILED'} ${step} (${seconds} s)`);
const failed = results.filter(({ passed }) => !passed).map(({ step }) => step);
console.log(failed.length === 0 ? 'All checks hold.' : `Checks that failed: ${failed.join(', ')}`);
if (failed.length > 0) process.exitCode = 1;

async function runStage(steps: readonly string[]): Promise<Result[]> {
  const waiting = [...steps];
  const done: Result[] = [];
  const lane = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift())
      done.push(await runStep(step));
  };
  await Promise.all(Array.from({ length: sideBySide }, lane));
  return done;
}

/** Runs one script and prints all it said at once, so that steps side by side stay readable. */
async function runStep(step: string): Promise<Result> {
  const startedAt = performance.now();
  const child = spawn('npm', ['run', '--silent', step], {
    // On Windows npm is a script of the shell.
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: stepTimeoutMs,
  });
  const said: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => said.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => said.push(bytes));
  const passed = await new Promise<boolean>((resolve) => {
    child.on('error', () => {
      resolve(false);
    });
    child.on('close', (code) => {
      resolve(code === 0);
    });
  });

  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`\n== ${step}: ${passed ? 'ok' : 'FAILED'} in ${seconds} s`);
  process.stdout.write(Buffer.concat(said));
  return { step, passed, seconds };
}
