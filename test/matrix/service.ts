/** The service that the cells upload to, as a process of its own on a free port of this machine. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface ProgramService {
  readonly port: number;
  readonly secretId: string;
  readonly secretKey: string;
  stop(): Promise<void>;
}

const main = join(import.meta.dirname, '..', '..', 'packages', 'server', 'src', 'main.ts');

/** Starts it with one bucket; what was in the data folder is removed first. */
export async function startProgram(bucket: string, data: string): Promise<ProgramService> {
  await rm(data, { recursive: true, force: true });
  const secretId = `AKIDmatrix${randomBytes(6).toString('hex')}`;
  const secretKey = randomBytes(16).toString('hex');
  const flags = [
    '--port',
    '0',
    '--data',
    data,
    '--secret-id',
    secretId,
    '--secret-key',
    secretKey,
    '--bucket',
    bucket,
  ];
  const child = spawn(process.execPath, ['--conditions=@sampan/source', main, ...flags], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      const found = /127\.0\.0\.1:(\d+)/.exec(said);
      if (found) resolve(Number(found[1]));
    });
    child.once('close', () => reject(new Error(`the service ended: ${said}`)));
  });
  return {
    port,
    secretId,
    secretKey,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
