/**
 * Looks for contradictions inside the database of a store: counts of references, lengths of bodies, rows that belong to
 * nothing. What should be so is said in `migrations/0001-initial.ts`.
 */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { openDatabase } from './database.ts';
import { addRowSums, rowsUnlikeSums } from './row-sums.ts';

/** Something that is not as it should be. */
export interface Contradiction {
  readonly kind: 'page' | 'row' | 'count' | 'length' | 'unnamed' | 'missing' | 'stray';
  /** What it is about: a blob, a body or a row. */
  readonly about: string;
  readonly detail: string;
}

/** A blob as the database sees it. */
export interface KnownBlob {
  readonly id: string;
  /** Rows name it; one that no row names waits for the collector. */
  readonly isNamed: boolean;
  /** Bytes that the rows which name it need of it. */
  readonly neededBytes: number;
}

const bodies = ['objects', 'versions', 'parts'] as const;
/** Each naming of a piece, whichever table it stands in. */
const pieces = `(${bodies.map((table) => `SELECT inline, blob, piece_offset, size AS length FROM ${table}`).join(' UNION ALL ')}
  UNION ALL SELECT inline, blob, piece_offset, length FROM extents)`;
const namedManifests = `(${bodies.map((table) => `SELECT manifest FROM ${table} WHERE manifest IS NOT NULL`).join(' UNION ALL ')})`;
const used = {
  blobs: `SELECT blob AS id, count(*) AS times FROM ${pieces} WHERE blob IS NOT NULL GROUP BY blob`,
  inline_blobs: `SELECT inline AS id, count(*) AS times FROM ${pieces} WHERE inline IS NOT NULL GROUP BY inline`,
  manifests: `SELECT manifest AS id, count(*) AS times FROM ${namedManifests} GROUP BY manifest`,
} as const;
type Counted = keyof typeof used;
const counted: readonly Counted[] = ['manifests', 'inline_blobs', 'blobs'];

/** Reads the database as it is at one moment. Close it to release the moment. */
export class StoreCheck {
  readonly #database: DatabaseSync;

  constructor(path: string, { writable = false } = {}) {
    this.#database = openDatabase(path, { readOnly: !writable, timeout: 10_000 });
    this.#database.exec(writable ? 'BEGIN IMMEDIATE' : 'BEGIN');
  }

  close(): void {
    this.#database.close();
  }

