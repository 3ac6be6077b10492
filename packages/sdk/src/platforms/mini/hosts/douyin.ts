/**
 * Douyin. Files are read in ranges by `readFile`; descriptors exist in mini games only. Feishu, which has the same
 * global, reads at most 10 MB at once: parts must be smaller there, as they are unless `ChunkSize` says otherwise.
 */
import { cautiousTraits, hostObject, type MiniHost, type MiniTraits } from '../host.ts';

declare const tt: unknown;

export const douyinTraits: MiniTraits = {
  ...cautiousTraits,
  name: 'tt',
  readsRanges: true,
  // No limit is documented for a file that is read in ranges.
  maxReadFileBytes: Number.MAX_SAFE_INTEGER,
};

/** The global object of Douyin, or the one that was passed. */
export function douyin(given: unknown): MiniHost {
  return hostObject(given, 'tt', () => (typeof tt === 'undefined' ? undefined : tt));
}
