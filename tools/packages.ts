// Looks at each published package the way its users will: does every path in package.json exist in what is packed,
// and do its types resolve in both module systems. Needs a build.

import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** `typed` packages are imported by programs; the command line is only run. */
const packages = [
  { folder: 'packages/protocol', typed: true },
  { folder: 'packages/sdk', typed: true },
  { folder: 'packages/server', typed: true },
  { folder: 'packages/cli', typed: false },
] as const;

for (const { folder, typed } of packages) {
  const problems = [...(await fieldProblems(folder)), ...(typed ? typeProblems(folder) : [])];
  for (const problem of problems) console.error(`${folder}: ${problem}`);
  console.log(`${folder}: ${problems.length} problems`);
  if (problems.length > 0) process.exitCode = 1;
}

async function fieldProblems(folder: string): Promise<string[]> {
  const manifest = JSON.parse(await readFile(`${folder}/package.json`, 'utf8')) as Record<string, unknown>;
  const { messages } = await publint({ pkgDir: folder, level: 'warning', pack: 'npm', strict: true });
  return messages.map((message) => formatMessage(message, manifest, { color: false }) ?? message.code);
}

/** The packages are ES modules only: that `require` meets an ES module is known and supported by every Node we name. */
function typeProblems(folder: string): string[] {
  const run = spawnSync(
    'attw',
    ['--pack', folder, '--profile', 'esm-only', '--format', 'ascii', '--no-color'],
    {
      encoding: 'utf8',
      timeout: 120_000,
    },
  );
  return run.status === 0 ? [] : [`types do not resolve\n${run.stdout}${run.stderr}`];
}
