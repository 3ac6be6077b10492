import { describe, expect, test } from 'vitest';
import { attributes, blob, value, type Fixture } from './fixture.ts';

/** Changes that bring bytes and whose answer the caller never gets, so that it makes them again. */
export function lostAnswerCases(fixture: Fixture): void {
  const { newBucket, putText, newUpload, putPart, complete, textOf, collectAll, written } = fixture;
  let blobs = 0;
  const newBlob = () => `lost-${(blobs += 1)}`;
  /** Makes a change and forgets what came of it. */
  const lose = async (change: Promise<unknown>): Promise<void> => {
    await change;
  };
  /** Deletes everything, and gives what the collector finds. */
  const released = async (bucket: string): Promise<readonly string[]> => {
    for (const key of await fixture.keysIn(bucket)) await fixture.store.deleteVersion({ bucket, key });
    return collectAll();
  };

  describe('a change whose answer was lost', () => {
    test('put: its blob is in use, and the same put again counts it once', async () => {
      const bucket = await newBucket();
      const [first, second] = [newBlob(), newBlob()];
      await collectAll();

      await lose(putText({ bucket, key: 'k' }, 'x', { body: blob(first, 1) }));
      expect(await fixture.store.unknownBlobs([first])).toEqual([]);
      value(await putText({ bucket, key: 'k' }, 'x', { body: blob(second, 1) }));

      expect(await textOf({ bucket, key: 'k' })).toBe(`<${second}:0+1>`);
      expect(await released(bucket)).toEqual([first, second]);
    });

    test('append: its blob is in use, and the same append again is refused by its position', async () => {
      const bucket = await newBucket();
      const [first, second] = [newBlob(), newBlob()];
      await collectAll();
      const append = (id: string, position: number, after?: number) =>
        fixture.store.append({
          bucket,
          key: 'k',
          position,
          after,
          attributes,
          content: { sizeBytes: position + 3, etag: `after-${id}` },
          body: blob(id, 3),
        });

      const { revision } = value(await append(first, 0));
      await lose(append(second, 3, revision));
      const again = await append(newBlob(), 3, revision);

      expect(again).toEqual({ ok: false, reason: 'position' });
      expect(await fixture.store.unknownBlobs([first, second])).toEqual([]);
      expect(await textOf({ bucket, key: 'k' })).toBe(`<${first}:0+3><${second}:0+3>`);
      await released(bucket); // Takes the list of pieces apart.
      expect(await fixture.store.unknownBlobs([first, second])).toEqual([first, second]);
    });

    test('part: its blob is in use until the same part comes again, which alone is in the object', async () => {
      const bucket = await newBucket();
      const ref = { bucket, key: 'k', uploadId: await newUpload(bucket, 'k') };
      const [first, second] = [newBlob(), newBlob()];
      await collectAll();

      await lose(putPart(ref, 1, 'one', blob(first, 3)));
      expect(await fixture.store.unknownBlobs([first])).toEqual([]);
      value(await putPart(ref, 1, 'one', blob(second, 3)));
      value(await complete(ref, [[1, 'one']]));

      expect(await textOf({ bucket, key: 'k' })).toBe(`<${second}:0+3>`);
      expect(await collectAll()).toEqual([first]);
      expect(await released(bucket)).toEqual([second]);
    });

    test('complete: the same request again is answered as it was the first time', async () => {
      const bucket = await newBucket();
      const ref = { bucket, key: 'k', uploadId: await newUpload(bucket, 'k') };
      const id = newBlob();
      await collectAll();
      value(await putPart(ref, 1, 'one', blob(id, 3)));

      await lose(complete(ref, [[1, 'one']]));
      const again = value(await complete(ref, [[1, 'one']]));

      expect(again).toMatchObject({ repeated: true, sizeBytes: 3 });
      expect(await textOf({ bucket, key: 'k' })).toBe(`<${id}:0+3>`);
      expect(await released(bucket)).toEqual([id]);
    });

    test('copy: the same copy again shares the bytes once', async () => {
      const bucket = await newBucket();
      const id = newBlob();
      await collectAll();
      const { revision } = value(await putText({ bucket, key: 'source' }, 'x', { body: blob(id, 1) }));
      const copy = () =>
        fixture.store.copyVersion({
          source: { bucket, key: 'source', revision },
          bucket,
          key: 'k',
          attributes,
        });

      await lose(copy());
      value(await copy());
      value(await fixture.store.deleteVersion({ bucket, key: 'source' }));

      expect(await collectAll()).toEqual([]);
      expect(await textOf({ bucket, key: 'k' })).toBe(`<${id}:0+1>`);
      await written(bucket, 'k', 'other');
      expect(await collectAll()).toEqual([id]);
    });
  });
}
