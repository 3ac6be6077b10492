import { expect, test } from 'vitest';
import { collect } from './collect.ts';

async function* chunksOf(...sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const [at, size] of sizes.entries()) yield new Uint8Array(size).fill(at + 1);
}

test('chunks become one piece of bytes, up to the limit and with it', async () => {
  expect([...(await collect(chunksOf(2, 1, 2), 5))]).toEqual([1, 1, 2, 3, 3]);
  expect([...(await collect(chunksOf(3), 3))]).toEqual([1, 1, 1]);
  expect(await collect(chunksOf(), 0)).toHaveLength(0);
});

test('a byte more than the limit is refused, in one chunk or in several, before more are read', async () => {
  let read = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunksOf(2, 2, 2, 2)) {
      read += chunk.length;
      yield chunk;
    }
  }

  await expect(collect(counted(), 3)).rejects.toMatchObject({ code: 'EntityTooLarge' });
  await expect(collect(chunksOf(4), 3)).rejects.toMatchObject({ code: 'EntityTooLarge' });
  expect(read).toBe(4);
});
