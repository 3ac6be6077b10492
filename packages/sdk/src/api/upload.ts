/** Types of multipart uploads, batches, multipart copies and downloads. */
import type {
  BooleanString,
  Bucket,
  BucketParams,
  CallParams,
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
import type { EncryptionParams, NewObjectParams } from './object.ts';
import type { Task, TaskId, TaskParams } from './task.ts';

export interface MultipartInitParams
  extends NewObjectParams {
  /** Further query parameters. */
  Query?: Query;
}
export interface MultipartInitResult extends GeneralResult {
  /** Full name of the bucket, `<name>-<appid>`. */
  Bucket: Bucket;
  /** Key of the object, 1 to 850 bytes in UTF-8. */
  Key: Key;
  /** Id of the upload in parts. */
  UploadId: UploadId;
}
export interface MultipartUploadParams extends ObjectParams, EncryptionParams {
  /** Id of the upload in parts. */
  UploadId: UploadId;
  /** Number of the part, 1 to 10000. */
  PartNumber: PartNumber;
  /** The content. */
  Body: UploadBody;
  /** Bytes of the body, where it is a stream. */
  ContentLength?: number | string;
  /** MD5 of the body in base64; the service compares it. */
  ContentMD5?: string;
  /** Bits a second, 819200 to 838860800. */
  TrafficLimit?: number | string;
  /** Called with how far it is, at most once per `ProgressInterval`. */
  onProgress?: onProgress;
}
export interface MultipartUploadResult extends GeneralResult {
  /** ETag of the object, with its double quotes. */
  ETag: ETag;
}
export interface UploadPartCopyParams extends ObjectParams {
  /** `<bucket>.cos.<region>.myqcloud.com/<encoded key>[?versionId=<id>]`. */
  CopySource: string;
  /** Id of the upload in parts. */
  UploadId: UploadId;
  /** Number of the part, 1 to 10000. */
  PartNumber: PartNumber;
  /** Such as `bytes=0-1048575`. */
  CopySourceRange?: string;
  /** Copy only when the source changed after this HTTP date; else 412. */
  CopySourceIfModifiedSince?: string;
  /** Copy only when the source did not change after this HTTP date; else 412. */
  CopySourceIfUnmodifiedSince?: string;
  /** Copy only when the ETag of the source is this; else 412. */
  CopySourceIfMatch?: string;
  /** Copy only when the ETag of the source is another; else 412. */
  CopySourceIfNoneMatch?: string;
}
export interface UploadPartCopyResult extends GeneralResult {
  /** ETag of the object, with its double quotes. */
  ETag: ETag;
  /** When it was made, in ISO 8601. */
  LastModified?: string;
  /** CRC-64/XZ of the object, unsigned decimal. */
  CRC64?: string;
}
export interface MultipartCompleteParams extends ObjectParams, FollowUpParams {
  /** Id of the upload in parts. */
  UploadId: UploadId;
  /** By ascending number. */
  Parts: Part[];
}
export interface MultipartCompleteResult extends GeneralResult, FollowUpResult {
  /** Full name of the bucket, `<name>-<appid>`. */
  Bucket: Bucket;
  /** Key of the object, 1 to 850 bytes in UTF-8. */
  Key: Key;
  /** ETag of the object, with its double quotes. */
  ETag: ETag;
  /** Address without a scheme. */
  Location: Location;
  /** Version of the object, where the bucket has versions. */
  VersionId?: VersionId;
}
export interface MultipartListParams extends BucketParams {
  /** Only keys that begin with it. */
  Prefix?: Prefix;
  /** One character; keys that share the text before it count as one of `CommonPrefixes`. */
  Delimiter?: string;
  /** 1 to 1000. Default 1000. */
  MaxUploads?: number | string;
  /** Where the page begins, by key. */
  KeyMarker?: Key;
  /** Where the page begins, by upload of that key. */
  UploadIdMarker?: UploadId;
  /** `url`: keys of the answer are percent-encoded. */
  EncodingType?: EncodingType;
}
export interface MultipartListResult extends GeneralResult {
  /** Full name of the bucket, `<name>-<appid>`. */
  Bucket: Bucket;
  /** As it was asked for. */
  Prefix: Prefix;
  /** As it was asked for. */
  Delimiter?: string;
  /** As it was asked for. */
  EncodingType?: EncodingType;
  /** As it was asked for. */
  KeyMarker: Key;
  /** As it was asked for. */
  UploadIdMarker: UploadId;
  /** As it was asked for. */
  MaxUploads: string;
  /** The unfinished uploads of this page. */
  Upload: {
    Key: Key;
    UploadId: UploadId;
    Initiator: Initiator;
    Owner: Owner;
    StorageClass: StorageClass;
    Initiated: IsoDateTime;
  }[];
  /** What the delimiter made one of. */
  CommonPrefixes: { Prefix: Prefix }[];
  /** `true` when more follows. */
  IsTruncated: BooleanString;
  /** `KeyMarker` of the next page. */
  NextKeyMarker: Key;
  /** `UploadIdMarker` of the next page. */
  NextUploadIdMarker: UploadId;
}
export interface MultipartListPartParams extends ObjectParams {
  /** Id of the upload in parts. */
  UploadId: UploadId;
  /** 1 to 1000. Default 1000. */
  MaxParts?: number | string;
  /** Where the page begins: after this number. */
  PartNumberMarker?: number | string;
  /** `url`: keys of the answer are percent-encoded. */
  EncodingType?: EncodingType;
}
export interface MultipartListPartResult extends GeneralResult {
  /** Full name of the bucket, `<name>-<appid>`. */
  Bucket: Bucket;
  /** Key of the object, 1 to 850 bytes in UTF-8. */
  Key: Key;
  /** Id of the upload in parts. */
  UploadId: UploadId;
  /** Numbers of an answer are text. */
  Part: { PartNumber: string; LastModified: IsoDateTime; ETag: ETag; Size: string }[];
  /** The account that owns it. */
  Owner: Owner;
  /** Who began the upload. */
  Initiator: Initiator;
  /** As it was asked for. */
  PartNumberMarker: string;
  /** `PartNumberMarker` of the next page. */
  NextPartNumberMarker: string;
  /** As it was asked for. */
  MaxParts: string;
  /** Storage class. Default `STANDARD`. */
  StorageClass: StorageClass;
  /** `true` when more follows. */
  IsTruncated: BooleanString;
}
export interface MultipartAbortParams extends ObjectParams {
  /** Id of the upload in parts. */
  UploadId: UploadId;
}
export type MultipartAbortResult = GeneralResult;

/** What uploads of a file share. */
export interface FileUploadParams
  extends NewObjectParams, TaskParams, FollowUpParams {
  /** Size above which parts are used (`uploadFile`), and of the parts when `ChunkSize` is missing. In bytes. */
  SliceSize?: number;
  /** Size of parts in bytes, at least 1 MiB. */
  ChunkSize?: number;
  /** Most parts in flight, 1 to 256. */
  AsyncLimit?: number;
  /** Optional: the size is read from the file. */
  FileSize?: number;
  /** Further query parameters. */
  Query?: Query | string;
  /** `100-continue`, where the host can wait for it. */
  Expect?: string;
  /** Bits a second on each connection, parts included. */
  TrafficLimit?: number | string;
  /** Processing of the picture when the object is made, as JSON. */
  PicOperations?: string;
  /** Types that the content may have. */
  MimeLimit?: string;
  /** Store the MD5 as `x-cos-meta-md5`. Default: the option of the same name. */
  UploadAddMetaMd5?: boolean;
  /** Send Content-MD5 with every body. Default: the option of the same name. */
  UploadCheckContentMd5?: boolean;
  /** Leave the parts on the service when the upload is cancelled. */
  KeepParts?: boolean;
  /** Look on the service for an unfinished upload when none is remembered; needs the permission to list them. */
  DiscoverUploads?: boolean;
  /** An upload to go on with; its parts are compared with the file first. */
  UploadData?: { UploadId?: UploadId };
  /** Called while the MD5 of a whole file is computed. */
  onHashProgress?: onProgress;
}
export type SliceUploadFileParams = FileUploadParams & Content;
export type UploadFileParams = FileUploadParams & Content & { onFileFinish?: onFileFinish };
export type UploadFileItemParams = UploadFileParams;
export interface UploadFileResult extends GeneralResult, FollowUpResult {
  /** ETag of the object, with its double quotes. */
  ETag: ETag;
  /** Address without a scheme. */
  Location: Location;
  /** Full name of the bucket, `<name>-<appid>`. */
  Bucket?: Bucket;
  /** Key of the object, 1 to 850 bytes in UTF-8. */
  Key?: Key;
  /** Of uploads in parts. */
  UploadId?: UploadId;
  /** Version of the object, where the bucket has versions. */
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
  /** The files; each has the parameters of `uploadFile`. */
  files: UploadFileItemParams[];
  /** Bytes above which a file is sent in parts. Default: the option of the same name. */
  SliceSize?: number;
  /** Of all files together. */
  onProgress?: onProgress;
  /** Called at each file's end. */
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
  /** Key of the object, 1 to 850 bytes in UTF-8. */
  Key?: Key;
  /** One upload, all of a key, or all of the bucket. Default `task`. */
  Level?: 'task' | 'file' | 'bucket';
  /** Id of the upload in parts. */
  UploadId?: UploadId;
  /** Requests at once. Default 1. */
  AsyncLimit?: number;
}
export interface AbortUploadTaskResult extends GeneralResult {
  /** Uploads that were aborted. */
  successList: AbortedUpload[];
  /** Uploads that could not be aborted, each with its `error`. */
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
  extends NewObjectParams {
  /** `<bucket>.cos.<region>.myqcloud.com/<encoded key>[?versionId=<id>]`. */
  CopySource: string;
  /** `Replaced` takes the metadata of this call, `Copy` (the default) that of the source. */
  MetadataDirective?: 'Copy' | 'Replaced';
  /** Bytes up to which one request copies. Default 10485760. */
  CopySliceSize?: number;
  /** Bytes of a part. Default 10485760. */
  CopyChunkSize?: number;
  /** Bytes above which a file is sent in parts. Default: the option of the same name. */
  SliceSize?: number;
  /** Bytes of a part. */
  ChunkSize?: number;
  /** Called with how far it is, at most once per `ProgressInterval`. */
  onProgress?: onProgress;
}
export interface SliceCopyFileResult extends GeneralResult {
  /** ETag of the object, with its double quotes. */
  ETag?: ETag;
  /** Address without a scheme. */
  Location?: Location;
  /** Version of the object, where the bucket has versions. */
  VersionId?: VersionId;
  /** CRC-64/XZ of the object, unsigned decimal. */
  CRC64?: string;
}
export interface DownloadFileParams extends ObjectParams {
  /** Path of the file, in mini programs and on Node. */
  FilePath: string;
  /** Version of the object. Default: the newest. */
  VersionId?: VersionId;
  /** Bytes of a range. Default 1048576. */
  ChunkSize?: number;
  /** Ranges at once. Default 5. */
  ParallelLimit?: number;
  /** Further tries of a range, after the SDK's own retries. Default 3. */
  RetryTimes?: number;
  /** Id for `cancelTask`. */
  TaskId?: string;
  /** Receives the id of the task before the method returns. */
  onTaskReady?: (TaskId: TaskId) => void;
  /** Called with how far it is, at most once per `ProgressInterval`. */
  onProgress?: onProgress;
}
export interface DownloadFileResult extends GeneralResult {
  /** ETag of the object, with its double quotes. */
  ETag: ETag;
  /** Version of the object, where the bucket has versions. */
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
  /** State of the task. */
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
