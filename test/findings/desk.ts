/** Either SDK on Node, in this process, over real files, with a gateway of its own on the way to the service. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COS } from '@sampan/sdk';
import { onTestFinished } from 'vitest';
import type { RunningService } from '../service.ts';
import { startGateway, type Gateway } from './gateway.ts';
import { Bucket, Region, type Ended, type Plain, type Sdk } from './phone.ts';

export interface Desk {
  readonly sdk: Sdk;
  readonly gateway: Gateway;
  readonly folder: string;
  /** Makes an instance with further options. */
  make(options?: Plain): Plain;
  /** Loads the SDK anew, as another process would, and makes an instance. */
  makeAfresh(options?: Plain): Plain;
}

const require = createRequire(import.meta.url);

/** Opens a folder with a gateway; both are put away when the test is over. */
export async function openDesk(sdk: Sdk, service: RunningService): Promise<Desk> {
  const gateway = await startGateway(service.port);
  const folder = await mkdtemp(join(tmpdir(), 'sampan-findings-'));
  onTestFinished(async () => {
    await gateway.close();
    // The official SDK still writes its records for a moment.
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  });
  const make = (options: Plain = {}): Plain => {
    const all = {
      SecretId: service.secretId,
      SecretKey: service.secretKey,
      Proxy: gateway.url,
      Protocol: 'http:',
      ConfCwd: folder,
      ...options,
    };
    if (sdk === 'here') return new COS(all as never);
    return new (require('cos-nodejs-sdk-v5') as new (options: Plain) => Plain)(all);
  };
  return {
    sdk,
    gateway,
    folder,
    make,
    makeAfresh(options) {
      for (const file of Object.keys(require.cache))
        if (file.includes('cos-nodejs-sdk-v5')) Reflect.deleteProperty(require.cache, file);
      return make(options);
    },
  };
}

/** Calls in callback style, Bucket and Region filled in, and waits a bounded time. */
export function call(cos: Plain, method: string, params: Plain = {}, withinMs = 20_000): Promise<Ended> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ outcome: 'pending' }), withinMs);
    const done = (ended: Ended): void => {
      clearTimeout(timer);
      resolve(ended);
    };
    (cos[method] as (params: Plain, done: (error: Plain | null, data: Plain) => void) => unknown)(
      { Bucket, Region, ...params },
      (error, data) => done(error ? { outcome: 'rejected', error } : { outcome: 'resolved', data }),
    );
  });
}
