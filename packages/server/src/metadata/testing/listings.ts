import { describe, expect, test } from 'vitest';
import type { MetadataStore } from '../port.ts';
import { describeVersion, value, type Fixture } from './fixture.ts';

/** Pages of objects and versions. */
export function listingCases(fixture: Fixture): void {
  const { newBucket, written, versionsIn } = fixture;

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
        const page = await fixture.store.listObjects({ ...range, limit, after });
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

    test('pages are as they were after nearly everything before them was deleted', async () => {
      const name = (n: number): string => `${String(n).padStart(4, '0')}/${n % 10}`;
      const keys = Array.from({ length: 1200 }, (_, n) => name(n));
      const bucket = await fill(keys);
      const [gone, left] = [keys.slice(0, 1150), keys.slice(1150)];

      for (let from = 0; from < gone.length; from += 500)
        await fixture.store.deleteVersions(
          bucket,
          gone.slice(from, from + 500).map((key) => ({ key })),
        );

      expect(await pages({ bucket }, 20)).toEqual(left);
      expect(await pages({ bucket, delimiter: '/' }, 20)).toEqual(left.map((key) => key.slice(0, 5)));
      expect(await pages({ bucket, delimiter: '/', prefix: '11' }, 1000)).toHaveLength(50);
      expect(await pages({ bucket, prefix: '05' }, 1000)).toEqual([]);
    });

    test('a page may start anywhere', async () => {
      const bucket = await fill(['a', 'b/1', 'b/2', 'c']);
      const after = async (marker: string, delimiter?: string) => {
        const page = await fixture.store.listObjects({ bucket, limit: 10, after: marker, delimiter });
        return [...page.items.map(({ key }) => key), ...page.prefixes];
      };

      expect(await after('b/1')).toEqual(['b/2', 'c']);
      expect(await after('aa')).toEqual(['b/1', 'b/2', 'c']);
      expect(await after('b/')).toEqual(['b/1', 'b/2', 'c']);
      expect(await after('b/', '/')).toEqual(['c']);
      expect(await after('b/1', '/')).toEqual(['c', 'b/']);
      expect(await after('c')).toEqual([]);
      const page = await fixture.store.listObjects({ bucket, prefix: 'b/', after: 'a', limit: 10 });
      expect(page.items.map(({ key }) => key)).toEqual(['b/1', 'b/2']);
    });

    test('a delimiter may be long, and common prefixes may hold many keys', async () => {
      const keys = Array.from({ length: 300 }, (_, n) => `p${n % 3}--${String(n).padStart(3, '0')}`);
      const bucket = await fill([...keys, 'p1', 'q']);

      for (const limit of [1, 2, 1000]) {
        expect(await pages({ bucket, delimiter: '--' }, limit)).toEqual(['p0--', 'p1', 'p1--', 'p2--', 'q']);
      }
    });

    test('versions come newest first within a key, in pages of any size', async () => {
      const bucket = await newBucket();
      await written(bucket, 'a', 'n');
      value(await fixture.store.setVersioning(bucket, 'enabled'));
      for (const key of ['a', 'b', 'a', 'd/1', 'd/2', 'c']) await written(bucket, key);
      value(await fixture.store.deleteVersion({ bucket, key: 'a' }));
      value(await fixture.store.deleteVersion({ bucket, key: 'c' }));
      const whole = await versionsIn(bucket);

      for (const limit of [1, 2, 3]) {
        const seen: string[] = [];
        let after: Parameters<MetadataStore['listVersions']>[0]['after'];
        do {
          const page = await fixture.store.listVersions({ bucket, limit, after });
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
      const folded = await fixture.store.listVersions({
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

      expect(await fixture.store.listObjects(range)).toEqual({ items: [], prefixes: [] });
      expect(await fixture.store.listVersions(range)).toEqual({ items: [], prefixes: [] });
      expect(await fixture.store.listUploads(range)).toEqual({ items: [], prefixes: [] });
    });
  });
}
