import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import process from 'node:process';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { createBufferPool, wholePageBytes } from '../../runtime/buffer-pool.ts';
import { hashCrew, type HashCrewOptions } from './hash-crew.ts';
import { hashThreads, type HashThreads } from './hash-threads.ts';
import { gathered } from './gather.ts';
import { digestAll, type Hashing } from './hashing.ts';

const crew = hashCrew({ most: 2 });
const threads = hashThreads(crew.join(), createBufferPool(16));
afterAll(() => crew.close());

async function digestsOf(chunks: readonly Uint8Array[], { sha1 = false, by = threads } = {}) {
  const hashing = by.hashing({ sha1 });
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

      expect(await digestsOf(chunks, { sha1 })).toEqual(digestAll(bytes, { sha1 }));
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

/** Some that answer, with a crew of their own, and how many threads of it were started. */
function apart(members: number, options: HashCrewOptions) {
  const own = hashCrew(options);
  onTestFinished(() => own.close());
  let started = 0;
  const count = () => (started += 1);
  process.on('worker', count);
  onTestFinished(() => void process.off('worker', count));
  const answering = Array.from({ length: members }, () => hashThreads(own.join(), createBufferPool(1)));
  return { own, answering, started: () => started };
}

/** A body of which the thread has a part. */
async function underWay(by: HashThreads): Promise<Hashing> {
  const hashing = by.hashing({ sha1: false });
  hashing.update((await hashing.room()).subarray(0, 10));
  return hashing;
}

test('one thread hashes for several that answer, and keeps their bodies apart', async () => {
  const { answering, started } = apart(3, { most: 1 });
  const bodies = Array.from({ length: 12 }, (_, n) => randomBytes(3_000_000 + n * 10_000));

  const digests = await Promise.all(
    bodies.map((body, n) => digestsOf([body], { by: answering[n % answering.length]! })),
  );

  expect(digests).toEqual(bodies.map((body) => digestAll(body, { sha1: false })));
  expect(started()).toBe(1);
});

test('threads are started as they are needed, and those who answer begin with different ones', async () => {
  const { answering, started } = apart(2, { most: 3 });
  const [one, two] = answering as [HashThreads, HashThreads];
  const seen = [started()];

  await digestsOf([randomBytes(10)], { by: one });
  await digestsOf([randomBytes(10)], { by: one });
  seen.push(started());
  await digestsOf([randomBytes(10)], { by: two });
  seen.push(started());
  // The one's second and third are the other's first, which runs, and one that nobody has called yet.
  const bodies = [one, one, one, one].map((by) => digestsOf([randomBytes(10)], { by }));
  await Promise.all(bodies);
  seen.push(started());

  expect(seen).toEqual([0, 1, 2, 3]);
});

test('when a thread dies all bodies that wait for it fail, and the next find another', async () => {
  const failures: Error[] = [];
  const { answering, started } = apart(2, { most: 1, failed: (error) => failures.push(error) });
  const [one, two] = answering as [HashThreads, HashThreads];
  const ending = await Promise.all([underWay(one), underWay(one), underWay(two)]);
  const bytes = randomBytes(1_000_000);

  ending[0].update({ byteOffset: -1, length: 1 } as Uint8Array); // There is no such run.

  for (const hashing of ending) await expect(hashing.finish()).rejects.toThrow('the hashing thread ended');
  await expect.poll(() => failures).toHaveLength(1);
  expect(failures[0]).toBeInstanceOf(RangeError);
  for (const by of answering)
    expect(await digestsOf([bytes], { by })).toEqual(digestAll(bytes, { sha1: false }));
  expect(started()).toBe(2);
});

test('one that has much to hash does not hold up another', async () => {
  const { answering } = apart(2, { most: 1 });
  const [much, little] = answering.map((by) => by.hashing({ sha1: false }));
  const run = { byteOffset: 0, length: 10 } as Uint8Array;
  for (let times = 0; times < 100; times += 1) much!.update(run);
  much!.update({ byteOffset: -1, length: 1 } as Uint8Array); // Here the thread dies.
  little!.update(run);

  expect(await little!.finish()).toEqual(digestAll(new Uint8Array(10), { sha1: false }));
  await expect(much!.finish()).rejects.toThrow('ended');
});

test('bodies under way fail when the one that answers takes its leave, and those of others do not', async () => {
  const { answering } = apart(2, { most: 1 });
  const [left, stays] = await Promise.all(answering.map(underWay));
  answering[0]!.close();

  await expect(left!.finish()).rejects.toThrow('ended');
  await expect(answering[0]!.hashing({ sha1: false }).finish()).rejects.toThrow('ended');
  expect(await stays!.finish()).toMatchObject({ crc64: expect.any(String) as string });
});

test('bodies under way fail when the crew ends', async () => {
  const { own, answering } = apart(2, { most: 2 });
  const ending = await Promise.all(answering.map(underWay));
  await own.close();

  for (const hashing of ending) await expect(hashing.finish()).rejects.toThrow('ended');
});

test('a run is whole pages, so that a disk can take it from there', async () => {
  const hashing = threads.hashing({ sha1: false });
  const rooms: Uint8Array[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    rooms.push(await hashing.room());
    hashing.update(rooms.at(-1)!);
  }
  hashing.end();

  expect(rooms.map(wholePageBytes)).toEqual(rooms.map(({ length }) => length));
});

/** Fills runs as fast as they are to be had, so that the thread has had no time to say that it has hashed any. */
async function filled(hashing: Hashing, runs: number): Promise<ArrayBufferLike[]> {
  const rooms: Uint8Array[] = [];
  for (let run = 0; run < runs; run += 1) {
    rooms.push(await hashing.room());
    hashing.update(rooms.at(-1)!);
  }
  return rooms.map(({ buffer }) => buffer);
}

test('a body that comes faster than it is hashed takes more memory, and then waits', async () => {
  const hashing = hashThreads(crew.join(), createBufferPool(4)).hashing({ sha1: false });
  onTestFinished(() => hashing.end());

  const [first, second, third, fourth, fifth] = await filled(hashing, 5);

  expect(second).toBe(first);
  expect(third).not.toBe(first);
  expect(fourth).toBe(third);
  expect(fifth).toBe(first);
});

test('a body makes do with one memory where others may need the rest', async () => {
  const hashers = hashThreads(crew.join(), createBufferPool(4));
  const others = [hashers.hashing({ sha1: false }), hashers.hashing({ sha1: false })];
  const hashing = others[1]!;
  onTestFinished(() => others.forEach((one) => one.end()));

  const buffers = await filled(hashing, 5);

  expect(new Set(buffers).size).toBe(1);
});

test('bodies agree with hashing in one piece when they take more memory on their way', async () => {
  const bytes = randomBytes(4_000_000);

  const digests = await digestsOf([bytes], { by: hashThreads(crew.join(), createBufferPool(4)) });

  expect(digests).toEqual(digestAll(bytes, { sha1: false }));
});

test('memory of a body that was given up is used again when the thread is through with it', async () => {
  const own = hashCrew({ most: 1 });
  onTestFinished(() => own.close());
  const keeping = hashThreads(own.join(), createBufferPool(1));
  const first = keeping.hashing({ sha1: false });
  const [given] = await filled(first, 1);
  first.end();
  const second = keeping.hashing({ sha1: false });
  const [next] = await filled(second, 1);
  await second.finish();
  second.end();

  const all = [keeping.hashing({ sha1: false }), keeping.hashing({ sha1: false })];
  const again = await Promise.all(all.map((hashing) => filled(hashing, 1)));

  expect(next).not.toBe(given);
  expect(again.flat()).toEqual(expect.arrayContaining([given, next]));
});

test('threads that collect what was let go keep bodies under way', async () => {
  const hashers = hashThreads(crew.join(), createBufferPool(4));
  const bytes = randomBytes(4_000_000);
  const hashing = hashers.hashing({ sha1: false });

  for await (const run of gathered(each([bytes]), hashing)) {
    expect(run.length).toBeGreaterThan(0);
    hashers.collect();
  }
  const digests = await hashing.finish();
  hashing.end();

  expect(digests).toEqual(digestAll(bytes, { sha1: false }));
});

test('memory of a body that has ended is used again', async () => {
  const keeping = hashThreads(crew.join(), createBufferPool(1));
  const first = keeping.hashing({ sha1: false });
  const [given] = await filled(first, 1);
  await first.finish();
  first.end();

  const [next] = await filled(keeping.hashing({ sha1: false }), 1);
  keeping.close();

  expect(next).toBe(given);
});
