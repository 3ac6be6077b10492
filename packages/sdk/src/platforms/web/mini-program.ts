/** Recognises mini programs, where a bundler has put the build for web pages. */

// Mini programs have their host's object as a name in scope, which need not be a property of a global object.
declare const uni: unknown, wx: unknown, my: unknown, tt: unknown, swan: unknown, qq: unknown;

/** Hosts by their entries. uni-app's programs have their host's own object too, and need uni-app's entry. */
function hosts(): Readonly<Record<string, unknown>> {
  return {
    uni: typeof uni === 'undefined' ? undefined : uni,
    wx: typeof wx === 'undefined' ? undefined : wx,
    alipay: typeof my === 'undefined' ? undefined : my,
    douyin: typeof tt === 'undefined' ? undefined : tt,
    baidu: typeof swan === 'undefined' ? undefined : swan,
    qq: typeof qq === 'undefined' ? undefined : qq,
  };
}

/**
 * Says which import to use, where this is a mini program and no page; undefined in a page, a worker and on a server. Pages
 * inside WeChat have `wx` too, but without `request`.
 */
export function importForMiniProgram(): string | undefined {
  const name = Object.entries(hosts()).find(
    ([, host]) => typeof (Object(host) as { readonly request?: unknown }).request === 'function',
  )?.[0];
  return (
    name &&
    `This is the build for web pages in a mini program: import from '@sampan/sdk/${name}', or with Taro from '@sampan/sdk/taro'`
  );
}
