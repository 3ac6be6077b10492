/** The suite that every metadata store passes. Test support: not part of the published package. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NewBody } from './store.ts';
import type {
  Attributes,
  Body,
  Json,
  MetadataStore,
  ObjectVersion,
  Outcome,
  PutVersion,
  Version,
  VersionRef,
  Written,
} from './store.ts';

/** Opens an empty store that reads the time from the given clock. */
export type OpenMetadata = (nowMs: () => number) => Promise<MetadataStore>;

const attributes: Attributes = {
  headers: { 'content-type': 'text/plain' },
  storageClass: 'STANDARD',
  owner: '100000000001',
};
const encoder = new TextEncoder();
const inline = (text: string): NewBody => [{ bytes: encoder.encode(text) }];
const blob = (id: string, length: number): NewBody => [{ blob: id, offset: 0, length }];

/** Runs the suite against one implementation. */
export function metadataContract(name: string, open: OpenMetadata): void {
  describe(`metadata store: ${name}`, () => {
    let store: MetadataStore;
    let nowMs = Date.UTC(2026, 0, 1);
    let buckets = 0;

    beforeAll(async () => {
      store = await open(() => nowMs);
    });
    afterAll(() => store.close());

    const newBucket = async (versioning?: 'enabled' | 'suspended'): Promise<string> => {
      const bucket = `bucket${(buckets += 1)}-1250000000`;
      value(await store.createBucket({ name: bucket, region: 'ap-guangzhou', owner: '100000000001' }));
      if (versioning) value(await store.setVersioning(bucket, versioning));
      return bucket;
    };
    const putText = (ref: { bucket: string; key: string }, text: string, more: Partial<PutVersion> = {}) =>
      store.putVersion({
        ...ref,
        attributes,
        content: { sizeBytes: Buffer.byteLength(text), etag: `etag-${text}`, crc64: '1' },
        body: inline(text),
        ...more,
      });
    const written = async (bucket: string, key: string, text = key): Promise<Written> =>
      value(await putText({ bucket, key }, text));
    const object = async (ref: VersionRef): Promise<ObjectVersion> =>
      asObject(await store.version(ref, { bytes: true }));
    const textOf = async (ref: VersionRef): Promise<string> => readText(store, await object(ref));
    const keysIn = async (bucket: string): Promise<readonly string[]> =>
      (await store.listObjects({ bucket, limit: 1000 })).items.map(({ key }) => key);
    const versionsIn = async (bucket: string): Promise<readonly string[]> =>
      (await store.listVersions({ bucket, limit: 1000 })).items.map(describeVersion);
    const collectAll = async (): Promise<readonly string[]> => {
      const released: string[] = [];
      for (;;) {
        nowMs += 1000;
        const { blobs, more } = await store.garbage(nowMs, 100);
        released.push(...blobs);
        await store.forget(blobs);
        if (!more) return released.sort();
      }
    };
    const newUpload = async (
      bucket: string,
      key: string,
      more: Partial<Attributes> = {},
    ): Promise<string> => {
      nowMs += 1000;
      const upload = await store.createUpload({
        bucket,
        key,
        initiator: '100000000002',
        attributes: { ...attributes, ...more },
      });
      return value(upload).uploadId;
    };
    const putPart = (
      ref: { bucket: string; key: string; uploadId: string },
      number: number,
      text: string,
      body: NewBody = inline(text),
    ) =>
      store.putPart({
        ...ref,
        number,
        content: { sizeBytes: text.length, etag: `part-${text}`, crc64: '0' },
        body,
      });
    const complete = (
      ref: { bucket: string; key: string; uploadId: string },
      parts: readonly (readonly [number, string])[],
      more: { minPartBytes?: number; etag?: string; conditions?: PutVersion['conditions'] } = {},
    ) =>
      store.completeUpload({
        ...ref,
        parts: parts.map(([number, text]) => ({ number, etag: `part-${text}` })),
        etag: more.etag ?? `whole-${parts.length}`,
        minPartBytes: more.minPartBytes ?? 1,
        conditions: more.conditions,
      });

    describe('buckets', () => {
      test('a created bucket is found, with its documents, and cannot be created again', async () => {
        const bucket = {
          name: 'created-1250000000',
          region: 'ap-beijing',
          owner: '1',
          configs: { acl: { a: 1 } },
        };

        const created = value(await store.createBucket(bucket)).bucket;

        expect(created).toEqual({ ...bucket, createdAtMs: nowMs, versioning: 'never' });
        expect(await store.bucket(bucket.name)).toEqual(created);
        expect(await store.createBucket(bucket)).toEqual({ ok: false, reason: 'exists' });
        expect(await store.bucket('other-1250000000')).toBeUndefined();
      });

      test('documents are stored, replaced and removed by name', async () => {
        const bucket = await newBucket();
        const document: Json = { rules: [{ id: 'a', on: true, days: 3 }], note: null };

        value(await store.setConfig(bucket, 'cors', document));
        value(await store.setConfig(bucket, 'policy', { old: true }));
        value(await store.setConfig(bucket, 'policy', { old: false }));
        value(await store.setConfig(bucket, 'tagging', {}));
        value(await store.setConfig(bucket, 'tagging', null));

        expect((await store.bucket(bucket))?.configs).toEqual({ cors: document, policy: { old: false } });
        expect(await store.setConfig('none-1', 'cors', {})).toEqual({ ok: false, reason: 'noBucket' });
      });

      test('buckets are listed by name, in pages', async () => {
        for (const name of ['zz-c-1', 'zz-a-1', 'zz-b-1']) {
          value(await store.createBucket({ name, region: 'r', owner: 'o' }));
        }

        const page = await store.buckets({ after: 'zz', limit: 2 });
        const rest = await store.buckets({ after: 'zz-b-1' });

        expect(page.map(({ name: found }) => found)).toEqual(['zz-a-1', 'zz-b-1']);
        expect(rest.map(({ name: found }) => found)).toEqual(['zz-c-1']);
      });

      test('only an empty bucket is deleted: objects, markers and uploads keep it', async () => {
        const bucket = await newBucket();
        const refused = { ok: false, reason: 'notEmpty' };

        await written(bucket, 'a');
        expect(await store.deleteBucket(bucket)).toEqual(refused);
        value(await store.setVersioning(bucket, 'enabled'));
        const marker = value(await store.deleteVersion({ bucket, key: 'a' }));
        value(await store.deleteVersion({ bucket, key: 'a', versionId: 'null' }));
        expect(await store.deleteBucket(bucket)).toEqual(refused);
        value(await store.deleteVersion({ bucket, key: 'a', versionId: marker.versionId }));
        const uploadId = await newUpload(bucket, 'b');
        expect(await store.deleteBucket(bucket)).toEqual(refused);
        value(await store.abortUpload({ bucket, key: 'b', uploadId }));

        expect(await store.deleteBucket(bucket)).toEqual({ ok: true });
        expect(await store.bucket(bucket)).toBeUndefined();
        expect(await store.deleteBucket(bucket)).toEqual({ ok: false, reason: 'noBucket' });
      });

      test('a bucket that is created again under its name starts empty', async () => {
        const bucket = await newBucket('enabled');
        value(await store.setConfig(bucket, 'cors', {}));
        value(await store.deleteBucket(bucket));

        value(await store.createBucket({ name: bucket, region: 'r', owner: 'o' }));

        expect(await store.bucket(bucket)).toMatchObject({ versioning: 'never', configs: {} });
      });

      test('nothing is written into a bucket that does not exist', async () => {
        const ref = { bucket: 'none-1', key: 'a', uploadId: 'u' };
        const refused = { ok: false, reason: 'noBucket' };

        expect(await putText(ref, 'x')).toEqual(refused);
        expect(await store.deleteVersion(ref)).toEqual(refused);
        expect(await store.createUpload({ ...ref, initiator: 'i', attributes })).toEqual(refused);
        expect(await store.version(ref)).toBeUndefined();
        expect(
          await store.putPart({ ...ref, number: 1, content: { sizeBytes: 1, etag: 'e' }, body: [] }),
        ).toEqual({
          ok: false,
          reason: 'noUpload',
        });
      });
    });

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
          modifiedAtMs: nowMs,
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
        expect(await readText(store, await object({ bucket, key: 'many' }))).toBe('ab<pieces-1:5+10>c');
      });

      test('a run of a long body is made of the pieces it touches, clipped', async () => {
        const bucket = await newBucket();
        const body: NewBody = [0, 1, 2, 3].map((n) => ({ blob: `run-${n}`, offset: n, length: 10 }));
        value(await putText({ bucket, key: 'a' }, 'x'.repeat(40), { body }));
        const { manifest } = (await object({ bucket, key: 'a' })).body as { manifest: number };

        expect(await store.manifest(manifest, 10, 10)).toEqual([{ blob: 'run-1', offset: 1, length: 10 }]);
        expect(await store.manifest(manifest, 15, 12)).toEqual([
          { blob: 'run-1', offset: 6, length: 5 },
          { blob: 'run-2', offset: 2, length: 7 },
        ]);
        expect(await store.manifest(manifest, 39, 1)).toEqual([{ blob: 'run-3', offset: 12, length: 1 }]);
        expect(await store.manifest(manifest, 0, 0)).toEqual([]);
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
          await store.patchVersion(ref, {
            acl: { x: 1 },
            tagging: { a: 'b' },
            restore,
            storageClass: 'COLD',
          }),
        );
        value(await store.patchVersion(ref, { tagging: null }));
        const patched = await object(ref);
        value(await store.patchVersion(ref, { acl: null, restore: null }));
        const cleared = await object(ref);

        expect(patched).toMatchObject({
          acl: { x: 1 },
          restore,
          storageClass: 'COLD',
          headers: attributes.headers,
        });
        expect(patched.tagging).toBeUndefined();
        expect([cleared.acl, cleared.restore]).toEqual([undefined, undefined]);
        expect((await store.listObjects({ bucket, limit: 1 })).items[0]).toMatchObject({
          storageClass: 'COLD',
        });
        expect(await store.patchVersion({ bucket, key: 'b' }, {})).toEqual({
          ok: false,
          reason: 'noVersion',
        });
        expect(await store.patchVersion({ ...ref, revision: 1 }, {})).toEqual({
          ok: false,
          reason: 'changed',
        });
      });

      test('deleting removes the object; deleting what is not there does nothing', async () => {
        const bucket = await newBucket();
        await collectAll();
        value(await putText({ bucket, key: 'a' }, 'x', { body: blob('deleted-1', 1) }));

        expect(await store.deleteVersion({ bucket, key: 'a' })).toEqual({
          ok: true,
          marker: false,
          effect: 'removed',
        });
        expect(await store.deleteVersion({ bucket, key: 'a' })).toEqual({
          ok: true,
          marker: false,
          effect: 'nothing',
        });

        expect(await store.version({ bucket, key: 'a' })).toBeUndefined();
        expect(await collectAll()).toEqual(['deleted-1']);
      });
    });

    test('a deletion may be meant for one revision only', async () => {
      const bucket = await newBucket();
      const { revision } = await written(bucket, 'a', '1');
      const second = await written(bucket, 'a', '2');

      const missed = value(await store.deleteVersion({ bucket, key: 'a', revision }));
      const kept = await keysIn(bucket);
      const hit = value(await store.deleteVersion({ bucket, key: 'a', revision: second.revision }));

      expect([missed.effect, kept, hit.effect]).toEqual(['nothing', ['a'], 'removed']);
    });

    describe('copies', () => {
      test('a copy shares the bytes until the last of both is gone', async () => {
        const bucket = await newBucket();
        await collectAll();
        const { revision } = value(await putText({ bucket, key: 'a' }, 'x', { body: blob('shared-1', 1) }));
        const source = { bucket, key: 'a', revision };

        const copied = value(
          await store.copyVersion({
            source,
            bucket,
            key: 'b',
            attributes: { ...attributes, storageClass: 'COLD' },
          }),
        );
        value(await store.deleteVersion({ bucket, key: 'a' }));
        const afterFirst = await collectAll();
        const copy = await object({ bucket, key: 'b' });
        value(await store.deleteVersion({ bucket, key: 'b' }));

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
          await store.copyVersion({
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

        expect(await store.copyVersion(copy)).toEqual({ ok: false, reason: 'sourceChanged' });
        value(await store.deleteVersion({ bucket, key: 'a' }));
        expect(await store.copyVersion(copy)).toEqual({ ok: false, reason: 'sourceChanged' });
        expect(await keysIn(bucket)).toEqual([]);
      });
    });

    describe('appends', () => {
      const appendText = (
        bucket: string,
        text: string,
        at: { position: number; after?: number | undefined; size?: number },
      ) =>
        store.append({
          bucket,
          key: 'log',
          ...at,
          attributes,
          content: { sizeBytes: at.position + text.length, etag: `after-${text}`, crc64: '7' },
          body: inline(text),
        });

      test('an appendable object grows at its end', async () => {
        const bucket = await newBucket();

        const first = value(await appendText(bucket, 'one,', { position: 0 }));
        const second = value(await appendText(bucket, 'two,', { position: 4, after: first.revision }));
        value(await appendText(bucket, 'three', { position: 8, after: second.revision }));

        expect(await object({ bucket, key: 'log' })).toMatchObject({
          type: 'appendable',
          sizeBytes: 13,
          etag: 'after-three',
        });
        expect(await textOf({ bucket, key: 'log' })).toBe('one,two,three');
      });

      test('refuses a wrong position, a changed object, a normal object and a versioned bucket', async () => {
        const bucket = await newBucket();
        const versioned = await newBucket('suspended');
        const refused = (reason: string) => ({ ok: false, reason });

        expect(await appendText(bucket, 'x', { position: 1 })).toEqual(refused('position'));
        const first = value(await appendText(bucket, 'x', { position: 0 }));
        expect(await appendText(bucket, 'y', { position: 0 })).toEqual(refused('position'));
        expect(await appendText(bucket, 'y', { position: 1, after: first.revision - 1 })).toEqual(
          refused('changed'),
        );
        expect(await appendText(bucket, 'y', { position: 1 })).toEqual(refused('changed'));
        await written(bucket, 'log', 'z');
        expect(await appendText(bucket, 'y', { position: 1, after: first.revision })).toEqual(
          refused('notAppendable'),
        );
        expect(await appendText(versioned, 'x', { position: 0 })).toEqual(refused('versioned'));
        expect(await appendText('none-1', 'x', { position: 0 })).toEqual(refused('noBucket'));

        expect(await textOf({ bucket, key: 'log' })).toBe('z');
      });

      test('of two appends at one position exactly one wins', async () => {
        const bucket = await newBucket();
        const { revision: after } = value(await appendText(bucket, 'x', { position: 0 }));

        const outcomes = await Promise.all(
          ['a', 'b'].map((text) => appendText(bucket, text, { position: 1, after })),
        );

        expect(outcomes.map(({ ok }) => ok).sort()).toEqual([false, true]);
        expect(await textOf({ bucket, key: 'log' })).toBe(outcomes[0]?.ok ? 'xa' : 'xb');
      });

      test('a copy of an appendable object does not grow with it', async () => {
        const bucket = await newBucket();
        let after: number | undefined;
        for (const [position, text] of ['a', 'b', 'c', 'd'].entries()) {
          if (position === 3) {
            const source = { bucket, key: 'log', revision: after ?? 0 };
            value(await store.copyVersion({ source, bucket, key: 'copy', attributes }));
          }
          after = value(await appendText(bucket, text, { position, after })).revision;
        }
        await collectAll();

        expect(await textOf({ bucket, key: 'copy' })).toBe('abc');
        expect(await textOf({ bucket, key: 'log' })).toBe('abcd');
        value(await store.deleteVersion({ bucket, key: 'log' }));
        await collectAll();
        expect(await textOf({ bucket, key: 'copy' })).toBe('abc');
        expect((await object({ bucket, key: 'copy' })).type).toBe('normal');
      });
    });

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
        nowMs -= 60_000;
        const second = await written(bucket, 'a', '2');
        nowMs += 60_000;

        expect(second.revision).toBeGreaterThan(first.revision);
        expect(await textOf({ bucket, key: 'a' })).toBe('2');
      });

      test('what was there before versioning is the null version', async () => {
        const bucket = await newBucket();
        await written(bucket, 'a', 'old');
        value(await store.setVersioning(bucket, 'enabled'));

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
        value(await store.setVersioning(bucket, 'suspended'));

        const second = value(await putText({ bucket, key: 'a' }, '2', { body: blob('null-1', 1) }));
        value(await store.setVersioning(bucket, 'enabled'));
        const third = await written(bucket, 'a', '3');
        value(await store.setVersioning(bucket, 'suspended'));
        await written(bucket, 'a', '4');

        expect(second.versionId).toBe('null');
        expect(await versionsIn(bucket)).toEqual(['a null latest', `a ${third.versionId}`, `a ${versionId}`]);
        expect(await textOf({ bucket, key: 'a', versionId: 'null' })).toBe('4');
        expect(await collectAll()).toEqual(['null-1']);
      });

      test('enabled, deleting without an id makes a marker, and deleting the marker brings the object back', async () => {
        const bucket = await newBucket('enabled');
        const { versionId } = await written(bucket, 'a');

        const marked = value(await store.deleteVersion({ bucket, key: 'a' }));
        const current = await store.version({ bucket, key: 'a' });
        const listed = await keysIn(bucket);
        const removed = value(await store.deleteVersion({ bucket, key: 'a', versionId: marked.versionId }));

        expect(marked).toMatchObject({ marker: true, effect: 'marked' });
        expect(current).toMatchObject({ kind: 'marker', versionId: marked.versionId, isLatest: true });
        expect(listed).toEqual([]);
        expect(removed).toMatchObject({ marker: true, effect: 'removed', versionId: marked.versionId });
        expect(await object({ bucket, key: 'a' })).toMatchObject({ versionId, isLatest: true });
      });

      test('a marker is made even for a key that never was, and markers pile up', async () => {
        const bucket = await newBucket('enabled');

        const first = value(await store.deleteVersion({ bucket, key: 'a' }));
        const second = value(await store.deleteVersion({ bucket, key: 'a' }));

        expect(await versionsIn(bucket)).toEqual([
          `a ${second.versionId} marker latest`,
          `a ${first.versionId} marker`,
        ]);
      });

      test('suspended, deleting without an id drops the null version and makes a null marker, once', async () => {
        const bucket = await newBucket('enabled');
        await collectAll();
        const { versionId } = await written(bucket, 'a', '1');
        value(await store.setVersioning(bucket, 'suspended'));
        value(await putText({ bucket, key: 'a' }, '2', { body: blob('dropped-1', 1) }));

        const first = value(await store.deleteVersion({ bucket, key: 'a' }));
        const second = value(await store.deleteVersion({ bucket, key: 'a' }));

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

        value(await store.deleteVersion({ bucket, key: 'a', versionId: three.versionId }));
        const afterNewest = await textOf({ bucket, key: 'a' });
        const removed = value(await store.deleteVersion({ bucket, key: 'a', versionId: one.versionId }));

        expect(afterNewest).toBe('2');
        expect(removed).toEqual({ ok: true, versionId: one.versionId, marker: false, effect: 'removed' });
        expect(await versionsIn(bucket)).toEqual([`a ${two.versionId} latest`]);
        expect(await store.version({ bucket, key: 'a', versionId: one.versionId })).toBeUndefined();
      });

      test('deleting the newest object under which a marker lies leaves the key deleted', async () => {
        const bucket = await newBucket('enabled');
        await written(bucket, 'a', '1');
        const marked = value(await store.deleteVersion({ bucket, key: 'a' }));
        const { versionId } = await written(bucket, 'a', '2');

        value(await store.deleteVersion({ bucket, key: 'a', versionId }));

        expect(await keysIn(bucket)).toEqual([]);
        expect(await store.version({ bucket, key: 'a' })).toMatchObject({
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
          expect(await store.version({ bucket, key: 'a', versionId: wrong })).toBeUndefined();
          expect(value(await store.deleteVersion({ bucket, key: 'a', versionId: wrong }))).toMatchObject({
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
          await store.deleteVersions(bucket, [
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

        value(await store.patchVersion(ref, { tagging: { x: 'y' } }));
        const source = { ...ref, revision: old.revision };
        value(await store.copyVersion({ source, bucket, key: 'a', attributes }));

        expect((await object(ref)).tagging).toEqual({ x: 'y' });
        expect(await textOf({ bucket, key: 'a' })).toBe('old');
      });
    });

    describe('listings', () => {
      const fill = async (keys: readonly string[]): Promise<string> => {
        const bucket = await newBucket();
        await Promise.all(keys.map((key) => written(bucket, key)));
        return bucket;
      };
      /** Reads a listing in pages of a size, and checks that pages are full and end where they say. */
      const pages = async (range: { bucket: string; prefix?: string; delimiter?: string }, limit: number) => {
        const seen: string[] = [];
        let after: string | undefined;
        for (;;) {
          const page = await store.listObjects({ ...range, limit, after });
          const names = [...page.items.map(({ key }) => key), ...page.prefixes];
          expect(names.length).toBeLessThanOrEqual(limit);
          seen.push(...names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
          if (page.next === undefined) return seen;
          expect(names).toHaveLength(limit);
          expect(page.next).toBe(seen.at(-1));
          after = page.next;
        }
      };
      const tree = ['a', 'b/1', 'b/2', 'b/c/1', 'b0', 'c/', 'c/x', 'd', 'é/1', '\u{1f600}/1', '\uffee'];

      test('keys come in byte order, in pages of any size', async () => {
        const bucket = await fill([...tree].reverse());
        const order = [...tree].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

        for (const limit of [1, 2, 3, 1000]) expect(await pages({ bucket }, limit)).toEqual(order);
      });

      test('a delimiter folds keys into prefixes that count once', async () => {
        const bucket = await fill(tree);
        const folded = ['a', 'b/', 'b0', 'c/', 'd', 'é/', '\uffee', '\u{1f600}/'];

        for (const limit of [1, 2, 3, 1000])
          expect(await pages({ bucket, delimiter: '/' }, limit)).toEqual(folded);
        expect(await pages({ bucket, prefix: 'b/', delimiter: '/' }, 1000)).toEqual(['b/1', 'b/2', 'b/c/']);
        expect(await pages({ bucket, prefix: 'b', delimiter: '/' }, 1)).toEqual(['b/', 'b0']);
        expect(await pages({ bucket, prefix: 'c/', delimiter: '/' }, 1)).toEqual(['c/', 'c/x']);
      });

      test('a prefix is exact and may be anything', async () => {
        const bucket = await fill(tree);

        expect(await pages({ bucket, prefix: 'b/' }, 2)).toEqual(['b/1', 'b/2', 'b/c/1']);
        expect(await pages({ bucket, prefix: '\u{1f600}' }, 2)).toEqual(['\u{1f600}/1']);
        expect(await pages({ bucket, prefix: 'z' }, 2)).toEqual([]);
        expect(await pages({ bucket, prefix: 'a%' }, 2)).toEqual([]);
      });

      test('a page may start anywhere', async () => {
        const bucket = await fill(['a', 'b/1', 'b/2', 'c']);
        const after = async (marker: string, delimiter?: string) => {
          const page = await store.listObjects({ bucket, limit: 10, after: marker, delimiter });
          return [...page.items.map(({ key }) => key), ...page.prefixes];
        };

        expect(await after('b/1')).toEqual(['b/2', 'c']);
        expect(await after('aa')).toEqual(['b/1', 'b/2', 'c']);
        expect(await after('b/')).toEqual(['b/1', 'b/2', 'c']);
        expect(await after('b/', '/')).toEqual(['c']);
        expect(await after('b/1', '/')).toEqual(['c', 'b/']);
        expect(await after('c')).toEqual([]);
        const page = await store.listObjects({ bucket, prefix: 'b/', after: 'a', limit: 10 });
        expect(page.items.map(({ key }) => key)).toEqual(['b/1', 'b/2']);
      });

      test('a delimiter may be long, and common prefixes may hold many keys', async () => {
        const keys = Array.from({ length: 300 }, (_, n) => `p${n % 3}--${String(n).padStart(3, '0')}`);
        const bucket = await fill([...keys, 'p1', 'q']);

        for (const limit of [1, 2, 1000]) {
          expect(await pages({ bucket, delimiter: '--' }, limit)).toEqual([
            'p0--',
            'p1',
            'p1--',
            'p2--',
            'q',
          ]);
        }
      });

      test('versions come newest first within a key, in pages of any size', async () => {
        const bucket = await newBucket();
        await written(bucket, 'a', 'n');
        value(await store.setVersioning(bucket, 'enabled'));
        for (const key of ['a', 'b', 'a', 'd/1', 'd/2', 'c']) await written(bucket, key);
        value(await store.deleteVersion({ bucket, key: 'a' }));
        value(await store.deleteVersion({ bucket, key: 'c' }));
        const whole = await versionsIn(bucket);

        for (const limit of [1, 2, 3]) {
          const seen: string[] = [];
          let after: Parameters<MetadataStore['listVersions']>[0]['after'];
          do {
            const page = await store.listVersions({ bucket, limit, after });
            seen.push(...page.items.map(describeVersion));
            after = page.next;
          } while (after);
          expect(seen).toEqual(whole);
        }
        expect(whole.map((line) => line.replace(/ \S{27}/, ''))).toEqual([
          'a marker latest',
          'a',
          'a',
          'a null',
          'b latest',
          'c marker latest',
          'c',
          'd/1 latest',
          'd/2 latest',
        ]);
        const folded = await store.listVersions({
          bucket,
          delimiter: '/',
          prefix: '',
          limit: 100,
          after: { key: 'b' },
        });
        expect([folded.items.map(({ key }) => key), folded.prefixes]).toEqual([['c', 'c'], ['d/']]);
      });

      test('a bucket that does not exist lists as empty', async () => {
        const range = { bucket: 'none-1', limit: 1 };

        expect(await store.listObjects(range)).toEqual({ items: [], prefixes: [] });
        expect(await store.listVersions(range)).toEqual({ items: [], prefixes: [] });
        expect(await store.listUploads(range)).toEqual({ items: [], prefixes: [] });
      });
    });

    describe('uploads', () => {
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
        expect(await store.upload(ref)).toBeUndefined();
        expect(await store.parts(ref, { limit: 10 })).toBeUndefined();
      });

      test('upload ids have the documented form, and all three names must agree', async () => {
        const bucket = await newBucket();
        const uploadId = await newUpload(bucket, 'a');
        const noUpload = { ok: false, reason: 'noUpload' };

        expect(uploadId).toMatch(/^\d{10}[0-9a-f]{64}$/);
        expect(await store.upload({ bucket, key: 'a', uploadId })).toMatchObject({
          uploadId,
          initiator: '100000000002',
          startedAtMs: nowMs,
        });
        for (const ref of [
          { bucket, key: 'b', uploadId },
          { bucket, key: 'a', uploadId: `${uploadId}0` },
          { bucket: 'none-1', key: 'a', uploadId },
        ]) {
          expect(await store.upload(ref)).toBeUndefined();
          expect(await putPart(ref, 1, 'x')).toEqual(noUpload);
          expect(await store.abortUpload(ref)).toEqual(noUpload);
        }
      });

      test('a part that is sent again replaces the earlier one', async () => {
        const bucket = await newBucket();
        await collectAll();
        const ref = { bucket, key: 'a', uploadId: await newUpload(bucket, 'a') };

        value(await putPart(ref, 1, 'x', blob('replaced', 1)));
        value(await putPart(ref, 1, 'yy', blob('kept', 2)));

        expect((await store.parts(ref, { limit: 10 }))?.parts).toMatchObject([
          { number: 1, sizeBytes: 2, etag: 'part-yy' },
        ]);
        expect(await collectAll()).toEqual(['replaced']);
        expect(await complete(ref, [[1, 'x']])).toEqual({ ok: false, reason: 'invalidPart' });
        value(await complete(ref, [[1, 'yy']]));
        expect(await textOf({ bucket, key: 'a' })).toBe('<kept:0+2>');
      });

      test('parts are listed by number, in pages', async () => {
        const bucket = await newBucket();
        const ref = { bucket, key: 'a', uploadId: await newUpload(bucket, 'a') };
        for (const number of [10, 9, 1, 100]) value(await putPart(ref, number, `${number}`));

        const first = await store.parts(ref, { limit: 3 });
        const rest = await store.parts(ref, { after: 10, limit: 3 });

        expect(first?.parts.map(({ number }) => number)).toEqual([1, 9, 10]);
        expect([first?.more, rest?.more]).toEqual([true, false]);
        expect(rest?.parts.map(({ number }) => number)).toEqual([100]);
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
        value(await store.setVersioning(bucket, 'enabled'));
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
        nowMs += 2 * 60 * 60 * 1000;
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
          store.abortUpload(ref),
        ]);

        expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
        expect(outcomes.filter(({ ok }) => !ok)).toEqual([
          { ok: false, reason: 'noUpload' },
          { ok: false, reason: 'noUpload' },
        ]);
      });

      test('aborting releases every part, and later parts are refused', async () => {
        const bucket = await newBucket();
        await collectAll();
        const ref = { bucket, key: 'a', uploadId: await newUpload(bucket, 'a') };
        for (const number of [1, 2]) value(await putPart(ref, number, 'x', blob(`aborted-${number}`, 1)));
        value(await putPart(ref, 3, 'small'));

        value(await store.abortUpload(ref));

        expect(await putPart(ref, 4, 'x', blob('late', 1))).toEqual({ ok: false, reason: 'noUpload' });
        expect(await complete(ref, [[1, 'x']])).toEqual({ ok: false, reason: 'noUpload' });
        expect(await collectAll()).toEqual(['aborted-1', 'aborted-2']);
        expect(await store.unknownBlobs(['late', 'aborted-1'])).toEqual(['late', 'aborted-1']);
      });

      test('a part may be a run of another object, whatever that is made of', async () => {
        const bucket = await newBucket();
        const pieces: NewBody = [{ bytes: encoder.encode('0123') }, { blob: 'run', offset: 100, length: 10 }];
        const many = value(await putText({ bucket, key: 'many' }, 'x'.repeat(14), { body: pieces }));
        const one = await written(bucket, 'one', 'abcdef');
        const ref = { bucket, key: 'a', uploadId: await newUpload(bucket, 'a') };
        const copyPart = (number: number, key: string, revision: number, offset: number, length: number) =>
          store.putPart({
            ...ref,
            number,
            content: { sizeBytes: length, etag: `part-${number}`, crc64: '0' },
            body: { source: { bucket, key, revision }, offset, length },
          });

        value(await copyPart(1, 'one', one.revision, 1, 3));
        value(await copyPart(2, 'many', many.revision, 2, 6));
        value(await copyPart(3, 'many', many.revision, 0, 14));
        value(await copyPart(4, 'one', one.revision, 0, 6));
        expect(await copyPart(5, 'one', one.revision - 1, 0, 6)).toEqual({
          ok: false,
          reason: 'sourceChanged',
        });
        expect(await copyPart(5, 'one', one.revision, 0, 7)).toEqual({ ok: false, reason: 'sourceChanged' });
        value(await store.deleteVersions(bucket, [{ key: 'one' }, { key: 'many' }]));
        value(
          await complete(ref, [
            [1, '1'],
            [2, '2'],
            [3, '3'],
            [4, '4'],
          ]),
        );
        await collectAll();

        expect(await textOf({ bucket, key: 'a' })).toBe(
          'bcd' + '23<run:100+4>' + '0123<run:100+10>' + 'abcdef',
        );
        value(await store.deleteVersion({ bucket, key: 'a' }));
        expect(await collectAll()).toEqual(['run']);
      });

      test('uploads are listed by key, then by age, in pages of any size', async () => {
        const bucket = await newBucket();
        const ids: string[] = [];
        for (const key of ['b', 'a', 'b', 'c/1', 'c/2']) ids.push(await newUpload(bucket, key));
        const order = [`a ${ids[1]}`, `b ${ids[0]}`, `b ${ids[2]}`, `c/1 ${ids[3]}`, `c/2 ${ids[4]}`];

        for (const limit of [1, 2, 1000]) {
          const seen: string[] = [];
          let after: Parameters<MetadataStore['listUploads']>[0]['after'];
          do {
            const page = await store.listUploads({ bucket, limit, after });
            seen.push(...page.items.map(({ key, uploadId }) => `${key} ${uploadId}`));
            after = page.next;
          } while (after);
          expect(seen).toEqual(order);
        }
        const folded = await store.listUploads({ bucket, delimiter: '/', limit: 10, after: { key: 'b' } });
        expect([folded.items, folded.prefixes]).toEqual([[], ['c/']]);
        const sameKey = await store.listUploads({
          bucket,
          limit: 10,
          prefix: 'b',
          after: { key: 'b', uploadId: ids[0] },
        });
        expect(sameKey.items.map(({ uploadId }) => uploadId)).toEqual([ids[2]]);
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
        expect(await store.manifest(manifest, 5_000, 2)).toEqual([
          { blob: 'ten-5001', offset: 0, length: 1 },
          { blob: 'ten-5002', offset: 0, length: 1 },
        ]);
        value(await store.deleteVersion({ bucket, key: 'a' }));
        expect(await collectAll()).toHaveLength(10_000);
      });
    });

    describe('garbage', () => {
      test('is listed from when it was released until it is forgotten, a bounded number at a time', async () => {
        const bucket = await newBucket();
        await collectAll();
        for (const n of [1, 2, 3])
          value(await putText({ bucket, key: `k${n}` }, 'x', { body: blob(`bounded-${n}`, 1) }));
        nowMs += 1000;
        const releasedAtMs = nowMs;
        value(await store.deleteVersions(bucket, [{ key: 'k1' }, { key: 'k2' }, { key: 'k3' }]));

        expect((await store.garbage(releasedAtMs, 10)).blobs).toEqual([]);
        const some = await store.garbage(releasedAtMs + 1, 2);
        expect([some.blobs.length, some.more]).toEqual([2, true]);
        expect(await store.unknownBlobs(['bounded-1', 'bounded-4'])).toEqual(['bounded-4']);
        await store.forget(['bounded-1', 'bounded-2']);
        expect((await store.garbage(releasedAtMs + 1, 10)).blobs).toEqual(['bounded-3']);
        expect(await store.unknownBlobs(['bounded-1', 'bounded-3'])).toEqual(['bounded-1']);
      });

      test('blobs in use are neither listed nor forgotten', async () => {
        const bucket = await newBucket();
        value(await putText({ bucket, key: 'a' }, 'x', { body: blob('used', 1) }));

        await store.forget(['used']);

        expect(await collectAll()).not.toContain('used');
        expect(await store.unknownBlobs(['used'])).toEqual([]);
      });
    });

    test('answers that it is there', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
    });
  });
}

function value<Value, Reason extends string>(outcome: Outcome<Value, Reason>): { ok: true } & Value {
  if (!outcome.ok) throw new Error(`refused: ${outcome.reason}`);
  return outcome;
}

function asObject(version: Version | undefined): ObjectVersion {
  if (version?.kind !== 'object') throw new Error('no such object version');
  return version;
}

function describeVersion({
  key,
  versionId,
  kind,
  isLatest,
}: Pick<Version, 'key' | 'versionId' | 'kind' | 'isLatest'>): string {
  return `${key} ${versionId}${kind === 'marker' ? ' marker' : ''}${isLatest ? ' latest' : ''}`;
}

/** Inline bytes as text, blobs as `<id:offset+length>`. */
async function readText(store: MetadataStore, version: { body: Body; sizeBytes: number }): Promise<string> {
  const { body, sizeBytes } = version;
  const pieces = 'pieces' in body ? body.pieces : await store.manifest(body.manifest, 0, sizeBytes);
  return pieces
    .map((piece) =>
      'bytes' in piece
        ? new TextDecoder().decode(piece.bytes)
        : `<${piece.blob}:${piece.offset}+${piece.length}>`,
    )
    .join('');
}
