/**
 * Taro, which stands before another host and is always passed: `new COS({ Host: Taro })`. What that host reads decides:
 * WeChat and Douyin read ranges, others read files whole, up to 10 MB.
 */
import { cautiousTraits, hostObject, type MiniHost, type MiniTraits } from '../host.ts';

interface TaroHost extends MiniHost {
  getEnv?(): string;
}

/** The object that was passed; Taro has no global. */
export function taroHost(given: unknown): TaroHost {
  return hostObject(given, 'Taro', () => undefined);
}

export function taroTraits(host: TaroHost): MiniTraits {
  const env = host.getEnv?.();
  return {
    ...cautiousTraits,
    name: 'Taro',
    readsRanges: env === 'WEAPP' || env === 'TT',
    // open and read are there on WeChat only.
    readsDescriptors: env === 'WEAPP' && typeof host.getFileSystemManager?.().open === 'function',
    maxReadFileBytes: env === 'WEAPP' ? 100 * 1024 * 1024 : cautiousTraits.maxReadFileBytes,
  };
}
