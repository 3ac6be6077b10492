/** Types of the constructor's options, of credentials and of signatures. */
import type {
  Bucket,
  Bytes,
  Headers,
  Key,
  Method,
  ObjectParams,
  Pathname,
  Prefix,
  Query,
  Region,
} from './base.ts';

/** The least permission that a call needs. */
export type Scope = {
  action: string;
  bucket: Bucket;
  region: Region;
  prefix: Prefix;
}[];

export type CopySourceParserFunction = (
  source: string,
) => null | { Bucket: string; Region: string; Key: string };

/** Options of `new COS(options)`. Numbers out of range are moved into it. */
export interface COSOptions {
  /** Key id, permanent or temporary; `secretId` is taken too. White space in it is refused. */
  SecretId?: string;
  /** Key of `SecretId`; `secretKey` is taken too. White space in it is refused. It signs and is never sent. */
  SecretKey?: string;
  /** Token of temporary keys. */
  SecurityToken?: string;
  /** The same as `SecurityToken`. */
  XCosSecurityToken?: string;
  /** Unix seconds from which temporary keys of the constructor are good. Default 0: a second ago. */
  StartTime?: number;
  /** Unix seconds until which temporary keys of the constructor are good. Default 0: not known. */
  ExpiredTime?: number;
  /**
   * Keys that are read at each call: change the object to change the keys. They win over `SecretId` and `SecretKey`.
   */
  Credentials?: { secretId?: string; secretKey?: string };
  /** Application number that is added to bucket names without one. Better written in `Bucket`. */
  AppId?: string | number;
  /**
   * Fetches keys or signatures: calls back once, or returns a promise. An Error either way, a throw and silence fail
   * the calls that waited. Concurrent calls share one fetch.
   */
  getAuthorization?: (
    options: GetAuthorizationOptions,
    callback: (params: GetAuthorizationCallbackParams) => void,
  ) => unknown;
  /** The older form of `getAuthorization`, which receives only Bucket and Region. */
  getSTS?: (
    options: { Bucket: Bucket; Region: Region },
    callback: (params: Record<string, unknown>) => void,
  ) => unknown;
  /**
   * Longest wait for `getAuthorization` or `getSTS`, in ms. Default 30000, at least 1. Not in the official SDKs,
   * which wait for ever.
   */
  CredentialsTimeout?: number;
  /** Further tries of a part and of completing, after the SDK's own retries. Default 2, at least 0. */
  ChunkRetryTimes?: number;
  /** Files under way at once. Default 3, at least 1. */
  FileParallelLimit?: number;
  /** Most parts of a file in flight, 1 to 256. Default: between 1 and 6, by what is measured. */
  ChunkParallelLimit?: number;
  /** Bytes of a part, 1 MiB to 5 GiB. Default: from 1 MiB up to 8 MiB, by what is measured. */
  ChunkSize?: number;
  /**
   * Bytes above which a file is sent in parts, at least 0. Default 1048576. Above 64 MiB parts are used in any case.
   */
  SliceSize?: number;
  /** Parts of a copy in flight, 1 to 256. Default 20. */
  CopyChunkParallelLimit?: number;
  /** Bytes of a part of a copy, 1 MiB to 5 GiB. Default 10485760. */
  CopyChunkSize?: number;
  /** Bytes above which an object is copied in parts, up to 5 GiB. Default 10485760. */
  CopySliceSize?: number;
  /** Most parts of an object, 1024 to 10000. Default 10000. */
  MaxPartNumber?: number;
  /** Least time between progress events, in ms. Default 1000, at least 0. */
  ProgressInterval?: number;
  /** Tasks that `getTaskList` remembers, finished ones included. Default 10000, at least 1. */
  UploadQueueSize?: number;
  /** Unfinished uploads that are remembered. Default 500 on Node, 50 elsewhere, at least 1. */
  UploadIdCacheLimit?: number;
  /**
   * Node: folder for records of unfinished transfers and for locks. Default: `sampan-<user>` below the system's
   * temporary folder, made with mode 0700 when it is first needed.
   */
  ConfCwd?: string;
  /**
   * Host, a template with `{Bucket}`, `{BucketName}`, `{AppId}` and `{Region}`, or a function of `{ Bucket, Region
   * }`. A scheme may stand in front and a path behind. Default: the bucket's host on COS.
   */
  Domain?: string | ((to: { Bucket: Bucket; Region: Region }) => string);
  /**
   * Host for `getService`. Default: that of `Domain` without the bucket, else `service.cos.myqcloud.com` or the
   * region's.
   */
  ServiceDomain?: string;
  /** Scheme of addresses, with or without a colon. Default https; on a web page that of the page. */
  Protocol?: 'http' | 'http:' | 'https' | 'https:';
  /** Use the global acceleration host. Default false. */
  UseAccelerate?: boolean;
  /** Do not check the form of Region. Default false. */
  CompatibilityMode?: boolean;
  /** Refused when true: the service addresses buckets by host name. `Domain` may carry the bucket in its path. */
  ForcePathStyle?: boolean;
  /** Keep one `/` at the beginning of keys. Default false. */
  UseRawKey?: boolean;
  /**
   * Longest time without progress, in ms, not of the whole request. Default 0, which means 60000. A host that does
   * not report how much it has sent gets a second for every 16 KB more.
   */
  Timeout?: number;
  /**
   * Correct a wrong clock by the service's date when the service says that it is wrong, and try again, once per
   * call. Default true.
   */
  CorrectClockSkew?: boolean;
  /** Added to the clock for signatures, in ms. Default 0. */
  SystemClockOffset?: number;
  /** Send Content-MD5 with every body. Default false; CRC-64 is compared in any case. */
  UploadCheckContentMd5?: boolean;
  /** Store the MD5 of a file as `x-cos-meta-md5`; the file is read once more for it. Default false. */
  UploadAddMetaMd5?: boolean;
  /** Sign the Host header. Default true; without it a signature is good for any bucket of the account. */
  ForceSignHost?: boolean;
  /**
   * Try `tencentcos.cn` when `myqcloud.com` does not answer, for the service's own bucket hosts only. Default true
   * on web and Node, false in mini programs.
   */
  AutoSwitchHost?: boolean;
  /** How `uploadFile` sends small files. Default `postObject` on WeChat, else `putObject`. */
  SimpleUploadMethod?: 'putObject' | 'postObject';
  /** Refuse keys such as `a/..` in `getObject`, which resolve to the bucket itself. Default true. */
  ObjectKeySimplifyCheck?: boolean;
  /** Reads a `CopySource` that is not an address of the service. */
  CopySourceParser?: null | CopySourceParserFunction;
  /** Stop requests while the app is in the background. Default true. Not in the official SDKs. */
  PauseInBackground?: boolean;
  /** Wait for the network instead of failing. Default true. Not in the official SDKs. */
  WaitForNetwork?: boolean;
  /** Leave the parts of a cancelled upload on the service. Default false. Not in the official SDKs. */
  KeepParts?: boolean;
  /**
   * Look for unfinished uploads on the service when none is remembered. Default false. Not in the official SDKs.
   */
  DiscoverUploads?: boolean;
  /** Node: `http://[user:password@]host:port`. Plain requests go to it in absolute form, https by CONNECT. */
  Proxy?: string;
  /**
   * Node: CONNECT for plain requests too (`true`), or absolute form even for https (`false`). Default: CONNECT for
   * https alone.
   */
  Tunnel?: boolean;
  /** Node: connect to this IP address instead of resolving the host name. */
  Ip?: string;
  /** Node: check certificates. Default true. */
  StrictSsl?: boolean;
  /** Node: use connections again. Default true. */
  KeepAlive?: boolean;
  /** Node: follow redirects of reads; the signature goes to no other host. Default false. */
  FollowRedirect?: boolean;
  /** Node: value of the User-Agent header. */
  UserAgent?: string;
  /** WeChat: id of the provider of HttpDNS. */
  HttpDNSServiceId?: string;
  /** Mini programs: the object with the host's API. Default: its global; Taro has none and must be given. */
  Host?: object;
}

