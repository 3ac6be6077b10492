import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { hashThreads } from './hash-threads.ts';
import { digestAll } from './hashing.ts';

const threads = hashThreads(2);
afterAll(() => threads.close());

async function digestsOf(chunks: readonly Uint8Array[], sha1 = false) {
  const hashing = threads.hashing({ sha1 });
  for (const chunk of chunks) await hashing.update(chunk);
  return hashing.finish();
}

test('agrees with hashing in one piece, however the bytes are cut', async () => {
  const bytes = randomBytes(3_000_000);
  const cuts = fc.array(fc.nat(bytes.length), { maxLength: 12 });

  await fc.assert(
    fc.asyncProperty(cuts, fc.boolean(), async (at, sha1) => {
      const edges = [0, ...at.toSorted((a, b) => a - b), bytes.length];
      const chunks = edges.slice(1).map((end, n) => bytes.subarray(edges[n], end));

      expect(await digestsOf(chunks, sha1)).toEqual(digestAll(bytes, { sha1 }));
    }),
    { numRuns: 30 },
  );
});

test('keeps bodies that are hashed at once apart', async () => {
  const bodies = Array.from({ length: 20 }, (_, n) => randomBytes(200_000 + n * 10_000));

  const digests = await Promise.all(
    bodies.map((body) => digestsOf([body.subarray(0, 99_999), body.subarray(99_999)])),
  );

  expect(digests).toEqual(bodies.map((body) => digestAll(body, { sha1: false })));
});

test('a body that is given up disturbs no other', async () => {
  const dropped = threads.hashing({ sha1: false });
  await dropped.update(randomBytes(1_000_000));
  dropped.drop();
  const bytes = randomBytes(1_000_000);

  expect(await digestsOf([bytes])).toEqual(digestAll(bytes, { sha1: false }));
});

test('bodies under way fail when the threads are closed', async () => {
  const closing = hashThreads(1);
  const hashing = closing.hashing({ sha1: false });
  await hashing.update(randomBytes(10));
  await closing.close();

  await expect(hashing.finish()).rejects.toThrow('ended');
});
