/** Whether a store does what the service relies on, found out by doing it once. */
import { randomBytes } from 'node:crypto';
import { BlobMissing, type BlobStore, type Extent } from '../port.ts';
import { partBytes } from './s3-write.ts';

/** The store took a request and did something else. */
export class UnreliableStore extends Error {
  override readonly name = 'UnreliableStore';

  constructor(what: string, cause?: unknown) {
    super(`the blob store cannot be relied upon: ${what}`, { cause });
  }
}

const small = 10_000;

/** Throws `UnreliableStore` with the first thing that is not as it must be. Leaves nothing behind. */
export async function probe(store: BlobStore): Promise<void> {
  const written: Extent[] = [];
  const write = async (what: string, bytes: Uint8Array): Promise<Extent> => {
    const extent = await attempt(`${what} cannot be written`, () => store.write(once(bytes)));
    written.push(extent);
    return extent;
  };
  try {
    const bytes = randomBytes(small);
    const { blob } = await write('a small object', bytes);
    const whole = await read(store, { blob, offset: 0, length: small }, 'an object that was just written');
    if (!whole.equals(bytes)) throw new UnreliableStore('an object reads back as other bytes');
    const run = await read(store, { blob, offset: 100, length: 200 }, 'a run of bytes');
    if (!run.equals(bytes.subarray(100, 300)))
      throw new UnreliableStore('a run of bytes reads back as another one');

    await write('an object of no bytes', new Uint8Array());

    const large = randomBytes(partBytes + 1);
    const parts = await write('an object in two parts', large);
    const seam = await read(store, { ...parts, offset: partBytes - 10, length: 11 }, 'the seam of two parts');
    if (!seam.equals(large.subarray(partBytes - 10)))
      throw new UnreliableStore('an object in parts reads back as other bytes');

    const listed = new Map<string, number>();
    for await (const { id, sizeBytes } of store.list()) listed.set(id, sizeBytes);
    for (const { blob: id, length } of written)
      if (listed.get(id) !== length)
        throw new UnreliableStore('what was just written is not listed with its size');

    await attempt('objects cannot be removed', () => store.remove(written.map(({ blob: id }) => id)));
    await attempt('removing what is gone fails', () => store.remove([blob]));
    const gone = await read(store, { blob, offset: 0, length: 1 }, 'a removed object').catch(
      (error: unknown) => error,
    );
    if (!(gone instanceof UnreliableStore && gone.cause instanceof BlobMissing))
      throw new UnreliableStore('an object that was removed is still read, or its absence is not said', gone);
    written.length = 0;
  } finally {
    await store.remove(written.map(({ blob }) => blob)).catch(() => undefined);
  }
}

async function attempt<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw new UnreliableStore(`${what}: ${(cause as Error).name} ${(cause as Error).message}`, cause);
  }
}

function read(store: BlobStore, { blob, offset, length }: Extent, what: string): Promise<Buffer> {
  return attempt(`${what} cannot be read`, async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of store.read(blob, offset, length)) chunks.push(Uint8Array.from(chunk));
    return Buffer.concat(chunks);
  });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
