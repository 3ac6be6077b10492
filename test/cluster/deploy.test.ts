/** The files in `deploy`: what systemd, nginx and the service itself say about them. */
import { execFile, execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../packages/server/src/service/config.ts';
import { environmentName, serveFlags } from '../../packages/server/src/service/flags.ts';
import { freePort } from '../../packages/server/src/blobs/s3/testing/temporary-seaweed.ts';
import { startNginx } from './clustered-service.ts';
import { findNginx } from './stores.ts';

const exec = promisify(execFile);
const folder = fileURLToPath(new URL('../../deploy/', import.meta.url));
const nginx = findNginx();
const systemd = programExists('systemd-analyze');
if (!nginx) process.stdout.write('deploy: nginx is missing; `apt-get install nginx`\n');
if (!systemd) process.stdout.write('deploy: systemd-analyze is missing; it comes with systemd\n');

test('settings in the files are settings of the service', async () => {
  const known = new Set(serveFlags.map(({ name }) => environmentName(name)));

  for (const name of ['sampan.env.example', 'compose.yaml']) {
    const text = await readFile(join(folder, name), 'utf8');
    const set = [...text.matchAll(/^\s*(SAMPAN_[A-Z_]+)[=:]/gm)].map(([, found]) => found!);
    expect(set.length).toBeGreaterThan(4);
    expect(set.filter((found) => !known.has(found))).toEqual([]);
  }
});

test('the settings for systemd make a configuration', async () => {
  const text = await readFile(join(folder, 'sampan.env.example'), 'utf8');
  const env = Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line.startsWith('SAMPAN_'))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

  expect(readConfig(['--port', '9001'], env, '/')).toMatchObject({
    port: 9001,
    database: 'postgres://sampan:PASSWORD@db.internal/sampan',
    signatures: 'strict',
  });
});

test.skipIf(!systemd)('systemd takes the unit', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'sampan-unit-'));
  onTestFinished(() => rm(scratch, { recursive: true, force: true }));
  const unit = join(scratch, 'sampan@9001.service');
  await copyFile(join(folder, 'sampan@.service'), unit);

  await expect(exec('systemd-analyze', ['verify', unit])).resolves.toMatchObject({ stderr: '' });
});

test.skipIf(!nginx)(
  'nginx takes its file, keeps metrics from clients and says 502 when no process is there',
  async () => {
    const ports = await Promise.all([freePort(), freePort(), freePort()]);
    const running = await startNginx(nginx!, ports[0], ports.slice(1));
    onTestFinished(() => running.stop());
    const status = async (path: string) => (await fetch(`http://127.0.0.1:${ports[0]}${path}`)).status;

    expect([await status('/-/metrics'), await status('/key')]).toEqual([404, 502]);
  },
);

function programExists(name: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
