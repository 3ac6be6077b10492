import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { openMemoryBlobs } from '../blobs/memory.ts';
import type { NewBody } from '../metadata/port.ts';
import { digestAll, hashHere } from './hashing/hashing.ts';
import { receive, type Receiver } from './receive.ts';
import type { IncomingBody } from './stream.ts';

/** A body of so many bytes in chunks, announced or, as one that is sent in chunks, not. */
function bodyOf(sizeBytes: number, announced: boolean): IncomingBody & { readonly takenBytes: () => number } {
  let takenBytes = 0;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for (let left = sizeBytes; left > 0; left -= 100) {
      const chunk = new Uint8Array(Math.min(100, left));
      takenBytes += chunk.length;
      yield chunk;
    }
  }
  return {
    sizeBytes: announced ? sizeBytes : undefined,
    takenBytes: () => takenBytes,
    [Symbol.asyncIterator]: bytes,
    all: async () => Buffer.concat(await collected(bytes())),
  };
}

async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function storedBytes({ blobs }: Receiver, body: NewBody): Promise<Buffer> {
  const [piece] = body;
  if (!piece || !('blob' in piece)) throw new Error('the body is not one blob');
  return Buffer.concat(await collected(blobs.read(piece.blob, piece.offset, piece.length)));
}

function newReceiver(): Receiver {
  return { blobs: openMemoryBlobs(() => 0), inlineBytes: 200, hashing: (options) => hashHere(options, 1000) };
}

test.each([
  ['announced', true],
  ['sent in chunks', false],
])('a body up to the limit is stored when its length is %s', async (_how, announced) => {
  const received = await receive(newReceiver(), bodyOf(1000, announced), { limitBytes: 1000 });

  expect(received.sizeBytes).toBe(1000);
});

test('a body that is announced to be too large is refused before any of it is read', async () => {
  const body = bodyOf(1001, true);

  await expect(receive(newReceiver(), body, { limitBytes: 1000 })).rejects.toMatchObject({
    code: 'EntityTooLarge',
  });
  expect(body.takenBytes()).toBe(0);
});

test.each([150, 1000])(
  'chunks beyond a limit of %i are refused as soon as they come, and leave nothing',
  async (limitBytes) => {
    const receiver = newReceiver();
    const body = bodyOf(100_000, false);

    await expect(receive(receiver, body, { limitBytes })).rejects.toMatchObject({ code: 'EntityTooLarge' });
    expect(body.takenBytes()).toBeLessThanOrEqual(limitBytes + 100);
    expect(await collected(receiver.blobs.list())).toEqual([]);
  },
);

test('chunks are given back once they are taken, and the body is whole', async () => {
  const receiver = newReceiver();
  const bytes = randomBytes(10_000);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 700) yield Uint8Array.from(bytes.subarray(at, at + 700));
  }
  const body: IncomingBody = {
    sizeBytes: bytes.length,
    [Symbol.asyncIterator]: chunks,
    all: async () => bytes,
    release: (chunk) => void chunk.fill(0),
  };

  const received = await receive(receiver, body, {});

  expect((await storedBytes(receiver, received.body)).equals(bytes)).toBe(true);
  const { md5, crc64 } = digestAll(bytes, { sha1: false });
  expect(received).toMatchObject({ md5, crc64 });
});
