import { describe, expect, test } from 'vitest';
import { blob, value, type Fixture } from './fixture.ts';

/** Blobs that nothing needs any more. */
export function garbageCases(fixture: Fixture): void {
  const { newBucket, putText, collectAll } = fixture;

  describe('garbage', () => {
    test('is listed from when it was released until it is forgotten, a bounded number at a time', async () => {
      const bucket = await newBucket();
      await collectAll();
      for (const n of [1, 2, 3])
        value(await putText({ bucket, key: `k${n}` }, 'x', { body: blob(`bounded-${n}`, 1) }));
      fixture.nowMs += 1000;
      const releasedAtMs = fixture.nowMs;
      value(await fixture.store.deleteVersions(bucket, [{ key: 'k1' }, { key: 'k2' }, { key: 'k3' }]));

      expect((await fixture.store.garbage(releasedAtMs, 10)).blobs).toEqual([]);
      const some = await fixture.store.garbage(releasedAtMs + 1, 2);
      expect([some.blobs.length, some.more]).toEqual([2, true]);
      expect(await fixture.store.unknownBlobs(['bounded-1', 'bounded-4'])).toEqual(['bounded-4']);
      await fixture.store.forget(['bounded-1', 'bounded-2']);
      expect((await fixture.store.garbage(releasedAtMs + 1, 10)).blobs).toEqual(['bounded-3']);
      expect(await fixture.store.unknownBlobs(['bounded-1', 'bounded-3'])).toEqual(['bounded-1']);
    });

    test('blobs in use are neither listed nor forgotten', async () => {
      const bucket = await newBucket();
      value(await putText({ bucket, key: 'a' }, 'x', { body: blob('used', 1) }));

      await fixture.store.forget(['used']);

      expect(await collectAll()).not.toContain('used');
      expect(await fixture.store.unknownBlobs(['used'])).toEqual([]);
    });
  });
}
