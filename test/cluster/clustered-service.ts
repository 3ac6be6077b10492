/**
 * A service that is two processes behind nginx, in the shape of one: requests go to them in turn, also those of one upload.
 * nginx runs with the file of `deploy`, with addresses of this machine in place of those in it.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../packages/server/src/blobs/s3/testing/temporary-seaweed.ts';
import { startAlone, type RunningService, type ServiceOptions } from '../service.ts';
import { newStores, nginxProgram } from './stores.ts';

const configuration = fileURLToPath(new URL('../../deploy/nginx.conf', import.meta.url));

/** Starts two processes on new stores, and nginx in front of them. */
export async function startClustered(options: ServiceOptions): Promise<RunningService> {
  const [first, second, front] = await Promise.all([freePort(), freePort(), freePort()]);
  const keyPair = options.keyPair ?? {
    secretId: `AKIDtest${randomBytes(8).toString('hex')}`,
    secretKey: randomBytes(16).toString('hex'),
  };
  const given = options.flags ?? [];
  const flags = [
    ...given,
    ...(await newStores()),
    ...(given.includes('--threads') ? [] : ['--threads', '1']),
  ];
  const name = options.name ?? 'service';
  const [one, two] = await Promise.all(
    [first, second].map((port, n) =>
      startAlone({ ...options, port, flags, keyPair, name: `${name}-${n + 1}` }),
    ),
  );
  const both = [one!, two!];
  const nginx = await startNginx(nginxProgram(), front, [first, second]);
  return {
    ...one!,
    url: `http://localhost:${front}`,
    host: `localhost:${front}`,
    port: front,
    stdout: () => both.map((process) => process.stdout()).join(''),
    async stop() {
      await nginx.stop();
      const statuses = await Promise.all(both.map((process) => process.stop()));
      return statuses.find((status) => status !== 0) ?? 0;
    },
    async kill9() {
      await Promise.all(both.map((process) => process.kill9()));
    },
    async restart() {
      await Promise.all(both.map((process) => process.restart()));
      // What nginx found dead is tried again after a second, as the file says.
      await sleep(1100);
    },
  };
}

/** A running nginx. */
export interface RunningNginx {
  stop(): Promise<void>;
}

/** Starts nginx on a port of loopback, in front of processes at other ports of it. */
export async function startNginx(
  program: string,
  port: number,
  processes: readonly number[],
): Promise<RunningNginx> {
  const folder = await mkdtemp(join(tmpdir(), 'sampan-nginx-'));
  const file = join(folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  let at = 0;
  const text = (await readFile(configuration, 'utf8'))
    .replace(/pid [^;]+;/, `pid ${folder}/pid; daemon off; ${process.getuid?.() === 0 ? 'user root;' : ''}`)
    .replace(/error_log [^;]+;/, `error_log ${folder}/error.log warn;`)
    .replace('worker_processes auto;', 'worker_processes 1;')
    .replace(/listen 9000/, `listen 127.0.0.1:${port}`)
    .replace('access_log off;', `access_log off; ${temporary.join(' ')}`)
    .replace(/server 127\.0\.0\.1:900\d/g, () => `server 127.0.0.1:${processes[at++]!}`);
  if (at !== processes.length) throw new Error(`the file names ${at} processes, wanted ${processes.length}`);
  await writeFile(file, text);
  const child = spawn(program, ['-e', join(folder, 'error.log'), '-c', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  for (let tries = 0; !(await listens(port)); tries += 1) {
    if (tries === 200 || child.exitCode !== null)
      throw new Error(
        `nginx did not start: ${complaints}${await readFile(join(folder, 'error.log'), 'utf8')}`,
      );
    await sleep(25);
  }
  return {
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
