/** Parameter and result types of the object methods. */
import type {
  BooleanString,
  BucketParams,
  Bytes,
  CallParams,
  Content,
  ETag,
  FollowUpParams,
  FollowUpResult,
  GeneralResult,
  Grant,
  Grants,
  Headers,
  Key,
  Location,
  Method,
  ObjectACL,
  ObjectBody,
  ObjectForm,
  ObjectParams,
  onProgress,
  Owner,
  Query,
  StorageClass,
  StreamLike,
  Tag,
  UploadBody,
  VersionId,
} from './base.ts';
import type { TaskParams } from './task.ts';

/** Metadata of one's own and any other header of the service, by its own name. */
export type MetaHeaders = { [k in `x-cos-meta-${string}`]?: string } & {
  [k in `x-cos-${string}`]?: string | number | boolean;
};

/** What travels as headers when an object is made. */
export interface ContentParams {
  CacheControl?: string;
  ContentDisposition?: string;
  ContentEncoding?: string;
  ContentLanguage?: string;
  /** Default: by the ending of the key, else `application/octet-stream`. */
  ContentType?: string;
  Expires?: string;
  StorageClass?: StorageClass;
}
export interface ObjectAclParams {
  ACL?: ObjectACL;
  GrantRead?: Grant;
  GrantReadAcp?: Grant;
  GrantWriteAcp?: Grant;
  GrantFullControl?: Grant;
}
export interface EncryptionParams {
  /** `AES256` or `cos/kms`. */
  ServerSideEncryption?: string;
  SSECustomerAlgorithm?: string;
  /** Base64 of 32 bytes. */
  SSECustomerKey?: string;
  SSECustomerKeyMD5?: string;
  SSEKMSKeyId?: string;
  SSEContext?: string;
}
export interface ConditionParams {
  IfModifiedSince?: string;
  IfUnmodifiedSince?: string;
  IfMatch?: string;
  IfNoneMatch?: string;
}

export interface HeadObjectParams extends ObjectParams, ConditionParams {
  VersionId?: VersionId;
}
export interface HeadObjectResult extends GeneralResult {
  ETag: ETag;
  VersionId?: VersionId;
  /** Set, with nothing but the status, when a condition on time or ETag made the service answer 304. */
  NotModified?: boolean;
}
export interface GetObjectParams<Form extends ObjectForm | undefined = ObjectForm | undefined>
  extends ObjectParams, ConditionParams {
  /** Node: where the bytes go instead of into memory: a writable stream or a path. */
  Output?: StreamLike | string;
  Query?: Query;
  /** Appended to the address, such as `imageMogr2/thumbnail/100x`. */
  QueryString?: string;
  /** Bits a second, 819200 to 838860800. */
  TrafficLimit?: number | string;
  ResponseCacheControl?: string;
  ResponseContentDisposition?: string;
  ResponseContentEncoding?: string;
  ResponseContentLanguage?: string;
  ResponseExpires?: string;
  ResponseContentType?: string;
  /** Such as `bytes=0-99`. */
  Range?: string;
  VersionId?: VersionId;
  /** Form of the body. Default on Node a Buffer, elsewhere `text`; `blob` on web pages only. */
  DataType?: Form;
  onProgress?: onProgress;
}
export interface GetObjectResult<
  Form extends ObjectForm | undefined = ObjectForm | undefined,
