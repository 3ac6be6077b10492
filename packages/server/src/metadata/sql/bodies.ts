/**
 * Reference counts of the bytes behind objects and parts: inline bytes, blobs and manifests.
 *
 * Every piece of a body is counted where it is named. Inline bytes go away with their last reference; a blob that
 * loses it is stamped with the time and waits for the collector, because a request may still be reading it;
 * a manifest waits likewise and is taken apart in steps. A manifest with one reference may grow (append); a shared
 * one never changes.
 */
import { crc32 } from 'node:zlib';
import { InlineDamaged } from '../failures.ts';
import type { BodyPiece, NewBody } from '../port.ts';
import { change, insert, row, rows, type Step } from './statement.ts';

/** The columns of a row that say where its bytes are. */
export interface BodyColumns {
  readonly inline: number | null;
  readonly blob: string | null;
  readonly piece_offset: number | null;
  readonly manifest: number | null;
}

/** The same for one piece, with its length. */
interface PieceColumns {
  readonly inline: number | null;
  readonly blob: string | null;
  readonly piece_offset: number;
  readonly length: number;
}

/** No bytes at all. */
export const noBody: BodyColumns = { inline: null, blob: null, piece_offset: null, manifest: null };

/** Stores what is inline, counts what is in blobs, and returns the columns that name the whole. */
export function* addBody(body: NewBody): Step<BodyColumns> {
  const pieces: PieceColumns[] = [];
  for (const piece of body) {
    const columns = yield* addPiece(piece);
    if (columns) pieces.push(columns);
  }
  return yield* nameBody(pieces);
}

/** Names a run of bytes of an existing body once more, without copying bytes. */
export function* shareBody(
  source: BodyColumns & { readonly size: number },
  offset: number,
  length: number,
): Step<BodyColumns> {
  if (length === 0) return noBody;
  if (source.manifest !== null && offset === 0 && length === source.size) {
    yield* change('UPDATE manifests SET refs = refs + 1 WHERE id = ?', source.manifest);
    return source;
  }
  const pieces = yield* piecesOf(source, offset, length);
  for (const piece of pieces) yield* keepPiece(piece);
  return yield* nameBody(pieces);
}

/** Adds pieces behind a body that one row names; returns the columns that row must have from now on. */
export function* extendBody(
  body: BodyColumns & { readonly size: number },
  added: NewBody,
): Step<BodyColumns> {
  const manifest = yield* ownManifest(body);
  let start = body.size;
  for (const piece of added) {
    const columns = yield* addPiece(piece);
    if (!columns) continue;
    yield* addExtent(manifest, start, columns);
    start += columns.length;
  }
  return { ...noBody, manifest };
}

/** Takes back what one row named. */
export function* releaseBody(body: BodyColumns, nowMs: number): Step<void> {
  if (body.inline !== null) yield* releaseInline(body.inline);
  if (body.blob !== null) {
    yield* change('UPDATE blobs SET refs = refs - 1, released_at = ? WHERE id = ?', nowMs, body.blob);
  }
  if (body.manifest !== null) {
    yield* change('UPDATE manifests SET refs = refs - 1, released_at = ? WHERE id = ?', nowMs, body.manifest);
  }
}

/** Takes back everything that the rows of a parts table selection named, in a few statements. */
export function* releaseParts(upload: number, nowMs: number): Step<void> {
  const counted = (column: string): string =>
    `(SELECT ${column} AS id, count(*) AS times FROM parts WHERE upload = ? AND ${column} IS NOT NULL GROUP BY ${column}) AS used`;
  yield* change(
    `UPDATE inline_blobs SET refs = refs - used.times FROM ${counted('inline')} WHERE inline_blobs.id = used.id`,
    upload,
  );
  yield* change(
    'DELETE FROM inline_blobs WHERE refs = 0 AND id IN (SELECT inline FROM parts WHERE upload = ?)',
    upload,
  );
  for (const [table, column] of [
    ['blobs', 'blob'],
    ['manifests', 'manifest'],
  ] as const) {
    yield* change(
      `UPDATE ${table} SET refs = refs - used.times, released_at = ? FROM ${counted(column)} WHERE ${table}.id = used.id`,
      nowMs,
      upload,
    );
  }
}

