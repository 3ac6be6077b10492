/** The SDK for WeChat mini programs: `import COS from '@sampan/sdk/wx'`. */
import { defineMiniCos } from './define-mini-cos.ts';
import { weChat, weChatTraits } from '../platforms/mini/hosts/wx.ts';

/** The class, for WeChat mini programs. */
export const COS = /* @__PURE__ */ defineMiniCos({
  host: weChat,
  traits: weChatTraits,
  // As the official SDK: applications have put the bucket's host on the list for wx.uploadFile.
  defaults: { SimpleUploadMethod: 'postObject' },
});

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
