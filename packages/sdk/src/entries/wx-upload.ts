/**
 * The upload functions without the COS class, for mini programs with small size budgets. A bundler drops the functions
 * that are not imported. `import { createUploader, uploadFile } from '@sampan/sdk/wx/upload'`.
 */
import { UsageError } from '@sampan/protocol';
import type { Content } from '../api/base.ts';
import type { COSOptions } from '../api/options.ts';
import type { FileUploadParams, onFileFinish, UploadFilesParams } from '../api/upload.ts';
import type { CancelSignal } from '../core/cancel.ts';
import { createClient } from '../client/client.ts';
import { createEvents } from '../core/events.ts';
import { createCredentials } from '../client/credentials.ts';
import { readOptions, suggestion, uploadRules } from '../core/options.ts';
import { miniDefaults } from '../platforms/mini/host.ts';
import { weChat, weChatTraits } from '../platforms/mini/hosts/wx.ts';
import { miniPlatform } from '../platforms/mini/platform.ts';
import type { RequestOptions } from '../platforms/mini/request.ts';
import * as engine from '../upload/upload-file.ts';
import { type BatchItem, type BatchParams, uploadFiles as uploadBatch } from '../upload/upload-files.ts';
import * as queue from '../upload/queue/queue.ts';
import type { Task } from '../upload/queue/task.ts';
import {
  createUploader as createEngine,
  type Uploader,
  type UploadParams,
  type UploadResult,
} from '../upload/uploader/uploader.ts';

/**
 * What {@link createUploader} takes: the options of the class that concern uploads. Keys are `SecretId` and `SecretKey`,
 * or come from `getAuthorization`. What only the class does is refused: small files are sent by `putObject`, uploads
 * without a record are not looked for, and `Bucket` has its full name.
 */
export type UploadOptions = Pick<
  COSOptions,
  | 'SecretId'
  | 'SecretKey'
  | 'SecurityToken'
  | 'StartTime'
  | 'ExpiredTime'
  | 'Credentials'
  | 'getAuthorization'
  | 'getSTS'
  | 'CredentialsTimeout'
  | 'FileParallelLimit'
  | 'ChunkParallelLimit'
  | 'ChunkSize'
  | 'ChunkRetryTimes'
  | 'SliceSize'
  | 'MaxPartNumber'
  | 'ProgressInterval'
  | 'UploadQueueSize'
  | 'UploadIdCacheLimit'
  | 'Timeout'
  | 'SystemClockOffset'
  | 'CorrectClockSkew'
  | 'ForceSignHost'
  | 'AutoSwitchHost'
  | 'UseAccelerate'
  | 'UploadCheckContentMd5'
  | 'UploadAddMetaMd5'
  | 'KeepParts'
  | 'PauseInBackground'
  | 'WaitForNetwork'
  | 'Protocol'
  | 'Domain'
  | 'HttpDNSServiceId'
  | 'Host'
>;

interface Cancellable {
  /** Cancels the task when it fires. Mini programs have no AbortSignal; {@link cancelTask} needs none. */
  signal?: CancelSignal;
}

/** The class's parameters of an upload without what only the class does: `DiscoverUploads` and AbortSignals. */
export type SliceUploadFileParams = Omit<FileUploadParams, 'DiscoverUploads' | 'Signal' | 'signal'> &
  Content &
  Cancellable;
/** Parameters of {@link uploadFile}. */
export type UploadFileParams = SliceUploadFileParams & { onFileFinish?: onFileFinish };
/** Parameters of {@link uploadFiles}. */
export type UploadBatchParams = Pick<UploadFilesParams, 'SliceSize' | 'onProgress' | 'onFileFinish'> &
  Cancellable & {
    files: readonly UploadFileParams[];
    /** Least time between two progress events of the batch, in ms. Default: the option of the same name. */
    ProgressInterval?: number;
  };

