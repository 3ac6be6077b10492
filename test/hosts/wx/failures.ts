import type { Failure } from './callbacks.ts';
import type { Platform } from './system.ts';

/**
 * How network failures are worded. Android reports Chromium's network errors, iOS the system's localised sentences, so
 * code must not read meaning into the text. `errno` values are those of
 * https://developers.weixin.qq.com/miniprogram/dev/framework/usability/PublicErrno.html
 */

/** What can go wrong on the way. */
export type NetworkTrouble = 'offline' | 'changed' | 'refused' | 'reset' | 'unknownHost' | 'tooManyRedirects';

const ANDROID: Record<NetworkTrouble, readonly [number, string]> = {
  offline: [-106, 'INTERNET_DISCONNECTED'],
  changed: [-21, 'NETWORK_CHANGED'],
  refused: [-102, 'CONNECTION_REFUSED'],
  reset: [-101, 'CONNECTION_RESET'],
  unknownHost: [-105, 'NAME_NOT_RESOLVED'],
  tooManyRedirects: [-310, 'TOO_MANY_REDIRECTS'],
};

const IOS: Record<NetworkTrouble, string> = {
  offline: '似乎已断开与互联网的连接。',
  changed: '网络连接已中断。',
  refused: '未能连接到服务器。',
  reset: '网络连接已中断。',
  unknownHost: '未能找到使用指定主机名的服务器。',
  tooManyRedirects: '重定向次数过多。',
};

/** The refusal for `trouble` as `platform` words it. */
export function networkFailure(platform: Platform, trouble: NetworkTrouble): Failure {
  if (platform === 'ios') return { reason: ` ${IOS[trouble]}`, errno: 600001 };
  const [code, name] = ANDROID[trouble];
  return { reason: ` errcode:${code} cronet_error_code:${code} error_msg:net::ERR_${name}`, errno: 600001 };
}

/** Refusals that read the same everywhere. */
export const NETWORK_FAILURE = {
  abort: { reason: ' abort' },
  timeout: { reason: ' timeout', errno: 5 },
  interrupted: { reason: ' interrupted', errno: 600003 },
  notInDomainList: { reason: ' url not in domain list', errno: 600002 },
  invalidUrl: (url: string): Failure => ({ reason: ` invalid url "${url}"`, errno: 600009 }),
} satisfies Record<string, Failure | ((url: string) => Failure)>;
