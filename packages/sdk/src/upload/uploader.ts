/**
 * What one instance's uploads share: the client, the host, resolved options, the queue and the permits for requests.
 * The functions beside this file work on it, so that an application that calls one of them carries no other.
 */
import { bucketHost, encodeKeyPath, UsageError } from '@sampan/protocol';
import type { CancelSignal } from '../cancel.ts';
import type { Client } from '../client.ts';
import type { Platform } from '../platform.ts';
import type { Progress } from './progress.ts';
import { createQueue, type Queue, type UploadEvents } from './queue.ts';
import { gate, type Gate } from './wait.ts';

/** What becomes of uploads. All have defaults; sizes are bytes. */
export interface UploaderOptions {
  /** Files under way at once. Default 3, at least 1. */
  readonly FileParallelLimit: number;
  /** Most parts of one file in flight. Left out, the engine chooses between 1 and 6 by what it measures. */
  readonly ChunkParallelLimit: number | undefined;
  /** Size of every part. Left out, parts start at 1 MiB and grow up to 8 MiB on a fast link. At least 1 MiB. */
  readonly ChunkSize: number | undefined;
  /** Files up to this size are sent in one request. Default 1 MiB; above 64 MiB parts are used all the same. */
  readonly SliceSize: number;
  /** Most parts of an object, 1024 to 10000. Default 10000. */
  readonly MaxPartNumber: number;
  /** How often a part is tried again after the client's own retries have given up. Default 2. */
  readonly ChunkRetryTimes: number;
  /** Least time between two progress events, in ms. Default 1000. */
  readonly ProgressInterval: number;
  /** Tasks that `getTaskList` remembers. Default 10000. */
  readonly UploadQueueSize: number;
  /** Unfinished uploads that the host's storage remembers. Default 50. */
  readonly UploadIdCacheLimit: number;
  /** How `uploadFile` sends small files. Default `putObject`; `postObject` where the host has a form uploader. */
  readonly SimpleUploadMethod: 'putObject' | 'postObject';
  /** Sends `Content-MD5` with every body. Default false: CRC-64 is compared in any case. */
  readonly UploadCheckContentMd5: boolean;
  /** Stores the MD5 of the file as `x-cos-meta-md5`; the file is read once more for it. Default false. */
  readonly UploadAddMetaMd5: boolean;
  /** Leaves the parts of a cancelled upload on the service, for a later resume. Default false. */
  readonly KeepParts: boolean;
  /** Stops requests while the app is in the background, where hosts would kill them. Default true. */
  readonly PauseInBackground: boolean;
  /** Waits while the host is offline instead of trying and failing. Default true. */
  readonly WaitForNetwork: boolean;
  /** Looks for an unfinished upload with ListMultipartUploads when there is no record of one. Default false. */
  readonly DiscoverUploads: boolean;
  /** Checks and completes Bucket, Region and Key; throws a UsageError. */
  readonly check: (params: UploadParams) => UploadParams;
  /** The object's address without scheme, as results give it. */
  readonly locate: (target: UploadTarget) => string;
  /** Where `list-update`, `task-list-update` and `task-update` go. */
  readonly events: UploadEvents;
  /** How streams are sent, where the host has any: `streamUploads`, whose types build on those of this file. */
  readonly streams: object | undefined;
}

/** Where an object goes. */
export interface UploadTarget {
  readonly Bucket: string;
  readonly Region: string;
  readonly Key: string;
}

/**
 * One file's upload, in the official SDKs' words. Besides what is named here it may hold every header parameter
 * (`CacheControl`, `ContentType`, `ACL`, `StorageClass`, …) and any `x-cos-…` name. It is never changed.
 */
export interface UploadParams extends UploadTarget {
  readonly FilePath?: string | undefined;
  readonly Body?: unknown;
  /** A hint for lists and batch progress until the file is opened, in bytes. */
  readonly FileSize?: number | undefined;
  /** `uploadFile`: the size above which parts are used. Both methods: the size of parts without `ChunkSize`. */
  readonly SliceSize?: number | undefined;
  readonly ChunkSize?: number | undefined;
  /** Most parts in flight, 1 to 256. */
  readonly AsyncLimit?: number | undefined;
  readonly Headers?: Readonly<Record<string, unknown>> | undefined;
  readonly Query?: Readonly<Record<string, unknown>> | undefined;
  readonly UploadAddMetaMd5?: boolean | string | undefined;
  readonly UploadCheckContentMd5?: boolean | undefined;
  /** An upload to continue, when the caller kept its id; its parts are proven like those of a record. */
  readonly UploadData?: { readonly UploadId?: string | undefined } | undefined;
  readonly KeepParts?: boolean | undefined;
  readonly DiscoverUploads?: boolean | undefined;
  /** Cancels the task when it fires. */
  readonly signal?: CancelSignal | undefined;
  readonly onTaskReady?: ((taskId: string) => void) | undefined;
  /** The older name of `onTaskReady`. */
  readonly TaskReady?: ((taskId: string) => void) | undefined;
  readonly onTaskStart?: ((task: unknown) => void) | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly onHashProgress?: ((progress: Progress) => void) | undefined;
  readonly onFileFinish?: ((error: unknown, data: unknown, options: unknown) => void) | undefined;
  readonly [name: string]: unknown;
}

