/**
 * The public declarations of every entry of this package: the class, and under its name all types that applications
 * import from the official SDKs' declarations. The entries give the same class for different hosts, so one set of
 * declarations serves all of them. This module is never loaded: it declares, and a test holds it against the class.
 */
// prettier-ignore
import type {
  Action, BlobLike, BooleanString, Bucket, BucketACL, BucketParams, Bytes, Call, Callback,
  CallParams, Content, CosError, CosSdkError, Delimiter, EncodingType, ETag, FollowUpParams, FollowUpResult,
  GeneralResult, Grant, Grants,
  GroupOwner, Headers, HostBlob, Initiator, IsoDateTime, Key, Location, Method, ObjectACL, ObjectBody, ObjectForm, ObjectParams,
  onProgress, Owner, Part, PartNumber, Pathname, Permission, Prefix, ProgressInfo, Query, Region,
  ResponseHeaders, StorageClass, StreamLike, Tag, UploadBody, UploadId, VersionId,
} from './base.ts';
// prettier-ignore
import type {
  BucketAclParams, CosObject, DeleteBucketParams, DeleteBucketResult, DeleteMarker, GetBucketAclParams,
  GetBucketAclResult, GetBucketParams, GetBucketResult, GetServiceParams, GetServiceResult,
  HeadBucketParams, HeadBucketResult, ListObjectVersionsParams, ListObjectVersionsResult,
  ObjectVersion, PutBucketAclParams, PutBucketAclResult, PutBucketParams, PutBucketResult,
} from './bucket.ts';
// prettier-ignore
import type {
  AccelerateConfiguration, BucketLoggingStatus, CORSRule, DeleteBucketCorsParams,
  DeleteBucketCorsResult, DeleteBucketDomainParams, DeleteBucketDomainResult,
  DeleteBucketEncryptionParams, DeleteBucketEncryptionResult, DeleteBucketInventoryParams,
  DeleteBucketInventoryResult, DeleteBucketLifecycleParams, DeleteBucketLifecycleResult,
  DeleteBucketOriginParams, DeleteBucketOriginResult, DeleteBucketPolicyParams,
  DeleteBucketPolicyResult, DeleteBucketReplicationParams, DeleteBucketReplicationResult,
  DeleteBucketTaggingParams, DeleteBucketTaggingResult, DeleteBucketWebsiteParams,
  DeleteBucketWebsiteResult, DomainRule, EncryptionRule, GetBucketAccelerateParams,
  GetBucketAccelerateResult, GetBucketCorsParams, GetBucketCorsResult, GetBucketDomainParams,
  GetBucketDomainResult, GetBucketEncryptionParams, GetBucketEncryptionResult,
  GetBucketInventoryParams, GetBucketInventoryResult, GetBucketLifecycleParams,
  GetBucketLifecycleResult, GetBucketLocationParams, GetBucketLocationResult, GetBucketLoggingParams,
  GetBucketLoggingResult, GetBucketOriginParams, GetBucketOriginResult, GetBucketPolicyParams,
  GetBucketPolicyResult, GetBucketRefererParams, GetBucketRefererResult, GetBucketReplicationParams,
  GetBucketReplicationResult, GetBucketTaggingParams, GetBucketTaggingResult,
  GetBucketVersioningParams, GetBucketVersioningResult, GetBucketWebsiteParams,
  GetBucketWebsiteResult, InventoryConfiguration, LifecycleRule, ListBucketInventoryParams,
  ListBucketInventoryResult, OriginRule, PostBucketInventoryParams, PostBucketInventoryResult,
  PutBucketAccelerateParams, PutBucketAccelerateResult, PutBucketCorsParams, PutBucketCorsResult,
  PutBucketDomainParams, PutBucketDomainResult, PutBucketEncryptionParams, PutBucketEncryptionResult,
  PutBucketInventoryParams, PutBucketInventoryResult, PutBucketLifecycleParams,
  PutBucketLifecycleResult, PutBucketLoggingParams, PutBucketLoggingResult, PutBucketOriginParams,
  PutBucketOriginResult, PutBucketPolicyParams, PutBucketPolicyResult, PutBucketRefererParams,
  PutBucketRefererResult, PutBucketReplicationParams, PutBucketReplicationResult,
  PutBucketTaggingParams, PutBucketTaggingResult, PutBucketVersioningParams,
  PutBucketVersioningResult, PutBucketWebsiteParams, PutBucketWebsiteResult, RefererConfiguration,
  ReplicationConfiguration, ReplicationRule, ServerSideEncryptionConfiguration,
  VersioningConfiguration, WebsiteConfiguration,
} from './bucket-documents.ts';
// prettier-ignore
import type {
  AppendObjectParams, AppendObjectResult, ConditionParams, ContentParams,
  DeleteMultipleObjectParams, DeleteMultipleObjectResult, DeleteObjectParams, DeleteObjectResult,
  DeleteObjectTaggingParams, DeleteObjectTaggingResult, EncryptionParams, FormParams, GetObjectAclParams,
  GetObjectAclResult, GetObjectParams, GetObjectResult, GetObjectTaggingParams,
  GetObjectTaggingResult, HeadObjectParams, HeadObjectResult, MetaHeaders, NewObjectParams, ObjectAclParams,
  OptionsObjectParams, OptionsObjectResult, PostObjectParams, PostObjectResult, PutObjectAclParams,
  PutObjectAclResult, PutObjectCopyParams, PutObjectCopyResult, PutObjectParams, PutObjectResult,
  PutObjectTaggingParams, PutObjectTaggingResult, PutParams, RequestParams, RequestResult,
  RestoreObjectParams, RestoreObjectResult, RestoreRequest, SelectObjectContentParams,
  SelectObjectContentResult, } from './object.ts';
