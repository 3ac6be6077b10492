// Looks at each published package the way its users will: does every path in package.json exist in what is packed,
// and do its types resolve in both module systems. Needs a build.

import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/**
 * How the types of a package must resolve: `strict` in every module system and resolution, `esm-only` where it is ES modules
 * alone, `undefined` where it is only run.
 */
const packages = [
  { folder: 'packages/protocol', types: 'esm-only', mostPackedBytes: 400_000 },
  // Its target is 400,000; decision 0027 says what weighs.
  { folder: 'packages/sdk', types: 'strict', mostPackedBytes: 430_000 },
  // It carries the console and the maps of its own code.
  { folder: 'packages/server', types: 'esm-only', mostPackedBytes: 1_000_000 },
  { folder: 'packages/cli', types: undefined, mostPackedBytes: 400_000 },
] as const;

for (const { folder, types, mostPackedBytes } of packages) {
  const problems = [
    ...(await fieldProblems(folder)),
    ...contentProblems(folder, mostPackedBytes),
    ...(types ? typeProblems(folder, types) : []),
  ];
  for (const problem of problems) console.error(`${folder}: ${problem}`);
  console.log(`${folder}: ${problems.length} problems`);
  if (problems.length > 0) process.exitCode = 1;
}

async function fieldProblems(folder: string): Promise<string[]> {
  const manifest = JSON.parse(await readFile(`${folder}/package.json`, 'utf8')) as Record<string, unknown>;
  const { messages } = await publint({ pkgDir: folder, level: 'warning', pack: 'npm', strict: true });
  return messages.map((message) => formatMessage(message, manifest, { color: false }) ?? message.code);
}

/** Tests and what only tests need stay in the repository. */
function contentProblems(folder: string, mostPackedBytes: number): string[] {
  const run = spawnSync('npm', ['pack', '--dry-run', '--json', `./${folder}`], {
    encoding: 'utf8',
    timeout: 60_000,
    shell: process.platform === 'win32',
  });
  if (run.status !== 0) return [`cannot be packed\n${run.stderr}`];
  const [packed] = Object.values(
    JSON.parse(run.stdout) as Record<string, { size: number; files: { path: string }[] }>,
  );
  const files = packed?.files.map(({ path }) => path) ?? [];
  if ((packed?.size ?? Infinity) > mostPackedBytes)
    return [`${String(packed?.size)} bytes are packed, and at most ${mostPackedBytes} should be`];
  const missing = ['README.md', 'LICENSE', 'CHANGELOG.md'].filter((name) => !files.includes(name));
  if (missing.length > 0) return [`${missing.join(', ')} would not be published`];
  if (!files.some((path) => path.startsWith('dist/')))
    return ['nothing of dist is packed: run npm run build first'];
  return files
    .filter((path) => /\.test\.|\.test-d\.|(^|\/)testing\/|(^|\/)contract\./.test(path))
    .map((path) => `${path} would be published`);
}

function typeProblems(folder: string, profile: 'strict' | 'esm-only'): string[] {
  const run = spawnSync('attw', ['--pack', folder, '--profile', profile, '--format', 'ascii', '--no-color'], {
    encoding: 'utf8',
    timeout: 120_000,
    shell: process.platform === 'win32',
  });
  return run.status === 0 ? [] : [`types do not resolve\n${run.stdout}${run.stderr}`];
}
