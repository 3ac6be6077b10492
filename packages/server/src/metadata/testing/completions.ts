import { describe, expect, test } from 'vitest';
import { blob, value, type Fixture } from './fixture.ts';

/** Completing uploads. */
export function completionCases(fixture: Fixture): void {
  const { newBucket, written, object, textOf, versionsIn, collectAll, newUpload, putPart, complete } =
    fixture;

  describe('completions', () => {
    test('parts in any order become an object in the order of their numbers', async () => {
      const bucket = await newBucket();
      const key = 'big';
      const uploadId = await newUpload(bucket, key, { storageClass: 'COLD', tagging: { a: 'b' } });
      const ref = { bucket, key, uploadId };

      value(await putPart(ref, 3, 'cc', blob('third', 2)));
      value(await putPart(ref, 1, 'aa'));
      value(await putPart(ref, 2, 'bb', blob('second', 2)));
      const completed = value(
        await complete(ref, [
          [1, 'aa'],
          [2, 'bb'],
          [3, 'cc'],
        ]),
      );

      expect(completed).toMatchObject({
        sizeBytes: 6,
        etag: 'whole-3',
        versionId: '',
        existed: false,
        repeated: false,
      });
      expect(await textOf({ bucket, key })).toBe('aa<second:0+2><third:0+2>');
      expect(await object({ bucket, key })).toMatchObject({
        partCount: 3,
        storageClass: 'COLD',
        tagging: { a: 'b' },
        owner: '100000000001',
      });
      expect(await fixture.store.upload(ref)).toBeUndefined();
      expect(await fixture.store.parts(ref, { limit: 10 })).toBeUndefined();
    });

    test('a wrong list of parts is refused and the upload goes on', async () => {
      const bucket = await newBucket();
      const ref = { bucket, key: 'a', uploadId: await newUpload(bucket, 'a') };
      for (const number of [1, 2, 3]) value(await putPart(ref, number, 'x'.repeat(number)));
      const refused = (reason: string) => ({ ok: false, reason });

      expect(
        await complete(ref, [
          [2, 'xx'],
          [1, 'x'],
        ]),
      ).toEqual(refused('invalidPartOrder'));
      expect(
        await complete(ref, [
          [1, 'x'],
          [1, 'x'],
        ]),
      ).toEqual(refused('invalidPartOrder'));
      expect(
        await complete(ref, [
          [1, 'x'],
          [4, 'x'],
        ]),
      ).toEqual(refused('invalidPart'));
      expect(await complete(ref, [[1, 'y']])).toEqual(refused('invalidPart'));
      expect(await complete(ref, [])).toEqual(refused('invalidPart'));
      expect(
        await complete(
          ref,
          [
            [1, 'x'],
            [2, 'xx'],
          ],
          { minPartBytes: 2 },
        ),
      ).toEqual(refused('partTooSmall'));

      value(
        await complete(
          ref,
          [
            [2, 'xx'],
            [3, 'xxx'],
          ],
          { minPartBytes: 2 },
        ),
      );
      expect(await textOf({ bucket, key: 'a' })).toBe('xxxxx');
    });

    test('parts that are not listed are released', async () => {
      const bucket = await newBucket();
      await collectAll();
      const ref = { bucket, key: 'a', uploadId: await newUpload(bucket, 'a') };
      for (const number of [1, 2, 3]) value(await putPart(ref, number, 'x', blob(`listed-${number}`, 1)));

      value(
        await complete(ref, [
          [1, 'x'],
          [3, 'x'],
        ]),
      );

      expect(await collectAll()).toEqual(['listed-2']);
      expect(await textOf({ bucket, key: 'a' })).toBe('<listed-1:0+1><listed-3:0+1>');
    });

    test('completing respects conditions and versioning', async () => {
      const bucket = await newBucket();
      await written(bucket, 'a', 'old');
      const ref = { bucket, key: 'a', uploadId: await newUpload(bucket, 'a') };
      value(await putPart(ref, 1, 'new'));

      const forbidden = await complete(ref, [[1, 'new']], { conditions: { forbidOverwrite: true } });
      value(await fixture.store.setVersioning(bucket, 'enabled'));
      const { versionId, existed } = value(await complete(ref, [[1, 'new']]));

      expect(forbidden).toEqual({ ok: false, reason: 'exists' });
      expect(existed).toBe(true);
      expect(await versionsIn(bucket)).toEqual([`a ${versionId} latest`, 'a null']);
    });

    test('a repeated Complete is answered as the first one was, another one is not', async () => {
      const bucket = await newBucket();
      const ref = { bucket, key: 'a', uploadId: await newUpload(bucket, 'a') };
      value(await putPart(ref, 1, 'x'));
      const first = value(await complete(ref, [[1, 'x']], { etag: 'sum' }));
      await written(bucket, 'a', 'later');

      const repeated = value(await complete(ref, [[1, 'x']], { etag: 'sum' }));
      const other = await complete(ref, [[1, 'y']], { etag: 'other' });
      fixture.nowMs += 2 * 60 * 60 * 1000;
      await collectAll();
      const late = await complete(ref, [[1, 'x']], { etag: 'sum' });

      expect(repeated).toEqual({ ...first, repeated: true });
      expect(other).toEqual({ ok: false, reason: 'noUpload' });
      expect(late).toEqual({ ok: false, reason: 'noUpload' });
      expect(await textOf({ bucket, key: 'a' })).toBe('later');
    });

    test('of an abort and two different completions at once, one is done', async () => {
      const bucket = await newBucket();
      const ref = { bucket, key: 'a', uploadId: await newUpload(bucket, 'a') };
      for (const number of [1, 2]) value(await putPart(ref, number, `${number}`));

      const outcomes = await Promise.all([
        complete(ref, [[1, '1']], { etag: 'one' }),
        complete(
          ref,
          [
            [1, '1'],
            [2, '2'],
          ],
          { etag: 'two' },
        ),
        fixture.store.abortUpload(ref),
      ]);

      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
      expect(outcomes.filter(({ ok }) => !ok)).toEqual([
        { ok: false, reason: 'noUpload' },
        { ok: false, reason: 'noUpload' },
      ]);
    });

    test('ten thousand parts are completed in one step', async () => {
      const bucket = await newBucket();
      const ref = { bucket, key: 'a', uploadId: await newUpload(bucket, 'a') };
      const numbers = Array.from({ length: 10_000 }, (_, index) => index + 1);
      await Promise.all(numbers.map((number) => putPart(ref, number, 'x', blob(`ten-${number}`, 1))));

      const completed = value(
        await complete(
          ref,
          numbers.map((number) => [number, 'x'] as const),
        ),
      );

      expect(completed.sizeBytes).toBe(10_000);
      const { manifest } = (await object({ bucket, key: 'a' })).body as { manifest: number };
      expect(await fixture.store.manifest(manifest, 5_000, 2)).toEqual([
        { blob: 'ten-5001', offset: 0, length: 1 },
        { blob: 'ten-5002', offset: 0, length: 1 },
      ]);
      value(await fixture.store.deleteVersion({ bucket, key: 'a' }));
      expect(await collectAll()).toHaveLength(10_000);
    });
  });
}
