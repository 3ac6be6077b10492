/** Lists unreferenced blobs for the collector, and deletes their rows in steps of bounded size. */
import { change, row, rows, type SqlValue, type Step, type Transaction } from './statement.ts';
import type { Garbage } from '../port.ts';

/** Answers to Complete are repeated for this long: longer than any client keeps retrying one request. */
const completionMs = 60 * 60 * 1000;

/** A step of the collector. */
export interface GarbageStep {
  readonly releasedBeforeMs: number;
  readonly limit: number;
}

/**
 * Takes a bounded number of extents off unreferenced manifests, then lists blobs whose last reference is gone.
 * Blobs freed through a manifest are listed from the next call on at the earliest.
 */
export function* collectGarbage(
  { nowMs }: Transaction,
  { releasedBeforeMs, limit }: GarbageStep,
): Step<Garbage> {
  const forgotten = yield* change('DELETE FROM completions WHERE finished_at < ?', nowMs - completionMs);
  const found = yield* rows<{ id: string }>(
    'SELECT id FROM blobs WHERE refs = 0 AND released_at < ? ORDER BY released_at LIMIT ?',
    releasedBeforeMs,
    limit,
  );
  const dismantled = yield* dismantle({ releasedBeforeMs, limit });
  return {
    blobs: found.map(({ id }) => id),
    more: found.length === limit || dismantled || forgotten > limit,
  };
}

/** Returns whether it found something to do. */
function* dismantle({ releasedBeforeMs, limit }: GarbageStep): Step<boolean> {
  const manifest = yield* row<{ id: number; released_at: number }>(
    'SELECT id, released_at FROM manifests WHERE refs = 0 AND released_at < ? ORDER BY released_at LIMIT 1',
    releasedBeforeMs,
  );
  if (!manifest) return false;
  const last = yield* row<{ start: number }>(
    'SELECT start FROM extents WHERE manifest = ? ORDER BY start LIMIT 1 OFFSET ?',
    manifest.id,
    limit,
  );
  const end = last?.start ?? Number.MAX_SAFE_INTEGER;
  yield* releaseExtents(manifest, end);
  if (!last) yield* change('DELETE FROM manifests WHERE id = ?', manifest.id);
  return true;
}

function* releaseExtents(manifest: { id: number; released_at: number }, end: number): Step<void> {
  const uses = (column: string): string =>
    `(SELECT ${column} AS id, count(*) AS times FROM extents
      WHERE manifest = ? AND start < ? AND ${column} IS NOT NULL GROUP BY ${column}) AS used`;
  yield* change(
    `UPDATE inline_blobs SET refs = refs - used.times FROM ${uses('inline')} WHERE inline_blobs.id = used.id`,
    manifest.id,
    end,
  );
  yield* change(
    `DELETE FROM inline_blobs WHERE refs = 0
       AND id IN (SELECT inline FROM extents WHERE manifest = ? AND start < ?)`,
    manifest.id,
    end,
  );
  yield* change(
    `UPDATE blobs SET refs = refs - used.times, released_at = ? FROM ${uses('blob')} WHERE blobs.id = used.id`,
    manifest.released_at,
    manifest.id,
    end,
  );
  yield* change('DELETE FROM extents WHERE manifest = ? AND start < ?', manifest.id, end);
}

/** Forgets blobs that the collector removed, unless something named them again meanwhile. */
export function* forgetBlobs(
  _transaction: Transaction,
  { blobs }: { readonly blobs: readonly string[] },
): Step<void> {
  for (const blob of blobs) yield* change('DELETE FROM blobs WHERE id = ? AND refs = 0', blob);
}

/** Those of the blobs that have no row at all. */
export function* unknownBlobs(blobs: readonly string[]): Step<readonly string[]> {
  const unknown: string[] = [];
  for (let from = 0; from < blobs.length; from += 100) {
    const some = blobs.slice(from, from + 100);
    const known = yield* rows<{ id: string }>(
      `SELECT id FROM blobs WHERE id IN (${some.map(() => '?').join(', ')})`,
      ...(some as readonly SqlValue[]),
    );
    const ids = new Set(known.map(({ id }) => id));
    unknown.push(...some.filter((blob) => !ids.has(blob)));
  }
  return unknown;
}
