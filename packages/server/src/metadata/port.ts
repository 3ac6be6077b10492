/**
 * The metadata port: buckets, object versions, uploads and what they refer to.
 *
 * A transaction of this store is the commit point of every change: bytes are durable before it starts, and what it
 * replaced is deleted after it ended. Conditions are checked inside the transaction, so two clients that race get
 * one winner. Answers are plain unions: `{ ok: false, reason }` is a refusal, after which nothing has changed. A
 * rejection leaves the outcome unknown, because the answer of a commit can be lost: the caller keeps the bytes that it
 * brought, and the collector removes them when no row names them. This port knows neither HTTP nor error codes.
 * Keys compare by the bytes of their UTF-8 form everywhere.
 */
import type { BodyPiece, Extent } from '../blobs/port.ts';

/** Anything that survives JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** A change that was made (with what it produced), or the reason why nothing changed. */
export type Outcome<Value, Reason extends string> =
  ({ readonly ok: true } & Value) | { readonly ok: false; readonly reason: Reason };

/** `never` until versioning is first set, then one of the other two for ever. */
export type Versioning = 'never' | 'enabled' | 'suspended';

/** A bucket with all of its configuration documents. */
export interface Bucket {
  /** Full name, `<name>-<appid>`. */
  readonly name: string;
  readonly region: string;
  /** Account that owns the bucket, as the access layer names it. */
  readonly owner: string;
  readonly createdAtMs: number;
  readonly versioning: Versioning;
  /** Documents by sub-resource name (`acl`, `cors`, `policy`, `lifecycle`, `tagging`, …); absent means never set. */
  readonly configs: Readonly<Record<string, Json>>;
}

/** How a body was encrypted at rest, for readers of the bytes and for response headers. Never holds a key. */
export interface Encryption {
  readonly algorithm: string;
  /** What else the access path needs to remember (key digest, key id, initialisation vector, …). */
  readonly [name: string]: Json;
}

/** State of a restore request on an archived version. */
export interface Restore {
  readonly tier: string;
  readonly days: number;
  readonly requestedAtMs: number;
  /** When the readable copy becomes available. */
  readonly readyAtMs: number;
  /** When the readable copy disappears again. */
  readonly expiresAtMs: number;
}

/** What a writer says about an object apart from its bytes. */
export interface Attributes {
  /** Stored response headers by lower-case name: `content-type`, `cache-control`, …, and `x-cos-meta-*`. */
  readonly headers: Readonly<Record<string, string>>;
  /** `STANDARD` and so on. */
  readonly storageClass: string;
  /** Account that the object belongs to. */
  readonly owner: string;
  /** Access control document; absent means the bucket's (`default`). */
  readonly acl?: Json | undefined;
  /** Tags in the order they were given. */
  readonly tagging?: Readonly<Record<string, string>> | undefined;
  readonly encryption?: Encryption | undefined;
}

/** Facts about stored bytes, computed by their receiver. */
export interface Content {
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
  /** Unsigned decimal text; absent when it could not be known. */
  readonly crc64?: string | undefined;
}

/** Names one version: the current one, one by its id, or the null version (`'null'`). */
export interface VersionRef {
  readonly bucket: string;
  readonly key: string;
  /** Absent or empty means the current version. */
  readonly versionId?: string | undefined;
}

/** Where the bytes of a version are: at hand, or a list kept under a number because it may be long. */
export type Body = { readonly pieces: readonly BodyPiece[] } | { readonly manifest: number };

/** Common to object versions and delete markers. */
interface VersionCore {
  readonly key: string;
  /** 27 characters, or `null` for the null version, or `''` in a bucket that never had versioning. */
  readonly versionId: string;
  /** Distinguishes this writing of the key from every other; grows within a key. Also the order of versions. */
  readonly revision: number;
  readonly isLatest: boolean;
  readonly modifiedAtMs: number;
  readonly owner: string;
}

/** A version with content. */
export interface ObjectVersion extends VersionCore, Attributes, Content {
  readonly kind: 'object';
  readonly type: 'normal' | 'appendable';
  readonly restore?: Restore | undefined;
  /** Number of parts, when the version was made by completing an upload. */
  readonly partCount?: number | undefined;
  readonly body: Body;
}

