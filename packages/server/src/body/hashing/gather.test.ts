import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { gathered } from './gather.ts';
import { digestAll, hashHere } from './hashing.ts';

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield Uint8Array.from(bytes.subarray(at, at + size));
}

test.each([1, 99, 100, 101, 1000])('chunks of %i bytes become runs of 100 that are hashed', async (size) => {
  const bytes = randomBytes(1050);
  const hashing = hashHere({ sha1: false }, 100);
  const runs: Buffer[] = [];

  for await (const run of gathered(chunksOf(bytes, size), hashing)) runs.push(Buffer.from(run));

  expect(runs.map(({ length }) => length)).toEqual([...Array<number>(10).fill(100), 50]);
  expect(Buffer.concat(runs).equals(bytes)).toBe(true);
  expect(await hashing.finish()).toEqual(digestAll(bytes, { sha1: false }));
});

test('a chunk may be freed as soon as it is taken', async () => {
  const bytes = randomBytes(1000);
  const runs: Buffer[] = [];
  const wipe = (chunk: Uint8Array) => void chunk.fill(0);

  for await (const run of gathered(chunksOf(bytes, 300), hashHere({ sha1: false }, 128), wipe))
    runs.push(Buffer.from(run));

  expect(Buffer.concat(runs).equals(bytes)).toBe(true);
});
