import { randomBytes } from 'node:crypto';
import { settleOrPromise, settleWith } from './callbacks.ts';
import type { Callbacks, Settle } from './callbacks.ts';
import { USER_DATA_PATH } from './files.ts';
import type { AppProcess } from './process.ts';

/** What the program may ask about its surroundings, and the small conveniences of `wx`. */

/** Systems that word their network failures differently. */
export type Platform = 'android' | 'ios' | 'devtools';

/** Who and where the program is. */
export interface AppIdentity {
  readonly sdkVersion: string;
  readonly platform: Platform;
  readonly appId: string;
}

const CLIENT_VERSION = '8.0.50';

interface RandomOption extends Callbacks {
  readonly length: number;
}

/** The system part of `wx`. `known` tells whether a dotted name exists on this base library. */
export function systemApi(
  app: AppProcess,
  identity: AppIdentity,
  promises: boolean,
  known: (schema: string) => boolean,
) {
  const base = {
    SDKVersion: identity.sdkVersion,
    enableDebug: false,
    fontSizeScaleFactor: 1,
    fontSizeSetting: 17,
    host: { env: 'WeChat' },
    language: 'zh_CN',
    version: CLIENT_VERSION,
  };
  const device = {
    brand: identity.platform === 'ios' ? 'iPhone' : identity.platform,
    model: 'simulated',
    platform: identity.platform,
    system: identity.platform === 'ios' ? 'iOS 16.0' : 'Android 13',
    memorySize: '4096',
  };
  const random =
    ({ length }: RandomOption) =>
    (settle: Settle): void => {
      // The typings state the limit; the wording of the refusal is ours.
      if (!Number.isInteger(length) || length < 0 || length > 1048576)
        settle.fail({ reason: ' invalid length' });
      else settle.ok({ randomValues: new Uint8Array(randomBytes(length)).buffer });
    };
  const crypto = {
    getRandomValues: (option: RandomOption) => {
      settleWith(app, 'getRandomValues', option, random(option));
    },
  };
  const info = (option: Callbacks, api: string) =>
    settleOrPromise(app, api, option, promises, (settle) => {
      settle.ok({ ...base, ...device });
    });

  return {
    env: { USER_DATA_PATH },
    canIUse: known,
    getAppBaseInfo: () => ({ ...base }),
    getDeviceInfo: () => ({ ...device }),
    getSystemInfoSync: () => ({ ...base, ...device }),
    getSystemInfo: (option: Callbacks = {}) => info(option, 'getSystemInfo'),
    getAccountInfoSync: () => ({
      miniProgram: { appId: identity.appId, envVersion: 'release', version: '1.0.0' },
    }),
    getRandomValues: (option: RandomOption) =>
      settleOrPromise(app, 'getRandomValues', option, promises, random(option)),
    getUserCryptoManager: () => crypto,
    base64ToArrayBuffer: (text: string) => new Uint8Array(Buffer.from(text, 'base64')).buffer,
    arrayBufferToBase64: (bytes: ArrayBuffer) => Buffer.from(bytes).toString('base64'),
  };
}
