/** Types that all methods share, under the names of the official SDKs' declarations. */
import type { AbortSignalLike } from '../core/cancel.ts';

/** Full name of a bucket, `<name>-<appid>`, such as `examplebucket-1250000000`. */
export type Bucket = string;
/** Region code, such as `ap-guangzhou`. */
export type Region = string;
/** Object key, 1 to 850 bytes in UTF-8. One `/` in front is dropped unless the option `UseRawKey` is set. */
export type Key = string;
/** Path of a request, with `/` in front. */
export type Pathname = string;
/** Version of an object; `null` (as text) for one written while versioning was off. */
export type VersionId = string;
/** Beginning of keys. */
export type Prefix = string;
/** Identifies an upload in parts. */
export type UploadId = string;
/** Number of a part, 1 to 10,000. */
export type PartNumber = number;
/** Address without scheme: host, `/`, encoded key. */
export type Location = string;
/** With its double quotes. The MD5 of the content only for unencrypted objects made by one request. */
export type ETag = string;
/** A time in ISO 8601, such as `2019-05-24T10:56:40Z`. */
export type IsoDateTime = string;
/** Further query parameters. */
export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;
/** Further headers of a request; those of an answer have lower-case names. */
export type Headers = Record<string, string | number | boolean | undefined>;
/** Headers of an answer, names in lower case. */
export type ResponseHeaders = Record<string, string>;
/** Name of a sub-resource, such as `acl`. */
export type Action = string;
/** One character that keys are grouped by. */
export type Delimiter = string;
/** `url` asks for percent-encoded keys, the only safe form for keys with control characters. */
export type EncodingType = string;

/** Node's Buffer where there is one, else Uint8Array. */
export type Bytes = typeof globalThis extends { Buffer: { alloc(size: never): infer B } } ? B : Uint8Array;
/** The form of a body that `DataType` asks for. */
export type ObjectForm = 'text' | 'arraybuffer' | 'blob';
/**
 * What `getObject` gives: on Node a Buffer, or a string for `text`; on web pages and in mini programs a string, an
 * ArrayBuffer or a Blob, as `DataType` asks. Without `Form` whichever it may be.
 */
export type ObjectBody<Form extends ObjectForm | undefined = ObjectForm | undefined> =
  typeof globalThis extends { Buffer: { alloc(size: never): infer B } }
    ? [Form] extends ['text']
      ? string
      : B
    : Form extends 'arraybuffer'
      ? ArrayBuffer
      : Form extends 'blob'
        ? HostBlob
        : string;
/** The page's Blob where there is one. */
export type HostBlob = typeof globalThis extends { Blob: { prototype: infer B } } ? B : BlobLike;
/** A stream of the host, such as Node's. */
export interface StreamLike {
  pipe(target: never, options?: never): unknown;
}
/** A File or Blob. */
export interface BlobLike {
  readonly size: number;
  slice(start?: number, end?: number): unknown;
}
/** What an object's body may be: text, bytes, a File or Blob, or (on Node) a stream or anything that gives bytes. */
export type UploadBody =
  string | ArrayBuffer | ArrayBufferView | BlobLike | StreamLike | AsyncIterable<Uint8Array | string>;

/** Where content comes from: one of the two is given. In mini programs and on Node a path may stand for a body. */
export type Content =
  | {
      /** Path of the file, in mini programs and on Node. */
      FilePath: string;
      /** The content. */
      Body?: UploadBody | undefined;
    }
  | { Body: UploadBody; FilePath?: string | undefined };

/** Storage classes. `STANDARD` unless said otherwise. */
export type StorageClass =
  | 'STANDARD'
  | 'STANDARD_IA'
  | 'ARCHIVE'
  | 'DEEP_ARCHIVE'
  | 'INTELLIGENT_TIERING'
  | 'MAZ_STANDARD'
  | 'MAZ_STANDARD_IA'
  | 'MAZ_INTELLIGENT_TIERING'
  | 'MAZ_ARCHIVE';
export type Method =
  | 'GET'
  | 'HEAD'
  | 'DELETE'
  | 'POST'
  | 'PUT'
  | 'OPTIONS'
  | 'get'
  | 'head'
  | 'delete'
  | 'post'
  | 'put'
  | 'options';
