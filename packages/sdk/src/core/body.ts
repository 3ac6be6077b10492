/**
 * The forms of a body: what a caller may pass as `Body`, and what requests and answers carry. Memory (text, an ArrayBuffer,
 * a view of one) is taken on every host; a host adds its own: a page Blobs and Files, Node these and streams, iterables
 * and file handles. Mini programs have paths instead, by `FilePath`.
 *
 * Kinds are found by their tag, because `instanceof` fails for values of another frame, realm or engine.
 */
import { UsageError, utf8Encode } from '@sampan/protocol';
import type { Payload, RangedSource } from './platform.ts';

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** Whether a value is bytes: a Uint8Array, of which Node's Buffer is one. */
export function isBytes(value: unknown): value is Uint8Array {
  return tagOf(value) === 'Uint8Array';
}

/** Whether a value is memory that a typed array may look into. */
export function isBuffer(value: unknown): value is ArrayBuffer {
  return /^(Shared)?ArrayBuffer$/.test(tagOf(value));
}

/** Whether a value is a Blob or a File, of the host's own type, that can be cut and read. */
export function isBlob<HostBlob>(value: unknown): value is HostBlob {
  if (!/^(Blob|File)$/.test(tagOf(value))) return false;
  const { slice, arrayBuffer } = value as { readonly slice?: unknown; readonly arrayBuffer?: unknown };
  return typeof slice === 'function' && typeof arrayBuffer === 'function';
}

/** The bytes of a body that is in memory; undefined for every other form. Only text is copied. */
export function bytesOf(
  body: unknown,
  encode: (text: string) => Uint8Array = utf8Encode,
): Uint8Array | undefined {
  if (typeof body === 'string') return encode(body);
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  return isBuffer(body) ? new Uint8Array(body) : undefined;
}

/** The error for a form that a host does not take; `forms` says which it takes. */
export function wrongForm(forms: string, body: unknown): UsageError {
  return new UsageError(`Body must be ${forms}, got ${typeof body}`);
}

/** Bytes in memory as a source. */
export function inMemory(bytes: Uint8Array): RangedSource {
  return {
    kind: 'ranged',
    size: bytes.byteLength,
    identity: undefined,
    read: async (offset, length) => {
      // A buffer that was transferred meanwhile has no bytes.
      if (offset + length > bytes.byteLength) throw new UsageError('Body has become shorter');
      return bytes.subarray(offset, offset + length);
    },
    isAsOpened: () => true,
    currentIdentity: async () => undefined,
    close: async () => undefined,
  };
}

/** The length in bytes that a value names before it is opened; 0 where it names none. */
export function sizeHintOf(body: unknown): number {
  const { byteLength, size } = Object(body) as { readonly byteLength?: unknown; readonly size?: unknown };
  return typeof byteLength === 'number' ? byteLength : typeof size === 'number' ? size : 0;
}

/** Length of a request's body as far as it is known; text counts its characters. */
export function lengthOf(body: Payload | undefined): number | undefined {
  if (body === undefined) return 0;
  return typeof body === 'string' || isBytes(body) ? body.length : body.size;
}

/** Whether a request's body can be sent again. */
export function isRepeatable(body: Payload | undefined): boolean {
  return body === undefined || typeof body === 'string' || isBytes(body) || body.repeatable;
}
