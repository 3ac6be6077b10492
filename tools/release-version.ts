// Gathers the changesets into the changelogs and versions of the packages, and gives the SDK's source its new version.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

function run(command: string, ...words: string[]): void {
  const { status } = spawnSync(command, words, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`${command} ${words.join(' ')} failed`);
}

run('changeset', 'version');
const { version } = JSON.parse(readFileSync(join(root, 'packages/sdk/package.json'), 'utf8')) as {
  version: string;
};
const file = join(root, 'packages/sdk/src/cos/version.ts');
writeFileSync(file, readFileSync(file, 'utf8').replace(/'[^']+'/, `'${version}'`));
run('npm', 'install', '--package-lock-only', '--ignore-scripts');
console.log(`version ${version}`);