export type StringOrBuffer = Bytes | Uint8Array | ArrayBuffer | string;
/** The helpers of `COS.util`. */
export interface Util {
  /** MD5 in hexadecimal, or in base64 when `encoding` says so. */
  md5: (str: StringOrBuffer, encoding?: string) => string;
  /** Throws when the text is no XML. */
  xml2json: (bodyStr: string) => Record<string, unknown>;
  json2xml: (json: unknown) => string;
  /** `safe` uses the alphabet for addresses, without padding. */
  encodeBase64: (str: string, safe?: boolean) => string;
}

/** What `COS.getAuthorization` signs. */
export interface StaticGetAuthorizationOptions {
  SecretId: string;
  SecretKey: string;
  /** With Region, the default host of the bucket is signed unless `Headers` names another. */
  Bucket?: Bucket;
  Region?: Region;
  /** Default GET. */
  Method?: Method;
  Pathname?: Pathname;
  Key?: Key;
  Query?: Query;
  Headers?: Headers;
  /** Seconds that the signature is good for. Default 900. */
  Expires?: number;
  /** `<start>;<end>` in Unix seconds; wins over Expires. */
  KeyTime?: string;
  /** In ms. */
  SystemClockOffset?: number;
  ForceSignHost?: boolean;
  UseRawKey?: boolean;
}

