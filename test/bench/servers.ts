/** The servers that are measured: how each is started, and where it keeps its objects. */
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ask } from './ask.ts';
import { before, file, freePort, root, start, startNode, type Running } from './contender.ts';
import { requirePeer } from './peers.ts';
import { startRgw } from './rgw.ts';
import { targets, type Place } from './targets.ts';

/** A server that runs. */
export interface Server {
  readonly name: ServerName;
  /** What its answers promise, for the reader of the table. */
  readonly note: string;
  readonly running: Running;
  readonly place: Place;
}

export type ServerName =
  'sampan' | 'uninspected' | 'before' | 'limit' | 's3rver' | 'azurite' | 'nginx' | 'rgw';

/** Starts a server on an empty folder, or says why it cannot. */
export type StartServer = (folder: string) => Promise<Server | string>;

const unsigned = { kind: 'none' } as const;

export const servers: Readonly<Record<ServerName, StartServer>> = {
  sampan: (folder) => startSampan('sampan', { folder }),
  uninspected: (folder) => startSampan('uninspected', { folder, words: ['--inspect', 'off'] }),
  async before(folder) {
    if (before === undefined) return 'no other checkout is named (BENCH_BEFORE=FOLDER)';
    return startSampan('before', { folder, checkout: before });
  },

  async limit(folder) {
    const running = await startNode(file('servers/limit.ts'), [folder]);
    const place: Place = { port: Number(running.ready), folder: '', signing: unsigned };
    return { name: 'limit', note: 'durable; MD5', running, place };
  },

  async s3rver(folder) {
    const running = await startNode(file('servers/s3rver.ts'), [folder], { env: { NODE_NO_WARNINGS: '1' } });
    const signing = { kind: 's3', accessKey: 'S3RVER', secretKey: 'S3RVER' } as const;
    const place: Place = { port: Number(running.ready), folder: '/bench', signing };
    return { name: 's3rver', note: 'not durable; signature, MD5', running, place };
  },

  async azurite(folder) {
    const port = await freePort();
    const program = (requirePeer as unknown as NodeJS.Require).resolve('azurite/dist/src/blob/main.js');
    const words = ['--blobPort', String(port), '--location', folder, '--silent', '--skipApiVersionCheck'];
    const running = await startNode(program, words, { line: /successfully listen(s|ing)/ });
    // The account and key that Azurite documents for everyone: https://github.com/Azure/Azurite#default-storage-account
    const signing = {
      kind: 'azure',
      account: 'devstoreaccount1',
      key: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
    } as const;
    const headers = { 'x-ms-version': '2020-08-04', 'x-ms-blob-type': 'BlockBlob' };
    const place: Place = { port, folder: '/devstoreaccount1/bench', signing, headers };
    await ask('PUT', port, targets(place, 'PUT')(`${place.folder}?restype=container`), headers);
    return { name: 'azurite', note: 'data durable, metadata not; signature, MD5', running, place };
  },

  async nginx(folder) {
    if (spawnSync('nginx', ['-v']).error) return 'nginx is not installed (Debian: nginx-light)';
    const port = await freePort();
    await mkdir(join(folder, 'files'), { recursive: true });
    await mkdir(join(folder, 'temporary'), { recursive: true });
    const settings = join(folder, 'nginx.conf');
    await writeFile(settings, nginxSettings(folder, port));
    const until = () => ask('PUT', port, '/ready').then((status) => status < 300);
    const words = ['-p', folder, '-c', settings, '-e', join(folder, 'errors.log')];
    const running = await start({ command: 'nginx', words, until });
    return {
      name: 'nginx',
      note: 'not durable; no signature, no checksum',
      running,
      place: { port, folder: '', signing: unsigned },
    };
  },

  async rgw(folder) {
    const rgw = await startRgw(folder);
    if (typeof rgw === 'string') return rgw;
    return { name: 'rgw', note: 'durable, one copy; signature, MD5', ...rgw };
  },
};

interface Sampan {
  readonly folder: string;
  readonly words?: readonly string[];
  /** Whose built service runs: this checkout's by default. */
  readonly checkout?: string;
}

async function startSampan(
  name: ServerName,
  { folder, words = [], checkout = root }: Sampan,
): Promise<Server> {
  const [secretId, secretKey] = ['AKIDbench', 'bench'];
  const bucket = 'bench-1250000000';
  const all = ['--port', '0', '--data', folder, '--bucket', bucket, '--log-level', 'warn', ...words];
  const running = await startNode(join(checkout, 'packages/server/dist/main.js'), all, {
    env: { SAMPAN_SECRET_ID: secretId, SAMPAN_SECRET_KEY: secretKey, NODE_NO_WARNINGS: '1' },
    line: /^sampan listening on (\S+)$/,
  });
  const port = Number(new URL(running.ready).port);
  const place: Place = { port, folder: `/${bucket}`, signing: { kind: 'cos', secretId, secretKey } };
  const note = ['durable; signature, MD5, CRC-64', ...words].join(' ');
  return { name, note, running, place };
}

function nginxSettings(folder: string, port: number): string {
  return `
daemon off; worker_processes 2; user root; pid ${folder}/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off; client_max_body_size 0; keepalive_requests 1000000; sendfile on;
  client_body_temp_path ${folder}/temporary; client_body_buffer_size 64k;
  server {
    listen 127.0.0.1:${port}; root ${folder}/files;
    location / { dav_methods PUT DELETE; create_full_put_path on; }
  }
}
`;
}
