/** Baidu. Whether `readFile` takes a range is not known, so files are read whole: up to 10 MB. */
import { cautiousTraits, hostObject, type MiniHost, type MiniTraits } from '../host.ts';

declare const swan: unknown;

export const baiduTraits: MiniTraits = { ...cautiousTraits, name: 'swan' };

/** The global object of Baidu, or the one that was passed. */
export function baidu(given: unknown): MiniHost {
  return hostObject(given, 'swan', () => (typeof swan === 'undefined' ? undefined : swan));
}
