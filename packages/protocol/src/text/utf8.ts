// UTF-8 for engines without TextEncoder. A surrogate without its partner becomes U+FFFD, as the Encoding standard says.

const REPLACEMENT = 0xfffd;

/** Counts the bytes of `text` in UTF-8 without encoding it. */
export function utf8Length(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (isPair(text, i, unit)) {
      length += 4;
      i++;
    } else length += 3;
  }
  return length;
}

/** Encodes `text` as UTF-8. */
export function utf8Encode(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text));
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    let point = text.charCodeAt(i);
    if (point < 0x80) {
      bytes[at++] = point;
      continue;
    }
    if (isPair(text, i, point)) point = 0x10000 + ((point & 0x3ff) << 10) + (text.charCodeAt(++i) & 0x3ff);
    else if (isSurrogate(point)) point = REPLACEMENT;

    if (point < 0x800) {
      bytes[at++] = 0xc0 | (point >> 6);
    } else {
      if (point < 0x10000) {
        bytes[at++] = 0xe0 | (point >> 12);
      } else {
        bytes[at++] = 0xf0 | (point >> 18);
        bytes[at++] = 0x80 | ((point >> 12) & 0x3f);
      }
      bytes[at++] = 0x80 | ((point >> 6) & 0x3f);
    }
    bytes[at++] = 0x80 | (point & 0x3f);
  }
  return bytes;
}

/**
 * Decodes UTF-8. Malformed sequences become U+FFFD, one for each maximal well-formed beginning, as TextDecoder does.
 * A byte order mark is kept.
 */
export function utf8Decode(bytes: Uint8Array): string {
  let text = '';
  let units: number[] = [];
  let i = 0;
  while (i < bytes.length) {
    const lead = bytes[i++]!;
    let point = lead;
    if (lead >= 0x80) {
      // Unicode 15, table 3-7: bounds of the second byte exclude overlong forms, surrogates and what is above U+10FFFF.
      let left = lead < 0xc2 || lead > 0xf4 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
      let lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
      let highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
      point = left > 0 ? lead & (0x3f >> left) : REPLACEMENT;
      for (; left > 0; left--) {
        const next = bytes[i];
        if (next === undefined || next < lowest || next > highest) {
          point = REPLACEMENT;
          break;
        }
        point = (point << 6) | (next & 0x3f);
        i++;
        lowest = 0x80;
        highest = 0xbf;
      }
    }
    if (point < 0x10000) units.push(point);
    else units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
    // Bounded, because an argument list has a limit in every engine.
    if (units.length >= 4096) {
      text += String.fromCharCode.apply(undefined, units);
      units = [];
    }
  }
  return text + String.fromCharCode.apply(undefined, units);
}

/** Replaces every surrogate without its partner by U+FFFD, so that `encodeURIComponent` cannot throw. */
export function wellFormed(text: string): string {
  // With the flag `u` a surrogate pair is one character, so this class meets lone ones only.
  return text.replace(/[\ud800-\udfff]/gu, '\ufffd');
}

function isSurrogate(unit: number): boolean {
  return (unit & 0xf800) === 0xd800;
}

function isPair(text: string, i: number, unit: number): boolean {
  return (unit & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
}
