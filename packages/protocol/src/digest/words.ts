// Digests read 32-bit little-endian words: in an engine without a JIT one word read costs as much as one byte read.

const littleEndian = /* @__PURE__ */ isLittleEndian();

/**
 * Gives `wordCount` little-endian words of `bytes` from the offset `from`: a view when the engine allows one, else a
 * copy, so a caller bounds `wordCount`. The caller must not write to it.
 */
export function wordsOf(bytes: Uint8Array, from: number, wordCount: number): Int32Array {
  const start = bytes.byteOffset + from;
  if (littleEndian && (start & 3) === 0) return new Int32Array(bytes.buffer, start, wordCount);

  const copy = new Uint8Array(wordCount * 4);
  copy.set(bytes.subarray(from, from + wordCount * 4));
  if (!littleEndian) reverseWords(copy);
  return new Int32Array(copy.buffer);
}

function reverseWords(bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i += 4) bytes.subarray(i, i + 4).reverse();
}

function isLittleEndian(): boolean {
  return new Uint8Array(new Int32Array([1]).buffer)[0] === 1;
}
