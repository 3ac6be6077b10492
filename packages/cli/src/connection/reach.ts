/** Checks that the service's port accepts connections, so that a service that is down is reported first. */
import { connect } from 'node:net';
import type { Connection } from './settings.ts';
import { exitStatus, Failure } from '../words/failure.ts';
import { t } from '../terminal/messages.ts';

const longestMs = 8000;

/** Opens a connection and closes it. Throws the system's error, or a Failure that names the data folder. */
export async function checkReachable({ endpoint, dataFolder }: Connection): Promise<void> {
  const { hostname, port, protocol } = new URL(endpoint);
  try {
    await openOnce(hostname.replace(/^\[|\]$/g, ''), Number(port) || (protocol === 'https:' ? 443 : 80));
  } catch (error) {
    const isRefused = (error as { readonly code?: string }).code === 'ECONNREFUSED';
    if (!isRefused || dataFolder === undefined) throw error;
    throw new Failure(
      t`the service of ${dataFolder} does not run at ${endpoint} (ECONNREFUSED); start it with: sampan serve --data ${dataFolder}`,
      exitStatus.noAnswer,
    );
  }
}

function openOnce(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    socket.setTimeout(longestMs, () =>
      socket.destroy(Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' })),
    );
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
