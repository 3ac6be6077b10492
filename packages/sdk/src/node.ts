/** The SDK for Node: `import COS from '@sampan/sdk'`, or `require('@sampan/sdk')`, which gives the class itself. */
import { defineCos } from './cos.ts';
import { nodeOptionNames, nodePlatform, type NodeOptions } from './platforms/node/platform.ts';

export const COS = defineCos({
  defaults: {
    AutoSwitchHost: true,
    SimpleUploadMethod: 'putObject',
    UploadQueueSize: 10_000,
    UploadIdCacheLimit: 500,
    Protocol: 'https',
    hostOptions: nodeOptionNames,
  },
  platform: (settings) => nodePlatform(settings as NodeOptions),
});

export { COS as default, COS as 'module.exports' };
