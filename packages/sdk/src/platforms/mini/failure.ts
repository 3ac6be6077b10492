/**
 * Maps failures of the mini program host to the SDK's errors. The text after `fail` is Chromium's on Android and a
 * sentence in the user's language on iOS, so nothing is read from it but what WeChat itself writes; numbers come first.
 * Source: https://developers.weixin.qq.com/miniprogram/dev/framework/usability/PublicErrno.html
 */
import { TimeoutError, TransportError, type CosError, type CosErrorDetail } from '@sampan/protocol';

/** Failures by number and by message pattern, with the message and detail of the SDK's error. */
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
    "{origin} is not on the mini program's list of domains for {list}: add it in the host's administration of " +
      'the mini program (WeChat: mp.weixin.qq.com, development settings, server domain names)',
    { code: 'DomainNotAllowed', retryable: false },
  ],
  [600_009, /invalid url/i, 'The host does not take the address', { code: 'InvalidUrl', retryable: false }],
];

/** What was called, and the list of domains that the host holds against it. */
export interface About {
  readonly url: string;
  readonly method: string;
  /** Default: `request`. */
  readonly list?: 'request' | 'uploadFile' | undefined;
}

/** The error for a request that got no answer. */
export function failureOf(failure: unknown, { url, method, list }: About): CosError {
  const { errMsg, errno } = Object(failure) as { readonly errMsg?: unknown; readonly errno?: unknown };
  const text = typeof errMsg === 'string' ? errMsg : '';
  const about = { url, method, cause: failure };
  const origin = /^\w+:\/\/[^/?#]*/.exec(url)?.[0] ?? '';
  for (const [number, words, message, detail] of known)
    if (errno === number || words.test(text)) {
      const named = message.replace('{origin}', origin).replace('{list}', list ?? 'request');
      return detail ? new TransportError(named, { ...about, ...detail }) : new TimeoutError(named, about);
    }
  // An address in the text may be signed.
  const shown = text.replace(/https?:\/\/\S+/gi, '…').slice(0, 200);
  return new TransportError(shown === '' ? 'No answer came' : `No answer came (${shown})`, about);
}
