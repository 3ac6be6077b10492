/** The tables of a store as rows, for moving a store from one engine to another. */

/** One row by column name. */
export type TableRow = Readonly<Record<string, null | number | string | Uint8Array>>;

/** One table. Both engines have the same columns. */
export interface Table {
  readonly name: string;
  /** Primary key: the order in which rows are read. */
  readonly key: readonly string[];
  readonly columns: readonly string[];
  /** The column that names a blob. */
  readonly blob?: string;
  /** Whether the engine numbers new rows. */
  readonly numbered?: true;
}

const piece = ['inline', 'blob', 'piece_offset'];
const version = [
  ...['revision', 'is_null', 'modified_at', 'owner', 'size', 'etag', 'crc64', 'storage_class', 'type'],
  ...['part_count', 'restore', 'attributes', ...piece, 'manifest', 'row_crc'],
];

/** Blobs and how often rows name them. */
export const blobsTable: Table = { name: 'blobs', key: ['id'], columns: ['refs', 'released_at'], blob: 'id' };

/** All that a store consists of, but for what belongs to an engine alone. */
export const tables: readonly Table[] = [
  {
    name: 'buckets',
    key: ['id'],
    columns: ['name', 'region', 'owner', 'created_at', 'versioning'],
    numbered: true,
  },
  { name: 'bucket_configs', key: ['bucket', 'name'], columns: ['document', 'row_crc'] },
  { name: 'objects', key: ['bucket', 'key'], columns: version, blob: 'blob' },
  { name: 'versions', key: ['bucket', 'key', 'rank'], columns: ['marker', ...version], blob: 'blob' },
  { name: 'inline_blobs', key: ['id'], columns: ['refs', 'bytes', 'crc'], numbered: true },
  blobsTable,
  { name: 'manifests', key: ['id'], columns: ['refs', 'released_at'], numbered: true },
  { name: 'extents', key: ['manifest', 'start'], columns: ['length', ...piece], blob: 'blob' },
  {
    name: 'uploads',
    key: ['id'],
    columns: [
      ...['bucket', 'key', 'upload_id', 'started_at', 'initiator', 'owner', 'storage_class', 'attributes'],
    ],
    numbered: true,
  },
  {
    name: 'parts',
    key: ['upload', 'number'],
    columns: ['size', 'etag', 'crc64', 'modified_at', ...piece, 'manifest'],
    blob: 'blob',
  },
  {
    name: 'completions',
    key: ['bucket', 'key', 'upload_id'],
    columns: ['etag', 'answer', 'finished_at'],
  },
];

/** A store that is read table by table. */
export interface TableSource {
  /** Whether a service may be changing the store now. */
  isInUse(): Promise<boolean>;
  /** Reads over one snapshot. With `alone`, no service starts on the store until it is over, where that can be had. */
  snapshot<Result>(work: (page: PageReader) => Promise<Result>, alone: boolean): Promise<Result>;
  close(): Promise<void>;
}

/** Reads one page of a table. */
export type PageReader = (table: Table, after: TableRow | undefined) => Promise<readonly TableRow[]>;

/** A new store that is filled table by table. */
export interface TableTarget {
  /** The name of the store. */
  readonly storeId: string;
  isEmpty(): Promise<boolean>;
  /** Makes all that `work` adds, or nothing of it, the content of the store. */
  fill(
    work: (add: (table: Table, rows: readonly TableRow[]) => Promise<void>) => Promise<void>,
  ): Promise<void>;
  close(): Promise<void>;
}
