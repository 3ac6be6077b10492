// `npm run docs`: runs the conformance tests and writes docs/compatibility.md from their results. Tests that fail are a
// fact that the page shows, so they do not end the run.

import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

function run(...words: string[]): number | null {
  return spawnSync(process.execPath, words, { stdio: 'inherit' }).status;
}

run(vitest, 'run', 'test/conformance', '--reporter=json', '--outputFile=.tmp/conformance.json');
process.exitCode = run('--conditions=@sampan/source', 'tools/compatibility.ts') ?? 1;
