/** Tags of objects and buckets. Source: https://cloud.tencent.com/document/product/436/35709 */
import { fault, maxTagKeyChars, maxTagValueChars } from '@sampan/protocol';

/** Tags in the order they were given. */
export type Tags = Readonly<Record<string, string>>;

/** Reads the header form, `k1=v1&k2=v2` with percent-encoded names and values; undefined when there is none. */
export function tagsFromHeader(header: string | undefined, most: number): Tags | undefined {
  if (header === undefined || header === '') return undefined;
  const pairs = header.split('&').map((pair): readonly [string, string] => {
    const equals = pair.indexOf('=');
    const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    return [unescaped(name), unescaped(value)];
  });
  return checkedTags(pairs, most);
}

/** Reads the document form. */
export function tagsFromDocument(
  document: {
    readonly TagSet: { readonly Tag: readonly { readonly Key: string; readonly Value: string }[] };
  },
  most: number,
): Tags {
  return checkedTags(
    document.TagSet.Tag.map(({ Key, Value }) => [Key, Value]),
    most,
  );
}

/** Writes the document form. */
export function tagDocument(tags: Tags): { TagSet: { Tag: { Key: string; Value: string }[] } } {
  return { TagSet: { Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } };
}

function checkedTags(pairs: readonly (readonly [string, string])[], most: number): Tags {
  if (pairs.length > most) throw fault('InvalidTag', { Message: `There may be at most ${most} tags.` });
  const tags = new Map<string, string>();
  for (const [name, value] of pairs) {
    // Source: https://cloud.tencent.com/document/product/436/35709: the prefix is the vendor's own.
    if (name.startsWith('qcs:'))
      throw fault('InvalidTag', { Message: 'The name of a tag cannot begin with qcs:.' });
    if (tags.has(name)) throw fault('InvalidTag', { Message: 'A tag is given twice.' });
    if (!isTagText(name, 1, maxTagKeyChars) || !isTagText(value, 0, maxTagValueChars))
      throw fault('InvalidTag', { Message: 'A tag is too long, or has characters that tags may not have.' });
    tags.set(name, value);
  }
  return Object.fromEntries(tags);
}

function isTagText(text: string, shortest: number, longest: number): boolean {
  const { length } = Array.from(text);
  // Letters of any script: the console of the service offers Chinese ones.
  return length >= shortest && length <= longest && /^[\p{L}\p{N} +\-_=.:/@]*$/u.test(text);
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw fault('InvalidTag', { Message: 'The tags are not percent-encoded.' }, { cause });
  }
}
