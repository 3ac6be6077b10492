import { describe, expect, test } from 'vitest';
import { attributes, blob, value, type Fixture } from './fixture.ts';

/** Copies, which share bytes. */
export function copyCases(fixture: Fixture): void {
  const { newBucket, putText, written, object, textOf, keysIn, collectAll } = fixture;

  describe('copies', () => {
    test('a copy shares the bytes until the last of both is gone', async () => {
      const bucket = await newBucket();
      await collectAll();
      const { revision } = value(await putText({ bucket, key: 'a' }, 'x', { body: blob('shared-1', 1) }));
      const source = { bucket, key: 'a', revision };

      const copied = value(
        await fixture.store.copyVersion({
          source,
          bucket,
          key: 'b',
          attributes: { ...attributes, storageClass: 'COLD' },
        }),
      );
      value(await fixture.store.deleteVersion({ bucket, key: 'a' }));
      const afterFirst = await collectAll();
      const copy = await object({ bucket, key: 'b' });
      value(await fixture.store.deleteVersion({ bucket, key: 'b' }));

      expect(copied).toMatchObject({ etag: 'etag-x', sizeBytes: 1, crc64: '1' });
      expect(afterFirst).toEqual([]);
      expect(copy).toMatchObject({
        storageClass: 'COLD',
        etag: 'etag-x',
        body: { pieces: blob('shared-1', 1) },
      });
      expect(await collectAll()).toEqual(['shared-1']);
    });

    test('an object may be copied onto itself', async () => {
      const bucket = await newBucket();
      const { revision } = await written(bucket, 'a', 'hello');

      value(
        await fixture.store.copyVersion({
          source: { bucket, key: 'a', revision },
          bucket,
          key: 'a',
          attributes: { ...attributes, headers: { 'x-cos-meta-new': '1' } },
        }),
      );

      expect(await textOf({ bucket, key: 'a' })).toBe('hello');
      expect((await object({ bucket, key: 'a' })).headers).toEqual({ 'x-cos-meta-new': '1' });
    });

    test('a source that changed since it was read is not copied', async () => {
      const bucket = await newBucket();
      const { revision } = await written(bucket, 'a', '1');
      await written(bucket, 'a', '2');
      const copy = { source: { bucket, key: 'a', revision }, bucket, key: 'b', attributes };

      expect(await fixture.store.copyVersion(copy)).toEqual({ ok: false, reason: 'sourceChanged' });
      value(await fixture.store.deleteVersion({ bucket, key: 'a' }));
      expect(await fixture.store.copyVersion(copy)).toEqual({ ok: false, reason: 'sourceChanged' });
      expect(await keysIn(bucket)).toEqual([]);
    });

    test('a copy into no bucket, or against its conditions, is refused and does nothing', async () => {
      const bucket = await newBucket();
      const { revision } = await written(bucket, 'a', '1');
      await written(bucket, 'b', '2');
      const copy = { source: { bucket, key: 'a', revision }, bucket, key: 'b', attributes };

      const nowhere = await fixture.store.copyVersion({ ...copy, bucket: 'gone-1250000000' });
      const guarded = await fixture.store.copyVersion({ ...copy, conditions: { ifNoneMatch: ['*'] } });

      expect(nowhere).toEqual({ ok: false, reason: 'noBucket' });
      expect(guarded).toEqual({ ok: false, reason: 'conditionFailed' });
      expect(await textOf({ bucket, key: 'b' })).toBe('2');
    });
  });
}