// prettier-ignore
import type { Task, TaskId, TaskList, TaskParams } from './task.ts';

// prettier-ignore
import type {
  Authorization, CopySourceParserFunction, COSOptions, Credentials, GetAuthorizationCallbackParams,
  GetAuthorizationOptions, GetAuthParams, GetObjectUrlParams, GetObjectUrlResult, GetV4AuthParams,
  Scope, StaticGetAuthorizationOptions, StringOrBuffer, Util,
} from './options.ts';
// prettier-ignore
import type {
  AbortedUpload, AbortUploadTaskParams, AbortUploadTaskResult, DownloadFileParams,
  DownloadFileResult, FileFinishInfo, FileUploadParams, MultipartAbortParams, MultipartAbortResult,
  MultipartCompleteParams, MultipartCompleteResult, MultipartInitParams, MultipartInitResult,
  MultipartListParams, MultipartListPartParams, MultipartListPartResult, MultipartListResult,
  MultipartUploadParams, MultipartUploadResult, onFileFinish, SliceCopyFileParams,
  SliceCopyFileResult, SliceUploadFileParams, SliceUploadFileResult, UploadTask, UploadTaskResult, UploadFileItemParams, UploadFileItemResult, UploadFileParams, UploadFileResult,
  UploadFilesParams, UploadFilesResult, UploadPartCopyParams, UploadPartCopyResult,
} from './upload.ts';

/** The client: one instance per set of options. Methods take a callback, or give a promise when there is none. */
export declare class COS {
  /** Version of this package. */
  static readonly version: string;
  /** Signs what the application says it will send; gives the value of the Authorization header. */
  static readonly getAuthorization: (options: StaticGetAuthorizationOptions) => string;
  static readonly util: Util;

  /** Throws a UsageError for options that are wrong or cannot be honoured. */
  constructor(options: COSOptions);

  /** The options in effect. Changes apply to the calls that follow. */
  readonly options: COSOptions;

