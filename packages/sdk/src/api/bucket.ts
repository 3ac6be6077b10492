/** Parameter and result types of the methods of buckets and of what is in them. */
import type {
  BooleanString,
  Bucket,
  BucketACL,
  BucketParams,
  CallParams,
  Delimiter,
  EncodingType,
  ETag,
  GeneralResult,
  Grant,
  Grants,
  IsoDateTime,
  Key,
  Location,
  Owner,
  Prefix,
  Region,
  StorageClass,
  VersionId,
} from './base.ts';



export interface GetServiceParams extends CallParams {
  /** Ask this region's host, for the buckets of this region. */
  Region?: Region;
  /** Only buckets with this tag. */
  TagKey?: string;
  /** Value of that tag. */
  TagValue?: string;
  /** Unix seconds; with CreateRange. */
  CreateTime?: number;
  /** Only buckets made before or after `CreateTime`: `lt`, `lte`, `gt` or `gte`. */
  CreateRange?: string;
  Marker?: string;
  /** Up to 2,000. Default 2,000. */
  MaxKeys?: number;
}
export interface GetServiceResult extends GeneralResult {
  /** The buckets, by name. */
  Buckets: { Name: Bucket; Location: Region; CreationDate: IsoDateTime; BucketType?: string }[];
  /** The account that owns it. */
  Owner: Owner;
}
/** Who may use a bucket, as headers say it. */
export interface BucketAclParams {
  /** Canned access control list. */
  ACL?: BucketACL;
  /** Who may read: `id="…"`, several separated by commas. */
  GrantRead?: Grant;
  /** Who may write: `id="…"`, several separated by commas. */
  GrantWrite?: Grant;
  /** Who may read the access control list. */
  GrantReadAcp?: Grant;
  /** Who may replace the access control list. */
  GrantWriteAcp?: Grant;
  /** Who may do all of that. */
  GrantFullControl?: Grant;
}
export interface PutBucketParams extends BucketParams, BucketAclParams {
  /** `MAZ` for several availability zones. */
  BucketAZConfig?: string;
  /** `OFS` for a bucket with metadata acceleration. */
  BucketArchConfig?: string;
}
export interface PutBucketResult extends GeneralResult {
  /** Address without a scheme. */
  Location: Location;
}
export type HeadBucketParams = BucketParams;
export type HeadBucketResult = GeneralResult;
export interface GetBucketParams extends BucketParams {
  /** Only keys that begin with it. */
  Prefix?: Prefix;
  /** One character; keys that share the text before it count as one of `CommonPrefixes`. */
  Delimiter?: Delimiter;
  /** List keys after this one. */
  Marker?: Key;
  /** 1 to 1000. Default 1000. */
  MaxKeys?: number;
  /** `url`: keys of the answer are percent-encoded. */
  EncodingType?: EncodingType;
}
/** An object in a list. All values are text. */
export interface CosObject {
  Key: Key;
  LastModified: IsoDateTime;
  ETag: ETag;
  Size: string;
  StorageClass: StorageClass;
  StorageTier?: string;
  Owner: Owner;
}
export interface GetBucketResult extends GeneralResult {
  /** Name of the bucket. */
  Name: string;
  Prefix: string;
  Marker: string;
  MaxKeys: string;
  Delimiter?: string;
  EncodingType?: string;
  /** The objects of this page. */
  Contents: CosObject[];
  /** What the delimiter made one of. */
  CommonPrefixes: { Prefix: Prefix }[];
  /** `true` when more follows. */
  IsTruncated: BooleanString;
  /** `Marker` of the next page. */
  NextMarker?: string;
}
export interface ListObjectVersionsParams extends BucketParams {
  /** Only keys that begin with it. */
  Prefix?: Prefix;
  /** One character; keys that share the text before it count as one of `CommonPrefixes`. */
  Delimiter?: Delimiter;
  Marker?: string;
  /** Where the page begins, by key. */
  KeyMarker?: string;
  /** Where the page begins, by version of that key. */
  VersionIdMarker?: string;
  /** Most entries of a page, 1 to 1000. Default 1000. */
  MaxKeys?: number | string;
  /** `url`: keys of the answer are percent-encoded. */
  EncodingType?: EncodingType;
}
export interface DeleteMarker {
  Key: Key;
  VersionId: VersionId;
  IsLatest: string;
  LastModified: IsoDateTime;
  Owner: Owner;
}
export interface ObjectVersion {
  Key: Key;
  VersionId: VersionId;
  IsLatest: BooleanString;
  LastModified: IsoDateTime;
  ETag: ETag;
  Size: string;
  Owner: Owner;
  StorageClass: StorageClass;
  StorageTier?: string;
}
export interface ListObjectVersionsResult extends GeneralResult {
  /** What the delimiter made one of. */
  CommonPrefixes: { Prefix: Prefix }[];
  /** Versions of objects. */
  Versions: ObjectVersion[];
  /** Delete markers. */
  DeleteMarkers: DeleteMarker[];
  /** `true` when more follows. */
  IsTruncated: BooleanString;
  /** `Marker` of the next page. */
  NextMarker?: string;
  /** `KeyMarker` of the next page. */
  NextKeyMarker?: string;
  /** `VersionIdMarker` of the next page. */
  NextVersionIdMarker?: string;
  EncodingType?: string;
  Name: string;
  Prefix: string;
  KeyMarker: string;
  VersionIdMarker: string;
  MaxKeys: string;
  Delimiter?: string;
}
export type DeleteBucketParams = BucketParams;
export type DeleteBucketResult = GeneralResult;
export interface PutBucketAclParams extends BucketParams, BucketAclParams {
  /** The whole list, in place of canned names and grants. */
  AccessControlPolicy?: { Owner: Owner; Grants: Grants[] };
}
export type PutBucketAclResult = GeneralResult;
export type GetBucketAclParams = BucketParams;
export interface GetBucketAclResult extends GeneralResult {
  /** Canned access control list. */
  ACL: BucketACL;
  GrantRead: Grant;
  GrantWrite: Grant;
  GrantReadAcp: Grant;
  GrantWriteAcp: Grant;
  GrantFullControl: Grant;
  /** The account that owns it. */
  Owner: Owner;
  /** Entries of the access control list. */
  Grants: Grants[];
}
