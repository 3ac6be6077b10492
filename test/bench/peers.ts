/** The packages that we compare with. They are many and large, so they are installed only when they are first needed. */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { file } from './contender.ts';

const folder = file('peers');

/** Loads one of the packages in `peers/package.json`. */
export const requirePeer: (name: string) => unknown = createRequire(`${folder}/package.json`);

/** Installs the packages, unless they are there as the lock file says. */
export function installPeers(): void {
  const [lock, installed] = [`${folder}/package-lock.json`, `${folder}/node_modules/.package-lock.json`];
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  console.log('Installing the packages to compare with…');
  const { status } = spawnSync('npm', ['ci', '--no-audit'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('npm ci in test/bench/peers failed');
}