/** A version that says "deleted here". */
export interface DeleteMarker extends VersionCore {
  readonly kind: 'marker';
}

export type Version = ObjectVersion | DeleteMarker;

/** A version in a listing: everything but headers, access control, tags and body. */
export type ListedVersion =
  | (VersionCore &
      Content & {
        readonly kind: 'object';
        readonly storageClass: string;
        readonly type: 'normal' | 'appendable';
        readonly restore?: Restore | undefined;
      })
  | DeleteMarker;

/** Bytes for a new version or part: inline bytes or extents in order; an empty list is an empty body. */
export type NewBody = readonly BodyPiece[];

/** What must hold of the key's current version for a write to happen. */
export interface WriteConditions {
  /** No object may exist. Without effect once the bucket ever had versioning, as on COS. */
  readonly forbidOverwrite?: boolean | undefined;
  /** An object must exist and have one of these ETags (`*`: any). */
  readonly ifMatch?: readonly string[] | undefined;
  /** No object with one of these ETags may exist (`*`: any). */
  readonly ifNoneMatch?: readonly string[] | undefined;
}

/** A write that creates a version. */
export interface PutVersion {
  readonly bucket: string;
  readonly key: string;
  readonly attributes: Attributes;
  readonly content: Content;
  readonly body: NewBody;
  readonly conditions?: WriteConditions | undefined;
}

/** A copy that shares the source's bytes. */
export interface CopyVersion {
  /** The source, and the `revision` that was read and judged; a different one now refuses the copy. */
  readonly source: VersionRef & { readonly revision: number };
  readonly bucket: string;
  readonly key: string;
  readonly attributes: Attributes;
  readonly conditions?: WriteConditions | undefined;
}

/** What a write that creates a version reports. */
export interface Written {
  /** As in `Version`: an id, `null`, or `''`. */
  readonly versionId: string;
  readonly revision: number;
  readonly modifiedAtMs: number;
  readonly versioning: Versioning;
  /** A current object (not a marker) existed under the key before. */
  readonly existed: boolean;
}

export type WriteRefusal = 'noBucket' | 'exists' | 'conditionFailed';

/** One append. */
export interface Append {
  readonly bucket: string;
  readonly key: string;
  /** Where the sender believes the object ends; 0 creates it. */
  readonly position: number;
  /** The revision whose ETag and CRC `content` continues; absent when the object is to be created. */
  readonly after?: number | undefined;
  /** Used when the object is created, ignored later. */
  readonly attributes: Attributes;
  /** Size, ETag and CRC-64 of the whole object after the append. */
  readonly content: Content;
  /** Only the bytes that are added. */
  readonly body: NewBody;
}

/**
 * `position`: the object ends elsewhere (or does not exist and position is not 0).
 * `changed`: the object is not the revision that `content` was computed from; read it again and repeat.
 * `versioned`: buckets with versioning take no appends; suspended, they append to the null version.
 */
export type AppendRefusal = 'noBucket' | 'position' | 'notAppendable' | 'changed' | 'versioned';

/** Which version to delete; with a revision, only if it is (still) that one. */
export interface Deletion {
  readonly key: string;
  /** Absent or empty means what the bucket's versioning makes of a deletion without an id. */
  readonly versionId?: string | undefined;
  readonly revision?: number | undefined;
}

/** A deletion and what it did. */
export interface Deleted {
  /** Id of the version that was removed or of the marker that was made; absent if nothing happened or in `never`. */
  readonly versionId?: string | undefined;
  /** A delete marker was made or removed. */
  readonly marker: boolean;
  readonly effect: 'removed' | 'marked' | 'nothing';
}

/** Changes to a version that keep its bytes. `null` removes; absent leaves alone. */
export interface VersionPatch {
  readonly acl?: Json | undefined;
  readonly tagging?: Readonly<Record<string, string>> | null | undefined;
  readonly restore?: Restore | null | undefined;
  readonly storageClass?: string | undefined;
}