/** An uploader with the events of its tasks. */
export interface WxUploader extends Uploader {
  /** Listens to the whole list, at every change of a task. */
  on(name: 'list-update', listener: (info: { readonly list: readonly Task[] }) => void): void;
  /** Listens to the tasks that changed, alone. */
  on(name: 'task-update', listener: (info: { readonly tasks: readonly Task[] }) => void): void;
  off(name: 'list-update' | 'task-update', listener: (payload: never) => void): void;
}

/**
 * Makes an uploader with its own queue. Throws a UsageError for options that are wrong or cannot be honoured.
 *
 * @example
 * import { createUploader, uploadFile } from '@sampan/sdk/wx/upload';
 *
 * const uploader = createUploader({ getAuthorization });
 * await uploadFile(uploader, { Bucket, Region, Key, FilePath });
 */
export function createUploader(options: UploadOptions): WxUploader {
  const known = [...Object.keys(uploadRules), ...miniDefaults.hostOptions, 'Credentials', 'Domain'];
  for (const name of Object.keys(options))
    if (!known.includes(name))
      throw new UsageError(`${name} is not an option of uploading alone${suggestion(name, known)}`);
  const settings = readOptions(options, uploadRules, miniDefaults);
  const host = weChat(settings['Host']);
  const platform = miniPlatform(host, weChatTraits(host), settings as RequestOptions);
  const events = createEvents();
  const credentials = createCredentials(platform, settings, undefined);
  const uploader = createEngine(createClient(platform, { settings, credentials }), platform, settings, {
    events,
  });
  // Events carry what the declaration says for their names.
  const { on, off } = events as unknown as Pick<WxUploader, 'on' | 'off'>;
  return Object.assign(uploader, { on, off });
}

/**
 * Uploads a file: in one request up to `SliceSize` bytes, in parts above. Resolves when the service holds exactly its
 * bytes. An upload that stopped before is continued when the file is still the same.
 */
export function uploadFile(uploader: Uploader, params: UploadFileParams): Promise<UploadResult> {
  return engine.uploadFile(uploader, params as UploadParams);
}

/** Uploads a file in parts, whatever its size; an empty one in one request. */
export function sliceUploadFile(uploader: Uploader, params: SliceUploadFileParams): Promise<UploadResult> {
  return engine.sliceUploadFile(uploader, params as UploadParams);
}

/** Uploads files. Resolves with one entry for each, in their order; rejects only when `files` is no list of files. */
export function uploadFiles(
  uploader: Uploader,
  params: UploadBatchParams,
): Promise<{ readonly files: readonly BatchItem[] }> {
  return uploadBatch(uploader, params as BatchParams);
}

/** Every task that is remembered, in order of arrival. */
export function getTaskList(uploader: Uploader): Task[] {
  return queue.getTaskList(uploader.queue);
}

/** Stops a task; what was sent stays for {@link restartTask}. */
export function pauseTask(uploader: Uploader, taskId: string): void {
  queue.pauseTask(uploader.queue, taskId);
}

/** Continues a paused or failed task; gives the outcome from here on, which may be ignored. */
export function restartTask(uploader: Uploader, taskId: string): Promise<unknown> {
  return queue.restartTask(uploader.queue, taskId);
}

/** Ends a task: its promise rejects with an AbortedError, and its parts are freed. Resolves when that is done. */
export function cancelTask(uploader: Uploader, taskId: string): Promise<void> {
  return queue.cancelTask(uploader.queue, taskId);
}

/** Whether any task waits or runs. */
export function isUploadRunning(uploader: Uploader): boolean {
  return queue.isUploadRunning(uploader.queue);
}

/** All of it, for `require()` of the built file. */
const everything = {
  createUploader,
  uploadFile,
  sliceUploadFile,
  uploadFiles,
  getTaskList,
  pauseTask,
  restartTask,
  cancelTask,
  isUploadRunning,
};

export { everything as default };
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
