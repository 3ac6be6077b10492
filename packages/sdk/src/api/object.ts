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
  /** Cache-Control of the object. */
  CacheControl?: string;
  /** Content-Disposition of the object. */
  ContentDisposition?: string;
  /** Content-Encoding of the object. */
  ContentEncoding?: string;
  /** Content-Language of the object. */
  ContentLanguage?: string;
  /** Default: by the ending of the key, else `application/octet-stream`. */
  ContentType?: string;
  /** Expires of the object, as an HTTP date. */
  Expires?: string;
  /** Storage class. Default `STANDARD`. */
  StorageClass?: StorageClass;
}
export interface ObjectAclParams {
  /** Canned access control list. */
  ACL?: ObjectACL;
  /** Who may read: `id="…"`, several separated by commas. */
  GrantRead?: Grant;
  /** Who may read the access control list. */
  GrantReadAcp?: Grant;
  /** Who may replace the access control list. */
  GrantWriteAcp?: Grant;
  /** Who may do all of that. */
  GrantFullControl?: Grant;
}
export interface EncryptionParams {
  /** `AES256` or `cos/kms`. */
  ServerSideEncryption?: string;
  /** `AES256`, with a key of your own. */
  SSECustomerAlgorithm?: string;
  /** Base64 of 32 bytes. */
  SSECustomerKey?: string;
  /** MD5 of that key in base64. */
  SSECustomerKeyMD5?: string;
  /** Key of KMS, with `cos/kms`. */
  SSEKMSKeyId?: string;
  /** Context for KMS: JSON in base64. */
  SSEContext?: string;
}
export interface ConditionParams {
  /** Only when changed after this HTTP date; else 304. */
  IfModifiedSince?: string;
  /** Only when not changed after this HTTP date; else 412. */
  IfUnmodifiedSince?: string;
  /** Only when the ETag is this; else 412. */
  IfMatch?: string;
  /** Only when the ETag is another; else 304. */
  IfNoneMatch?: string;
}

export interface HeadObjectParams extends ObjectParams, ConditionParams {
  /** Version of the object. Default: the newest. */
  VersionId?: VersionId;
}
export interface HeadObjectResult extends GeneralResult {
  /** ETag of the object, with its double quotes. */
  ETag: ETag;
  /** Version of the object, where the bucket has versions. */
  VersionId?: VersionId;
  /** Set, with nothing but the status, when a condition on time or ETag made the service answer 304. */
  NotModified?: boolean;
}
export interface GetObjectParams<Form extends ObjectForm | undefined = ObjectForm | undefined>
  extends ObjectParams, ConditionParams {
  /** Node: where the bytes go instead of into memory: a writable stream or a path. */
  Output?: StreamLike | string;
  /** Further query parameters. */
  Query?: Query;
  /** Appended to the address, such as `imageMogr2/thumbnail/100x`. */
  QueryString?: string;
  /** Bits a second, 819200 to 838860800. */
  TrafficLimit?: number | string;
  /** Cache-Control that the answer shall have. */
  ResponseCacheControl?: string;
  /** Content-Disposition that the answer shall have. */
  ResponseContentDisposition?: string;
  /** Content-Encoding that the answer shall have. */
  ResponseContentEncoding?: string;
  /** Content-Language that the answer shall have. */
  ResponseContentLanguage?: string;
  /** Expires that the answer shall have. */
  ResponseExpires?: string;
  /** Content-Type that the answer shall have. */
  ResponseContentType?: string;
  /** Such as `bytes=0-99`. */
  Range?: string;
  /** Version of the object. Default: the newest. */
  VersionId?: VersionId;
  /** Form of the body. Default on Node a Buffer, elsewhere `text`; `blob` on web pages only. */
  DataType?: Form;
  /** Called with how far it is, at most once per `ProgressInterval`. */
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
  /** ETag of the object, with its double quotes. */
  ETag: ETag;
  /** Version of the object, where the bucket has versions. */
  VersionId?: VersionId;
  /** Set when a condition made the service answer 304. */
  NotModified?: boolean;
}
export interface SelectObjectContentParams extends ObjectParams {
  /** Version of the interface: 2. */
  SelectType: number;
  /** The query and how the object is to be read; see the service's documentation. */
  SelectRequest: Record<string, unknown>;
  /** Version of the object. Default: the newest. */
  VersionId?: VersionId;
  /** `selectObjectContentStream` only: the answer as it came, messages and all. */
  DataType?: 'raw';
  /** How far the query is, when `SelectRequest` asks for it by `RequestProgress`. */
  onProgress?: (progress: { BytesScanned: string; BytesProcessed: string; BytesReturned: string }) => void;
}
export interface SelectObjectContentResult extends GeneralResult {
  /** All records together: on Node a Buffer, on web pages a string. */
  Payload: ObjectBody<undefined>;
  /** Bytes that the query scanned, processed and returned. */
  Stats?: { BytesScanned: string; BytesProcessed: string; BytesReturned: string };
}
/** What every way to make an object takes. */
export interface NewObjectParams
  extends ObjectParams, MetaHeaders, ContentParams, ObjectAclParams, EncryptionParams {}
