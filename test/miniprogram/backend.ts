/** The backend sample of the mini program as a process, with keys from a served process. */
import { spawn } from 'node:child_process';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { RunningService } from '../service.ts';

const script = fileURLToPath(new URL('../../apps/miniprogram/backend/server.js', import.meta.url));

/** Starts the backend and gives its address; it ends with the test. */
export async function startBackend(service: RunningService): Promise<string> {
  const child = spawn(execPath, [script], {
    env: {
      ...process.env,
      COS_SECRET_ID: service.secretId,
      COS_SECRET_KEY: service.secretKey,
      // By name, because the address may be bound to the bucket.
      STS_ENDPOINT: `localhost:${service.port}`,
      PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill();
  });
  return new Promise((resolve, reject) => {
    child.once('close', (status) => reject(new Error(`the backend ended with status ${String(status)}`)));
    createInterface({ input: child.stdout }).once('line', (line) => {
      const address = /(http:\S+)\/keys$/.exec(line)?.[1];
      if (address === undefined) reject(new Error(`the backend printed ${JSON.stringify(line)}`));
      else resolve(address);
    });
  });
}
