/** The order of keys: by the bytes of their UTF-8 form, which is the order of their code points. */

/** Compares as memcmp would compare the UTF-8 forms: negative, zero or positive. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    // Surrogates (U+D800…DFFF) stand for code points above every other unit, also above U+E000…FFFF.
    if (x !== y) return isSurrogate(x) === isSurrogate(y) ? x - y : isSurrogate(x) ? 1 : -1;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** The first text that is after every text with this prefix; nothing when there is none. */
export function afterPrefix(prefix: string): string | undefined {
  for (let end = prefix.length; end > 0;) {
    const start = isLowSurrogate(prefix.charCodeAt(end - 1)) ? end - 2 : end - 1;
    const last = prefix.codePointAt(start) ?? 0;
    if (last < 0x10ffff) {
      const next = last === 0xd7ff ? 0xe000 : last + 1; // Surrogates are not code points of a text.
      return prefix.slice(0, start) + String.fromCodePoint(next);
    }
    end = start;
  }
  return undefined;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** The common prefix that a key is listed under, up to and including the first delimiter after the prefix. */
export function groupOf(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (!delimiter || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}
