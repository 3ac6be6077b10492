import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { metadataContract } from '../contract.ts';
import type { MetadataStore } from '../port.ts';
import { openPostgres } from './postgres-store.ts';
import { startGate } from './testing/gate.ts';
import {
  howToEnable,
  postgresBinaries,
  startPostgres,
  type TemporaryPostgres,
} from './testing/temporary-postgres.ts';

const binaries = postgresBinaries();
if (!binaries) process.stdout.write(`PostgreSQL: ${howToEnable}\n`);

describe.skipIf(!binaries)('PostgreSQL', () => {
  let server: TemporaryPostgres;
  let schemas = 0;
  beforeAll(async () => {
    server = await startPostgres(binaries!);
  }, 60_000);
  afterAll(() => server.stop());
  const open = (schema: string, nowMs?: () => number): Promise<MetadataStore> =>
    openPostgres({ url: server.url, schema, nowMs, patienceMs: 60_000, bucketTrustMs: 0 });
  const newSchema = (): string => `test_${(schemas += 1)}`;

  metadataContract('postgres', (nowMs) => open(newSchema(), nowMs));

  const put = (store: MetadataStore, bucket: string, id: string) =>
    store.putVersion({
      bucket,
      key: 'k',
      attributes: { headers: {}, storageClass: 'STANDARD', owner: 'o' },
      content: { sizeBytes: 1, etag: id },
      body: [{ blob: id, offset: 0, length: 1 }],
    });

  /** Two processes overwrite one key 200 times each in a plain and in a versioned bucket. */
  async function race(locks?: () => []) {
    const schema = newSchema();
    const options = { url: server.url, schema, patienceMs: 60_000, locks };
    const stores = [await openPostgres(options), await openPostgres(options)];
    const [one] = stores as [MetadataStore];
    await one.createBucket({ name: 'plain-1', region: 'r', owner: 'o' });
    await one.createBucket({ name: 'kept-1', region: 'r', owner: 'o' });
    await one.setVersioning('kept-1', 'enabled');
    const all = (bucket: string) =>
      Promise.allSettled(
        Array.from({ length: 200 }, (_, n) => put(stores[n % 2]!, bucket, `${bucket}-${n}`)),
      );
    const answers = [...(await all('plain-1')), ...(await all('kept-1'))];
    const listed = (await one.listVersions({ bucket: 'kept-1', limit: 1000 })).items;
    const garbage = await one.garbage(Date.now() + 60_000, 1000);
    await Promise.all(stores.map((store) => store.close()));
    return {
      answered: answers.filter((answer) => answer.status === 'fulfilled' && answer.value.ok).length,
      listed: new Set(listed.map(({ versionId }) => versionId)).size,
      released: garbage.blobs.length,
    };
  }
  const right = { answered: 400, listed: 200, released: 199 };

  test('of 200 overwrites of one key by two processes none is lost and none is kept for nothing', async () => {
    expect(await race()).toEqual(right);
  });

  test('the same check finds what goes wrong without locks', async () => {
    expect(await race(() => [])).not.toEqual(right);
  });

  test('processes that start at once make one schema', async () => {
    const schema = newSchema();

    const stores = await Promise.all(Array.from({ length: 4 }, () => open(schema)));

    await expect(Promise.all(stores.map((store) => store.ping()))).resolves.toBeDefined();
    await Promise.all(stores.map((store) => store.close()));
  });

  test('a change of a bucket that was answered is seen by every process at once', async () => {
    const schema = newSchema();
    const [one, two] = await Promise.all([1, 2].map(() => openPostgres({ url: server.url, schema })));
    await one!.createBucket({ name: 'b-1', region: 'r', owner: 'o' });
    const seen: unknown[] = [];

    for (let n = 0; n < 5; n += 1) {
      // The other process has looked lately, and would go by that.
      await two!.bucket('b-1');
      await two!.bucket('b-1');
      await one!.setConfig('b-1', 'acl', { n });
      seen.push((await two!.bucket('b-1'))?.configs['acl'], (await one!.bucket('b-1'))?.configs['acl']);
    }

    expect(seen).toEqual([0, 1, 2, 3, 4].flatMap((n) => [{ n }, { n }]));
    await Promise.all([one!.close(), two!.close()]);
  });

  test('a job of the background has one owner at a time, and another when the first is silent', async () => {
    const schema = newSchema();
    const clock = { nowMs: 1_000_000 };
    const [one, two] = await Promise.all([1, 2].map(() => open(schema, () => clock.nowMs)));

    const first = [await one!.lead('collect', 1000), await two!.lead('collect', 1000)];
    const again = await one!.lead('collect', 1000);
    clock.nowMs += 1001;
    const later = [await two!.lead('collect', 1000), await one!.lead('collect', 1000)];

    expect([first, again, later]).toEqual([[true, false], true, [true, false]]);
    await Promise.all([one!.close(), two!.close()]);
  });

  test('changes while the server restarts are made, once each, or rejected', async () => {
    const schema = newSchema();
    const store = await open(schema);
    await store.createBucket({ name: 'b-1', region: 'r', owner: 'o' });
    await store.setVersioning('b-1', 'enabled');
    let answered = 0;
    let stop = false;
    const writing = Array.from({ length: 4 }, async (_, writer) => {
      for (let n = 0; !stop; n += 1) {
        const { ok } = await put(store, 'b-1', `${writer}-${n}`);
        answered += ok ? 1 : 0;
      }
    });

    await server.kill();
    await server.start();
    await expect.poll(() => answered, { timeout: 20_000 }).toBeGreaterThan(50);
    stop = true;
    await Promise.all(writing);
    const etags: string[] = [];
    for (let after: Parameters<MetadataStore['listVersions']>[0]['after']; ;) {
      const page = await store.listVersions({ bucket: 'b-1', limit: 1000, after });
      for (const item of page.items) if (item.kind === 'object') etags.push(item.etag);
      if (!(after = page.next)) break;
    }
    await store.close();

    expect(etags).toHaveLength(answered);
    expect(new Set(etags).size).toBe(answered);
  }, 60_000);

  test('a page of 1,000 common prefixes costs by what is on it, also after a mass delete', async () => {
    const schema = newSchema();
    const store = await openPostgres({ url: server.url, schema });
    await store.createBucket({ name: 'b-1', region: 'r', owner: 'o' });
    const client = new pg.Client(`${server.url}?options=-c%20search_path%3D${schema}`);
    await client.connect();
    // 100,000 keys in 2,000 folders.
    await client.query(`INSERT INTO objects (bucket, key, revision, is_null, modified_at, owner, size, etag, storage_class, type,
        attributes) SELECT 1, convert_to('p/' || lpad((n / 50)::text, 4, '0') || '/' || n, 'UTF8'), n, 1, 0, 'o', 1, 'e',
        'STANDARD', 'normal', '{}' FROM generate_series(0, 99999) AS n`);
    // A vacuum that begins by itself would be counted as well.
    await client.query('ALTER TABLE objects SET (autovacuum_enabled = false)');
    await client.query('VACUUM ANALYZE objects');
    const blocks = async (): Promise<number> => {
      const read =
        'SELECT sum(idx_blks_read + idx_blks_hit + heap_blks_read + heap_blks_hit) AS n FROM pg_statio_user_tables';
      await client.query('SELECT pg_stat_clear_snapshot()');
      const { rows } = await client.query<{ n: string }>(`${read} WHERE schemaname = $1`, [schema]);
      return Number(rows[0]!.n);
    };
    const cost = async () => {
      const settled = async (): Promise<number> => {
        let [last, now] = [-1, await blocks()];
        // Each session reports its counts when it has been at rest for a while.
        for (; now !== last; [last, now] = [now, await blocks()]) await sleep(1200);
        return now;
      };
      const before = await settled();
      const page = await store.listObjects({ bucket: 'b-1', prefix: 'p/', delimiter: '/', limit: 1000 });
      return { page, blocks: (await settled()) - before };
    };

    const full = await cost();
    await client.query('DELETE FROM objects WHERE revision < 50000');
    await client.query('VACUUM objects');
    const afterDelete = await cost();
    await client.end();
    await store.close();

    expect([full.page.prefixes.length, full.page.next, full.page.prefixes[0]]).toEqual([
      1000,
      'p/0999/',
      'p/0000/',
    ]);
    expect([afterDelete.page.prefixes.length, afterDelete.page.prefixes[0]]).toEqual([1000, 'p/1000/']);
    // The height of the tree for each entry, and a little for the other tables.
    expect(full.blocks).toBeLessThan(6000);
    expect(afterDelete.blocks).toBeLessThan(6000);
  }, 60_000);

  test('changes wait for a free connection for longer than one may take to be made', async () => {
    const options = { url: server.url, schema: newSchema(), connections: 2, patienceMs: 0, connectMs: 2000 };
    const store = await openPostgres(options);
    await store.createBucket({ name: 'b-1', region: 'r', owner: 'o' });
    const client = new pg.Client(server.url);
    await client.connect();
    await client.query(`BEGIN; LOCK TABLE ${options.schema}.outcomes IN EXCLUSIVE MODE`);

    const changes = Promise.all(Array.from({ length: 6 }, (_, n) => put(store, 'b-1', `wait-${n}`)));
    changes.catch(() => undefined); // Reported when it is awaited.
    await sleep(options.connectMs + 500);
    await client.query('ROLLBACK');
    const answers = await changes;
    await client.end();
    await store.close();

    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, true, true, true]);
  });

  test('a way that swallows everything ends requests in time, and they go on when it is open again', async () => {
    const gate = await startGate(Number(new URL(server.url).port));
    const url = new URL(server.url);
    url.port = String(gate.port);
    const schema = newSchema();
    const store = await openPostgres({ url: url.href, schema, statementMs: 200, patienceMs: 500 });
    await store.createBucket({ name: 'b-1', region: 'r', owner: 'o' });

    gate.shut();
    const shutAt = performance.now();
    const answers = await Promise.allSettled([
      put(store, 'b-1', 'lost'),
      store.version({ bucket: 'b-1', key: 'k' }),
    ]);
    const tookMs = performance.now() - shutAt;
    gate.open();
    const after = await put(store, 'b-1', 'found');
    await store.close();
    await gate.close();

    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    // The answer that does not come, a connection that is not made, and its patience.
    expect(tookMs).toBeLessThan(15_000);
    expect(after).toMatchObject({ ok: true });
  }, 60_000);
});
