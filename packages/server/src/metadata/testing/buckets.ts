import { describe, expect, test } from 'vitest';
import type { Json } from '../port.ts';
import { attributes, value, type Fixture } from './fixture.ts';

/** Buckets and their documents. */
export function bucketCases(fixture: Fixture): void {
  const { newBucket, putText, written, newUpload } = fixture;

  describe('buckets', () => {
    test('a created bucket is found, with its documents, and cannot be created again', async () => {
      const bucket = {
        name: 'created-1250000000',
        region: 'ap-beijing',
        owner: '1',
        configs: { acl: { a: 1 } },
      };

      const created = value(await fixture.store.createBucket(bucket)).bucket;

      expect(created).toEqual({ ...bucket, createdAtMs: fixture.nowMs, versioning: 'never' });
      expect(await fixture.store.bucket(bucket.name)).toEqual(created);
      expect(await fixture.store.createBucket(bucket)).toEqual({ ok: false, reason: 'exists' });
      expect(await fixture.store.bucket('other-1250000000')).toBeUndefined();
    });

    test('documents are stored, replaced and removed by name', async () => {
      const bucket = await newBucket();
      const document: Json = { rules: [{ id: 'a', on: true, days: 3 }], note: null };

      value(await fixture.store.setConfig(bucket, 'cors', document));
      value(await fixture.store.setConfig(bucket, 'policy', { old: true }));
      value(await fixture.store.setConfig(bucket, 'policy', { old: false }));
      value(await fixture.store.setConfig(bucket, 'tagging', {}));
      value(await fixture.store.setConfig(bucket, 'tagging', null));

      expect((await fixture.store.bucket(bucket))?.configs).toEqual({
        cors: document,
        policy: { old: false },
      });
      expect(await fixture.store.setConfig('none-1', 'cors', {})).toEqual({ ok: false, reason: 'noBucket' });
    });

    test('buckets are listed by name, in pages', async () => {
      for (const name of ['zz-c-1', 'zz-a-1', 'zz-b-1']) {
        value(await fixture.store.createBucket({ name, region: 'r', owner: 'o' }));
      }

      const page = await fixture.store.buckets({ after: 'zz', limit: 2 });
      const rest = await fixture.store.buckets({ after: 'zz-b-1' });

      expect(page.map(({ name: found }) => found)).toEqual(['zz-a-1', 'zz-b-1']);
      expect(rest.map(({ name: found }) => found)).toEqual(['zz-c-1']);
    });

    test('only an empty bucket is deleted: objects, markers and uploads keep it', async () => {
      const bucket = await newBucket();
      const refused = { ok: false, reason: 'notEmpty' };

      await written(bucket, 'a');
      expect(await fixture.store.deleteBucket(bucket)).toEqual(refused);
      value(await fixture.store.setVersioning(bucket, 'enabled'));
      const marker = value(await fixture.store.deleteVersion({ bucket, key: 'a' }));
      value(await fixture.store.deleteVersion({ bucket, key: 'a', versionId: 'null' }));
      expect(await fixture.store.deleteBucket(bucket)).toEqual(refused);
      value(await fixture.store.deleteVersion({ bucket, key: 'a', versionId: marker.versionId }));
      const uploadId = await newUpload(bucket, 'b');
      expect(await fixture.store.deleteBucket(bucket)).toEqual(refused);
      value(await fixture.store.abortUpload({ bucket, key: 'b', uploadId }));

      expect(await fixture.store.deleteBucket(bucket)).toEqual({ ok: true });
      expect(await fixture.store.bucket(bucket)).toBeUndefined();
      expect(await fixture.store.deleteBucket(bucket)).toEqual({ ok: false, reason: 'noBucket' });
    });

    test('a bucket that is created again under its name starts empty', async () => {
      const bucket = await newBucket('enabled');
      value(await fixture.store.setConfig(bucket, 'cors', {}));
      value(await fixture.store.deleteBucket(bucket));

      value(await fixture.store.createBucket({ name: bucket, region: 'r', owner: 'o' }));

      expect(await fixture.store.bucket(bucket)).toMatchObject({ versioning: 'never', configs: {} });
    });

    test('nothing is written into a bucket that does not exist', async () => {
      const ref = { bucket: 'none-1', key: 'a', uploadId: 'u' };
      const refused = { ok: false, reason: 'noBucket' };

      expect(await putText(ref, 'x')).toEqual(refused);
      expect(await fixture.store.deleteVersion(ref)).toEqual(refused);
      expect(await fixture.store.createUpload({ ...ref, initiator: 'i', attributes })).toEqual(refused);
      expect(await fixture.store.version(ref)).toBeUndefined();
      expect(
        await fixture.store.putPart({ ...ref, number: 1, content: { sizeBytes: 1, etag: 'e' }, body: [] }),
      ).toEqual({
        ok: false,
        reason: 'noUpload',
      });
    });
  });
}
