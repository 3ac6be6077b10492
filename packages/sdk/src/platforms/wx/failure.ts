/**
 * Failures of the host as errors of ours. The text after `fail` is Chromium's on Android and a sentence in the user's
 * language on iOS, so nothing is read from it but what WeChat itself writes; numbers come first.
 * Source: https://developers.weixin.qq.com/miniprogram/dev/framework/usability/PublicErrno.html
 */
import { TimeoutError, TransportError, type CosError } from '@sampan/protocol';

const timedOut = 5;
const notInDomainList = 600_002;
const interrupted = 600_003;
const invalidUrl = 600_009;

/** The error for a request that got no answer. */
export function failureOf(
  failure: unknown,
  about: { readonly url: string; readonly method: string },
): CosError {
  const { errMsg, errno } = Object(failure) as { readonly errMsg?: unknown; readonly errno?: unknown };
  const text = typeof errMsg === 'string' ? errMsg : '';
  const detail = { url: about.url, method: about.method, cause: failure };
  if (errno === timedOut || /timeout|time out/i.test(text))
    return new TimeoutError('The host gave up after its time limit', detail);
  if (errno === interrupted || /:fail interrupted/.test(text))
    return new TransportError('The host interrupted the request in the background', {
      ...detail,
      code: 'Interrupted',
    });
  if (errno === notInDomainList || /domain list/.test(text))
    return new TransportError("The address is not on the mini program's list of domains", {
      ...detail,
      code: 'DomainNotAllowed',
      retryable: false,
    });
  if (errno === invalidUrl || /invalid url/i.test(text))
    return new TransportError('The host does not take the address', {
      ...detail,
      code: 'InvalidUrl',
      retryable: false,
    });
  // An address in the text may be signed.
  const shown = text.replace(/https?:\/\/\S+/gi, '…').slice(0, 200);
  return new TransportError(shown === '' ? 'No answer came' : `No answer came (${shown})`, detail);
}
