/** The SDK for QQ mini programs: `import COS from '@sampan/sdk/qq'`. */
import { defineMiniCos } from './mini.ts';
import { qqHost, qqTraits } from './platforms/qq/host.ts';

/** The class, for QQ mini programs. */
export const COS = defineMiniCos({ host: qqHost, traits: () => qqTraits });

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
