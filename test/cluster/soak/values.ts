/** Bodies that say which write they are of, so that a reader sees whether one is whole and nothing but itself. */

const headBytes = 16;

/** The body of a write: its number and size in front, then a pattern of both. */
export function bodyOf(id: number, bytes: number): Buffer {
  const body = Buffer.alloc(bytes);
  body.write(id.toString(16).padStart(8, '0') + bytes.toString(16).padStart(8, '0'), 0, 'latin1');
  if (bytes > headBytes) body.fill(patternOf(id, bytes).subarray(0, bytes - headBytes), headBytes);
  return body;
}

/** A length that no block, part or page is a multiple of, so that bytes in the wrong place are seen. */
const patternBytes = 4093;

function patternOf(id: number, bytes: number): Buffer {
  const pattern = Buffer.alloc(patternBytes);
  let state = (id * 2654435761 + bytes) >>> 0 || 1;
  for (let at = 0; at < patternBytes; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    pattern[at] = state & 0xff;
  }
  return pattern;
}

/** The least size of a body. */
export const leastBytes = headBytes;

/** The writes that a body is made of, in order and joined by commas; undefined when it is anything else. */
export function valueOf(body: Buffer): string | undefined {
  const ids: number[] = [];
  for (let at = 0; at < body.length;) {
    const head = body.toString('latin1', at, at + headBytes);
    if (!/^[0-9a-f]{16}$/.test(head)) return undefined;
    const [id, bytes] = [head.slice(0, 8), head.slice(8)].map((text) => Number.parseInt(text, 16)) as [
      number,
      number,
    ];
    if (bytes < headBytes || !body.subarray(at, at + bytes).equals(bodyOf(id, bytes))) return undefined;
    ids.push(id);
    at += bytes;
  }
  return ids.join(',');
}

/** Numbers from 0 to 1 that are the same for the same seed. */
export function numbers(seed: number): () => number {
  let state = (seed * 2654435761 + 1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
