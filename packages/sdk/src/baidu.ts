/** The SDK for Baidu mini programs: `import COS from '@sampan/sdk/baidu'`. */
import { defineMiniCos } from './mini.ts';
import { baidu, baiduTraits } from './platforms/baidu/host.ts';

/** The class, for Baidu mini programs. */
export const COS = defineMiniCos({ host: baidu, traits: () => baiduTraits });

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
