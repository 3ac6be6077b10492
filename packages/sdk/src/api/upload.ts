/** Types of multipart uploads, batches, multipart copies and downloads. */
import type {
  BooleanString,
  Bucket,
  BucketParams,
  Content,
  EncodingType,
  ETag,
  FollowUpParams,
  FollowUpResult,
  GeneralResult,
  Initiator,
  IsoDateTime,
  Key,
  Location,
  ObjectParams,
  onProgress,
  Owner,
  Part,
  PartNumber,
  Prefix,
  ProgressInfo,
  Query,
  Region,
  StorageClass,
  UploadBody,
  UploadId,
  VersionId,
} from './base.ts';
import type { CallParams } from './base.ts';
import type { ContentParams, EncryptionParams, MetaHeaders, ObjectAclParams } from './object.ts';
import type { Task, TaskId, TaskParams } from './task.ts';

export interface MultipartInitParams
  extends ObjectParams, MetaHeaders, ContentParams, ObjectAclParams, EncryptionParams {
  Query?: Query;
}
export interface MultipartInitResult extends GeneralResult {
  Bucket: Bucket;
  Key: Key;
  UploadId: UploadId;
}
export interface MultipartUploadParams extends ObjectParams, EncryptionParams {
  UploadId: UploadId;
  PartNumber: PartNumber;
  Body: UploadBody;
  ContentLength?: number | string;
  ContentMD5?: string;
  TrafficLimit?: number | string;
  onProgress?: onProgress;
}
export interface MultipartUploadResult extends GeneralResult {
  ETag: ETag;
}
export interface UploadPartCopyParams extends ObjectParams {
  CopySource: string;
  UploadId: UploadId;
  PartNumber: PartNumber;
  /** Such as `bytes=0-1048575`. */
  CopySourceRange?: string;
  CopySourceIfModifiedSince?: string;
  CopySourceIfUnmodifiedSince?: string;
  CopySourceIfMatch?: string;
  CopySourceIfNoneMatch?: string;
}
export interface UploadPartCopyResult extends GeneralResult {
  ETag: ETag;
  LastModified?: string;
  CRC64?: string;
}
export interface MultipartCompleteParams extends ObjectParams, FollowUpParams {
  UploadId: UploadId;
  /** By ascending number. */
  Parts: Part[];
}
export interface MultipartCompleteResult extends GeneralResult, FollowUpResult {
  Bucket: Bucket;
  Key: Key;
  ETag: ETag;
  Location: Location;
  VersionId?: VersionId;
}
export interface MultipartListParams extends BucketParams {
  Prefix?: Prefix;
  Delimiter?: string;
  /** 1 to 1000. Default 1000. */
  MaxUploads?: number | string;
  KeyMarker?: Key;
  UploadIdMarker?: UploadId;
  EncodingType?: EncodingType;
}
export interface MultipartListResult extends GeneralResult {
  Bucket: Bucket;
  Prefix: Prefix;
  Delimiter?: string;
  EncodingType?: EncodingType;
  KeyMarker: Key;
  UploadIdMarker: UploadId;
  MaxUploads: string;
  Upload: {
    Key: Key;
    UploadId: UploadId;
    Initiator: Initiator;
    Owner: Owner;
    StorageClass: StorageClass;
    Initiated: IsoDateTime;
  }[];
  CommonPrefixes: { Prefix: Prefix }[];
  IsTruncated: BooleanString;
  NextKeyMarker: Key;
  NextUploadIdMarker: UploadId;
}
export interface MultipartListPartParams extends ObjectParams {
  UploadId: UploadId;
  /** 1 to 1000. Default 1000. */
  MaxParts?: number | string;
  PartNumberMarker?: number | string;
  EncodingType?: EncodingType;
}
export interface MultipartListPartResult extends GeneralResult {
  Bucket: Bucket;
  Key: Key;
  UploadId: UploadId;
  /** Numbers of an answer are text. */
  Part: { PartNumber: string; LastModified: IsoDateTime; ETag: ETag; Size: string }[];
  Owner: Owner;
  Initiator: Initiator;
  PartNumberMarker: string;
  NextPartNumberMarker: string;
  MaxParts: string;
  StorageClass: StorageClass;
  IsTruncated: BooleanString;
}
export interface MultipartAbortParams extends ObjectParams {
  UploadId: UploadId;
}
export type MultipartAbortResult = GeneralResult;

