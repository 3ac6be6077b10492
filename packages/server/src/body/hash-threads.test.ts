import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { memoriesKept, wholePages } from '../blobs/pages.ts';
import { hashThreads } from './hash-threads.ts';
import { gathered } from './gather.ts';
import { digestAll, type Hashing } from './hashing.ts';

const threads = hashThreads({ most: 2 });
afterAll(() => threads.close());

async function digestsOf(chunks: readonly Uint8Array[], sha1 = false) {
  const hashing = threads.hashing({ sha1 });
  for await (const run of gathered(each(chunks), hashing)) expect(run.length).toBeGreaterThan(0);
  const digests = await hashing.finish();
  hashing.end();
  return digests;
}

async function* each(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
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
  const run = await dropped.room();
  dropped.update(run.fill(1));
  dropped.end();
  const bytes = randomBytes(1_000_000);

  expect(await digestsOf([bytes])).toEqual(digestAll(bytes, { sha1: false }));
});

test('a run stands until the next but one is asked for', async () => {
  const bytes = randomBytes(8_000_000);
  const hashing = threads.hashing({ sha1: false });
  const back: Buffer[] = [];
  let last: Uint8Array | undefined;

  for await (const run of gathered(each([bytes]), hashing)) {
    if (last) back.push(Buffer.from(last));
    last = run;
  }
  back.push(Buffer.from(last!));
  hashing.end();

  expect(Buffer.concat(back).equals(bytes)).toBe(true);
});

test('bodies under way fail when the threads are closed', async () => {
  const closing = hashThreads({ most: 1 });
  const hashing = closing.hashing({ sha1: false });
  hashing.update((await hashing.room()).subarray(0, 10));
  await closing.close();

  await expect(hashing.finish()).rejects.toThrow('ended');
});

test('a run is whole pages, so that a disk can take it from there', async () => {
  const hashing = threads.hashing({ sha1: false });
  const rooms: Uint8Array[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    rooms.push(await hashing.room());
    hashing.update(rooms.at(-1)!);
  }
  hashing.end();

  expect(rooms.map(wholePages)).toEqual(rooms.map(({ length }) => length));
});

test('memory is used again, as much of it as is to be kept', async () => {
  const keeping = hashThreads({ most: 1, memories: memoriesKept(1) });
  const begin = async () => {
    const hashing = keeping.hashing({ sha1: false });
    const { buffer } = await hashing.room();
    return { hashing, buffer };
  };
  const end = async ({ hashing }: { readonly hashing: Hashing }) => {
    await hashing.finish();
    hashing.end();
  };
  const first = await begin();
  const second = await begin();
  await end(first);
  await end(second);

  const third = await begin();
  const fourth = await begin();
  await keeping.close();

  expect(third.buffer).toBe(first.buffer);
  expect(fourth.buffer).not.toBe(second.buffer);
});
