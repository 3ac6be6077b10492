import { expect, test } from 'vitest';
import { openMemoryBlobs } from '../blobs/memory.ts';
import type { ObjectVersion } from '../metadata/port.ts';
import { openSqliteMemory } from '../metadata/sqlite/sqlite-store.ts';
import { send, type Stores } from './send.ts';

/** A version of two blobs, and which blobs are pinned at the moment. */
async function stored() {
  const blobs = openMemoryBlobs();
  const pieces = [];
  for (const text of ['one', 'other'])
    pieces.push(
      await blobs.write(
        (async function* () {
          yield Buffer.from(text);
        })(),
      ),
    );
  const version = {
    kind: 'object',
    key: 'k',
    versionId: '',
    sizeBytes: 8,
    crc64: undefined,
    body: { pieces },
  } as unknown as ObjectVersion;
  const pinned = new Set<readonly string[]>();
  const stores: Stores = {
    metadata: openSqliteMemory(),
    blobs,
    pin(ids) {
      pinned.add(ids);
      return () => pinned.delete(ids);
    },
  };
  return { stores, version, pinned, ids: pieces.map(({ blob }) => blob) };
}

async function* bodyOf(body: Awaited<ReturnType<typeof send>>): AsyncGenerator<Uint8Array> {
  if (body instanceof Uint8Array) yield body;
  else yield* body;
}

test('blobs are pinned while they are read, and free when all was', async () => {
  const { stores, version, pinned, ids } = await stored();
  const texts: string[] = [];

  for await (const chunk of bodyOf(await send(stores, version, { offset: 0, length: 8 }))) {
    texts.push(Buffer.from(chunk).toString());
    expect([...pinned]).toEqual([ids]);
  }

  expect(texts.join('')).toBe('oneother');
  expect(pinned.size).toBe(0);
});

test('they are free as well when the reader leaves early, or a blob is not there', async () => {
  const { stores, version, pinned, ids } = await stored();

  for await (const chunk of bodyOf(await send(stores, version, { offset: 1, length: 5 }))) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
  const freed = pinned.size;
  await stores.blobs.remove(ids.slice(1));
  const reading = async (): Promise<void> => {
    for await (const { length } of bodyOf(await send(stores, version, { offset: 0, length: 8 })))
      expect(length).toBeGreaterThan(0);
  };
  await expect(reading()).rejects.toThrow(ids[1]!);

  expect([freed, pinned.size]).toEqual([0, 0]);
});
