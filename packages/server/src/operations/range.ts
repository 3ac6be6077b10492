/** Resolves the Range header of a read to the bytes of the response. */
export type RangeChoice =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly offset: number; readonly length: number }
  | { readonly kind: 'unsatisfiable' };

/**
 * Reads a Range header against an object's size. One range is served, its end clipped to the object. Several ranges,
 * other units and malformed text are ignored, as RFC 9110 section 14.2 allows: the answer is then the whole object.
 * Quirk: COS documents exactly one range (https://cloud.tencent.com/document/product/436/7753), so there is no
 * multipart/byteranges answer.
 */
export function chooseRange(header: string | undefined, sizeBytes: number): RangeChoice {
  const found = header === undefined ? null : /^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header);
  if (!found || (found[1] === '' && found[2] === '')) return { kind: 'whole' };
  if (found[1] === '') {
    const length = Math.min(Number(found[2]), sizeBytes);
    return length === 0 ? { kind: 'unsatisfiable' } : { kind: 'part', offset: sizeBytes - length, length };
  }
  const first = Number(found[1]);
  const last = found[2] === '' ? Number.POSITIVE_INFINITY : Number(found[2]);
  if (last < first) return { kind: 'whole' };
  if (first >= sizeBytes) return { kind: 'unsatisfiable' };
  return { kind: 'part', offset: first, length: Math.min(last, sizeBytes - 1) - first + 1 };
}