/**
 * Makes the parts of an upload the body of an object: their references move, none is added or dropped, so 10,000
 * parts cost a handful of statements. The rows in `parts` must be deleted by the caller afterwards.
 */
export function* bodyOfParts(upload: number): Step<BodyColumns> {
  const first = yield* rows<BodyColumns>(
    'SELECT inline, blob, piece_offset, manifest FROM parts WHERE upload = ? AND size > 0 ORDER BY number LIMIT 2',
    upload,
  );
  if (first.length < 2) return first[0] ?? noBody;
  const manifest = yield* insert('INSERT INTO manifests (refs, released_at) VALUES (1, 0)');
  const placed = `(SELECT sum(size) OVER (ORDER BY number) - size AS start, size, inline, blob, piece_offset, manifest
    FROM parts WHERE upload = ?) AS placed`;
  yield* change(
    `INSERT INTO extents (manifest, start, length, inline, blob, piece_offset)
     SELECT ?, start, size, inline, blob, piece_offset FROM ${placed} WHERE manifest IS NULL AND size > 0`,
    manifest,
    upload,
  );
  yield* adoptManifests(manifest, upload, placed);
  return { ...noBody, manifest };
}

/** Parts that were copied from objects of many pieces bring a list of their own, which is merged. */
function* adoptManifests(manifest: number, upload: number, placed: string): Step<void> {
  const lists = yield* row<{ manifest: number }>(
    'SELECT manifest FROM parts WHERE upload = ? AND manifest IS NOT NULL LIMIT 1',
    upload,
  );
  if (!lists) return;
  yield* change(
    `INSERT INTO extents (manifest, start, length, inline, blob, piece_offset)
     SELECT ?, placed.start + extents.start, extents.length, extents.inline, extents.blob, extents.piece_offset
     FROM ${placed} JOIN extents ON extents.manifest = placed.manifest`,
    manifest,
    upload,
  );
  yield* countExtents(upload);
}

/** Gives the merged pieces references of their own and takes back the parts' references to the lists. */
function* countExtents(upload: number): Step<void> {
  for (const [table, column] of [
    ['inline_blobs', 'inline'],
    ['blobs', 'blob'],
  ] as const) {
    yield* change(
      `UPDATE ${table} SET refs = refs + used.times FROM (
         SELECT extents.${column} AS id, count(*) AS times
         FROM parts JOIN extents ON extents.manifest = parts.manifest
         WHERE parts.upload = ? AND extents.${column} IS NOT NULL GROUP BY extents.${column}
       ) AS used WHERE ${table}.id = used.id`,
      upload,
    );
  }
  yield* change(
    `UPDATE manifests SET refs = refs - used.times FROM (
       SELECT manifest AS id, count(*) AS times FROM parts WHERE upload = ? AND manifest IS NOT NULL GROUP BY manifest
     ) AS used WHERE manifests.id = used.id`,
    upload,
  );
}

/** The pieces of a body that cover a run of its bytes, as columns. */
function* piecesOf(body: BodyColumns, offset: number, length: number): Step<readonly PieceColumns[]> {
  if (length === 0) return [];
  if (body.manifest === null) {
    return [
      { inline: body.inline, blob: body.blob, piece_offset: (body.piece_offset ?? 0) + offset, length },
    ];
  }
  const end = offset + length;
  const found = yield* rows<PieceColumns & { start: number }>(
    `SELECT start, length, inline, blob, piece_offset FROM extents
     WHERE manifest = ? AND start < ? AND start >= coalesce(
       (SELECT max(start) FROM extents WHERE manifest = ? AND start <= ?), 0)
     ORDER BY start`,
    body.manifest,
    end,
    body.manifest,
    offset,
  );
  return found.flatMap(({ start, ...piece }) => {
    const from = Math.max(offset - start, 0);
    const to = Math.min(end - start, piece.length);
    if (from >= to) return [];
    return [{ ...piece, piece_offset: piece.piece_offset + from, length: to - from }];
  });
}

/** The same with inline bytes read, for callers outside the store. */
export function* readPieces(manifest: number, offset: number, length: number): Step<readonly BodyPiece[]> {
  const pieces = yield* piecesOf({ ...noBody, manifest }, offset, length);
  const read: BodyPiece[] = [];
  for (const { inline, blob, piece_offset: at, length: size } of pieces) {
    if (blob !== null) read.push({ blob, offset: at, length: size });
    else if (inline !== null) read.push({ bytes: yield* inlineBytes(inline, at, size) });
  }
  return read;
}