/** What a finished upload tells. */
export interface UploadResult extends UploadTarget {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly RequestId: string | undefined;
  /** Address without scheme. */
  readonly Location: string;
  /** With its quotes. */
  readonly ETag: string;
  /** Only of uploads in parts. */
  readonly UploadId?: string;
  readonly VersionId?: string;
  /** CRC-64/XZ of the object's bytes, unsigned decimal. */
  readonly CRC64: string;
  /** What proves that the service holds these bytes: the checksum of the whole object, or that of each part. */
  readonly verified: 'object' | 'parts';
  /** Bytes of bodies handed to the host, those sent again included. */
  readonly sentBytes: number;
  /** Bytes sent more than once. */
  readonly resentBytes: number;
  /** Bytes that an earlier run had sent already. */
  readonly resumedBytes: number;
}

/** What the uploads of one instance share. */
export interface Uploader {
  readonly client: Client;
  readonly platform: Platform;
  readonly options: UploaderOptions;
  readonly queue: Queue;
  /** Requests of all uploads together, bounded by the host. */
  readonly requests: Gate;
  /** Records in use by this instance. */
  readonly held: Set<string>;
  /** What has been learned: whether answers lack a CRC-64 that this host shows, and whether it tells bytes as they go. */
  readonly learned: { lacksCrc64: boolean; reportsProgress: boolean };
}

/**
 * Makes an uploader. Numbers out of range are moved into it, as the official SDKs do. Options given as a function are
 * read whenever they are needed, for applications that change them later.
 */
export function createUploader(
  client: Client,
  platform: Platform,
  options: Partial<UploaderOptions> | (() => Partial<UploaderOptions>) = {},
): Uploader {
  const fixed = typeof options === 'function' ? undefined : resolve(options);
  const read = (): UploaderOptions => fixed ?? resolve((options as () => Partial<UploaderOptions>)());
  return {
    client,
    platform,
    get options() {
      return read();
    },
    queue: createQueue(platform, read),
    requests: gate(Math.max(1, platform.maxRequests)),
    held: new Set(),
    learned: { lacksCrc64: false, reportsProgress: false },
  };
}

const MiB = 1_048_576;

function resolve(given: Partial<UploaderOptions>): UploaderOptions {
  return {
    FileParallelLimit: Math.max(1, given.FileParallelLimit ?? 3),
    ChunkParallelLimit:
      given.ChunkParallelLimit === undefined ? undefined : Math.max(1, given.ChunkParallelLimit),
    ChunkSize: given.ChunkSize === undefined ? undefined : Math.max(MiB, given.ChunkSize),
    SliceSize: given.SliceSize ?? MiB,
    MaxPartNumber: Math.min(10_000, Math.max(1024, given.MaxPartNumber ?? 10_000)),
    ChunkRetryTimes: Math.max(0, given.ChunkRetryTimes ?? 2),
    ProgressInterval: Math.max(0, given.ProgressInterval ?? 1000),
    UploadQueueSize: Math.max(1, given.UploadQueueSize ?? 10_000),
    UploadIdCacheLimit: Math.max(0, given.UploadIdCacheLimit ?? 50),
    SimpleUploadMethod: given.SimpleUploadMethod ?? 'putObject',
    UploadCheckContentMd5: given.UploadCheckContentMd5 ?? false,
    UploadAddMetaMd5: given.UploadAddMetaMd5 ?? false,
    KeepParts: given.KeepParts ?? false,
    PauseInBackground: given.PauseInBackground ?? true,
    WaitForNetwork: given.WaitForNetwork ?? true,
    DiscoverUploads: given.DiscoverUploads ?? false,
    check: given.check ?? checkTarget,
    locate:
      given.locate ?? (({ Bucket, Region, Key }) => `${bucketHost(Bucket, Region)}/${encodeKeyPath(Key)}`),
    events: given.events ?? { emit: () => undefined, has: () => false },
    streams: given.streams,
  };
}

function checkTarget(params: UploadParams): UploadParams {
  for (const name of ['Bucket', 'Region', 'Key'])
    if (typeof params[name] !== 'string' || params[name] === '')
      throw new UsageError(`missing param ${name}`);
  return params;
}