export type Permission = 'READ' | 'WRITE' | 'READ_ACP' | 'WRITE_ACP' | 'FULL_CONTROL';
export type BucketACL = 'private' | 'public-read' | 'public-read-write' | 'authenticated-read';
export type ObjectACL =
  | 'default'
  | 'private'
  | 'public-read'
  | 'authenticated-read'
  | 'bucket-owner-read'
  | 'bucket-owner-full-control';
/** The answer's way to say yes and no: every value of an answer is text. */
export type BooleanString = 'true' | 'false';
/** An account, `qcs::cam::uin/<owner>:uin/<owner or sub-account>`. */
export interface Owner {
  ID: string;
  DisplayName?: string;
}
/** A group of accounts. */
export interface GroupOwner {
  URI: string;
}
export type Initiator = Owner;
/** One or several `id="…"`, separated by commas. */
export type Grant = string;
/** One entry of an access control list. */
export interface Grants {
  Grantee: Owner | GroupOwner;
  Permission: Permission;
}
export interface Tag {
  /** Up to 128 characters. */
  Key: string;
  /** Up to 256 characters. */
  Value: string;
}
/** A part as `multipartComplete` wants it. */
export interface Part {
  PartNumber: PartNumber;
  ETag: ETag;
}

/** How far a transfer is. */
export interface ProgressInfo {
  /** Bytes so far. */
  loaded: number;
  /** Bytes in all; 0 while that is not known. */
  total: number;
  /** Bytes a second, smoothed. */
  speed: number;
  /** 0 to 1; 1 in the last event only. */
  percent: number;
  /** Seconds left at this speed; missing while the speed is unknown. */
  timeLeft?: number;
}
/** Called at most once per `ProgressInterval`, and at the end. What it throws is ignored. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as declared by the official SDKs: any listener fits
export type onProgress = (params: ProgressInfo) => any;

/** What every method takes. */
export interface CallParams {
  /** Stops the call; its promise rejects with an AbortedError. An AbortSignal or anything like one. */
  Signal?: AbortSignalLike;
  /** The same, in the platform's spelling. */
  signal?: AbortSignalLike;
  /** Further headers. Named parameters win over them. */
  Headers?: Headers;
}
/** What methods of a bucket take. */
export interface BucketParams extends CallParams {
  /** Full name of the bucket, `<name>-<appid>`. */
  Bucket: Bucket;
  /** Region of the bucket, such as `ap-guangzhou`. */
  Region: Region;
}
/** What methods of an object take. */
export interface ObjectParams extends BucketParams {
  /** Key of the object, 1 to 850 bytes in UTF-8. */
  Key: Key;
}
/** What every success carries. */
export interface GeneralResult {
  /** HTTP status of the answer. */
  statusCode?: number;
  /** Headers of the answer, names in lower case. */
  headers?: ResponseHeaders;
  /** Identifies the request for the service's support. */
  RequestId?: string;
}

/**
 * What follows an upload once its object is there; each is base64 of JSON, as the service documents it. When a request is
 * sent again because its answer was lost, the callback is made again.
 */
export interface FollowUpParams {
  /** A service that is called: `callbackUrl`, `callbackBody`, and optionally `callbackHost` and `callbackBodyType`. */
  Callback?: string;
  /** Values of variables in `callbackBody`; names begin with `x:`. */
  CallbackVar?: string;
  /** An answer to compose, with variables such as `${object}`. */
  ReturnBody?: string;
}
/** What followed an upload. The upload has succeeded, also where one of the errors is there. */
export interface FollowUpResult {
  /** What the called service answered. */
  CallbackBody?: Record<string, unknown>;
  /** Why it was not called, or did not answer. */
  CallbackError?: { Code?: string; Message?: string };
  /** The answer that was composed. */
  ReturnBody?: Record<string, unknown>;
  /** Why it could not be composed. */
  ReturnError?: { Code?: string; Message?: string };
}

/** An error as callbacks get it and promises reject with. In fact it is an Error: a CosError of one of five classes. */
export interface CosSdkError extends GeneralResult {
  /** The service's code, or a code of the SDK for what did not come from the service. */
  code: string;
  message: string;
  /** The service's error document, or the message. */
  error: string | Error | { Code: string; Message: string };
  /** Address of the request, with its signature masked. */
  url: string;
  method: string;
}
export type CosError = null | CosSdkError;

/** Called once: with an error, or with `null` and the result. */
export type Callback<R> = (err: CosError, data: R) => void;
/** A method with a callback, or without one and with a promise. */
export interface Call<P, R> {
  (params: P, callback: Callback<R>): void;
  (params: P): Promise<R>;
}
