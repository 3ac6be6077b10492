import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientFolder, programFolder } from '../clients/program.ts';
import { startService, type RunningService } from '../service.ts';
import { sampanHere } from './in-process.ts';

/** What the command line stored, official clients of other languages read, and the other way round. */

const bucket = 'examplebucket-1250000000';
const python = join(clientFolder, 'python/bin/python');
const go = join(clientFolder, 'go-sdk');

const clients = [
  { name: 'python', command: python, words: ['-B', join(programFolder, 'python/sdk.py'), 'exchange'] },
  { name: 'go', command: go, words: ['exchange'] },
];

let service: RunningService;
let folder = '';

beforeAll(async () => {
  service = await startService({ name: 'cli-clients', flags: ['--bucket', bucket] });
  folder = await mkdtemp(join(tmpdir(), 'sampan-clients-'));
});
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true });
});

const sampan = (...words: string[]) =>
  sampanHere(words, {
    cwd: folder,
    env: {
      SAMPAN_ENDPOINT: service.url,
      SAMPAN_SECRET_ID: service.secretId,
      SAMPAN_SECRET_KEY: service.secretKey,
      XDG_STATE_HOME: join(folder, 'state'),
    },
  });

const contents: Readonly<Record<string, string>> = {
  'plain.txt': 'alpha',
  'a b/100%+&=#?.txt': 'beta',
  "照片/~é!'().txt": 'gamma',
};

function output(command: string, words: readonly string[]): Promise<string> {
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    SCRATCH: folder,
    SERVICE_URL: service.url,
    SERVICE_SECRET_ID: service.secretId,
    SERVICE_SECRET_KEY: service.secretKey,
    TEMPORARY_ID: '',
    TEMPORARY_KEY: '',
    TEMPORARY_TOKEN: '',
  };
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { env, cwd: programFolder, timeout: 60_000 });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()));
    child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()));
    child.once('error', reject);
    child.once('close', (status) =>
      status === 0 ? resolve(stdout) : reject(new Error(`${String(status)}: ${stderr}`)),
    );
  });
}

test.for(clients)('$name', async ({ name, command, words }, { skip }) => {
  if (!existsSync(command))
    return skip(`not installed here; test/clients/install.sh installs it (${command})`);
  for (const [key, content] of Object.entries(contents)) {
    await mkdir(join(folder, 'up', key, '..'), { recursive: true });
    await writeFile(join(folder, 'up', key), content);
  }
  const up = await sampan('up', '-r', join(folder, 'up/'), `cos://${bucket}/`);
  expect(up, up.stderr).toMatchObject({ status: 0 });

  const seen = JSON.parse(await output(command, words)) as Record<string, string>;

  expect(seen).toMatchObject(contents);
  expect((await sampan('cat', `cos://${bucket}/from/${name} 照片+.txt`)).stdout).toBe(name);
});
