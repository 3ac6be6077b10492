/** Streams request bodies from a source to the socket and computes their CRC-64 meanwhile. */
import { crc64Text, UsageError } from '@sampan/protocol';
import type { HostBody, Source } from '../../core/platform.ts';
import { createCrc64 } from './crc64.ts';

/** What the transport reads of a body that only this host understands. */
export interface NodeBody {
  /** The pieces from the start; a body that cannot start again throws on the second call. */
  pieces(): AsyncIterable<Uint8Array>;
}

const pieceBytes = 256 * 1024;

export function isNodeBody(value: unknown): value is NodeBody {
  return (
    typeof value === 'object' && value !== null && 'pieces' in value && typeof value.pieces === 'function'
  );
}

/** Makes a body of a source. A file can be sent again, a stream cannot. */
export function bodyOf(source: Source): HostBody {
  let sent: string | undefined;
  const summed = async function* (): AsyncGenerator<Uint8Array> {
    sent = undefined;
    const sum = createCrc64();
    let size = 0;
    for await (const piece of piecesOf(source)) {
      sum.update(piece);
      size += piece.byteLength;
      yield piece;
    }
    if (source.size !== undefined && size !== source.size)
      throw new UsageError(`Body gave ${size} bytes where ${source.size} were announced`);
    sent = crc64Text(sum.value());
  };
  const hostBody: NodeBody = { pieces: summed };
  return { hostBody, size: source.size, repeatable: source.kind === 'ranged', sentCrc64: () => sent };
}

async function* piecesOf(source: Source): AsyncGenerator<Uint8Array> {
  if (source.kind === 'sequential') {
    for (
      let piece = await source.next(pieceBytes);
      piece.byteLength > 0;
      piece = await source.next(pieceBytes)
    )
      yield piece;
    return;
  }
  for (let at = 0; at < source.size; at += pieceBytes)
    yield await source.read(at, Math.min(pieceBytes, source.size - at));
}