/** What uploads of a file share. */
export interface FileUploadParams
  extends
    ObjectParams,
    MetaHeaders,
    ContentParams,
    ObjectAclParams,
    EncryptionParams,
    TaskParams,
    FollowUpParams {
  /** Size above which parts are used (`uploadFile`), and of the parts when `ChunkSize` is missing. In bytes. */
  SliceSize?: number;
  /** Size of parts in bytes, at least 1 MiB. */
  ChunkSize?: number;
  /** Most parts in flight, 1 to 256. */
  AsyncLimit?: number;
  /** Optional: the size is read from the file. */
  FileSize?: number;
  Query?: Query | string;
  Expect?: string;
  /** Bits a second on each connection, parts included. */
  TrafficLimit?: number | string;
  /** Processing of the picture when the object is made, as JSON. */
  PicOperations?: string;
  /** Types that the content may have. */
  MimeLimit?: string;
  UploadAddMetaMd5?: boolean;
  /** Send Content-MD5 with every body. Default: the option of the same name. */
  UploadCheckContentMd5?: boolean;
  /** Leave the parts on the service when the upload is cancelled. */
  KeepParts?: boolean;
  /** Look on the service for an unfinished upload when none is remembered; needs the permission to list them. */
  DiscoverUploads?: boolean;
  /** An upload to go on with; its parts are compared with the file first. */
  UploadData?: { UploadId?: UploadId };
  onHashProgress?: onProgress;
}
export type SliceUploadFileParams = FileUploadParams & Content;
export type UploadFileParams = FileUploadParams & Content & { onFileFinish?: onFileFinish };
export type UploadFileItemParams = UploadFileParams;
export interface UploadFileResult extends GeneralResult, FollowUpResult {
  ETag: ETag;
  Location: Location;
  Bucket?: Bucket;
  Key?: Key;
  /** Of uploads in parts. */
  UploadId?: UploadId;
  VersionId?: VersionId;
  /** CRC-64/XZ of the object's bytes, unsigned decimal; missing where nothing has confirmed it. */
  CRC64?: string;
  /**
   * What proves that the service holds these bytes: the checksum of the whole object, that of each part, or nothing,
   * where the service or the bucket's CORS rules show no checksum.
   */
  verified?: 'object' | 'parts' | 'none';
  /** Bytes sent, those sent again included. */
  sentBytes?: number;
  /** Bytes sent more than once. */
  resentBytes?: number;
  /** Bytes that an earlier run had sent already. */
  resumedBytes?: number;
}
export type SliceUploadFileResult = UploadFileResult;
export type UploadFileItemResult = UploadFileResult;
export interface UploadFilesParams extends CallParams {
  files: UploadFileItemParams[];
  SliceSize?: number;
  /** Of all files together. */
  onProgress?: onProgress;
  onFileFinish?: onFileFinish;
}
export interface UploadFilesResult extends GeneralResult {
  /** One for each file, in their order. Of `error` and `data` one is null or missing. */
  files: {
    options: UploadFileItemParams & { Index?: number; TaskId?: TaskId };
    error: Error;
    data: UploadFileItemResult;
  }[];
}
export interface FileFinishInfo {
  err: Error;
  data: UploadFileItemResult;
  options: UploadFileItemParams;
}
/** Called at each file's end; `err` is null on success. `options` has the plain parameters and the TaskId. */
export type onFileFinish = (err: Error, data: UploadFileItemResult, options: UploadFileItemParams) => void;

export interface AbortUploadTaskParams extends BucketParams {
  Key?: Key;
  /** One upload, all of a key, or all of the bucket. Default `task`. */
  Level?: 'task' | 'file' | 'bucket';
  UploadId?: UploadId;
  /** Requests at once. Default 1. */
  AsyncLimit?: number;
}
export interface AbortUploadTaskResult extends GeneralResult {
  successList: AbortedUpload[];
  errorList: AbortedUpload[];
}
export interface AbortedUpload {
  Bucket: Bucket;
  Region: Region;
  Key: Key;
  UploadId: UploadId;
  error?: unknown;
}
export interface SliceCopyFileParams
  extends ObjectParams, MetaHeaders, ContentParams, ObjectAclParams, EncryptionParams {
  CopySource: string;
  MetadataDirective?: 'Copy' | 'Replaced';
  /** Bytes up to which one request copies. Default 10485760. */
  CopySliceSize?: number;
  /** Bytes of a part. Default 10485760. */
  CopyChunkSize?: number;
  SliceSize?: number;
  ChunkSize?: number;
  onProgress?: onProgress;
}
export interface SliceCopyFileResult extends GeneralResult {
  ETag?: ETag;
  Location?: Location;
  VersionId?: VersionId;
  CRC64?: string;
}
export interface DownloadFileParams extends ObjectParams {
  FilePath: string;
  VersionId?: VersionId;
  /** Bytes of a range. Default 1048576. */
  ChunkSize?: number;
  /** Ranges at once. Default 5. */
  ParallelLimit?: number;
  /** Further tries of a range, after the SDK's own retries. Default 3. */
  RetryTimes?: number;
  TaskId?: string;
  onTaskReady?: (TaskId: TaskId) => void;
  onProgress?: onProgress;
}
export interface DownloadFileResult extends GeneralResult {
  ETag: ETag;
  VersionId?: VersionId;
  /** CRC-64/XZ of the file as it was read back, unsigned decimal. */
  CRC64?: string;
  /** Bytes that an earlier run had fetched already. */
  resumedBytes?: number;
}

/** One upload, as `cos.upload` gives it. */
export interface UploadTask {
  /** Its id in the list of tasks; empty when the parameters were refused. */
  readonly id: TaskId;
  readonly state: Task['state'];
  /** Never falls, also not when the task is continued. */
  readonly progress: ProgressInfo;
  /**
   * Resolves when the service holds exactly the file's bytes. A task that is continued after an error has a new promise
   * here: read it again after `resume()`. An unhandled rejection of this promise is not reported by the runtime.
   */
  readonly done: Promise<UploadTaskResult>;
  /** Stops it; what was sent stays for `resume()`. */
  pause(): void;
  /** Continues a paused task, and tries a failed one again. */
  resume(): void;
  /** Ends it: `done` rejects with an AbortedError. Resolves when its parts are freed, unless they shall be kept. */
  cancel(options?: { KeepParts?: boolean }): Promise<void>;
  /** Takes it off the list; cancels it first when it is not over. */
  remove(): Promise<void>;
  /** Listens to this task alone; gives back what stops listening. */
  on(event: 'progress', listener: (progress: ProgressInfo) => void): () => void;
  on(event: 'state', listener: (state: Task['state']) => void): () => void;
}
/** What `UploadTask.done` brings. */
export interface UploadTaskResult extends UploadFileResult {
  /** The object's address with its scheme, without a signature. */
  Url: string;
}
