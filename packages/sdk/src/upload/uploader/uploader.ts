/**
 * The state that all uploads of one instance share: the client, the host, resolved options and the queue. The upload
 * functions take it as a parameter, so that a bundler drops those that an application does not call.
 */
import { UsageError } from '@sampan/protocol';
import type { CancelSignal } from '../../core/cancel.ts';
import type { Call, Client } from '../../client/client.ts';
import { maxAttempts } from '../../client/retry.ts';
import type { Settings } from '../../core/options.ts';
import type { HostBody, Platform, SequentialSource } from '../../core/platform.ts';
import type { PaceBounds } from '../parts/part-size.ts';
import type { Meter, Progress } from '../queue/progress.ts';
import { createQueue, type Queue, type Run, type UploadEvents } from '../queue/queue.ts';

/**
 * What not every application asks of the engine. Entries bring it, so that those who do without carry none of it.
 */
export interface Abilities {
  /** Sends a stream: `takeStream`. Absent where the host has none. */
  readonly takeStream?: TakeStream | undefined;
  /** Finds an unfinished upload of an object without a record: `discover`. */
  readonly discover?: (
    uploader: Uploader,
    params: UploadParams,
    file: FileToFind,
  ) => Promise<Found | undefined>;
  /** Says how a small file is sent by the host's form uploader, where it shall be: `formFor`. */
  readonly formFor?: (uploader: Uploader, params: UploadParams, size: number) => SmallForm | undefined;
}

/** A file that the host's form uploader sends. */
export interface SmallForm {
  readonly call: (params: UploadParams) => Call;
  readonly body: HostBody;
}

/** Takes a stream up, which outlives the runs of its task. */
export type TakeStream = (source: SequentialSource) => TakenStream;

export interface TakenStream {
  /** The stream for another run; throws when it was given up. */
  again(): SequentialSource;
  /** Sends what is left of it. */
  send(work: StreamWork): Promise<UploadResult>;
  /** Lets go of a stream that will not be sent to its end; `discardParts` removes what the service has of it. */
  drop(discardParts: () => Promise<void>): Promise<void>;
}

/** One run's work on a stream. */
export interface StreamWork {
  readonly uploader: Uploader;
  readonly params: UploadParams;
  readonly run: Run;
  readonly meter: Meter;
  readonly bounds: PaceBounds;
  /** A stream of no more bytes is sent in one request. */
  readonly wholeBytes: number;
  /** Begins the upload, or waits for one that an earlier run has begun, and gives its id. */
  readonly begin: () => Promise<string>;
  /** The upload has become an object. */
  readonly ended: () => void;
  readonly sized: (bytes: number) => void;
  readonly whole: (bytes: Uint8Array, isOwn: boolean) => Promise<UploadResult>;
}

/** The file whose upload is looked for. */
export interface FileToFind {
  readonly size: number;
  readonly signal: CancelSignal;
}

/** An upload on the service that might be continued. */
export interface Found {
  readonly UploadId: string;
  readonly partBytes: number;
}

/** What an entry joins to the engine. */
export interface Joined {
  /** Checks and completes Bucket, Region and Key; throws a UsageError. */
  readonly check: (params: UploadParams) => UploadParams;
  /** Where `list-update`, `task-list-update` and `task-update` go. */
  readonly events: UploadEvents;
  readonly abilities: Abilities;
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

/** What proves the bytes of an object: `none` where the service or a page's CORS rules show no checksum of them. */
export type Verified = 'object' | 'parts' | 'none';

/** What a finished upload gives its caller. */
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
  /** CRC-64/XZ of the object's bytes, unsigned decimal; missing where nothing has confirmed it. */
  readonly CRC64?: string;
  /** What proves that the service holds these bytes: the checksum of the whole object, that of each part, or nothing. */
  readonly verified: Verified;
  /** Bytes of bodies handed to the host by all runs of the task, those sent again included. */
  readonly sentBytes: number;
  /** Bytes sent more than once. */
  readonly resentBytes: number;
  /** Bytes that an earlier run, also of this task, had sent already. */
  readonly resumedBytes: number;
}

/** The options that uploads read. */
export type UploaderOptions = Settings;

/** What the uploads of one instance share. */
export interface Uploader extends Joined {
  readonly client: Client;
  readonly platform: Platform;
  /** Read whenever they are needed, because applications change them. */
  readonly options: UploaderOptions;
  readonly queue: Queue;
  /** Records in use by this instance. */
  readonly held: Set<string>;
}

/** Makes an uploader. What is joined has defaults: names that are there, no listeners, no further abilities. */
export function createUploader(
  client: Client,
  platform: Platform,
  options: UploaderOptions,
  joined: Partial<Joined> = {},
): Uploader {
  const events = joined.events ?? { emit: () => undefined, has: () => false };
  const { call, learned } = client;
  return {
    client: {
      learned,
      // Uploads are worth more attempts than a call that its caller may repeat.
      call: (given) => call({ attempts: maxAttempts + options.ChunkRetryTimes, ...given }),
    },
    platform,
    options,
    check: checkTarget,
    abilities: {},
    ...joined,
    events,
    queue: createQueue(platform, options, events),
    held: new Set(),
  };
}

function checkTarget(params: UploadParams): UploadParams {
  for (const name of ['Bucket', 'Region', 'Key'])
    if (typeof params[name] !== 'string' || params[name] === '')
      throw new UsageError(`missing param ${name}`);
  return params;
}
