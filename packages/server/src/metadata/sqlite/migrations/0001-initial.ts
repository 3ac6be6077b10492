/**
 * First schema.
 *
 * `objects` holds the current version of a key when it is an object, and nothing else, so that listing a bucket reads
 * one row per answer. `versions` holds everything older, and every delete marker, newest first (`rank` is minus the
 * revision). Where the bytes are is said by four columns that occur together: `inline` and `blob` name one piece that
 * starts at `piece_offset`; `manifest` names a list of pieces in `extents`; none of them means no bytes.
 * `refs` counts the rows that name a piece, a blob or a manifest.
 */
const piece = `
  inline INTEGER,
  blob TEXT,
  piece_offset INTEGER`;

const version = `
  revision INTEGER NOT NULL,
  is_null INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,
  owner TEXT NOT NULL,
  size INTEGER,
  etag TEXT,
  crc64 TEXT,
  storage_class TEXT,
  type TEXT,
  part_count INTEGER,
  restore TEXT,
  attributes TEXT,${piece},
  manifest INTEGER`;

/** Statements of the first schema, for the embedded engine. */
export const initial: readonly string[] = [
  `CREATE TABLE buckets (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    region TEXT NOT NULL,
    owner TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    versioning TEXT NOT NULL
  )`,
  `CREATE TABLE bucket_configs (
    bucket INTEGER NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (bucket, name)
  ) WITHOUT ROWID`,
  `CREATE TABLE objects (
    bucket INTEGER NOT NULL,
    key TEXT NOT NULL,${version},
    PRIMARY KEY (bucket, key)
  ) WITHOUT ROWID`,
  `CREATE TABLE versions (
    bucket INTEGER NOT NULL,
    key TEXT NOT NULL,
    rank INTEGER NOT NULL,
    marker INTEGER NOT NULL,${version},
    PRIMARY KEY (bucket, key, rank)
  ) WITHOUT ROWID`,
  `CREATE UNIQUE INDEX versions_null ON versions (bucket, key) WHERE is_null = 1`,
  `CREATE TABLE inline_blobs (
    id INTEGER PRIMARY KEY,
    refs INTEGER NOT NULL,
    bytes BLOB NOT NULL
  )`,
  `CREATE TABLE blobs (
    id TEXT PRIMARY KEY,
    refs INTEGER NOT NULL,
    released_at INTEGER NOT NULL
  ) WITHOUT ROWID`,
  `CREATE INDEX blobs_released ON blobs (released_at) WHERE refs = 0`,
  `CREATE TABLE manifests (
    id INTEGER PRIMARY KEY,
    refs INTEGER NOT NULL,
    released_at INTEGER NOT NULL
  )`,
  `CREATE INDEX manifests_released ON manifests (released_at) WHERE refs = 0`,
  `CREATE TABLE extents (
    manifest INTEGER NOT NULL,
    start INTEGER NOT NULL,
    length INTEGER NOT NULL,${piece},
    PRIMARY KEY (manifest, start)
  ) WITHOUT ROWID`,
  `CREATE TABLE uploads (
    id INTEGER PRIMARY KEY,
    bucket INTEGER NOT NULL,
    key TEXT NOT NULL,
    upload_id TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    initiator TEXT NOT NULL,
    owner TEXT NOT NULL,
    storage_class TEXT NOT NULL,
    attributes TEXT NOT NULL,
    UNIQUE (bucket, key, upload_id)
  )`,
  `CREATE TABLE parts (
    upload INTEGER NOT NULL,
    number INTEGER NOT NULL,
    size INTEGER NOT NULL,
    etag TEXT NOT NULL,
    crc64 TEXT,
    modified_at INTEGER NOT NULL,${piece},
    manifest INTEGER,
    PRIMARY KEY (upload, number)
  ) WITHOUT ROWID`,
  `CREATE TABLE completions (
    bucket INTEGER NOT NULL,
    key TEXT NOT NULL,
    upload_id TEXT NOT NULL,
    etag TEXT NOT NULL,
    answer TEXT NOT NULL,
    finished_at INTEGER NOT NULL,
    PRIMARY KEY (bucket, key, upload_id)
  ) WITHOUT ROWID`,
  `CREATE INDEX completions_finished ON completions (finished_at)`,
];
