/** The SDK for Node: `import COS from '@sampan/sdk'`, or `require('@sampan/sdk')`, which gives the class itself. */
import type { COS as Declared } from '../api/index.ts';
import { hostFiles } from '../cos/host-files.ts';
import { selectObjectContent } from '../cos/select.ts';
import { streams } from '../cos/streams.ts';
import { defineCos } from '../cos/define-cos.ts';
import { nodeOptionNames, nodePlatform, type NodeOptions } from '../platforms/node/platform.ts';
import { takeStream } from '../upload/stream-upload.ts';

const defined = /* @__PURE__ */ defineCos({
  defaults: {
    AutoSwitchHost: true,
    SimpleUploadMethod: 'putObject',
    UploadQueueSize: 10_000,
    UploadIdCacheLimit: 500,
    Protocol: 'https',
    hostOptions: nodeOptionNames,
  },
  platform: (settings) => nodePlatform(settings as NodeOptions),
  takeStream,
  works: { selectObjectContent },
  streams,
  files: hostFiles,
});

/** The class, for Node. */
// The methods come from tables, which the declarations name one by one; a test compares the two.
export const COS = defined as unknown as typeof Declared;

export { COS as default };
export {
  AbortedError,
  CosError,
  IntegrityError,
  isAbortedError,
  isCosError,
  isIntegrityError,
  isServiceError,
  isTimeoutError,
  isTransportError,
  isUsageError,
  ServiceError,
  TimeoutError,
  TransportError,
  UsageError,
} from '@sampan/protocol';
