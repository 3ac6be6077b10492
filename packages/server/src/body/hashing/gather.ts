/**
 * Chunks as they come from a sender are gathered in the memory that they are hashed in. From there they are written as
 * well, so a chunk is copied once and free at once: thousands of them that waited for a file would grow old, and V8
 * would mark all of its memory to free them (decision 0017).
 */
import type { Hashing } from './hashing.ts';

/**
 * Gives the bytes of a body in runs that were handed to the hashing. A run stands until the second one after it.
 * `taken` is called with each chunk that is no longer read here.
 */
export async function* gathered(
  chunks: AsyncIterable<Uint8Array>,
  hashing: Hashing,
  taken: (chunk: Uint8Array) => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  let room = await hashing.room();
  let filledBytes = 0;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length;) {
      if (filledBytes === room.length) {
        hashing.update(room);
        yield room;
        room = await hashing.room();
        filledBytes = 0;
      }
      const part = chunk.subarray(from, from + room.length - filledBytes);
      room.set(part, filledBytes);
      filledBytes += part.length;
      from += part.length;
    }
    taken(chunk);
  }
  if (filledBytes === 0) return;
  const rest = room.subarray(0, filledBytes);
  hashing.update(rest);
  yield rest;
}
