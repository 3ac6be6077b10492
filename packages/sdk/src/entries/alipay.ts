/** The SDK for Alipay mini programs: `import COS from '@sampan/sdk/alipay'`. */
import { defineMiniCos } from './define-mini-cos.ts';
import { alipay, alipayTraits } from '../platforms/mini/hosts/alipay.ts';

/** The class, for Alipay mini programs. */
export const COS = /* @__PURE__ */ defineMiniCos({ host: alipay, traits: () => alipayTraits });

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