  /** Lists the buckets of the account. */
  readonly getService: {
    (callback: Callback<GetServiceResult>): void;
    (params: GetServiceParams, callback: Callback<GetServiceResult>): void;
    (params?: GetServiceParams): Promise<GetServiceResult>;
  };
  /** Makes a bucket. */
  readonly putBucket: Call<PutBucketParams, PutBucketResult>;
  /** Says whether a bucket exists and may be seen. */
  readonly headBucket: Call<HeadBucketParams, HeadBucketResult>;
  /** Lists objects, up to 1,000 a page. */
  readonly getBucket: Call<GetBucketParams, GetBucketResult>;
  /** Lists versions and delete markers. */
  readonly listObjectVersions: Call<ListObjectVersionsParams, ListObjectVersionsResult>;
  /** Deletes an empty bucket. */
  readonly deleteBucket: Call<DeleteBucketParams, DeleteBucketResult>;
  /** Replaces the access control list of a bucket. */
  readonly putBucketAcl: Call<PutBucketAclParams, PutBucketAclResult>;
  /** Reads the access control list of a bucket. */
  readonly getBucketAcl: Call<GetBucketAclParams, GetBucketAclResult>;
  /** Replaces the rules for cross-origin requests of a bucket. */
  readonly putBucketCors: Call<PutBucketCorsParams, PutBucketCorsResult>;
  /** Reads the rules for cross-origin requests of a bucket. */
  readonly getBucketCors: Call<GetBucketCorsParams, GetBucketCorsResult>;
  /** Removes the rules for cross-origin requests of a bucket. */
  readonly deleteBucketCors: Call<DeleteBucketCorsParams, DeleteBucketCorsResult>;
  /** Reads which region a bucket is in. */
  readonly getBucketLocation: Call<GetBucketLocationParams, GetBucketLocationResult>;
  /** Replaces the policy of a bucket. */
  readonly putBucketPolicy: Call<PutBucketPolicyParams, PutBucketPolicyResult>;
  /** Reads the policy of a bucket. */
  readonly getBucketPolicy: Call<GetBucketPolicyParams, GetBucketPolicyResult>;
  /** Removes the policy of a bucket. */
  readonly deleteBucketPolicy: Call<DeleteBucketPolicyParams, DeleteBucketPolicyResult>;
  /** Replaces the tags of a bucket. */
  readonly putBucketTagging: Call<PutBucketTaggingParams, PutBucketTaggingResult>;
  /** Reads the tags of a bucket. */
  readonly getBucketTagging: Call<GetBucketTaggingParams, GetBucketTaggingResult>;
  /** Removes the tags of a bucket. */
  readonly deleteBucketTagging: Call<DeleteBucketTaggingParams, DeleteBucketTaggingResult>;
  /** Replaces the lifecycle rules of a bucket. */
  readonly putBucketLifecycle: Call<PutBucketLifecycleParams, PutBucketLifecycleResult>;
  /** Reads the lifecycle rules of a bucket. */
  readonly getBucketLifecycle: Call<GetBucketLifecycleParams, GetBucketLifecycleResult>;
  /** Removes the lifecycle rules of a bucket. */
  readonly deleteBucketLifecycle: Call<DeleteBucketLifecycleParams, DeleteBucketLifecycleResult>;
  /** Replaces the versioning of a bucket. */
  readonly putBucketVersioning: Call<PutBucketVersioningParams, PutBucketVersioningResult>;
  /** Reads the versioning of a bucket. */
  readonly getBucketVersioning: Call<GetBucketVersioningParams, GetBucketVersioningResult>;
  /** Replaces the replication rules of a bucket. */
  readonly putBucketReplication: Call<PutBucketReplicationParams, PutBucketReplicationResult>;
  /** Reads the replication rules of a bucket. */
  readonly getBucketReplication: Call<GetBucketReplicationParams, GetBucketReplicationResult>;
  /** Removes the replication rules of a bucket. */
  readonly deleteBucketReplication: Call<DeleteBucketReplicationParams, DeleteBucketReplicationResult>;
  /** Replaces the website settings of a bucket. */
  readonly putBucketWebsite: Call<PutBucketWebsiteParams, PutBucketWebsiteResult>;
  /** Reads the website settings of a bucket. */
  readonly getBucketWebsite: Call<GetBucketWebsiteParams, GetBucketWebsiteResult>;
  /** Removes the website settings of a bucket. */
  readonly deleteBucketWebsite: Call<DeleteBucketWebsiteParams, DeleteBucketWebsiteResult>;
  /** Replaces the hot-link rules of a bucket. */
  readonly putBucketReferer: Call<PutBucketRefererParams, PutBucketRefererResult>;
  /** Reads the hot-link rules of a bucket. */
  readonly getBucketReferer: Call<GetBucketRefererParams, GetBucketRefererResult>;
  /** Replaces the own domains of a bucket. */
  readonly putBucketDomain: Call<PutBucketDomainParams, PutBucketDomainResult>;
  /** Reads the own domains of a bucket. */
  readonly getBucketDomain: Call<GetBucketDomainParams, GetBucketDomainResult>;
  /** Removes the own domains of a bucket. */
  readonly deleteBucketDomain: Call<DeleteBucketDomainParams, DeleteBucketDomainResult>;
  /** Replaces the back-to-origin rules of a bucket. */
  readonly putBucketOrigin: Call<PutBucketOriginParams, PutBucketOriginResult>;
  /** Reads the back-to-origin rules of a bucket. */
  readonly getBucketOrigin: Call<GetBucketOriginParams, GetBucketOriginResult>;
  /** Removes the back-to-origin rules of a bucket. */
  readonly deleteBucketOrigin: Call<DeleteBucketOriginParams, DeleteBucketOriginResult>;
  /** Replaces the logging settings of a bucket. */
  readonly putBucketLogging: Call<PutBucketLoggingParams, PutBucketLoggingResult>;
  /** Reads the logging settings of a bucket. */
  readonly getBucketLogging: Call<GetBucketLoggingParams, GetBucketLoggingResult>;
  /** Replaces the inventory task of a bucket. */
  readonly putBucketInventory: Call<PutBucketInventoryParams, PutBucketInventoryResult>;
  /** Takes an inventory of a bucket once. */
  readonly postBucketInventory: Call<PostBucketInventoryParams, PostBucketInventoryResult>;
  /** Reads the inventory task of a bucket. */
  readonly getBucketInventory: Call<GetBucketInventoryParams, GetBucketInventoryResult>;
  /** Lists the inventory tasks of a bucket. */
  readonly listBucketInventory: Call<ListBucketInventoryParams, ListBucketInventoryResult>;
  /** Removes the inventory task of a bucket. */
  readonly deleteBucketInventory: Call<DeleteBucketInventoryParams, DeleteBucketInventoryResult>;
  /** Replaces the acceleration setting of a bucket. */
  readonly putBucketAccelerate: Call<PutBucketAccelerateParams, PutBucketAccelerateResult>;
  /** Reads the acceleration setting of a bucket. */
  readonly getBucketAccelerate: Call<GetBucketAccelerateParams, GetBucketAccelerateResult>;
  /** Replaces the default encryption of a bucket. */
  readonly putBucketEncryption: Call<PutBucketEncryptionParams, PutBucketEncryptionResult>;
  /** Reads the default encryption of a bucket. */
  readonly getBucketEncryption: Call<GetBucketEncryptionParams, GetBucketEncryptionResult>;
  /** Removes the default encryption of a bucket. */
  readonly deleteBucketEncryption: Call<DeleteBucketEncryptionParams, DeleteBucketEncryptionResult>;
  /** Reads what is known of an object, without its bytes. */
  readonly headObject: Call<HeadObjectParams, HeadObjectResult>;
  /** Reads an object, or a range of it, into memory or into `Output`. */
  readonly getObject: {
    <Form extends ObjectForm | undefined = undefined>(
      params: GetObjectParams<Form>,
      callback: Callback<GetObjectResult<Form>>,
    ): void;
    <Form extends ObjectForm | undefined = undefined>(
      params: GetObjectParams<Form>,
    ): Promise<GetObjectResult<Form>>;
  };
  /** Node and web pages: reads what a query finds in an object of CSV or JSON. */
  readonly selectObjectContent: Call<SelectObjectContentParams, SelectObjectContentResult>;
  /** Stores one object from one body of up to 5 GB. Resolves when the service holds exactly these bytes. */
  readonly putObject: Call<PutObjectParams, PutObjectResult>;
  /** Stores one object from a file, by a form. */
  readonly postObject: Call<PostObjectParams, PostObjectResult>;
  /** Adds bytes at the end of an appendable object. An append whose outcome is unknown is looked up before it is repeated. */
  readonly appendObject: Call<AppendObjectParams, AppendObjectResult>;
  /** Deletes an object; succeeds also when there is none. */
  readonly deleteObject: Call<DeleteObjectParams, DeleteObjectResult>;
  /** Deletes up to 1,000 objects. */
  readonly deleteMultipleObject: Call<DeleteMultipleObjectParams, DeleteMultipleObjectResult>;
  /** Reads the access control list of an object. */
  readonly getObjectAcl: Call<GetObjectAclParams, GetObjectAclResult>;
  /** Replaces the access control list of an object. */
  readonly putObjectAcl: Call<PutObjectAclParams, PutObjectAclResult>;
  /** Asks whether a cross-origin request would be allowed. */
  readonly optionsObject: Call<OptionsObjectParams, OptionsObjectResult>;
  /** Asks for a readable copy of an archived object. */
  readonly restoreObject: Call<RestoreObjectParams, RestoreObjectResult>;
  /** Copies an object of up to 5 GB within the service. */
  readonly putObjectCopy: Call<PutObjectCopyParams, PutObjectCopyResult>;
  /** Replaces the tags of an object. */
  readonly putObjectTagging: Call<PutObjectTaggingParams, PutObjectTaggingResult>;
  /** Reads the tags of an object. */
  readonly getObjectTagging: Call<GetObjectTaggingParams, GetObjectTaggingResult>;
  /** Removes the tags of an object. */
  readonly deleteObjectTagging: Call<DeleteObjectTaggingParams, DeleteObjectTaggingResult>;
  /** Starts an upload in parts. */
  readonly multipartInit: Call<MultipartInitParams, MultipartInitResult>;
  /** Stores one part. */
  readonly multipartUpload: Call<MultipartUploadParams, MultipartUploadResult>;
  /** Makes one part from an object that the service has. */
  readonly uploadPartCopy: Call<UploadPartCopyParams, UploadPartCopyResult>;
  /** Turns parts into the object. */
  readonly multipartComplete: Call<MultipartCompleteParams, MultipartCompleteResult>;
  /** Lists unfinished uploads. */
  readonly multipartList: Call<MultipartListParams, MultipartListResult>;
  /** Lists the parts of an upload. */
  readonly multipartListPart: Call<MultipartListPartParams, MultipartListPartResult>;
  /** Gives an upload up and frees its parts. */
  readonly multipartAbort: Call<MultipartAbortParams, MultipartAbortResult>;
  /** Uploads a file: in one request up to `SliceSize`, in parts above. */
  readonly uploadFile: Call<UploadFileParams, UploadFileResult>;
  /** Uploads a file in parts; continues an unfinished upload of the same file. */
  readonly sliceUploadFile: Call<SliceUploadFileParams, SliceUploadFileResult>;
  /** Uploads many files. Never rejects for a file: each has its own `error`. */
  readonly uploadFiles: Call<UploadFilesParams, UploadFilesResult>;
  /** Frees the parts of unfinished uploads. */
  readonly abortUploadTask: Call<AbortUploadTaskParams, AbortUploadTaskResult>;
  /** Copies an object within the service, in parts above `CopySliceSize`. */
  readonly sliceCopyFile: Call<SliceCopyFileParams, SliceCopyFileResult>;
  /** Node: downloads an object into a file by parallel ranges; continues an unfinished download and compares CRC-64. */
  readonly downloadFile: Call<DownloadFileParams, DownloadFileResult>;
  /** @deprecated Older name of `putBucketAcl`. */
  readonly putBucketACL: Call<PutBucketAclParams, PutBucketAclResult>;
  /** @deprecated Older name of `getBucketAcl`. */
  readonly getBucketACL: Call<GetBucketAclParams, GetBucketAclResult>;
  /** @deprecated Older name of `putObjectAcl`. */
  readonly putObjectACL: Call<PutObjectAclParams, PutObjectAclResult>;
  /** @deprecated Older name of `getObjectAcl`. */
  readonly getObjectACL: Call<GetObjectAclParams, GetObjectAclResult>;
  /** @deprecated Older name of `putBucketCors`. */
  readonly putBucketCORS: Call<PutBucketCorsParams, PutBucketCorsResult>;
  /** @deprecated Older name of `getBucketCors`. */
  readonly getBucketCORS: Call<GetBucketCorsParams, GetBucketCorsResult>;
  /** @deprecated Older name of `deleteBucketCors`. */
  readonly deleteBucketCORS: Call<DeleteBucketCorsParams, DeleteBucketCorsResult>;
  /** Sends a request that no other method makes. */
  readonly request: Call<RequestParams, RequestResult>;

