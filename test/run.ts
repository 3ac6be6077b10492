/**
 * One run of the tests, and the folder for what it leaves behind: logs of services, and the errors that clients were
 * answered with. Checks at the end of a run read that folder, so they see this run alone and not those of the day.
 */
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process, { pid } from 'node:process';
import { fileURLToPath } from 'node:url';

const variable = 'SAMPAN_TEST_RUN';
const runs = fileURLToPath(new URL('../.tmp/runs', import.meta.url));
// Long enough to look into a run that failed.
const keptMs = 24 * 60 * 60 * 1000;

/** The folder of this run; tests that run without the runner's setup share one. */
export function runFolder(): string {
  return join(runs, process.env[variable] ?? 'single');
}

/** Called by the test runner before the first test; workers inherit its environment. */
export function setup(): void {
  process.env[variable] = `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${pid}`;
  mkdirSync(runFolder(), { recursive: true });
  for (const name of readdirSync(runs)) {
    const folder = join(runs, name);
    const ageMs = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (ageMs > keptMs) rmSync(folder, { recursive: true, force: true });
  }
}
