/**
 * Judges, when a run is over, all error answers that were seen in it: every one must be a documented one, and when all
 * conformance tests ran, every documented code must have been seen or be explained.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { TestProject } from 'vitest/node';
import { verdictOn, type LoggedError } from './conformance/error-verdict.ts';
import { observed } from './conformance/observed.ts';
import { runFolder } from './run.ts';

let project: TestProject | undefined;

/** Called by the test runner before the first test. */
export function setup(given: TestProject): void {
  project = given;
}

/** Called by the test runner when the run is over. */
export function teardown(): void {
  const answers = observed();
  const complete = everyConformanceTestPassed();
  if (answers.length === 0 && !complete) return;
  const { provoked, never, problems } = verdictOn({ answers, logged: loggedErrors(), complete });
  const kinds = `${provoked.length} error codes were provoked, each with its status and fields`;
  console.log(complete ? `${kinds}; ${never.length} are not:\n  ${never.join('\n  ')}` : `${kinds}.`);
  if (problems.length === 0) return;
  console.error(`error answers that are not as documented:\n  ${problems.join('\n  ')}`);
  process.exitCode = 1;
}

/** Whether the run was one of all conformance tests, none of them filtered out or failed. */
function everyConformanceTestPassed(): boolean {
  const folder = new URL('conformance/', import.meta.url);
  const wanted = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  const modules = project?.vitest.state.getTestModules() ?? [];
  const passed = new Set(modules.filter((module) => module.ok()).map(({ moduleId }) => moduleId));
  const unfiltered = project?.config.testNamePattern === undefined;
  return unfiltered && wanted.every((name) => passed.has(new URL(name, folder).pathname));
}

/** What services of this run wrote that they answered. */
function loggedErrors(): LoggedError[] {
  const folder = join(runFolder(), 'logs');
  const logs = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.log')) : [];
  const kinds = new Map<string, LoggedError>();
  for (const name of logs)
    for (const line of readFileSync(join(folder, name), 'utf8').matchAll(/"status":(\d+),"code":"(\w+)"/g)) {
      const [, status = '', code = ''] = line;
      kinds.set(`${status} ${code}`, { status: Number(status), code });
    }
  return [...kinds.values()];
}
