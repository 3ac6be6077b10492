/** The suite that every blob store passes. Test support: not part of the published package. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pageAlignedBuffer } from '../runtime/buffer-pool.ts';
import { BlobMissing, type BlobStore, type Extent } from './port.ts';

/** Runs the suite against one implementation. `open` gives an empty store. */
export function blobContract(name: string, open: () => Promise<BlobStore>): void {
  describe(`blob store: ${name}`, () => {
    let store: BlobStore;
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());

    const read = (extent: Extent): Promise<Buffer> =>
      collect(store.read(extent.blob, extent.offset, extent.length));
    const listed = async (): Promise<readonly string[]> => {
      const ids: string[] = [];
      for await (const { id } of store.list()) ids.push(id);
      return ids.sort();
    };

    test.each([0, 1, 1000, 65_536, 262_144, 262_145, 3 << 20])(
      'reads back %d bytes that it was given',
      async (size) => {
        const bytes = sample(size);

        const extent = await store.write(chunksOf(bytes, 50_000), { sizeBytes: size });

        expect(extent.length).toBe(size);
        expect((await read(extent)).equals(bytes)).toBe(true);
      },
    );

    test('reads back what it was given however that is cut, and in whatever memory it is', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(aChunk, { maxLength: 8 }), fc.boolean(), async (shapes, announced) => {
          const chunks = shapes.map(placed);
          const bytes = Buffer.concat(chunks);
          const sizeBytes = announced ? bytes.length : undefined;

          const extent = await store.write(each(chunks), { sizeBytes });

          expect((await read(extent)).equals(bytes)).toBe(true);
          await store.remove([extent.blob]);
        }),
        { numRuns: 50 },
      );
    });

    test('reads any run of bytes', async () => {
      const bytes = sample(600_000);
      const { blob, offset } = await store.write(chunksOf(bytes, 70_000));

      for (const [from, length] of [
        [0, 1],
        [599_999, 1],
        [100, 0],
        [262_100, 200],
        [1, 599_998],
      ] as const) {
        const run = await read({ blob, offset: offset + from, length });
        expect(run.equals(bytes.subarray(from, from + length))).toBe(true);
      }
    });

    test('many writes at once do not mix', async () => {
      const bodies = Array.from({ length: 40 }, (_, n) => sample(10_000 + n, n));

      const extents = await Promise.all(bodies.map((body) => store.write(chunksOf(body, 999))));

      const back = await Promise.all(extents.map(read));
      expect(back.map((body, n) => body.equals(bodies[n] ?? Buffer.alloc(0)))).toEqual(
        bodies.map(() => true),
      );
    });

    test('memory of a chunk may be used again when the next but one is asked for, and at the end', async () => {
      const bytes = sample(3_000_000);
      const memories = [Buffer.alloc(100_000), Buffer.alloc(100_000)];
      async function* source(): AsyncGenerator<Uint8Array> {
        for (let at = 0, turn = 0; at < bytes.length; at += 100_000, turn = 1 - turn) {
          memories[turn]!.set(bytes.subarray(at, at + 100_000));
          yield memories[turn]!;
        }
      }

      const extent = await store.write(source());
      for (const memory of memories) memory.fill(0);

      expect((await read(extent)).equals(bytes)).toBe(true);
    });

    test('a chunk that is read stands until the next is asked for, whoever else reads', async () => {
      const bytes = sample(5_000_000);
      const { blob, offset, length } = await store.write(chunksOf(bytes, 1 << 16));
      for await (const chunk of store.read(blob, offset, length)) if (chunk.length > 0) break;

      const readers = [0, 1, 2].map((from) => store.read(blob, offset + from, length - from));
      const iterators = readers.map((reader) => reader[Symbol.asyncIterator]());
      const received = readers.map((): Buffer[] => []);
      for (let left = iterators.length; left > 0;) {
        const chunks = await Promise.all(iterators.map((iterator) => iterator.next()));
        left = chunks.filter(({ done }) => !done).length;
        chunks.forEach(({ value, done }, at) => {
          if (!done) received[at]!.push(Buffer.from(value));
        });
      }

      received.forEach((chunks, from) =>
        expect(Buffer.concat(chunks).equals(bytes.subarray(from))).toBe(true),
      );
    });

    test('a source that fails fails the write with its own error and leaves nothing', async () => {
      const before = await listed();
      const broken = new Error('the sender went away');
      async function* source(): AsyncGenerator<Uint8Array> {
        yield sample(100_000);
        throw broken;
      }

      await expect(store.write(source())).rejects.toBe(broken);

      expect(await listed()).toEqual(before);
    });

    test('a write that is aborted stops, closes its source and leaves nothing', async () => {
      const before = await listed();
      const abort = new AbortController();
      let closed = false;
      async function* source(): AsyncGenerator<Uint8Array> {
        try {
          for (;;) {
            yield sample(10_000);
            abort.abort();
          }
        } finally {
          closed = true;
        }
      }

      await expect(store.write(source(), { signal: abort.signal })).rejects.toThrow();

      expect(closed).toBe(true);
      expect(await listed()).toEqual(before);
    });

    test('what was removed cannot be read, and removing it again is no error', async () => {
      const extent = await store.write(chunksOf(sample(10), 10));

      await store.remove([extent.blob]);
      await store.remove([extent.blob]);

      await expect(read(extent)).rejects.toBeInstanceOf(BlobMissing);
    });

    test('reading past the end is an error, not fewer bytes', async () => {
      const { blob, offset } = await store.write(chunksOf(sample(10), 10));

      await expect(read({ blob, offset: offset + 5, length: 6 })).rejects.toBeInstanceOf(BlobMissing);
      await expect(read({ blob: 'no-such-blob', offset: 0, length: 1 })).rejects.toBeInstanceOf(BlobMissing);
    });

    test('a reader may stop early', async () => {
      const { blob, offset, length } = await store.write(chunksOf(sample(1 << 20), 1 << 16));

      let chunks = 0;
      for await (const chunk of store.read(blob, offset, length)) {
        chunks += chunk.length > 0 ? 1 : 0;
        break;
      }

      expect(chunks).toBe(1);
    });

    test('a read that is aborted stops', async () => {
      const { blob, offset, length } = await store.write(chunksOf(sample(1 << 20), 1 << 16));
      const abort = new AbortController();
      const reading = (async () => {
        for await (const chunk of store.read(blob, offset, length, abort.signal)) abort.abort(chunk.length);
      })();

      await expect(reading).rejects.toBeDefined();
    });

    test('a reader that has begun finishes although the blob is removed', async () => {
      const bytes = sample(Math.min(1 << 20, store.finishesBytes));
      const { blob, offset, length } = await store.write(chunksOf(bytes, 1 << 16));
      const received: Uint8Array[] = [];

      for await (const chunk of store.read(blob, offset, length)) {
        if (received.length === 0) await store.remove([blob]);
        received.push(Uint8Array.from(chunk));
      }

      expect(Buffer.concat(received).equals(bytes)).toBe(true);
    });

    test('answers that it is there', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });

    test('every stored blob is listed once, with size and age', async () => {
      for await (const { id } of store.list()) await store.remove([id]);
      const from = Date.now() - 2000; // File systems may keep time coarsely.
      const extents = await Promise.all([1, 2, 3].map((size) => store.write(chunksOf(sample(size), 10))));

      const found = [];
      for await (const blob of store.list()) found.push(blob);

      expect(found.map(({ id }) => id).sort()).toEqual(extents.map(({ blob }) => blob).sort());
      expect(found.map(({ sizeBytes }) => sizeBytes).sort()).toEqual([1, 2, 3]);
      for (const { modifiedAtMs } of found) {
        expect(modifiedAtMs).toBeGreaterThan(from);
        expect(modifiedAtMs).toBeLessThan(Date.now() + 2000);
      }
    });
  });
}

/** Bytes that differ everywhere and from sample to sample. */
function sample(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  for (let index = 0, state = seed + 1; index < size; index += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

/** Where a chunk is: so many bytes into a memory that begins at a page, or anywhere. */
interface ChunkShape {
  readonly size: number;
  readonly at: number;
  readonly paged: boolean;
}

const aChunk: fc.Arbitrary<ChunkShape> = fc.record({
  size: fc.oneof(fc.nat(20_000), fc.constantFrom(0, 1, 4095, 4096, 4097, 65_536, 524_288)),
  at: fc.constantFrom(0, 0, 0, 1, 512, 4096),
  paged: fc.boolean(),
});

function placed({ size, at, paged }: ChunkShape, seed: number): Uint8Array {
  const memory = paged
    ? pageAlignedBuffer(at + size + 4096 - ((at + size) % 4096))
    : new ArrayBuffer(at + size);
  const chunk = new Uint8Array(memory, at, size);
  chunk.set(sample(size, seed));
  return chunk;
}

async function* each(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(Uint8Array.from(chunk));
  return Buffer.concat(all);
}
