/** The SDK for Baidu mini programs: `import COS from '@sampan/sdk/baidu'`. */
import { defineMiniCos } from './define-mini-cos.ts';
import { baidu, baiduTraits } from '../platforms/mini/hosts/baidu.ts';

/** The class, for Baidu mini programs. */
export const COS = /* @__PURE__ */ defineMiniCos({ host: baidu, traits: () => baiduTraits });

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
