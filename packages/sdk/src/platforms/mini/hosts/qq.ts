/**
 * QQ, whose API is WeChat's of an earlier time. Whether `readFile` takes a range is not known, so files are read whole:
 * up to 10 MB.
 */
import { cautiousTraits, hostObject, type MiniHost, type MiniTraits } from '../host.ts';

declare const qq: unknown;

export const qqTraits: MiniTraits = { ...cautiousTraits, name: 'qq' };

/** The global object of QQ, or the one that was passed. */
export function qqHost(given: unknown): MiniHost {
  return hostObject(given, 'qq', () => (typeof qq === 'undefined' ? undefined : qq));
}
