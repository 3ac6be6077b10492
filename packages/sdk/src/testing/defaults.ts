/** The defaults of a host for tests. */
import type { HostDefaults } from '../core/options.ts';

export const hostDefaults: HostDefaults = {
  AutoSwitchHost: true,
  SimpleUploadMethod: 'putObject',
  UploadQueueSize: 10_000,
  UploadIdCacheLimit: 50,
  Protocol: 'https',
  hostOptions: ['Proxy'],
};