  /**
   * Node: a stream of an object's bytes, at once; errors arrive through it. Before it ends, a whole object's CRC-64 is
   * compared. The callback is called when all bytes were passed on.
   */
  getObjectStream(params: GetObjectParams, callback?: Callback<Omit<GetObjectResult, 'Body'>>): ObjectStream;
  /** Node: a stream of the records that a query finds, at once; errors arrive through it. */
  selectObjectContentStream(
    params: SelectObjectContentParams,
    callback?: Callback<Omit<SelectObjectContentResult, 'Payload'>>,
  ): ObjectStream;
  /** The address of an object, signed unless `Sign` is false. Keys that must be fetched first are only in the callback's. */
  getObjectUrl(params: GetObjectUrlParams, callback?: Callback<GetObjectUrlResult>): string;
  /** Signs with this instance's keys; gives the value of the Authorization header. */
  getAuth(params: GetAuthParams): Authorization;
  /** Signs for the service's earlier API. */
  getV4Auth(params: GetV4AuthParams): Authorization;

  /** All tasks that are remembered, in order of arrival. */
  getTaskList(): TaskList;
  /** Stops a task; what was sent stays for `restartTask`. */
  pauseTask(taskId: TaskId): void;
  /**
   * Continues a paused or failed task. The promise and callback of a failed task have settled; what is returned settles
   * with the outcome from here on, and may be ignored.
   */
  restartTask(taskId: TaskId): Promise<unknown>;
  /** Ends a task: its promise rejects with an AbortedError and its parts are freed unless they shall be kept. */
  cancelTask(taskId: TaskId, options?: { KeepParts?: boolean }): void;
  isUploadRunning(): boolean;
  /**
   * Uploads a file as `uploadFile` does, and gives a task that can be held. Nothing is thrown: what is wrong with the
   * parameters is what `done` rejects with.
   */
  upload(params: UploadFileParams): UploadTask;
  /** Removes a task from the list. A task that is not over is cancelled first; its callback gets that error. */
  removeTask(taskId: TaskId): Promise<void>;
  /**
   * Ends the instance: its tasks and downloads are cancelled, parts stay for a later continuation, listeners are
   * removed, and calls that follow fail with a UsageError.
   */
  destroy(): Promise<void>;

