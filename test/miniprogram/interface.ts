/** The part of `wx` that draws outside of pages or asks the user. The test reads what was shown and says what is answered. */

/** What the program showed, in order. */
export interface Shown {
  readonly api: string;
  readonly option: Readonly<Record<string, unknown>>;
}

interface Option extends Record<string, unknown> {
  readonly success?: (result: object) => void;
  readonly complete?: (result: object) => void;
}

const plain = [
  ...['setNavigationBarTitle', 'setTabBarItem', 'showToast', 'previewMedia', 'openDocument'],
  ...['stopPullDownRefresh'],
];

/** Makes the APIs. `confirm` says what the user answers to a question. */
export function userInterface(shown: Shown[], confirm: () => boolean): object {
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
    showModal: (option: Option) => {
      const yes = confirm();
      answer('showModal', option, { confirm: yes, cancel: !yes });
    },
  };
}
