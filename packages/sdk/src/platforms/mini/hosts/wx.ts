/** The WeChat host: its global object and the limits of its base library. */
import { hostObject, type MiniHost, type MiniTraits } from '../host.ts';

declare const wx: (MiniHost & Versions) | undefined;

interface Versions {
  /** Since base library 2.20.1. */
  getAppBaseInfo?(): { readonly SDKVersion?: string };
  getSystemInfoSync?(): { readonly SDKVersion?: string };
}

/** The global object of WeChat, or the one that was passed. */
export function weChat(given: unknown): MiniHost & Versions {
  return hostObject(given, 'wx', () => (typeof wx === 'undefined' ? undefined : wx));
}

/** What the base library can do. An unknown version is taken for a new one. */
export function weChatTraits(host: MiniHost & Versions): MiniTraits {
  const version = (host.getAppBaseInfo?.() ?? host.getSystemInfoSync?.())?.SDKVersion;
  const files = host.getFileSystemManager?.();
  return {
    name: 'wx',
    // Since base library 2.10.0; older ones ignore the range and read the whole file.
    readsRanges: version === undefined || isAtLeast(version, [2, 10, 0]),
    // Since base library 2.16.1.
    readsDescriptors: typeof files?.open === 'function' && typeof files.read === 'function',
    // Documented for readFile: https://developers.weixin.qq.com/miniprogram/dev/api/file/FileSystemManager.readFile.html
    maxReadFileBytes: 100 * 1024 * 1024,
    // https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html
    maxRequests: 10,
    // Documented for wx.uploadFile.
    maxFormBytes: 10 * 1024 * 1024,
  };
}

function isAtLeast(version: string, least: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  for (const [at, wanted] of least.entries()) {
    const part = parts[at] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}
