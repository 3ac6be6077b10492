/** Helpers of all listings: page sizes, delimiters and keys in percent-encoded form. */
import { encodeKeyPath, fault, maxListEntries } from '@sampan/protocol';

/**
 * The size of a page. Larger wishes are cut, as on COS. Quirk: what COS answers to 0 is not documented; here it is
 * refused, because a page of nothing could not say where the next one starts.
 */
export function pageSize(name: string, wish: number | undefined): number {
  if (wish === 0) throw fault('InvalidArgument', { Message: `${name} must be at least 1.` });
  return Math.min(wish ?? maxListEntries, maxListEntries);
}

/** A delimiter, which is one character. */
export function delimiterOf(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (Array.from(text).length > 1) throw fault('InvalidDelimiter');
  return text;
}

/** Encodes keys and prefixes by the request's encoding-type. */
export function keyWriter(encodingType: string | undefined): (key: string) => string {
  return encodingType === 'url' ? encodeKeyPath : (key) => key;
}

/** A moment as lists write it. */
export function listTime(ms: number): string {
  return new Date(ms).toISOString();
}
