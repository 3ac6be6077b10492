/** Row types of versions, buckets and uploads, and their conversion to the port's types. */
import { memoize } from '@sampan/protocol';
import type { BodyColumns } from './bodies.ts';
import { proveRow, rowSum } from './row-sum.ts';
import { row, rows, values, type SqlValue, type Step } from './statement.ts';
import type {
  Attributes,
  Body,
  Bucket,
  Json,
  ListedVersion,
  ObjectVersion,
  Restore,
  Upload,
  Version,
  Versioning,
} from '../port.ts';
import { versionIdOf } from './version-id.ts';

/** The part of a bucket's row that every change needs. */
export interface BucketRow {
  readonly id: number;
  readonly owner: string;
  readonly versioning: Versioning;
}

/** Finds a bucket for a change to it. */
export function* bucketRow(name: string): Step<BucketRow | undefined> {
  const read = yield* values('SELECT id, owner, versioning FROM buckets WHERE name = ?', name);
  if (!read) return undefined;
  return { id: read[0] as number, owner: read[1] as string, versioning: read[2] as Versioning };
}

/** The columns of a version apart from its place, in table order. The last is the sum of the others and the place. */
export const versionColumns =
  'revision, is_null, modified_at, owner, size, etag, crc64, storage_class, type, part_count, restore, attributes, ' +
  'inline, blob, piece_offset, manifest, row_crc';
const summedColumns = 18;

/** The columns of a version that a listing shows. */
export const listedColumns =
  'key, revision, is_null, modified_at, owner, size, etag, crc64, storage_class, type, restore';

/** A version in a listing as it is stored. */
export interface ListedRow {
  readonly key: string;
  readonly revision: number;
  readonly is_null: number;
  readonly modified_at: number;
  readonly owner: string;
  readonly size: number;
  readonly etag: string;
  readonly crc64: string | null;
  readonly storage_class: string;
  readonly type: 'normal' | 'appendable';
  readonly restore: string | null;
}

/** An object version as it is stored. */
export interface VersionRow extends ListedRow, BodyColumns {
  readonly part_count: number | null;
  readonly attributes: string;
}

/** The values of a version's row: its bucket, its key and {@link versionColumns}, with the sum made anew. */
export function versionValues(bucket: number, version: VersionRow): readonly SqlValue[] {
  const values = summedValues(bucket, version);
  values.push(rowSum(values));
  return values;
}

/** What the sum of a version is over, in its order. */
export function summedValues(bucket: number, version: VersionRow): SqlValue[] {
  return [
    bucket,
    version.key,
    version.revision,
    version.is_null,
    version.modified_at,
    version.owner,
    version.size,
    version.etag,
    version.crc64,
    version.storage_class,
    version.type,
    version.part_count,
    version.restore,
    version.attributes,
    version.inline,
    version.blob,
    version.piece_offset,
    version.manifest,
  ];
}

/**
 * A version's row from the values of `bucket`, `key` and the columns of a version that stand from `from` on. Throws
 * `MetadataDamaged` when they are not what their sum says.
 */
export function versionRow(read: readonly SqlValue[], from: number): VersionRow {
  const end = from + summedColumns;
  proveRow('objects', read.slice(from, end), read[end]);
  const at = from + 1;
  return {
    key: read[at] as string,
    revision: read[at + 1] as number,
    is_null: read[at + 2] as number,
    modified_at: read[at + 3] as number,
    owner: read[at + 4] as string,
    size: read[at + 5] as number,
    etag: read[at + 6] as string,
    crc64: read[at + 7] as string | null,
    storage_class: read[at + 8] as string,
    type: read[at + 9] as VersionRow['type'],
    part_count: read[at + 10] as number | null,
    restore: read[at + 11] as string | null,
    attributes: read[at + 12] as string,
    inline: read[at + 13] as number | null,
    blob: read[at + 14] as string | null,
    piece_offset: read[at + 15] as number | null,
    manifest: read[at + 16] as number | null,
  };
}

/** A row of `versions`, which may be a delete marker. */
export interface OlderRow extends VersionRow {
  readonly marker: number;
}

/** What of a version's attributes has no column of its own. */
export type StoredAttributes = Pick<Attributes, 'headers' | 'acl' | 'tagging' | 'encryption'>;

/** Writes attributes into their column. */
export function attributesText({ headers, acl, tagging, encryption }: StoredAttributes): string {
  return JSON.stringify({ headers, acl, tagging, encryption });
}

/**
 * Reads attributes from their column. Objects of one kind are written and read in runs, so the same text gives the same
 * value for a while, which callers must not change.
 */
export const attributesOf = memoize(
  { limit: 16, longest: 4096 },
  (text) => JSON.parse(text) as StoredAttributes,
);

/** The id that a version shows, which depends on whether its bucket ever had versioning. */
export function shownId(versioning: Versioning, version: { revision: number; is_null: number }): string {
  if (versioning === 'never') return '';
  return version.is_null === 1 ? 'null' : versionIdOf(version.revision);
}

