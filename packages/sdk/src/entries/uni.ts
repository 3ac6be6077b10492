/** The SDK for uni-app: `import COS from '@sampan/sdk/uni'`. */
import { defineMiniCos } from './define-mini-cos.ts';
import { uniHost, uniTraits } from '../platforms/mini/hosts/uni.ts';

/** The class, for uni-app. */
export const COS = /* @__PURE__ */ defineMiniCos({ host: uniHost, traits: uniTraits });

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
