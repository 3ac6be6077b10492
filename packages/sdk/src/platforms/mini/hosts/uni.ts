/**
 * uni-app, which stands before another host. What that host reads decides: WeChat and Douyin read ranges, others read
 * files whole (up to 10 MB), and in an app, where there is no file system manager, only `Body` can be uploaded.
 */
import { cautiousTraits, hostObject, type MiniHost, type MiniTraits } from '../host.ts';

declare const uni: unknown;

interface UniHost extends MiniHost {
  getSystemInfoSync?(): { readonly uniPlatform?: string };
}

/** The global object of uni-app, or the one that was passed. */
export function uniHost(given: unknown): UniHost {
  return hostObject(given, 'uni', () => (typeof uni === 'undefined' ? undefined : uni));
}

export function uniTraits(host: UniHost): MiniTraits {
  const platform = host.getSystemInfoSync?.().uniPlatform;
  return {
    ...cautiousTraits,
    name: 'uni',
    readsRanges: platform === 'mp-weixin' || platform === 'mp-toutiao',
    maxReadFileBytes: platform === 'mp-weixin' ? 100 * 1024 * 1024 : cautiousTraits.maxReadFileBytes,
  };
}