/** An upload in progress. */
export interface Upload extends Attributes {
  readonly key: string;
  readonly uploadId: string;
  /** Account that started it, as the access layer names it. */
  readonly initiator: string;
  readonly startedAtMs: number;
}

/** A stored part. */
export interface Part extends Content {
  readonly number: number;
  readonly modifiedAtMs: number;
}

/** Names one upload. All three must agree. */
export interface UploadRef {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
}

/** A part whose bytes were sent, or are a run of another version's bytes. */
export interface PutPart extends UploadRef {
  readonly number: number;
  readonly content: Content;
  readonly body:
    | NewBody
    | {
        readonly source: VersionRef & { readonly revision: number };
        readonly offset: number;
        readonly length: number;
      };
}

/** The request to turn parts into an object. */
export interface CompleteUpload extends UploadRef {
  /** What the client believes it sent, in the client's order. ETags without quotes. */
  readonly parts: readonly { readonly number: number; readonly etag: string }[];
  /** ETag of the object to be made; the store does not know the formula. */
  readonly etag: string;
  /** Every part but the last must have at least this size. */
  readonly minPartBytes: number;
  readonly conditions?: WriteConditions | undefined;
}

/** What completing an upload made. */
export interface Completed extends Written, Content {
  /** The same request had already been answered; nothing changed now. */
  readonly repeated: boolean;
}

export type CompleteRefusal = WriteRefusal | 'noUpload' | 'invalidPart' | 'invalidPartOrder' | 'partTooSmall';

/** What part of a listing is wanted. */
export interface ListRange {
  readonly bucket: string;
  readonly prefix?: string | undefined;
  readonly delimiter?: string | undefined;
  /** Items and common prefixes together; at least 1. */
  readonly limit: number;
}

/** A page of items and common prefixes, each in byte order. */
export interface Page<Item, Marker> {
  readonly items: readonly Item[];
  readonly prefixes: readonly string[];
  /** Where the next page starts; absent on the last page. */
  readonly next?: Marker | undefined;
}

/** Bytes without references. */
export interface Garbage {
  readonly blobs: readonly string[];
  /** More was waiting than one step takes. */
  readonly more: boolean;
}

/** Everything the service remembers apart from large bodies. */
export interface MetadataStore {
  /** Bodies up to this size are best kept inside the transaction, larger ones as blobs. */
  readonly inlineLimitBytes: number;

  // Buckets.
  createBucket(
    bucket: Pick<Bucket, 'name' | 'region' | 'owner'> & {
      readonly configs?: Readonly<Record<string, Json>> | undefined;
    },
  ): Promise<Outcome<{ readonly bucket: Bucket }, 'exists'>>;
  /** The bucket and all its documents. Cheap enough to be called for every request. */
  bucket(name: string): Promise<Bucket | undefined>;
  /** All buckets in byte order of their names, after `marker`. */
  buckets(options?: {
    readonly after?: string | undefined;
    readonly limit?: number | undefined;
  }): Promise<readonly Bucket[]>;
  /** Only when there is no version, no marker and no upload left. */
  deleteBucket(name: string): Promise<Outcome<object, 'noBucket' | 'notEmpty'>>;
  setVersioning(name: string, state: 'enabled' | 'suspended'): Promise<Outcome<object, 'noBucket'>>;
  /** Stores a document under a sub-resource name; `null` removes it. */
  setConfig(name: string, config: string, document: Json): Promise<Outcome<object, 'noBucket'>>;

