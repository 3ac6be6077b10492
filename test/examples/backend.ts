/** The backends of the examples as processes of their own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RunningService } from '../service.ts';

export const examples = join(import.meta.dirname, '../../examples');

/** Starts a backend that gets its keys from a service. */
export async function startBackend(
  file: string,
  service: RunningService,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const program = file.endsWith('.py') ? 'python3' : process.execPath;
  const child = spawn(program, [join(examples, 'backend', file)], {
    env: {
      ...process.env,
      COS_SECRET_ID: service.secretId,
      COS_SECRET_KEY: service.secretKey,
      STS_ENDPOINT: service.host,
      PORT: '0',
    },
    // Python's server writes a line for each request.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) {
    const [, url] = /^keys at (http.*)\/keys$/.exec(line) ?? [];
    if (url)
      return {
        url,
        stop: async () => {
          child.kill();
          await ended;
        },
      };
  }
  throw new Error(`${file} ended before it listened`);
}
