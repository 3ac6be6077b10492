import { describe, expect, test } from 'vitest';
import type { MetadataStore, NewBody } from '../port.ts';
import { blob, value, type Fixture } from './fixture.ts';

const encoder = new TextEncoder();

/** Parts of uploads: storing, listing, aborting. */
export function partCases(fixture: Fixture): void {
  const { newBucket, putText, written, textOf, collectAll, newUpload, putPart, complete } = fixture;

  describe('uploads', () => {
    test('upload ids have the documented form, and all three names must agree', async () => {
      const bucket = await newBucket();
      const uploadId = await newUpload(bucket, 'a');
      const noUpload = { ok: false, reason: 'noUpload' };

      expect(uploadId).toMatch(/^\d{10}[0-9a-f]{64}$/);
      expect(await fixture.store.upload({ bucket, key: 'a', uploadId })).toMatchObject({
        uploadId,
        initiator: '100000000002',
        startedAtMs: fixture.nowMs,
      });
      for (const ref of [
        { bucket, key: 'b', uploadId },
        { bucket, key: 'a', uploadId: `${uploadId}0` },
        { bucket: 'none-1', key: 'a', uploadId },
      ]) {
        expect(await fixture.store.upload(ref)).toBeUndefined();
        expect(await putPart(ref, 1, 'x')).toEqual(noUpload);
        expect(await fixture.store.abortUpload(ref)).toEqual(noUpload);
      }
    });

    test('a part that is sent again replaces the earlier one', async () => {
      const bucket = await newBucket();
      await collectAll();
      const ref = { bucket, key: 'a', uploadId: await newUpload(bucket, 'a') };

      value(await putPart(ref, 1, 'x', blob('replaced', 1)));
      value(await putPart(ref, 1, 'yy', blob('kept', 2)));

      expect((await fixture.store.parts(ref, { limit: 10 }))?.parts).toMatchObject([
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

      const first = await fixture.store.parts(ref, { limit: 3 });
      const rest = await fixture.store.parts(ref, { after: 10, limit: 3 });

      expect(first?.parts.map(({ number }) => number)).toEqual([1, 9, 10]);
      expect([first?.more, rest?.more]).toEqual([true, false]);
      expect(rest?.parts.map(({ number }) => number)).toEqual([100]);
    });

    test('aborting releases every part, and later parts are refused', async () => {
      const bucket = await newBucket();
      await collectAll();
      const ref = { bucket, key: 'a', uploadId: await newUpload(bucket, 'a') };
      for (const number of [1, 2]) value(await putPart(ref, number, 'x', blob(`aborted-${number}`, 1)));
      value(await putPart(ref, 3, 'small'));

      value(await fixture.store.abortUpload(ref));

      expect(await putPart(ref, 4, 'x', blob('late', 1))).toEqual({ ok: false, reason: 'noUpload' });
      expect(await complete(ref, [[1, 'x']])).toEqual({ ok: false, reason: 'noUpload' });
      expect(await collectAll()).toEqual(['aborted-1', 'aborted-2']);
      expect(await fixture.store.unknownBlobs(['late', 'aborted-1'])).toEqual(['late', 'aborted-1']);
    });

    test('a part may be a run of another object, whatever that is made of', async () => {
      const bucket = await newBucket();
      const pieces: NewBody = [{ bytes: encoder.encode('0123') }, { blob: 'run', offset: 100, length: 10 }];
      const many = value(await putText({ bucket, key: 'many' }, 'x'.repeat(14), { body: pieces }));
      const one = await written(bucket, 'one', 'abcdef');
      const ref = { bucket, key: 'a', uploadId: await newUpload(bucket, 'a') };
      const copyPart = (number: number, key: string, revision: number, offset: number, length: number) =>
        fixture.store.putPart({
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
      value(await fixture.store.deleteVersions(bucket, [{ key: 'one' }, { key: 'many' }]));
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
      value(await fixture.store.deleteVersion({ bucket, key: 'a' }));
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
          const page = await fixture.store.listUploads({ bucket, limit, after });
          seen.push(...page.items.map(({ key, uploadId }) => `${key} ${uploadId}`));
          after = page.next;
        } while (after);
        expect(seen).toEqual(order);
      }
      const folded = await fixture.store.listUploads({
        bucket,
        delimiter: '/',
        limit: 10,
        after: { key: 'b' },
      });
      expect([folded.items, folded.prefixes]).toEqual([[], ['c/']]);
      const sameKey = await fixture.store.listUploads({
        bucket,
        limit: 10,
        prefix: 'b',
        after: { key: 'b', uploadId: ids[0] },
      });
      expect(sameKey.items.map(({ uploadId }) => uploadId)).toEqual([ids[2]]);
    });
  });
}