  /** Listens to the list of tasks. `task-list-update` is its older name. */
  on(event: 'list-update' | 'task-list-update', listener: (info: { list: TaskList }) => void): void;
  /** Listens to single changes, which is cheaper for long lists. */
  on(event: 'task-update', listener: (info: { tasks: TaskList }) => void): void;
  /** Listens to requests just before they are sent; what the listener changes is sent. */
  on(event: 'before-send', listener: (request: OutgoingRequestInfo) => void): void;
  on(event: string, listener: (payload: never) => void): void;
  off(event: string, listener: (payload: never) => void): void;
  emit(event: string, payload?: unknown): void;
}

/** A stream of bytes of the host: on Node a Readable. */
export interface ObjectStream extends AsyncIterable<Bytes> {
  pipe<T>(target: T, options?: { end?: boolean }): T;
  on(event: string, listener: (...args: never[]) => void): this;
  once(event: string, listener: (...args: never[]) => void): this;
  destroy(error?: Error): this;
}

/** A request as `before-send` shows it. */
export interface OutgoingRequestInfo {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: unknown;
}

// Applications write `COS.PutObjectParams`; only a namespace gives a class such members.
// eslint-disable-next-line @typescript-eslint/no-namespace -- official declarations have members of the class as types
export declare namespace COS {
  // prettier-ignore
  export type {
    Action, BlobLike, BooleanString, Bucket, BucketACL, BucketAclParams, BucketParams, Bytes, Call, Callback,
    CallParams, Content, CosError, CosSdkError, Delimiter, EncodingType, ETag, FollowUpParams, FollowUpResult,
    GeneralResult, Grant, Grants,
    GroupOwner, Headers, HostBlob, Initiator, IsoDateTime, Key, Location, Method, ObjectACL, ObjectBody, ObjectForm, ObjectParams,
    onProgress, Owner, Part, PartNumber, Pathname, Permission, Prefix, ProgressInfo, Query, Region,
    ResponseHeaders, StorageClass, StreamLike, Tag, UploadBody, UploadId, VersionId,
    AccelerateConfiguration, BucketLoggingStatus, CORSRule, CosObject, DeleteBucketCorsParams,
    DeleteBucketCorsResult, DeleteBucketDomainParams, DeleteBucketDomainResult,
    DeleteBucketEncryptionParams, DeleteBucketEncryptionResult, DeleteBucketInventoryParams,
    DeleteBucketInventoryResult, DeleteBucketLifecycleParams, DeleteBucketLifecycleResult,
    DeleteBucketOriginParams, DeleteBucketOriginResult, DeleteBucketParams,
    DeleteBucketPolicyParams, DeleteBucketPolicyResult, DeleteBucketReplicationParams,
    DeleteBucketReplicationResult, DeleteBucketResult, DeleteBucketTaggingParams,
    DeleteBucketTaggingResult, DeleteBucketWebsiteParams, DeleteBucketWebsiteResult, DeleteMarker,
    DomainRule, EncryptionRule, GetBucketAccelerateParams, GetBucketAccelerateResult,
    GetBucketAclParams, GetBucketAclResult, GetBucketCorsParams, GetBucketCorsResult,
    GetBucketDomainParams, GetBucketDomainResult, GetBucketEncryptionParams,
    GetBucketEncryptionResult, GetBucketInventoryParams, GetBucketInventoryResult,
    GetBucketLifecycleParams, GetBucketLifecycleResult, GetBucketLocationParams,
    GetBucketLocationResult, GetBucketLoggingParams, GetBucketLoggingResult, GetBucketOriginParams,
    GetBucketOriginResult, GetBucketParams, GetBucketPolicyParams, GetBucketPolicyResult,
    GetBucketRefererParams, GetBucketRefererResult, GetBucketReplicationParams,
    GetBucketReplicationResult, GetBucketResult, GetBucketTaggingParams, GetBucketTaggingResult,
    GetBucketVersioningParams, GetBucketVersioningResult, GetBucketWebsiteParams,
    GetBucketWebsiteResult, GetServiceParams, GetServiceResult, HeadBucketParams, HeadBucketResult,
    InventoryConfiguration, LifecycleRule, ListBucketInventoryParams, ListBucketInventoryResult,
    ListObjectVersionsParams, ListObjectVersionsResult, ObjectVersion, OriginRule,
    PostBucketInventoryParams, PostBucketInventoryResult, PutBucketAccelerateParams, PutBucketAccelerateResult, PutBucketAclParams, PutBucketAclResult,
    PutBucketCorsParams, PutBucketCorsResult, PutBucketDomainParams, PutBucketDomainResult,
    PutBucketEncryptionParams, PutBucketEncryptionResult, PutBucketInventoryParams,
    PutBucketInventoryResult, PutBucketLifecycleParams, PutBucketLifecycleResult,
    PutBucketLoggingParams, PutBucketLoggingResult, PutBucketOriginParams, PutBucketOriginResult,
    PutBucketParams, PutBucketPolicyParams, PutBucketPolicyResult, PutBucketRefererParams,
    PutBucketRefererResult, PutBucketReplicationParams, PutBucketReplicationResult,
    PutBucketResult, PutBucketTaggingParams, PutBucketTaggingResult, PutBucketVersioningParams,
    PutBucketVersioningResult, PutBucketWebsiteParams, PutBucketWebsiteResult,
    RefererConfiguration, ReplicationConfiguration, ReplicationRule,
    ServerSideEncryptionConfiguration, VersioningConfiguration, WebsiteConfiguration,
    AppendObjectParams, AppendObjectResult, ConditionParams, ContentParams,
    DeleteMultipleObjectParams, DeleteMultipleObjectResult, DeleteObjectParams, DeleteObjectResult,
    DeleteObjectTaggingParams, DeleteObjectTaggingResult, EncryptionParams, FormParams, GetObjectAclParams,
    GetObjectAclResult, GetObjectParams, GetObjectResult, GetObjectTaggingParams,
    GetObjectTaggingResult, HeadObjectParams, HeadObjectResult, MetaHeaders, NewObjectParams, ObjectAclParams,
    OptionsObjectParams, OptionsObjectResult, PostObjectParams, PostObjectResult,
    PutObjectAclParams, PutObjectAclResult, PutObjectCopyParams, PutObjectCopyResult,
    PutObjectParams, PutObjectResult, PutObjectTaggingParams, PutObjectTaggingResult, PutParams,
    RequestParams, RequestResult, RestoreObjectParams, RestoreObjectResult, RestoreRequest, SelectObjectContentParams,
    SelectObjectContentResult, TaskParams, Authorization, CopySourceParserFunction, COSOptions, Credentials,
    GetAuthorizationCallbackParams, GetAuthorizationOptions, GetAuthParams, GetObjectUrlParams,
    GetObjectUrlResult, GetV4AuthParams, Scope, StaticGetAuthorizationOptions, StringOrBuffer,
    Util, AbortedUpload, AbortUploadTaskParams, AbortUploadTaskResult, DownloadFileParams,
    DownloadFileResult, FileFinishInfo, FileUploadParams, MultipartAbortParams,
    MultipartAbortResult, MultipartCompleteParams, MultipartCompleteResult, MultipartInitParams,
    MultipartInitResult, MultipartListParams, MultipartListPartParams, MultipartListPartResult,
    MultipartListResult, MultipartUploadParams, MultipartUploadResult, onFileFinish,
    SliceCopyFileParams, SliceCopyFileResult, SliceUploadFileParams, SliceUploadFileResult, Task, UploadTask, UploadTaskResult,
    TaskId, TaskList, UploadFileItemParams, UploadFileItemResult, UploadFileParams,
    UploadFileResult, UploadFilesParams, UploadFilesResult, UploadPartCopyParams,
    UploadPartCopyResult,
  };
}

export { COS as default };
export {
  AbortedError,
  CosError,
  IntegrityError,
  isAbortedError,
  isCosError,
  isIntegrityError,
  isServiceError,
  isTimeoutError,
  isTransportError,
  isUsageError,
  ServiceError,
  TimeoutError,
  TransportError,
  UsageError,
} from '@sampan/protocol';
