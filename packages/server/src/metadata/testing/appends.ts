import { describe, expect, test } from 'vitest';
import { attributes, inline, value, type Fixture } from './fixture.ts';

/** Appending to objects. */
export function appendCases(fixture: Fixture): void {
  const { newBucket, written, object, textOf, collectAll } = fixture;

  describe('appends', () => {
    const appendText = (
      bucket: string,
      text: string,
      at: { position: number; after?: number | undefined; size?: number },
    ) =>
      fixture.store.append({
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

    test('a bucket whose versioning is suspended grows the null version', async () => {
      const bucket = await newBucket('suspended');

      const first = value(await appendText(bucket, 'one,', { position: 0 }));
      const second = value(await appendText(bucket, 'two', { position: 4, after: first.revision }));

      expect([first.versionId, second.versionId]).toEqual(['null', 'null']);
      expect(await textOf({ bucket, key: 'log' })).toBe('one,two');
    });

    test('refuses a wrong position, a changed object, a normal object and a versioned bucket', async () => {
      const bucket = await newBucket();
      const versioned = await newBucket('enabled');
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
          value(await fixture.store.copyVersion({ source, bucket, key: 'copy', attributes }));
        }
        after = value(await appendText(bucket, text, { position, after })).revision;
      }
      await collectAll();

      expect(await textOf({ bucket, key: 'copy' })).toBe('abc');
      expect(await textOf({ bucket, key: 'log' })).toBe('abcd');
      value(await fixture.store.deleteVersion({ bucket, key: 'log' }));
      await collectAll();
      expect(await textOf({ bucket, key: 'copy' })).toBe('abc');
      expect((await object({ bucket, key: 'copy' })).type).toBe('normal');
    });
  });
}
