/** Gathers a body whose size is bounded. */
import { fault } from '@sampan/protocol';

/** All bytes of the chunks. Throws `EntityTooLarge` as soon as there are more than the limit. */
export async function collect(chunks: AsyncIterable<Uint8Array>, limitBytes: number): Promise<Uint8Array> {
  const collected: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) throw fault('EntityTooLarge');
    collected.push(chunk);
  }
  return collected.length === 1 ? collected[0]! : Buffer.concat(collected, sizeBytes);
}
