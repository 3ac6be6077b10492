/** The SDK for Baidu mini programs: `import COS from '@sampan/sdk/baidu'`. */
import type { COS as Declared } from './api.ts';
import { defineCos } from './cos.ts';
import { miniDefaults } from './platforms/mini.ts';
import { baidu, baiduTraits } from './platforms/baidu/host.ts';
import { miniPlatform } from './platforms/wx/platform.ts';
import type { RequestOptions } from './platforms/wx/request.ts';

const defined = defineCos({
  defaults: miniDefaults,
  platform(settings) {
    const host = baidu(settings['Host']);
    return miniPlatform(host, baiduTraits, settings as RequestOptions);
  },
});

/** The class, for Baidu mini programs. */
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