  *contradictions(): Generator<Contradiction> {
    for (const { integrity_check: text } of this.#rows('PRAGMA integrity_check'))
      if (text !== 'ok') yield { kind: 'page', about: 'database', detail: String(text) };
    for (const row of rowsUnlikeSums(this.#database))
      yield { kind: 'row', about: row, detail: 'is not what its sum says' };
    for (const table of counted) yield* this.#countsOf(table);
    yield* this.#lengths();
    yield* this.#strays();
  }

  /** Every blob that a row names or that waits for the collector, with what is needed of it. */
  *blobs(): Generator<KnownBlob> {
    const found = this.#rows(
      `SELECT id, max(needed) AS needed, max(named) AS named FROM (
         SELECT blob AS id, piece_offset + length AS needed, 1 AS named FROM ${pieces} WHERE blob IS NOT NULL
         UNION ALL SELECT id, 0, 0 FROM blobs
       ) GROUP BY id`,
    );
    for (const { id, needed, named } of found)
      yield { id: String(id), neededBytes: Number(needed), isNamed: named === 1 };
  }

  /** The objects, versions and parts whose bytes are in a blob, at most some. */
  usersOf(blob: string): readonly string[] {
    const owner = `coalesce((SELECT name FROM buckets WHERE buckets.id = bucket), bucket)`;
    const inManifests = 'manifest IN (SELECT manifest FROM extents WHERE blob = ?)';
    const found = this.#rows(
      `SELECT ${owner} || '/' || key AS name FROM objects WHERE blob = ? OR ${inManifests}
       UNION ALL SELECT ${owner} || '/' || key FROM versions WHERE blob = ? OR ${inManifests}
       UNION ALL SELECT 'part ' || number || ' of upload ' || upload FROM parts WHERE blob = ? OR ${inManifests} LIMIT 10`,
      ...Array.from({ length: 6 }, () => blob),
    );
    return [...found].map(({ name }) => String(name));
  }

  /**
   * Mends what can be mended without a loss: counts. Bodies that no row names are handed to `keep` and taken out; blobs that
   * nothing names are returned, and are no longer known. What rows name stays, even when bytes are missing.
   */
  repair(keep: (name: string, content: Uint8Array) => void): readonly string[] {
    const change = (text: string, ...values: SQLInputValue[]): void => {
      this.#database.prepare(text).run(...values);
    };
    addRowSums(this.#database);
    const unnamedLists = `SELECT DISTINCT manifest FROM extents WHERE manifest NOT IN (SELECT id FROM manifests WHERE refs = 0)
      AND manifest NOT IN ${namedManifests}`;
    for (const { manifest } of [...this.#rows(unnamedLists)]) {
      const extents = [
        ...this.#rows('SELECT * FROM extents WHERE manifest = ? ORDER BY start', Number(manifest)),
      ];
      keep(`manifest-${String(manifest)}.json`, Buffer.from(JSON.stringify(extents)));
      change('DELETE FROM extents WHERE manifest = ?', Number(manifest));
    }
    change(
      `DELETE FROM manifests WHERE refs > 0 AND id NOT IN ${namedManifests} AND id NOT IN (SELECT manifest FROM extents)`,
    );
    const unnamedBytes = `SELECT id, bytes FROM inline_blobs WHERE id NOT IN (SELECT inline FROM ${pieces} WHERE inline IS NOT NULL)`;
    for (const { id, bytes } of [...this.#rows(unnamedBytes)]) {
      keep(`inline-${String(id)}`, bytes as Uint8Array);
      change('DELETE FROM inline_blobs WHERE id = ?', Number(id));
    }
    const unnamed = [
      ...this.#rows(`SELECT id FROM blobs WHERE refs > 0 AND id NOT IN (SELECT id FROM (${used.blobs}))`),
    ].map(({ id }) => String(id));
    for (const blob of unnamed) change('DELETE FROM blobs WHERE id = ?', blob);
    change(
      `INSERT INTO blobs (id, refs, released_at) SELECT id, times, 0 FROM (${used.blobs}) WHERE true ON CONFLICT (id) DO NOTHING`,
    );
    change(
      `INSERT INTO manifests (id, refs, released_at) SELECT id, times, 0 FROM (${used.manifests}) WHERE true ON CONFLICT (id) DO NOTHING`,
    );
    for (const table of counted)
      change(
        `UPDATE ${table} SET refs = now.times FROM (${used[table]}) AS now WHERE now.id = ${table}.id AND refs <> now.times`,
      );
    return unnamed;
  }

  /** Keeps what was mended. */
  commit(): void {
    this.#database.exec('COMMIT; BEGIN IMMEDIATE');
  }

  *#countsOf(table: Counted): Generator<Contradiction> {
    const found = this.#rows(
      `SELECT id, refs, times FROM ${table} LEFT JOIN (${used[table]}) AS now USING (id) WHERE refs <> coalesce(times, 0)`,
    );
    for (const { id, refs, times } of found)
      yield times === null
        ? {
            kind: 'unnamed',
            about: `${table} ${String(id)}`,
            detail: `${String(refs)} references are counted, none is there`,
          }
        : {
            kind: 'count',
            about: `${table} ${String(id)}`,
            detail: `${String(refs)} references are counted, ${String(times)} are there`,
          };
    const missing = `SELECT id FROM (${used[table]}) WHERE id NOT IN (SELECT id FROM ${table})`;
    for (const { id } of this.#rows(missing))
      yield { kind: 'missing', about: `${table} ${String(id)}`, detail: 'is named but has no row' };
  }

  *#lengths(): Generator<Contradiction> {
    const inline = `SELECT inline AS id FROM ${pieces} JOIN inline_blobs ON inline_blobs.id = inline
      WHERE piece_offset + length > length(bytes) OR piece_offset < 0`;
    for (const { id } of this.#rows(inline))
      yield {
        kind: 'length',
        about: `inline_blobs ${String(id)}`,
        detail: 'has fewer bytes than are named of it',
      };
    for (const table of bodies) {
      const place =
        table === 'parts' ? `'part ' || number || ' of upload ' || upload` : `bucket || '/' || key`;
      const listed = `SELECT ${place} AS name, size, (SELECT max(start + length) FROM extents WHERE extents.manifest = ${table}.manifest) AS whole
        FROM ${table} WHERE manifest IS NOT NULL`;
      for (const { name, size, whole } of this.#rows(
        `SELECT * FROM (${listed}) WHERE size <> coalesce(whole, 0)`,
      ))
        yield {
          kind: 'length',
          about: String(name),
          detail: `has ${String(size)} bytes, its pieces have ${String(whole ?? 0)}`,
        };
      const bare = `SELECT ${place} AS name, size FROM ${table} WHERE size > 0 AND inline IS NULL AND blob IS NULL AND manifest IS NULL`;
      for (const { name, size } of this.#rows(bare))
        yield { kind: 'length', about: String(name), detail: `has ${String(size)} bytes, and names none` };
    }
    const gaps = `SELECT manifest, start FROM (SELECT manifest, start,
      lag(start + length, 1, start) OVER (PARTITION BY manifest ORDER BY start) AS previous FROM extents) WHERE start <> previous`;
    for (const { manifest, start } of this.#rows(gaps))
      yield {
        kind: 'length',
        about: `manifests ${String(manifest)}`,
        detail: `has a gap or an overlap before byte ${String(start)}`,
      };
  }

  *#strays(): Generator<Contradiction> {
    for (const [table, owner, column] of [
      ['objects', 'buckets', 'bucket'],
      ['versions', 'buckets', 'bucket'],
      ['bucket_configs', 'buckets', 'bucket'],
      ['uploads', 'buckets', 'bucket'],
      ['parts', 'uploads', 'upload'],
      ['extents', 'manifests', 'manifest'],
    ] as const) {
      const found = this.#rows(
        `SELECT ${column} AS id, count(*) AS times FROM ${table} WHERE ${column} NOT IN (SELECT id FROM ${owner}) GROUP BY ${column}`,
      );
      for (const { id, times } of found)
        yield {
          kind: 'stray',
          about: `${table} ${String(id)}`,
          detail: `${String(times)} rows belong to nothing in ${owner}`,
        };
    }
  }

  #rows(text: string, ...values: SQLInputValue[]) {
    return this.#database.prepare(text).iterate(...values);
  }
}
