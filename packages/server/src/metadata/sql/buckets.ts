/** Changes to buckets and their configuration documents. */
import { fullBucket, bucketRow } from './rows.ts';
import { rowSum } from './row-sum.ts';
import { change, insert, row, type Step, type Transaction } from './statement.ts';
import type { Bucket, Json, Outcome } from '../port.ts';

/** Creates a bucket with its first documents. */
export function* createBucket(
  { nowMs }: Transaction,
  bucket: Pick<Bucket, 'name' | 'region' | 'owner'> & {
    readonly configs?: Readonly<Record<string, Json>> | undefined;
  },
): Step<Outcome<{ bucket: Bucket }, 'exists'>> {
  if (yield* bucketRow(bucket.name)) return { ok: false, reason: 'exists' };
  const id = yield* insert(
    'INSERT INTO buckets (name, region, owner, created_at, versioning) VALUES (?, ?, ?, ?, ?)',
    bucket.name,
    bucket.region,
    bucket.owner,
    nowMs,
    'never',
  );
  for (const [name, document] of Object.entries(bucket.configs ?? {})) yield* writeConfig(id, name, document);
  const created = yield* fullBucket(bucket.name);
  if (!created) throw new Error('a bucket that was just created is not there');
  return { ok: true, bucket: created };
}

/** Deletes a bucket that holds nothing: no version, no marker, no upload. */
export function* deleteBucket(
  _transaction: Transaction,
  { name }: { readonly name: string },
): Step<Outcome<object, 'noBucket' | 'notEmpty'>> {
  const bucket = yield* bucketRow(name);
  if (!bucket) return { ok: false, reason: 'noBucket' };
  for (const table of ['objects', 'versions', 'uploads']) {
    if (yield* row(`SELECT 1 FROM ${table} WHERE bucket = ? LIMIT 1`, bucket.id)) {
      return { ok: false, reason: 'notEmpty' };
    }
  }
  yield* change('DELETE FROM bucket_configs WHERE bucket = ?', bucket.id);
  yield* change('DELETE FROM completions WHERE bucket = ?', bucket.id);
  yield* change('DELETE FROM buckets WHERE id = ?', bucket.id);
  return { ok: true };
}

/** Switches versioning on or suspends it. There is no way back to `never`. */
export function* setVersioning(
  _transaction: Transaction,
  { name, state }: { readonly name: string; readonly state: 'enabled' | 'suspended' },
): Step<Outcome<object, 'noBucket'>> {
  const changed = yield* change('UPDATE buckets SET versioning = ? WHERE name = ?', state, name);
  return changed === 1 ? { ok: true } : { ok: false, reason: 'noBucket' };
}

/** Stores or removes one document. */
export function* setConfig(
  _transaction: Transaction,
  { name, config, document }: { readonly name: string; readonly config: string; readonly document: Json },
): Step<Outcome<object, 'noBucket'>> {
  const bucket = yield* bucketRow(name);
  if (!bucket) return { ok: false, reason: 'noBucket' };
  if (document === null) {
    yield* change('DELETE FROM bucket_configs WHERE bucket = ? AND name = ?', bucket.id, config);
  } else {
    yield* writeConfig(bucket.id, config, document);
  }
  return { ok: true };
}

function* writeConfig(bucket: number, name: string, document: Json): Step<void> {
  const text = JSON.stringify(document);
  yield* change(
    `INSERT INTO bucket_configs (bucket, name, document, row_crc) VALUES (?, ?, ?, ?)
     ON CONFLICT (bucket, name) DO UPDATE SET document = excluded.document, row_crc = excluded.row_crc`,
    bucket,
    name,
    text,
    rowSum([bucket, name, text]),
  );
}
