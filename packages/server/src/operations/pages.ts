/** Helpers of all listings: page sizes, delimiters and keys in percent-encoded form. */
import { encodeKeyPath, fault, isXmlText, maxListEntries } from '@sampan/protocol';
import type { Page } from '../metadata/port.ts';
import type { ThreadShare } from '../runtime/thread-share.ts';

/**
 * The size of a page. Larger wishes are cut, as on COS. Quirk: what COS answers to 0 is not documented; here it is
 * refused, because a page of nothing could not say where the next one starts.
 */
export function pageSize(name: string, wish: number | undefined): number {
  if (wish === 0) throw fault('InvalidArgument', { Message: `${name} must be at least 1.` });
  return Math.min(wish ?? maxListEntries, maxListEntries);
}

/** Entries of a piece of long work: about a millisecond. */
export const pieceEntries = 100;

/** Reads a page in pieces, between which other requests have their turn. */
export async function readInPieces<Item, Marker>(
  share: ThreadShare,
  { limit, after }: { readonly limit: number; readonly after: Marker | undefined },
  read: (part: { readonly limit: number; readonly after: Marker | undefined }) => Promise<Page<Item, Marker>>,
): Promise<Page<Item, Marker>> {
  const piece = share.begin();
  const items: Item[] = [];
  const prefixes: string[] = [];
  for (let from = after; ;) {
    const left = limit - items.length - prefixes.length;
    const part = await piece(() => read({ limit: Math.min(left, pieceEntries), after: from }));
    items.push(...part.items);
    prefixes.push(...part.prefixes);
    const { next } = part;
    if (next === undefined || items.length + prefixes.length >= limit) return { items, prefixes, next };
    from = next;
  }
}

/** A delimiter, which is one character. */
export function delimiterOf(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (Array.from(text).length > 1) throw fault('InvalidDelimiter');
  return text;
}

/**
 * Encodes keys and prefixes by the request's encoding-type. Throws where a key has a character that XML cannot hold and
 * the request asks for no encoding: a document that only tolerant readers take could name another key to others.
 */
export function keyWriter(encodingType: string | undefined): (key: string) => string {
  if (encodingType === 'url') return encodeKeyPath;
  return (key) => {
    if (isXmlText(key)) return key;
    throw fault('InvalidArgument', {
      Message: 'The list has a key with a character that XML cannot hold: ask for encoding-type=url.',
    });
  };
}

/** The key and address of one object in a document without encoding-type; `EncodingType` says where they are encoded. */
export function namedObject(
  key: string,
  address = '',
): { readonly EncodingType?: 'url'; readonly Key: string; readonly Location: string } {
  if (isXmlText(key)) return { Key: key, Location: address };
  return { EncodingType: 'url', Key: encodeKeyPath(key), Location: encodeKeyPath(address) };
}

/** A moment as lists write it. */
export function listTime(ms: number): string {
  return new Date(ms).toISOString();
}