/** A run of inline bytes. */
export function* inlineBytes(inline: number, offset: number, length: number): Step<Uint8Array> {
  const found = yield* row<{ bytes: Uint8Array; crc: number | null }>(
    'SELECT bytes, crc FROM inline_blobs WHERE id = ?',
    inline,
  );
  if (!found) throw new InlineDamaged(inline, 'are not there');
  if (found.bytes.length < offset + length) throw new InlineDamaged(inline, 'are too few');
  if (found.crc !== null && found.crc !== crc32(found.bytes))
    throw new InlineDamaged(inline, 'are not what their sum says');
  return found.bytes.subarray(offset, offset + length);
}

function* addPiece(piece: BodyPiece): Step<PieceColumns | undefined> {
  if ('bytes' in piece) {
    if (piece.bytes.length === 0) return undefined;
    const inline = yield* insert(
      'INSERT INTO inline_blobs (refs, bytes, crc) VALUES (1, ?, ?)',
      piece.bytes,
      crc32(piece.bytes),
    );
    return { inline, blob: null, piece_offset: 0, length: piece.bytes.length };
  }
  if (piece.length === 0) return undefined;
  yield* change(
    'INSERT INTO blobs (id, refs, released_at) VALUES (?, 1, 0) ON CONFLICT (id) DO UPDATE SET refs = blobs.refs + 1',
    piece.blob,
  );
  return { inline: null, blob: piece.blob, piece_offset: piece.offset, length: piece.length };
}

function* keepPiece(piece: PieceColumns): Step<void> {
  if (piece.inline !== null) {
    yield* change('UPDATE inline_blobs SET refs = refs + 1 WHERE id = ?', piece.inline);
  } else if (piece.blob !== null) {
    yield* change('UPDATE blobs SET refs = refs + 1 WHERE id = ?', piece.blob);
  }
}

function* releaseInline(inline: number): Step<void> {
  const gone = yield* change('DELETE FROM inline_blobs WHERE id = ? AND refs = 1', inline);
  if (gone === 1) return;
  yield* change('UPDATE inline_blobs SET refs = refs - 1 WHERE id = ?', inline);
  // Where changes run at once, another one may have taken its reference between the two statements.
  yield* change('DELETE FROM inline_blobs WHERE id = ? AND refs = 0', inline);
}

function* nameBody(pieces: readonly PieceColumns[]): Step<BodyColumns> {
  const [only, ...others] = pieces;
  if (!only) return noBody;
  if (others.length === 0)
    return { ...noBody, inline: only.inline, blob: only.blob, piece_offset: only.piece_offset };
  const manifest = yield* insert('INSERT INTO manifests (refs, released_at) VALUES (1, 0)');
  let start = 0;
  for (const piece of pieces) {
    yield* addExtent(manifest, start, piece);
    start += piece.length;
  }
  return { ...noBody, manifest };
}

function* addExtent(manifest: number, start: number, piece: PieceColumns): Step<void> {
  yield* change(
    'INSERT INTO extents (manifest, start, length, inline, blob, piece_offset) VALUES (?, ?, ?, ?, ?, ?)',
    manifest,
    start,
    piece.length,
    piece.inline,
    piece.blob,
    piece.piece_offset,
  );
}

/** A manifest that only the caller's row names, with the body's present pieces in it. */
function* ownManifest(body: BodyColumns & { readonly size: number }): Step<number> {
  if (body.manifest !== null) {
    const found = yield* row<{ refs: number }>('SELECT refs FROM manifests WHERE id = ?', body.manifest);
    if (found?.refs === 1) return body.manifest;
  }
  const manifest = yield* insert('INSERT INTO manifests (refs, released_at) VALUES (1, 0)');
  let start = 0;
  for (const piece of yield* piecesOf(body, 0, body.size)) {
    if (body.manifest !== null) yield* keepPiece(piece); // Otherwise the row's own reference moves here.
    yield* addExtent(manifest, start, piece);
    start += piece.length;
  }
  if (body.manifest !== null) {
    yield* change('UPDATE manifests SET refs = refs - 1 WHERE id = ?', body.manifest);
  }
  return manifest;
}
