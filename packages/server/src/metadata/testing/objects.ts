import { describe, expect, test } from 'vitest';
import type { Attributes, NewBody, PutVersion } from '../port.ts';
import { attributes, blob, readText, value, type Fixture } from './fixture.ts';

const encoder = new TextEncoder();

/** Writing, reading, patching and deleting objects. */
export function objectCases(fixture: Fixture): void {
  const { newBucket, putText, written, object, textOf, keysIn, collectAll } = fixture;

  describe('objects', () => {
    test('everything a writer said about an object is read back', async () => {
      const bucket = await newBucket();
      const said: Attributes = {
        headers: { 'content-type': 'image/png', 'x-cos-meta-city': '%E5%B9%BF' },
        storageClass: 'ARCHIVE',
        owner: '100000000003',
        acl: { grants: ['a'] },
        tagging: { team: 'blue', b: '' },
        encryption: { algorithm: 'AES256', keyDigest: 'abc' },
      };

      const put = value(await putText({ bucket, key: 'a' }, 'hello', { attributes: said }));

      expect(await object({ bucket, key: 'a' })).toEqual({
        kind: 'object',
        key: 'a',
        versionId: '',
        revision: put.revision,
        isLatest: true,
        modifiedAtMs: fixture.nowMs,
        ...said,
        sizeBytes: 5,
        etag: 'etag-hello',
        crc64: '1',
        type: 'normal',
        restore: undefined,
        partCount: undefined,
        body: { pieces: [{ bytes: expect.anything() as unknown }] },
      });
      expect(await textOf({ bucket, key: 'a' })).toBe('hello');
    });

    test('a body may be empty, inline, in a blob, or in many pieces', async () => {
      const bucket = await newBucket();
      const pieces: NewBody = [
        { bytes: encoder.encode('ab') },
        { blob: 'pieces-1', offset: 5, length: 10 },
        { bytes: encoder.encode('c') },
      ];

      value(await putText({ bucket, key: 'empty' }, '', { body: [] }));
      value(await putText({ bucket, key: 'blob' }, 'x'.repeat(10), { body: blob('single-1', 10) }));
      value(await putText({ bucket, key: 'many' }, 'x'.repeat(13), { body: pieces }));

      expect((await object({ bucket, key: 'empty' })).body).toEqual({ pieces: [] });
      expect((await object({ bucket, key: 'blob' })).body).toEqual({ pieces: blob('single-1', 10) });
      expect(await readText(fixture.store, await object({ bucket, key: 'many' }))).toBe('ab<pieces-1:5+10>c');
    });

    test('a run of a long body is made of the pieces it touches, clipped', async () => {
      const bucket = await newBucket();
      const body: NewBody = [0, 1, 2, 3].map((n) => ({ blob: `run-${n}`, offset: n, length: 10 }));
      value(await putText({ bucket, key: 'a' }, 'x'.repeat(40), { body }));
      const { manifest } = (await object({ bucket, key: 'a' })).body as { manifest: number };

      expect(await fixture.store.manifest(manifest, 10, 10)).toEqual([
        { blob: 'run-1', offset: 1, length: 10 },
      ]);
      expect(await fixture.store.manifest(manifest, 15, 12)).toEqual([
        { blob: 'run-1', offset: 6, length: 5 },
        { blob: 'run-2', offset: 2, length: 7 },
      ]);
      expect(await fixture.store.manifest(manifest, 39, 1)).toEqual([
        { blob: 'run-3', offset: 12, length: 1 },
      ]);
      expect(await fixture.store.manifest(manifest, 0, 0)).toEqual([]);
    });

    test('overwriting replaces the object and releases its bytes', async () => {
      const bucket = await newBucket();
      await collectAll();

      const first = value(await putText({ bucket, key: 'a' }, 'x', { body: blob('over-1', 1) }));
      const second = value(await putText({ bucket, key: 'a' }, 'y', { body: blob('over-2', 1) }));

      expect(first.existed).toBe(false);
      expect(second.existed).toBe(true);
      expect(second.revision).toBeGreaterThan(first.revision);
      expect((await object({ bucket, key: 'a' })).etag).toBe('etag-y');
      expect(await collectAll()).toEqual(['over-1']);
    });

    test('keys are told apart to the byte', async () => {
      const bucket = await newBucket();
      const keys = [
        'a',
        'A',
        'a\0b',
        'a/',
        'a//',
        './a',
        '../a',
        'é',
        'e\u0301',
        'a b',
        "a'b",
        '\u{1f600}',
        '%61',
      ];

      for (const key of keys) await written(bucket, key);

      for (const key of keys) expect(await textOf({ bucket, key })).toBe(key);
      const order = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(await keysIn(bucket)).toEqual(order);
    });

    test('forbidding to overwrite counts only where there never was versioning', async () => {
      const plain = await newBucket();
      const versioned = await newBucket('enabled');
      const conditions = { forbidOverwrite: true };

      value(await putText({ bucket: plain, key: 'a' }, '1', { conditions }));
      const again = await putText({ bucket: plain, key: 'a' }, '2', { conditions });
      value(await putText({ bucket: versioned, key: 'a' }, '1', { conditions }));
      value(await putText({ bucket: versioned, key: 'a' }, '2', { conditions }));

      expect(again).toEqual({ ok: false, reason: 'exists' });
      expect(await textOf({ bucket: plain, key: 'a' })).toBe('1');
      expect(await textOf({ bucket: versioned, key: 'a' })).toBe('2');
    });

    test('a write may depend on the ETag of what it replaces', async () => {
      const bucket = await newBucket();
      const refused = { ok: false, reason: 'conditionFailed' };
      const key = 'a';

      expect(await putText({ bucket, key }, '1', { conditions: { ifMatch: ['*'] } })).toEqual(refused);
      value(await putText({ bucket, key }, '1', { conditions: { ifNoneMatch: ['*'] } }));
      expect(await putText({ bucket, key }, '2', { conditions: { ifNoneMatch: ['*'] } })).toEqual(refused);
      expect(await putText({ bucket, key }, '2', { conditions: { ifMatch: ['etag-0'] } })).toEqual(refused);
      value(await putText({ bucket, key }, '2', { conditions: { ifMatch: ['etag-0', 'etag-1'] } }));

      expect(await textOf({ bucket, key })).toBe('2');
    });

    test('of many writers that all want to be first, exactly one is', async () => {
      const bucket = await newBucket();

      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          putText({ bucket, key: 'a' }, `${n}`, { conditions: { forbidOverwrite: true } }),
        ),
      );

      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
      expect(await textOf({ bucket, key: 'a' })).toBe(String(outcomes.findIndex(({ ok }) => ok)));
    });

    test('patches change what they name and keep the rest', async () => {
      const bucket = await newBucket();
      await written(bucket, 'a');
      const restore = { tier: 'Bulk', days: 2, requestedAtMs: 1, readyAtMs: 2, expiresAtMs: 3 };
      const ref = { bucket, key: 'a' };

      value(
        await fixture.store.patchVersion(ref, {
          acl: { x: 1 },
          tagging: { a: 'b' },
          restore,
          storageClass: 'COLD',
        }),
      );
      value(await fixture.store.patchVersion(ref, { tagging: null }));
      const patched = await object(ref);
      value(await fixture.store.patchVersion(ref, { acl: null, restore: null }));
      const cleared = await object(ref);

      expect(patched).toMatchObject({
        acl: { x: 1 },
        restore,
        storageClass: 'COLD',
        headers: attributes.headers,
      });
      expect(patched.tagging).toBeUndefined();
      expect([cleared.acl, cleared.restore]).toEqual([undefined, undefined]);
      expect((await fixture.store.listObjects({ bucket, limit: 1 })).items[0]).toMatchObject({
        storageClass: 'COLD',
      });
      expect(await fixture.store.patchVersion({ bucket, key: 'b' }, {})).toEqual({
        ok: false,
        reason: 'noVersion',
      });
      expect(await fixture.store.patchVersion({ ...ref, revision: 1 }, {})).toEqual({
        ok: false,
        reason: 'changed',
      });
    });

    test('the nearest list is that of the first key that is an object with one', async () => {
      const bucket = await newBucket();
      const listed = (name: string): Partial<PutVersion> => ({
        attributes: { ...attributes, acl: { grants: [name] } },
      });
      value(await putText({ bucket, key: 'a/' }, '', listed('a')));
      value(await putText({ bucket, key: 'a/b/' }, ''));
      value(await putText({ bucket, key: 'a/b/c/d' }, '', listed('d')));
      const long = `a/${'x/'.repeat(400)}`;
      const above = (key: string) =>
        [...key.matchAll(/\//g)].map(({ index }) => key.slice(0, index + 1)).reverse();
      const nearest = (...keys: readonly string[]) => fixture.store.nearestAcl(bucket, keys);

      expect(await nearest('a/b/c/d', 'a/b/c/', 'a/b/', 'a/')).toEqual({ grants: ['d'] });
      expect(await nearest('a/b/c/e', 'a/b/c/', 'a/b/', 'a/')).toEqual({ grants: ['a'] });
      expect(await nearest(...above(long))).toEqual({ grants: ['a'] });
      expect(await nearest('b/')).toBeUndefined();
      expect(await nearest()).toBeUndefined();
      expect(await fixture.store.nearestAcl('none-1', ['a/'])).toBeUndefined();
    });

    test('a deleted folder hands down no list', async () => {
      const bucket = await newBucket('enabled');
      const more = { attributes: { ...attributes, acl: { grants: ['a'] } } };
      value(await putText({ bucket, key: 'a/' }, '', more));
      value(await fixture.store.deleteVersion({ bucket, key: 'a/' }));

      expect(await fixture.store.nearestAcl(bucket, ['a/b', 'a/'])).toBeUndefined();
    });

    test('deleting removes the object; deleting what is not there does nothing', async () => {
      const bucket = await newBucket();
      await collectAll();
      value(await putText({ bucket, key: 'a' }, 'x', { body: blob('deleted-1', 1) }));

      expect(await fixture.store.deleteVersion({ bucket, key: 'a' })).toEqual({
        ok: true,
        marker: false,
        effect: 'removed',
      });
      expect(await fixture.store.deleteVersion({ bucket, key: 'a' })).toEqual({
        ok: true,
        marker: false,
        effect: 'nothing',
      });

      expect(await fixture.store.version({ bucket, key: 'a' })).toBeUndefined();
      expect(await collectAll()).toEqual(['deleted-1']);
    });

    test('a deletion may be meant for one revision only', async () => {
      const bucket = await newBucket();
      const { revision } = await written(bucket, 'a', '1');
      const second = await written(bucket, 'a', '2');

      const missed = value(await fixture.store.deleteVersion({ bucket, key: 'a', revision }));
      const kept = await keysIn(bucket);
      const hit = value(await fixture.store.deleteVersion({ bucket, key: 'a', revision: second.revision }));

      expect([missed.effect, kept, hit.effect]).toEqual(['nothing', ['a'], 'removed']);
    });
  });
}