/** The content is `Body` or `FilePath`. A stream is sent as it comes and cannot be sent again. */
export type PutObjectParams = PutParams & Content;
/** Parameters of `putObject` but for its content. */
export interface PutParams
  extends NewObjectParams, TaskParams, FollowUpParams {
  /** Bytes that a stream will give. */
  ContentLength?: number;
  /** MD5 of the body in base64; the service compares it. */
  ContentMD5?: string;
  /** Further query parameters. */
  Query?: Query | string;
  /** `100-continue`, where the host can wait for it. */
  Expect?: string;
  /** Bits a second, 819200 to 838860800. */
  TrafficLimit?: number | string;
  /** Fail when the key exists. */
  ForbidOverwrite?: boolean | BooleanString;
  /** Store the MD5 as `x-cos-meta-md5`. Default: the option of the same name. */
  UploadAddMetaMd5?: boolean;
  /** Processing of the picture, as JSON. */
  PicOperations?: string;
  /** Types that the content may have. */
  MimeLimit?: string;
  /** Do not wait in the queue. */
  SkipTask?: boolean;
}
export interface PutObjectResult extends GeneralResult, FollowUpResult {
  /** ETag of the object, with its double quotes. */
  ETag: ETag;
  /** Address without a scheme. */
  Location: Location;
  /** Version of the object, where the bucket has versions. */
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
  extends NewObjectParams, TaskParams, FollowUpParams {
  /** Bits a second, 819200 to 838860800. */
  TrafficLimit?: number | string;
  /** Fail when the key exists. */
  ForbidOverwrite?: boolean | BooleanString;
}
export interface PostObjectResult extends GeneralResult, FollowUpResult {
  /** ETag of the object, with its double quotes. */
  ETag: ETag;
  /** Address without a scheme. */
  Location: Location;
}
export type AppendObjectParams = Omit<PutParams, keyof FollowUpParams> & Content & {
  /** Length of the object so far; 0 makes it. */
  Position: number | string;
};
/** The next position is in `headers['x-cos-next-append-position']`. */
export interface AppendObjectResult extends GeneralResult {
  /** Version of the object, where the bucket has versions. */
  VersionId?: VersionId;
}
export interface DeleteObjectParams extends ObjectParams {
  /** Version of the object. Default: the newest. */
  VersionId?: VersionId;
}
export interface DeleteObjectResult extends GeneralResult {
  /** Version of the object, where the bucket has versions. */
  VersionId?: VersionId;
  /** `true` when it is a delete marker. */
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
  /** What was deleted; empty with `Quiet`. */
  Deleted: {
    Key: Key;
    VersionId?: VersionId;
    DeleteMarker?: BooleanString;
    DeleteMarkerVersionId?: VersionId;
  }[];
  /** What could not be deleted, and why. */
  Error: { Key: Key; VersionId?: VersionId; Code?: string; Message?: string }[];
}
export interface GetObjectAclParams extends ObjectParams {
  /** Version of the object. Default: the newest. */
  VersionId?: VersionId;
}
export interface GetObjectAclResult extends GeneralResult {
  /** Canned access control list. */
  ACL: ObjectACL;
  /** Who may read: `id="…"`, several separated by commas. */
  GrantRead: Grant;
  /** Who may read the access control list. */
  GrantReadAcp: Grant;
  /** Who may replace the access control list. */
  GrantWriteAcp: Grant;
  /** Who may do all of that. */
  GrantFullControl: Grant;
  /** The account that owns it. */
  Owner: Owner;
  /** Entries of the access control list. */
  Grants: Grants[];
}
export interface PutObjectAclParams extends ObjectParams, ObjectAclParams {
  /** The whole list, in place of canned names and grants. */
  AccessControlPolicy?: { Owner: Owner; Grants: Grants[] };
}
export type PutObjectAclResult = GeneralResult;
export interface OptionsObjectParams extends ObjectParams {
  /** Origin of the page, such as `https://app.example.com`. */
  Origin: string;
  /** Method that the page would use. */
  AccessControlRequestMethod: Method;
  /** Headers that the page would send, separated by commas. */
  AccessControlRequestHeaders: string;
}
export interface OptionsObjectResult extends GeneralResult {
  /** Origin that is allowed, or `*`. */
  AccessControlAllowOrigin: string;
  /** Methods that are allowed. */
  AccessControlAllowMethods: string;
  /** Headers that are allowed. */
  AccessControlAllowHeaders: string;
  /** Headers of answers that the page may read. */
  AccessControlExposeHeaders: string;
  /** Seconds that a browser may remember the answer. */
  AccessControlMaxAge: string;
  /** Set, with nothing but the status, when the request would not be allowed. */
  OptionsForbidden?: boolean;
}
export interface RestoreRequest {
  Days: number | string;
  CASJobParameters: { Tier: 'Expedited' | 'Standard' | 'Bulk' };
}
export interface RestoreObjectParams extends ObjectParams {
  /** For how many days, and how soon. */
  RestoreRequest: RestoreRequest;
  /** Version of the object. Default: the newest. */
  VersionId?: VersionId;
}
export type RestoreObjectResult = GeneralResult;
export interface PutObjectCopyParams
  extends NewObjectParams {
  /** `<bucket>.cos.<region>.myqcloud.com/<encoded key>[?versionId=<id>]`. */
  CopySource: string;
  /** `Replaced` takes the metadata of this call, `Copy` (the default) that of the source. */
  MetadataDirective?: 'Copy' | 'Replaced';
  /** Copy only when the source changed after this HTTP date; else 412. */
  CopySourceIfModifiedSince?: string;
  /** Copy only when the source did not change after this HTTP date; else 412. */
  CopySourceIfUnmodifiedSince?: string;
  /** Copy only when the ETag of the source is this; else 412. */
  CopySourceIfMatch?: string;
  /** Copy only when the ETag of the source is another; else 412. */
  CopySourceIfNoneMatch?: string;
}
export interface PutObjectCopyResult extends GeneralResult {
  /** ETag of the object, with its double quotes. */
  ETag: ETag;
  /** CRC-64/XZ of the object, unsigned decimal. */
  CRC64: string;
  /** When it was made, in ISO 8601. */
  LastModified: string;
  /** Version of the object, where the bucket has versions. */
  VersionId: VersionId;
  /** Address without a scheme. */
  Location: Location;
}
export interface PutObjectTaggingParams extends ObjectParams {
  /** Up to 10. */
  Tags: Tag[];
  /** Version of the object. Default: the newest. */
  VersionId?: VersionId;
}
export type PutObjectTaggingResult = GeneralResult;
export interface GetObjectTaggingParams extends ObjectParams {
  /** Version of the object. Default: the newest. */
  VersionId?: VersionId;
}
export interface GetObjectTaggingResult extends GeneralResult {
  /** Tags. */
  Tags: Tag[];
}
export interface DeleteObjectTaggingParams extends ObjectParams {
  /** Version of the object. Default: the newest. */
  VersionId?: VersionId;
}
export type DeleteObjectTaggingResult = GeneralResult;

/** A request of one's own making. */
export interface RequestParams extends CallParams {
  /** Full name of the bucket, `<name>-<appid>`. */
  Bucket?: string;
  /** Region of the bucket, such as `ap-guangzhou`. */
  Region?: string;
  /** HTTP method. */
  Method: string;
  /** Key of the object, 1 to 850 bytes in UTF-8. */
  Key?: Key;
  /** Further query parameters. */
  Query?: Query;
  /** The content. */
  Body?: UploadBody;
  /** Sub-resource, such as `acl`. */
  Action?: string;
  /** A whole address instead of Bucket, Region and Key. */
  Url?: string;
  /** Give the body as it is. */
  RawBody?: boolean;
  /** Form of the body of the answer. */
  DataType?: 'text' | 'arraybuffer';
  /** Content-Type of the body. */
  ContentType?: string;
  Headers?: Headers;
}
export interface RequestResult extends GeneralResult {
  /** The content. */
  Body?: Bytes | string;
  [key: string]: unknown;
}