/** A listed version from its row. */
export function listedVersion(found: ListedRow, versioning: Versioning, isLatest: boolean): ListedVersion {
  return {
    kind: 'object',
    key: found.key,
    versionId: shownId(versioning, found),
    revision: found.revision,
    isLatest,
    modifiedAtMs: found.modified_at,
    owner: found.owner,
    sizeBytes: found.size,
    etag: found.etag,
    crc64: found.crc64 ?? undefined,
    storageClass: found.storage_class,
    type: found.type,
    restore: restoreOf(found),
  };
}

function restoreOf({ restore }: ListedRow): Restore | undefined {
  return restore === null ? undefined : (JSON.parse(restore) as Restore);
}

/** A delete marker from its row. */
export function markerOf(
  found: Pick<ListedRow, 'key' | 'revision' | 'is_null' | 'modified_at' | 'owner'>,
  versioning: Versioning,
  isLatest: boolean,
): Version & { readonly kind: 'marker' } {
  return {
    kind: 'marker',
    key: found.key,
    versionId: shownId(versioning, found),
    revision: found.revision,
    isLatest,
    modifiedAtMs: found.modified_at,
    owner: found.owner,
  };
}

/** An object version from its row. */
export function objectVersion(
  found: VersionRow,
  place: {
    readonly versioning: Versioning;
    readonly isLatest: boolean;
    readonly bytes?: Uint8Array | undefined;
  },
): ObjectVersion {
  const { headers, acl, tagging, encryption } = attributesOf(found.attributes);
  return {
    kind: 'object',
    key: found.key,
    versionId: shownId(place.versioning, found),
    revision: found.revision,
    isLatest: place.isLatest,
    modifiedAtMs: found.modified_at,
    owner: found.owner,
    sizeBytes: found.size,
    etag: found.etag,
    crc64: found.crc64 ?? undefined,
    storageClass: found.storage_class,
    type: found.type,
    restore: restoreOf(found),
    headers,
    acl,
    tagging,
    encryption,
    partCount: found.part_count ?? undefined,
    body: bodyOf(found, place.bytes),
  };
}

function bodyOf(found: VersionRow, bytes: Uint8Array | undefined): Body {
  if (found.manifest !== null) return { manifest: found.manifest };
  if (found.blob !== null) {
    return { pieces: [{ blob: found.blob, offset: found.piece_offset ?? 0, length: found.size }] };
  }
  return { pieces: bytes ? [{ bytes }] : [] };
}

/**
 * Reads a configuration document. The same text gives the same value, which callers must not change: what is derived
 * from a document, such as the statements of a policy, can be kept beside it until the document is replaced.
 */
const readDocument = memoize({ limit: 1024 }, (text) => JSON.parse(text) as Json);

/** A bucket as it is stored. */
interface FullBucketRow extends BucketRow {
  readonly name: string;
  readonly region: string;
  readonly created_at: number;
}

const bucketColumns = 'id, name, region, owner, created_at, versioning';

/** A bucket with its documents. */
export function* fullBucket(name: string): Step<Bucket | undefined> {
  const found = yield* row<FullBucketRow>(`SELECT ${bucketColumns} FROM buckets WHERE name = ?`, name);
  return found && (yield* withConfigs(found));
}

/** Buckets in order of their names, with their documents. */
export function* allBuckets(after: string, limit: number): Step<readonly Bucket[]> {
  const found = yield* rows<FullBucketRow>(
    `SELECT ${bucketColumns} FROM buckets WHERE name > ? ORDER BY name LIMIT ?`,
    after,
    limit,
  );
  const buckets: Bucket[] = [];
  for (const bucket of found) buckets.push(yield* withConfigs(bucket));
  return buckets;
}

function* withConfigs(found: FullBucketRow): Step<Bucket> {
  const documents = yield* rows<{ name: string; document: string; row_crc: number | null }>(
    'SELECT name, document, row_crc FROM bucket_configs WHERE bucket = ?',
    found.id,
  );
  for (const { name, document, row_crc } of documents)
    proveRow('bucket_configs', [found.id, name, document], row_crc);
  return {
    name: found.name,
    region: found.region,
    owner: found.owner,
    createdAtMs: found.created_at,
    versioning: found.versioning,
    configs: Object.fromEntries(documents.map(({ name, document }) => [name, readDocument(document)])),
  };
}

/** An upload as it is stored. */
export interface UploadRow {
  readonly id: number;
  readonly key: string;
  readonly upload_id: string;
  readonly started_at: number;
  readonly initiator: string;
  readonly owner: string;
  readonly storage_class: string;
  readonly attributes: string;
}

/** The columns of an upload. */
export const uploadColumns = 'id, key, upload_id, started_at, initiator, owner, storage_class, attributes';

/** An upload from its row. */
export function uploadOf(found: UploadRow): Upload {
  return {
    key: found.key,
    uploadId: found.upload_id,
    initiator: found.initiator,
    startedAtMs: found.started_at,
    owner: found.owner,
    storageClass: found.storage_class,
    ...attributesOf(found.attributes),
  };
}
