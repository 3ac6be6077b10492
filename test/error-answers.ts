/**
 * Judges, when a run is over, all error answers that were seen in it: every one must be a documented one, and when all
 * conformance tests ran, every documented code must have been seen or be explained.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { TestProject } from 'vitest/node';
// By path: the runner loads this file before the conditions count by which packages are found as sources.
import { errorCodes } from '../packages/protocol/src/error-codes.ts';
import { verdictOn, type LoggedError } from './conformance/error-verdict.ts';
import type { ErrorAnswer } from './conformance/observed.ts';
import { runFolder } from './run.ts';

let project: TestProject | undefined;

/** Called by the test runner before the first test. */
export function setup(given: TestProject): void {
  project = given;
}

/** Called by the test runner when the run is over. */
export function teardown(): void {
  const answers = recordedAnswers();
  const logged = loggedErrors();
  const complete = everyConformanceTestPassed();
  if (answers.length === 0 && logged.length === 0) return;
  const { provoked, never, problems } = verdictOn(errorCodes, { answers, logged, complete });
  const kinds = `${provoked.length} error codes were provoked, each with its status and fields`;
  if (complete) console.log(`${kinds}; ${never.length} are not:\n  ${never.join('\n  ')}`);
  else if (answers.length > 0) console.log(`${kinds}.`);
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

/** What clients of this run recorded. */
function recordedAnswers(): ErrorAnswer[] {
  return filesOf('errors', '.jsonl').flatMap((text) =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as ErrorAnswer),
  );
}

/** What services of this run wrote that they answered. */
function loggedErrors(): LoggedError[] {
  const kinds = new Map<string, LoggedError>();
  for (const text of filesOf('logs', '.log'))
    for (const [line, status = '', code = ''] of text.matchAll(/^.*"status":(\d+),"code":"(\w+)"/gm))
      // Reserved paths are none of COS, and have codes of their own.
      if (!line.includes('"operation":"reserved"'))
        kinds.set(`${status} ${code}`, { status: Number(status), code });
  return [...kinds.values()];
}

/** The texts of this run's files with an ending. */
function filesOf(part: string, ending: string): string[] {
  const folder = join(runFolder(), part);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}
