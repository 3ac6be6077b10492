/** Implements the platform port for Node, configured by the constructor's options. */
import type { Platform } from '../../core/platform.ts';
import { createPrefetch } from './prefetch.ts';
import { createRoutes, type ConnectionOptions } from './agents.ts';
import { bodyOf } from './body.ts';
import { createClock } from './clock.ts';
import { digest, nativeDigests } from './digest.ts';
import { openTarget, save, streamOf } from './download.ts';
import { createSendForm } from './form.ts';
import { createLocks } from './locks.ts';
import { openSource } from './source.ts';
import { createStorage, defaultFolder } from './storage.ts';
import { createSend, type TransportOptions } from './transport.ts';

export interface NodeOptions extends ConnectionOptions, TransportOptions {
  /** Folder for the records of unfinished transfers. */
  readonly ConfCwd?: string | undefined;
}

/** The options that Node understands beside the common ones. */
export const nodeOptionNames = [
  'Proxy',
  'Tunnel',
  'Ip',
  'StrictSsl',
  'KeepAlive',
  'FollowRedirect',
  'UserAgent',
  'ConfCwd',
] as const;

/** Parts and requests in flight; node:http keeps a connection for each. */
const maxRequests = 64;

/** Makes the host. Nothing is opened or created before it is used. */
export function nodePlatform(options: NodeOptions): Platform {
  const folder = options.ConfCwd || defaultFolder();
  const send = createSend(createRoutes(options), options);
  return {
    name: 'node',
    maxRequests,
    send,
    sendForm: createSendForm(send, openSource),
    ...createPrefetch(openSource),
    bodyOf,
    save,
    streamOf,
    openTarget,
    digest,
    digests: nativeDigests,
    storage: createStorage(folder),
    locks: createLocks(folder),
    clock: createClock(),
    random: () => Math.random(),
  };
}