> extends GeneralResult {
  /**
   * On Node a Buffer, missing with `Output`. On web pages and in mini programs a string unless `DataType` says
   * otherwise. A whole object's CRC-64 has been compared.
   */
  Body: ObjectBody<Form>;
  ETag: ETag;
  VersionId?: VersionId;
  NotModified?: boolean;
}
export interface SelectObjectContentParams extends ObjectParams {
  /** Version of the interface: 2. */
  SelectType: number;
  /** The query and how the object is to be read; see the service's documentation. */
  SelectRequest: Record<string, unknown>;
  VersionId?: VersionId;
  /** `selectObjectContentStream` only: the answer as it came, messages and all. */
  DataType?: 'raw';
  /** How far the query is, when `SelectRequest` asks for it by `RequestProgress`. */
  onProgress?: (progress: { BytesScanned: string; BytesProcessed: string; BytesReturned: string }) => void;
}
export interface SelectObjectContentResult extends GeneralResult {
  /** All records together: on Node a Buffer, on web pages a string. */
  Payload: ObjectBody<undefined>;
  Stats?: { BytesScanned: string; BytesProcessed: string; BytesReturned: string };
}
/** The content is `Body` or `FilePath`. A stream is sent as it comes and cannot be sent again. */
export type PutObjectParams = PutParams & Content;
/** Parameters of `putObject` but for its content. */
export interface PutParams
  extends
    ObjectParams,
    MetaHeaders,
    ContentParams,
    ObjectAclParams,
    EncryptionParams,
    TaskParams,
    FollowUpParams {
  /** Bytes that a stream will give. */
  ContentLength?: number;
  ContentMD5?: string;
  Query?: Query | string;
  Expect?: string;
  TrafficLimit?: number | string;
  /** Fail when the key exists. */
  ForbidOverwrite?: boolean | BooleanString;
  UploadAddMetaMd5?: boolean;
  /** Processing of the picture, as JSON. */
  PicOperations?: string;
  /** Types that the content may have. */
  MimeLimit?: string;
  /** Do not wait in the queue. */
  SkipTask?: boolean;
}
export interface PutObjectResult extends GeneralResult, FollowUpResult {
  ETag: ETag;
  Location: Location;
  VersionId?: VersionId;
  /** CRC-64/XZ of what was sent, unsigned decimal; it equals what the service holds. Missing where nothing confirms it. */
  CRC64?: string;
  /** Whether a checksum proves that the service holds these bytes; `none` where it or the CORS rules show none. */
  verified?: 'object' | 'none';
}
/** The content is `FilePath` in mini programs and on Node, and `Body` in web pages, where files have no paths. */
export type PostObjectParams = FormParams & Content;
/** Parameters of `postObject` but for its content. */
export interface FormParams
  extends
    ObjectParams,
    MetaHeaders,
    ContentParams,
    ObjectAclParams,
    EncryptionParams,
    TaskParams,
    FollowUpParams {
  TrafficLimit?: number | string;
  ForbidOverwrite?: boolean | BooleanString;
}
export interface PostObjectResult extends GeneralResult, FollowUpResult {
  ETag: ETag;
  Location: Location;
}
export type AppendObjectParams = Omit<PutParams, keyof FollowUpParams> & Content & {
  /** Length of the object so far; 0 makes it. */
  Position: number | string;
};
/** The next position is in `headers['x-cos-next-append-position']`. */
export interface AppendObjectResult extends GeneralResult {
  VersionId?: VersionId;
}
export interface DeleteObjectParams extends ObjectParams {
  VersionId?: VersionId;
}
export interface DeleteObjectResult extends GeneralResult {
  VersionId?: VersionId;
  DeleteMarker?: BooleanString;
  /** Set when the bucket does not exist. */
  BucketNotFound?: boolean;
}
export interface DeleteMultipleObjectParams extends BucketParams {
  /** Up to 1,000. */
  Objects: { Key: Key; VersionId?: VersionId }[];
  /** Name failures only. */
  Quiet?: boolean;
}
export interface DeleteMultipleObjectResult extends GeneralResult {
  Deleted: {
    Key: Key;
    VersionId?: VersionId;
    DeleteMarker?: BooleanString;
    DeleteMarkerVersionId?: VersionId;
  }[];
  Error: { Key: Key; VersionId?: VersionId; Code?: string; Message?: string }[];
}
export interface GetObjectAclParams extends ObjectParams {
  VersionId?: VersionId;
}
export interface GetObjectAclResult extends GeneralResult {
  ACL: ObjectACL;
  GrantRead: Grant;
  GrantReadAcp: Grant;
  GrantWriteAcp: Grant;
  GrantFullControl: Grant;
  Owner: Owner;
  Grants: Grants[];
}
export interface PutObjectAclParams extends ObjectParams, ObjectAclParams {
  AccessControlPolicy?: { Owner: Owner; Grants: Grants[] };
}
export type PutObjectAclResult = GeneralResult;
export interface OptionsObjectParams extends ObjectParams {
  Origin: string;
  AccessControlRequestMethod: Method;
  AccessControlRequestHeaders: string;
}
export interface OptionsObjectResult extends GeneralResult {
  AccessControlAllowOrigin: string;
  AccessControlAllowMethods: string;
  AccessControlAllowHeaders: string;
  AccessControlExposeHeaders: string;
  AccessControlMaxAge: string;
  /** Set, with nothing but the status, when the request would not be allowed. */
  OptionsForbidden?: boolean;
}
export interface RestoreRequest {
  Days: number | string;
  CASJobParameters: { Tier: 'Expedited' | 'Standard' | 'Bulk' };
}
export interface RestoreObjectParams extends ObjectParams {
  RestoreRequest: RestoreRequest;
  VersionId?: VersionId;
}
export type RestoreObjectResult = GeneralResult;
export interface PutObjectCopyParams
  extends ObjectParams, MetaHeaders, ContentParams, ObjectAclParams, EncryptionParams {
  /** `<bucket>.cos.<region>.myqcloud.com/<encoded key>[?versionId=<id>]`. */
  CopySource: string;
  /** `Replaced` takes the metadata of this call, `Copy` (the default) that of the source. */
  MetadataDirective?: 'Copy' | 'Replaced';
  CopySourceIfModifiedSince?: string;
  CopySourceIfUnmodifiedSince?: string;
  CopySourceIfMatch?: string;
  CopySourceIfNoneMatch?: string;
}
export interface PutObjectCopyResult extends GeneralResult {
  ETag: ETag;
  CRC64: string;
  LastModified: string;
  VersionId: VersionId;
  Location: Location;
}
export interface PutObjectTaggingParams extends ObjectParams {
  /** Up to 10. */
  Tags: Tag[];
  VersionId?: VersionId;
}
export type PutObjectTaggingResult = GeneralResult;
export interface GetObjectTaggingParams extends ObjectParams {
  VersionId?: VersionId;
}
export interface GetObjectTaggingResult extends GeneralResult {
  Tags: Tag[];
}
export interface DeleteObjectTaggingParams extends ObjectParams {
  VersionId?: VersionId;
}
export type DeleteObjectTaggingResult = GeneralResult;

/** A request of one's own making. */
export interface RequestParams extends CallParams {
  Bucket?: string;
  Region?: string;
  Method: string;
  Key?: Key;
  Query?: Query;
  Body?: UploadBody;
  /** Sub-resource, such as `acl`. */
  Action?: string;
  /** A whole address instead of Bucket, Region and Key. */
  Url?: string;
  /** Give the body as it is. */
  RawBody?: boolean;
  DataType?: 'text' | 'arraybuffer';
  ContentType?: string;
  Headers?: Headers;
}
export interface RequestResult extends GeneralResult {
  Body?: Bytes | string;
  [key: string]: unknown;
}
