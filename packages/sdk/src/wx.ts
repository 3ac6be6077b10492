/** The SDK for WeChat mini programs: `import COS from '@sampan/sdk/wx'`. */
import type { COS as Declared } from './api.ts';
import { defineCos } from './cos.ts';
import { miniDefaults } from './platforms/mini.ts';
import { weChat, weChatTraits } from './platforms/wx/host.ts';
import { miniPlatform } from './platforms/wx/platform.ts';
import type { RequestOptions } from './platforms/wx/request.ts';

const defined = defineCos({
  // As the official SDK: applications have put the bucket's host on the list for wx.uploadFile.
  defaults: { ...miniDefaults, SimpleUploadMethod: 'postObject' },
  platform(settings) {
    const host = weChat(settings['Host']);
    return miniPlatform(host, weChatTraits(host), settings as RequestOptions);
  },
});

/** The class, for WeChat mini programs. */
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
