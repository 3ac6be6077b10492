/** The SDK for QQ mini programs: `import COS from '@sampan/sdk/qq'`. */
import { defineMiniCos } from './define-mini-cos.ts';
import { qqHost, qqTraits } from '../platforms/mini/hosts/qq.ts';

/** The class, for QQ mini programs. */
export const COS = /* @__PURE__ */ defineMiniCos({ host: qqHost, traits: () => qqTraits });

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
