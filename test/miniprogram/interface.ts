/** The part of `wx` that draws outside of pages or asks the user. The test reads what was shown and says what is answered. */

import type { WxHost } from '../hosts/wx/host.ts';

/** What the program showed, in order. */
export interface Shown {
  readonly api: string;
  readonly option: Readonly<Record<string, unknown>>;
}

interface Option extends Record<string, unknown> {
  readonly success?: (result: object) => void;
  readonly complete?: (result: object) => void;
}

interface DownloadOption {
  readonly url: string;
  readonly success?: (result: object) => void;
  readonly fail?: (result: object) => void;
}

const plain = [
  ...['setNavigationBarTitle', 'setTabBarItem', 'showToast', 'previewMedia', 'openDocument'],
  ...['stopPullDownRefresh'],
];

/** Makes the APIs of a program on `host`. `confirm` says what the user answers to a question. */
export function userInterface(host: WxHost, shown: Shown[], confirm: () => boolean): object {
  const answer = (api: string, option: Option, result: object): void => {
    shown.push({ api, option });
    setImmediate(() => {
      const whole = { ...result, errMsg: `${api}:ok` };
      option.success?.(whole);
      option.complete?.(whole);
    });
  };
  const apis = plain.map((api) => [api, (option: Option = {}) => answer(api, option, {})] as const);
  return {
    ...Object.fromEntries(apis),
    getWindowInfo: () => ({ pixelRatio: 2, windowWidth: 375, windowHeight: 667, screenWidth: 375 }),
    // On a phone it has a network of its own; what it asks for and gives is the same.
    downloadFile: ({ url, success, fail }: DownloadOption) => {
      host.wx.request({
        url,
        responseType: 'arraybuffer',
        success: (result) => {
          const { statusCode, data } = result as { statusCode: number; data: ArrayBuffer };
          success?.({
            statusCode,
            tempFilePath: host.addFile(new Uint8Array(data)),
            errMsg: 'downloadFile:ok',
          });
        },
        fail,
      });
    },
    showModal: (option: Option) => {
      const yes = confirm();
      answer('showModal', option, { confirm: yes, cancel: !yes });
    },
  };
}
