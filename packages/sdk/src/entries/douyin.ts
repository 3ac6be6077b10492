/** The SDK for Douyin mini programs: `import COS from '@sampan/sdk/douyin'`. */
import { defineMiniCos } from './define-mini-cos.ts';
import { douyin, douyinTraits } from '../platforms/mini/hosts/douyin.ts';

/** The class, for Douyin mini programs. */
export const COS = /* @__PURE__ */ defineMiniCos({ host: douyin, traits: () => douyinTraits });

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
