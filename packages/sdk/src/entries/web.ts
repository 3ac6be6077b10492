/** The SDK for web pages: `import COS from '@sampan/sdk'`, or `dist/cos.min.js` in a script element, which sets `COS`. */
import type { COS as Declared } from '../api/index.ts';
import { selectObjectContent } from '../cos/select.ts';
import { defineCos } from '../cos/define-cos.ts';
import { webPlatform } from '../platforms/web/platform.ts';

const defined = /* @__PURE__ */ defineCos({
  defaults: {
    AutoSwitchHost: true,
    SimpleUploadMethod: 'putObject',
    UploadQueueSize: 10_000,
    UploadIdCacheLimit: 50,
    objectBody: 'text',
    /** As the page itself; read when an instance is made, so that importing this on a server touches nothing. */
    get Protocol() {
      return typeof location !== 'undefined' && location.protocol === 'http:' ? 'http' : 'https';
    },
    hostOptions: [],
  },
  platform: webPlatform,
  works: { selectObjectContent },
});

/** The class, for web pages. */
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