/** The call that `getAuthorization` supplies keys for. */
export interface GetAuthorizationOptions {
  Bucket: Bucket;
  Region: Region;
  Method: Method;
  Pathname: Pathname;
  /** Empty for calls of a bucket. */
  Key: Key;
  Query: Query;
  Headers: Headers;
  Scope: Scope;
  SystemClockOffset: number;
  ForceSignHost?: boolean;
}
/** Temporary keys. */
export interface Credentials {
  TmpSecretId: string;
  TmpSecretKey: string;
  SecurityToken?: string;
  XCosSecurityToken?: string;
  /** Unix seconds by the service's clock; saves clients whose clock is wrong. */
  StartTime?: number;
  /** Unix seconds. */
  ExpiredTime: number;
  /** The keys are good only for calls of the same Scope. */
  ScopeLimit?: boolean;
  Authorization?: string;
}
export type Authorization = string;
/** Keys, a finished signature, or (by promise or callback) an Error. */
export type GetAuthorizationCallbackParams =
  | Authorization
  | Credentials
  | {
      Authorization: Authorization;
      SecurityToken?: string;
      Token?: string;
      ClientIP?: string;
      ClientUA?: string;
    }
  | Error;

/** What `getAuth` signs; the instance's keys are used unless others are given. */
export interface GetAuthParams {
  /** Key id. Default: the instance's. */
  SecretId?: string;
  /** Its key. Default: the instance's. */
  SecretKey?: string;
  /** Full name of the bucket, `<name>-<appid>`. */
  Bucket?: Bucket;
  /** Region of the bucket, such as `ap-guangzhou`. */
  Region?: Region;
  /** HTTP method. */
  Method?: Method;
  /** Key of the object, 1 to 850 bytes in UTF-8. */
  Key?: Key;
  /** Seconds that the signature is good for. Default 900. */
  Expires?: number;
  /** Further query parameters. */
  Query?: Query;
  /** Headers to sign. */
  Headers?: Headers;
  /** Sign the Host header. Default: the option of the same name. */
  ForceSignHost?: boolean;
}
export interface GetV4AuthParams {
  /** Key id. Default: the instance's. */
  SecretId?: string;
  /** Its key. Default: the instance's. */
  SecretKey?: string;
  /** Full name of the bucket, `<name>-<appid>`. */
  Bucket?: Bucket;
  /** Key of the object, 1 to 850 bytes in UTF-8. */
  Key?: Key;
  /** Seconds that the signature is good for. Default 900. */
  Expires?: number;
}
export interface GetObjectUrlParams extends ObjectParams {
  /** Default true. */
  Sign?: boolean;
  /** Default GET. */
  Method?: Method;
  /** Further query parameters. */
  Query?: Query;
  /** Appended to the address as it is. */
  QueryString?: string;
  /** Seconds. Default 900. */
  Expires?: number;
  /** Use the global acceleration host. */
  UseAccelerate?: boolean;
  /** In place of the option of the same name. */
  Domain?: string;
  /** In place of the option of the same name. */
  Protocol?: string;
  /** Sign the Host header. Default: the option of the same name. */
  ForceSignHost?: boolean;
}
export interface GetObjectUrlResult {
  Url: string;
}
