/**
 * Files without bytes: content is a number, and the checksums of any whole-MiB range of it follow from that number, so
 * that thousands of large uploads take seconds. The CRC-64 composes over ranges as the real one does; bodies are real
 * arrays of the right length that carry a tag.
 */
import { crc64, crc64Combine, crc64Text, hex, md5, utf8Encode, type Crc64Value } from '@sampan/protocol';
import type { PartDigest } from '../../packages/sdk/src/core/platform.ts';
import type { Content } from '../../packages/sdk/src/testing/service.ts';
import { base64 } from '@sampan/protocol';

export const mib = 1_048_576;

/** A range of a file's content. */
interface Piece {
  readonly content: number;
  readonly offset: number;
  readonly length: number;
  /** Set when the bytes changed on their way. */
  readonly damage: number;
}

/** Contents that are no variants are below this. */
const plain = 100;
const nothing: Piece = { content: 0, offset: 0, length: 0, damage: 0 };
const pieces = new WeakMap<Uint8Array, Piece>();
const known = new Map<string, { readonly crc64: Crc64Value; readonly md5: Uint8Array }>();
let buffer = new Uint8Array(16 * mib);

/** Bytes of a range; the array is a view, so it costs nothing. */
export function bytesOf(content: number, offset: number, length: number): Uint8Array {
  return tagged({ content, offset, length, damage: 0 });
}

/** The same bytes with some of them changed. */
export function damaged(bytes: Uint8Array, damage: number): Uint8Array {
  return tagged({ ...pieces.get(bytes)!, damage });
}

/** What the service keeps of a body. */
export function contentOfBody(body: unknown): Content {
  if (!(body instanceof Uint8Array)) throw new Error('a body without content arrived');
  const { crc64: sum, md5: digest } = sumsOf(body);
  return { length: body.length, crc64: crc64Text(sum), md5: hex(digest) };
}

/** What the host computes of a body. */
export function digestOfBody(bytes: Uint8Array, want: { readonly md5: boolean }): PartDigest {
  const { crc64: sum, md5: digest } = sumsOf(bytes);
  return { crc64: crc64Text(sum), ...(want.md5 ? { md5: base64(digest) } : {}) };
}

/**
 * Content that differs from `content` in one MiB alone. Contents are numbers below a hundred; a variant says in its
 * hundreds which MiB is its own.
 */
export function variantOf(content: number, block: number): number {
  return (content % plain) + plain * (block + 1);
}

/** The checksum of a whole file. */
export function crc64OfFile(content: number, size: number): string {
  return crc64OfRange(content, 0, size);
}

/** The checksum of a part of a file. */
export function crc64OfRange(content: number, offset: number, length: number): string {
  return crc64Text(range({ content, offset, length, damage: 0 }).crc64);
}

function tagged(piece: Piece): Uint8Array {
  if (piece.length > buffer.length) buffer = new Uint8Array(piece.length);
  const view = buffer.subarray(0, piece.length);
  pieces.set(view, piece);
  return view;
}

function sumsOf(bytes: Uint8Array): { readonly crc64: Crc64Value; readonly md5: Uint8Array } {
  // No bytes are the same everywhere, and the engine makes them itself for an empty stream.
  const piece = bytes.length === 0 ? nothing : pieces.get(bytes);
  if (!piece) throw new Error('bytes that no file has');
  return range(piece);
}

/** Blocks of a MiB have checksums made up from their number; a range has what they compose to. */
function range(piece: Piece): { readonly crc64: Crc64Value; readonly md5: Uint8Array } {
  const name = [piece.content, piece.offset, piece.length, piece.damage].join(':');
  const found = known.get(name);
  if (found) return found;
  let sum: Crc64Value = { hi: 0, lo: 0 };
  const end = piece.offset + piece.length;
  for (let at = piece.offset; at < end;) {
    const length = Math.min(mib - (at % mib), end - at);
    const isOwn = Math.floor(piece.content / plain) - 1 === Math.floor(at / mib);
    const bytes = isOwn ? piece.content : piece.content % plain;
    const block = crc64(utf8Encode(`${bytes}:${at}:${length}:${piece.damage}`));
    sum = crc64Combine(sum, block, length);
    at += length;
  }
  const made = { crc64: sum, md5: md5(utf8Encode(`${crc64Text(sum)}:${piece.length}`)) };
  if (known.size > 200_000) known.clear();
  known.set(name, made);
  return made;
}
