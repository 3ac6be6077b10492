import { describe, expect, test } from 'vitest';
import { attributes, blob, value, type Fixture } from './fixture.ts';

/** Versions, delete markers and null versions. */
export function versioningCases(fixture: Fixture): void {
  const { newBucket, putText, written, object, textOf, keysIn, versionsIn, collectAll } = fixture;

  describe('versioning', () => {
    test('every write gets an id of its own, and the numbers in newer ids are smaller', async () => {
      const bucket = await newBucket('enabled');

      const ids = [];
      for (const text of ['1', '2', '3']) ids.push((await written(bucket, 'a', text)).versionId);

      const numbers = ids.map((id) => Buffer.from(id, 'base64').toString());
      expect([...numbers].sort()).toEqual([...numbers].reverse());
      expect(new Set(ids.map((id) => id.length))).toEqual(new Set([27]));
      for (const [n, versionId] of ids.entries()) {
        expect(await textOf({ bucket, key: 'a', versionId })).toBe(`${n + 1}`);
      }
      expect(await textOf({ bucket, key: 'a' })).toBe('3');
      expect((await object({ bucket, key: 'a', versionId: ids[0] })).isLatest).toBe(false);
    });

    test('ids keep their order when the clock goes back', async () => {
      const bucket = await newBucket('enabled');
      const first = await written(bucket, 'a', '1');
      fixture.nowMs -= 60_000;
      const second = await written(bucket, 'a', '2');
      fixture.nowMs += 60_000;

      expect(second.revision).toBeGreaterThan(first.revision);
      expect(await textOf({ bucket, key: 'a' })).toBe('2');
    });

    test('what was there before versioning is the null version', async () => {
      const bucket = await newBucket();
      await written(bucket, 'a', 'old');
      value(await fixture.store.setVersioning(bucket, 'enabled'));

      const before = await object({ bucket, key: 'a' });
      const { versionId } = await written(bucket, 'a', 'new');

      expect(before.versionId).toBe('null');
      expect(await textOf({ bucket, key: 'a', versionId: 'null' })).toBe('old');
      expect(await versionsIn(bucket)).toEqual([`a ${versionId} latest`, 'a null']);
    });

    test('suspended, writes replace the null version and keep the others', async () => {
      const bucket = await newBucket('enabled');
      await collectAll();
      const { versionId } = await written(bucket, 'a', '1');
      value(await fixture.store.setVersioning(bucket, 'suspended'));

      const second = value(await putText({ bucket, key: 'a' }, '2', { body: blob('null-1', 1) }));
      value(await fixture.store.setVersioning(bucket, 'enabled'));
      const third = await written(bucket, 'a', '3');
      value(await fixture.store.setVersioning(bucket, 'suspended'));
      await written(bucket, 'a', '4');

      expect(second.versionId).toBe('null');
      expect(await versionsIn(bucket)).toEqual(['a null latest', `a ${third.versionId}`, `a ${versionId}`]);
      expect(await textOf({ bucket, key: 'a', versionId: 'null' })).toBe('4');
      expect(await collectAll()).toEqual(['null-1']);
    });

    test('enabled, deleting without an id makes a marker, and deleting the marker brings the object back', async () => {
      const bucket = await newBucket('enabled');
      const { versionId } = await written(bucket, 'a');

      const marked = value(await fixture.store.deleteVersion({ bucket, key: 'a' }));
      const current = await fixture.store.version({ bucket, key: 'a' });
      const listed = await keysIn(bucket);
      const removed = value(
        await fixture.store.deleteVersion({ bucket, key: 'a', versionId: marked.versionId }),
      );

      expect(marked).toMatchObject({ marker: true, effect: 'marked' });
      expect(current).toMatchObject({ kind: 'marker', versionId: marked.versionId, isLatest: true });
      expect(listed).toEqual([]);
      expect(removed).toMatchObject({ marker: true, effect: 'removed', versionId: marked.versionId });
      expect(await object({ bucket, key: 'a' })).toMatchObject({ versionId, isLatest: true });
    });

    test('a marker is made even for a key that never was, and markers pile up', async () => {
      const bucket = await newBucket('enabled');

      const first = value(await fixture.store.deleteVersion({ bucket, key: 'a' }));
      const second = value(await fixture.store.deleteVersion({ bucket, key: 'a' }));

      expect(await versionsIn(bucket)).toEqual([
        `a ${second.versionId} marker latest`,
        `a ${first.versionId} marker`,
      ]);
    });

    test('suspended, deleting without an id drops the null version and makes a null marker, once', async () => {
      const bucket = await newBucket('enabled');
      await collectAll();
      const { versionId } = await written(bucket, 'a', '1');
      value(await fixture.store.setVersioning(bucket, 'suspended'));
      value(await putText({ bucket, key: 'a' }, '2', { body: blob('dropped-1', 1) }));

      const first = value(await fixture.store.deleteVersion({ bucket, key: 'a' }));
      const second = value(await fixture.store.deleteVersion({ bucket, key: 'a' }));

      expect([first, second]).toMatchObject([
        { versionId: 'null', marker: true, effect: 'marked' },
        { versionId: 'null', marker: true, effect: 'marked' },
      ]);
      expect(await versionsIn(bucket)).toEqual(['a null marker latest', `a ${versionId}`]);
      expect(await collectAll()).toEqual(['dropped-1']);
    });

    test('deleting by id removes that version for good, and the next newest becomes current', async () => {
      const bucket = await newBucket('enabled');
      const one = await written(bucket, 'a', '1');
      const two = await written(bucket, 'a', '2');
      const three = await written(bucket, 'a', '3');

      value(await fixture.store.deleteVersion({ bucket, key: 'a', versionId: three.versionId }));
      const afterNewest = await textOf({ bucket, key: 'a' });
      const removed = value(
        await fixture.store.deleteVersion({ bucket, key: 'a', versionId: one.versionId }),
      );

      expect(afterNewest).toBe('2');
      expect(removed).toEqual({ ok: true, versionId: one.versionId, marker: false, effect: 'removed' });
      expect(await versionsIn(bucket)).toEqual([`a ${two.versionId} latest`]);
      expect(await fixture.store.version({ bucket, key: 'a', versionId: one.versionId })).toBeUndefined();
    });

    test('deleting the newest object under which a marker lies leaves the key deleted', async () => {
      const bucket = await newBucket('enabled');
      await written(bucket, 'a', '1');
      const marked = value(await fixture.store.deleteVersion({ bucket, key: 'a' }));
      const { versionId } = await written(bucket, 'a', '2');

      value(await fixture.store.deleteVersion({ bucket, key: 'a', versionId }));

      expect(await keysIn(bucket)).toEqual([]);
      expect(await fixture.store.version({ bucket, key: 'a' })).toMatchObject({
        kind: 'marker',
        versionId: marked.versionId,
        isLatest: true,
      });
    });

    test('an id that no version has finds and deletes nothing', async () => {
      const bucket = await newBucket('enabled');
      const { versionId } = await written(bucket, 'a');
      const other = await written(bucket, 'b');

      for (const wrong of ['null', 'x', versionId.slice(1), other.versionId, `${versionId}=`]) {
        expect(await fixture.store.version({ bucket, key: 'a', versionId: wrong })).toBeUndefined();
        expect(
          value(await fixture.store.deleteVersion({ bucket, key: 'a', versionId: wrong })),
        ).toMatchObject({
          effect: 'nothing',
        });
      }
      expect(await textOf({ bucket, key: 'a', versionId: '' })).toBe('a');
    });

    test('many deletions are answered in their order', async () => {
      const bucket = await newBucket('enabled');
      const { versionId } = await written(bucket, 'a');
      await written(bucket, 'b');

      const { deleted } = value(
        await fixture.store.deleteVersions(bucket, [
          { key: 'b' },
          { key: 'a', versionId },
          { key: 'a', versionId },
          { key: 'c' },
        ]),
      );

      expect(deleted.map(({ effect, marker }) => [effect, marker])).toEqual([
        ['marked', true],
        ['removed', false],
        ['nothing', false],
        ['marked', true],
      ]);
      expect(await keysIn(bucket)).toEqual([]);
    });

    test('an old version is patched and copied by its id', async () => {
      const bucket = await newBucket('enabled');
      const old = await written(bucket, 'a', 'old');
      await written(bucket, 'a', 'new');
      const ref = { bucket, key: 'a', versionId: old.versionId };

      value(await fixture.store.patchVersion(ref, { tagging: { x: 'y' } }));
      const source = { ...ref, revision: old.revision };
      value(await fixture.store.copyVersion({ source, bucket, key: 'a', attributes }));

      expect((await object(ref)).tagging).toEqual({ x: 'y' });
      expect(await textOf({ bucket, key: 'a' })).toBe('old');
    });
  });
}