  // Object versions.
  putVersion(put: PutVersion): Promise<Outcome<Written, WriteRefusal>>;
  copyVersion(copy: CopyVersion): Promise<Outcome<Written & Content, WriteRefusal | 'sourceChanged'>>;
  append(append: Append): Promise<Outcome<Written, AppendRefusal>>;
  /**
   * Finds a version. The current version may be a marker: callers decide what that means. With `bytes`, inline
   * bytes are read in the same step, which every caller that is going to send the body should ask for; without
   * it, `body` must not be read.
   */
  version(ref: VersionRef, options?: { readonly bytes?: boolean | undefined }): Promise<Version | undefined>;
  /**
   * The list of the first of these keys whose current version is an object with one. What is asked of it is a key and the
   * folders above it, the nearest first.
   */
  nearestAcl(bucket: string, keys: readonly string[]): Promise<Json | undefined>;
  /** The extents of a long body that overlap a run of its bytes, clipped to it. */
  manifest(manifest: number, offset: number, length: number): Promise<readonly BodyPiece[]>;
  deleteVersion(deletion: Deletion & { readonly bucket: string }): Promise<Outcome<Deleted, 'noBucket'>>;
  /** Deletes in order, in one transaction: the answers are in the order of the keys. */
  deleteVersions(
    bucket: string,
    refs: readonly Deletion[],
  ): Promise<Outcome<{ readonly deleted: readonly Deleted[] }, 'noBucket'>>;
  patchVersion(
    ref: VersionRef & { readonly revision?: number | undefined },
    patch: VersionPatch,
  ): Promise<Outcome<object, 'noBucket' | 'noVersion' | 'changed'>>;

  // Listings.
  /** Current objects. `after` is a key or a common prefix, as handed out by `next`. */
  listObjects(
    range: ListRange & { readonly after?: string | undefined },
  ): Promise<Page<ListedVersion, string>>;
  /** All versions and markers: keys ascending, newest first within a key. */
  listVersions(
    range: ListRange & { readonly after?: VersionMarker | undefined },
  ): Promise<Page<ListedVersion, VersionMarker>>;
  listUploads(
    range: ListRange & { readonly after?: UploadMarker | undefined },
  ): Promise<Page<Upload, UploadMarker>>;

  // Uploads.
  createUpload(
    upload: Pick<Upload, 'key' | 'initiator'> & { readonly bucket: string; readonly attributes: Attributes },
  ): Promise<Outcome<{ readonly uploadId: string }, 'noBucket'>>;
  upload(ref: UploadRef): Promise<Upload | undefined>;
  /** Stores a part; a part of the same number is replaced. */
  putPart(part: PutPart): Promise<Outcome<{ readonly modifiedAtMs: number }, 'noUpload' | 'sourceChanged'>>;
  /** Parts by ascending number, after a number; absent when there is no such upload. */
  parts(
    ref: UploadRef,
    options: { readonly after?: number | undefined; readonly limit: number },
  ): Promise<
    { readonly upload: Upload; readonly parts: readonly Part[]; readonly more: boolean } | undefined
  >;
  completeUpload(complete: CompleteUpload): Promise<Outcome<Completed, CompleteRefusal>>;
  abortUpload(ref: UploadRef): Promise<Outcome<object, 'noUpload'>>;

  // For the collector.
  /** Blobs that were released before the given time. They stay listed until `forget` is called. */
  garbage(releasedBeforeMs: number, limit: number): Promise<Garbage>;
  /** Says that these blobs are gone from the blob store. */
  forget(blobs: readonly string[]): Promise<void>;
  /** Those of the blobs that no metadata names, neither in use nor waiting as garbage. */
  unknownBlobs(blobs: readonly string[]): Promise<readonly string[]>;

  /** The name of the store, which the folder of its blobs has as well. */
  storeId(): Promise<string>;
  /** The time by which the store stamps changes, in milliseconds since 1970. It is one for all processes that share it. */
  nowMs(): Promise<number>;
  /**
   * Takes a job of the background for `ttlMs`: true for one process at a time, again and again as long as it asks before
   * the time is over.
   */
  lead(job: string, ttlMs: number): Promise<boolean>;
  /**
   * Resolves when every change requested of this object before is committed or has failed: a read from then
   * on sees it.
   */
  barrier(): Promise<void>;
  /** Resolves when the store can answer; rejects when it cannot. For readiness checks. */
  ping(): Promise<void>;
  /** Finishes what was accepted and releases what is held. Later calls reject. */
  close(): Promise<void>;
}

/** A place in a listing of versions. */
export interface VersionMarker {
  readonly key: string;
  /** Absent: after every version of the key. */
  readonly versionId?: string | undefined;
}

/** A place in a listing of uploads. */
export interface UploadMarker {
  readonly key: string;
  /** Absent: after every upload of the key. */
  readonly uploadId?: string | undefined;
}

export type { BodyPiece, Extent };
