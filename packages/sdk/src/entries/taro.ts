/** The SDK for Taro: `import COS from '@sampan/sdk/taro'`, made with `Host: Taro`. */
import { defineMiniCos } from './define-mini-cos.ts';
import { taroHost, taroTraits } from '../platforms/mini/hosts/taro.ts';

/** The class, for Taro. */
export const COS = /* @__PURE__ */ defineMiniCos({ host: taroHost, traits: taroTraits });

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
