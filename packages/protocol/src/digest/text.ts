// Bytes as text: hexadecimal and base64.

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Writes bytes as lower-case hexadecimal. */
export function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += (byte + 0x100).toString(16).slice(1);
  return text;
}

/** Writes bytes as base64 with padding. */
export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += BASE64.charAt(group >> 18) + BASE64.charAt((group >> 12) & 63);
    text += i + 1 < bytes.length ? BASE64.charAt((group >> 6) & 63) : '=';
    text += i + 2 < bytes.length ? BASE64.charAt(group & 63) : '=';
  }
  return text;
}

/**
 * Reads base64, or gives undefined unless `text` is exactly what `base64` writes: padding present, no white space, no
 * other alphabet, unused bits zero.
 */
export function base64Decode(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let at = 0;
  let bits = 0;
  let bitCount = 0;
  for (let i = 0; i < text.length - padding; i++) {
    bits = ((bits << 6) | BASE64.indexOf(text.charAt(i))) & 0xffff;
    bitCount += 6;
    if (bitCount < 8) continue;
    bitCount -= 8;
    bytes[at++] = bits >> bitCount;
  }
  return (bits & ((1 << bitCount) - 1)) === 0 ? bytes : undefined;
}
