/** Detects kinds of values by their tags, because `instanceof` fails for values of another frame or realm. */

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** Whether a value is a buffer that a typed array may look into. */
export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return /^(Shared)?ArrayBuffer$/.test(tagOf(value));
}

/** Whether a value is a Blob or a File that can be cut and read. */
export function isBlobLike(value: unknown): boolean {
  if (!/^(Blob|File)$/.test(tagOf(value))) return false;
  const { slice, arrayBuffer } = value as { readonly slice?: unknown; readonly arrayBuffer?: unknown };
  return typeof slice === 'function' && typeof arrayBuffer === 'function';
}
