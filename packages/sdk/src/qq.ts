/** The SDK for QQ mini programs: `import COS from '@sampan/sdk/qq'`. */
import type { COS as Declared } from './api.ts';
import { defineCos } from './cos.ts';
import { miniDefaults } from './platforms/mini.ts';
import { qqHost, qqTraits } from './platforms/qq/host.ts';
import { miniPlatform } from './platforms/wx/platform.ts';
import type { RequestOptions } from './platforms/wx/request.ts';

const defined = defineCos({
  defaults: miniDefaults,
  platform(settings) {
    const host = qqHost(settings['Host']);
    return miniPlatform(host, qqTraits, settings as RequestOptions);
  },
});

/** The class, for QQ mini programs. */
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
