/**
 * Failures of the host as errors of ours. The text after `fail` is Chromium's on Android and a sentence in the user's
 * language on iOS, so nothing is read from it but what WeChat itself writes; numbers come first.
 * Source: https://developers.weixin.qq.com/miniprogram/dev/framework/usability/PublicErrno.html
 */
import { TimeoutError, TransportError, type CosError, type CosErrorDetail } from '@sampan/protocol';

/** Failures that the host tells apart: by number, by words, and what is made of them. */
const known: readonly (readonly [number, RegExp, message: string, CosErrorDetail?])[] = [
  [5, /timeout|time out/i, 'The host gave up after its time limit'],
  [
    600_003,
    /:fail interrupted/,
    'The host interrupted the request in the background',
    { code: 'Interrupted' },
  ],
  [
    600_002,
    /domain list/,
    "The address is not on the mini program's list of domains",
    { code: 'DomainNotAllowed', retryable: false },
  ],
  [600_009, /invalid url/i, 'The host does not take the address', { code: 'InvalidUrl', retryable: false }],
];

/** The error for a request that got no answer. */
export function failureOf(
  failure: unknown,
  { url, method }: { readonly url: string; readonly method: string },
): CosError {
  const { errMsg, errno } = Object(failure) as { readonly errMsg?: unknown; readonly errno?: unknown };
  const text = typeof errMsg === 'string' ? errMsg : '';
  const about = { url, method, cause: failure };
  for (const [number, words, message, detail] of known)
    if (errno === number || words.test(text))
      return detail ? new TransportError(message, { ...about, ...detail }) : new TimeoutError(message, about);
  // An address in the text may be signed.
  const shown = text.replace(/https?:\/\/\S+/gi, '…').slice(0, 200);
  return new TransportError(shown === '' ? 'No answer came' : `No answer came (${shown})`, about);
}
