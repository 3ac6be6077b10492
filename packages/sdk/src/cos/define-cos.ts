/**
 * Defines the COS class: the official SDKs' API over the client. Each host's entry calls {@link defineCos} with its
 * platform. The methods come from tables; each takes a callback or returns a promise.
 */
import { AbortedError, UsageError } from '@sampan/protocol';
import type { Canceller } from '../core/cancel.ts';
import { createClient } from '../client/client.ts';
import { append, complete, copyPart, creationHeaders, fetchObject, uploadPart } from './object.ts';
import { cancellable } from './call.ts';
import { sliceCopyFile } from './copy-file.ts';
import { authorization, objectUrl, objectUrlLater, v4Authorization } from './url.ts';
import { createCredentials } from '../client/credentials.ts';
import { passedOn } from '../core/notify.ts';
import { createEvents } from '../core/events.ts';
import { invoke, needsOf } from './invoke.ts';
import type { ByMethod } from './method-name.ts';
import { filesOf, type HostFiles, type Instance, type StreamWork, type Work } from './instance.ts';
import { methods } from './methods.ts';
import { checkAddress, headersOf, type Needs, type Params } from './params.ts';
import { post, put } from './put.ts';
import { request } from './request.ts';
import { util } from './cos-util.ts';
import { startUpload, type UploadTask } from './upload.ts';
import { version } from './version.ts';
import { sendForm } from '../client/send-form.ts';
import { resolveOptions, type HostDefaults, type Settings } from '../core/options.ts';
import type { OutgoingRequest, Platform } from '../core/platform.ts';
import { abortUploadTask, type AbortTaskParams } from '../upload/abort-task.ts';
import { uploadFiles, type BatchParams } from '../upload/upload-files.ts';
import { sliceUploadFile, uploadFile } from '../upload/upload-file.ts';
import {
  cancelTask,
  getTaskList,
  isUploadRunning,
  pauseTask,
  removeTask,
  restartTask,
} from '../upload/queue/queue.ts';
import { classAbilities } from '../upload/class-abilities.ts';
import { createUploader, type TakeStream, type UploadParams } from '../upload/uploader/uploader.ts';
import { nested } from './errors.ts';

/** What a host brings to the class. */
export interface CosHost {
  readonly defaults: HostDefaults;
  /** Makes the host's side of one instance. */
  platform(settings: Settings): Platform;
  /** Methods that only some hosts have. */
  readonly works?: ByMethod<Work> | undefined;
  /** Methods that give a stream at once. */
  readonly streams?: ByMethod<StreamWork> | undefined;
  /** What the host does with files and streams, where it has any. */
  readonly files?: HostFiles | undefined;
  /** How streams are sent, where the host has any. */
  readonly takeStream?: TakeStream | undefined;
}

type Callback = (error: unknown, data?: unknown) => void;

/** Methods that do more than one call, or carry bytes. */
const works: ByMethod<Work> = {
  putObject: put,
  postObject: post,
  appendObject: append,
  getObject: fetchObject,
  multipartUpload: uploadPart,
  uploadPartCopy: copyPart,
  multipartComplete: complete,
  request,
  uploadFile: (instance, params) => uploading(instance, params, uploadFile),
  sliceUploadFile: (instance, params) =>
    uploading(instance, params, sliceUploadFile).catch((error: unknown) => {
      throw nested(error, undefined);
    }),
  uploadFiles: uploadBatch,
  sliceCopyFile,
  downloadFile: (instance, params) => filesOf(instance, 'downloadFile').downloadFile(instance, params),
  abortUploadTask: async ({ uploader }, params) => ({
    ...(await abortUploadTask(uploader, params as unknown as AbortTaskParams)),
  }),
};

/** What of an address these need, unless it is that of an object. */
const needs: Readonly<Record<string, Needs>> = {
  request: 'nothing',
  uploadFiles: 'nothing',
  abortUploadTask: 'bucket',
} satisfies ByMethod<Needs>;

/** Methods about the queue. */
const ofQueue = { getTaskList, pauseTask, restartTask, isUploadRunning } satisfies ByMethod<unknown>;
const ofEvents = ['on', 'off', 'emit'] as const;

/** Makes the class for a host. */
export function defineCos(host: CosHost) {
  const instances = new WeakMap<object, Instance>();
  const instanceOf = (self: object): Instance => {
    const found = instances.get(self);
    if (!found) throw new UsageError('a method of COS was called without its object, or after destroy()');
    return found;
  };

  class COS {
    /** Signs what the application says it will send, without an instance. */
    static getAuthorization(params: Params): string {
      return authorization(params, Date.now());
    }

    /** The options in effect; changing one changes what follows. */
    declare readonly options: Settings;

    constructor(options: Params = {}) {
      const settings = resolveOptions(options, host.defaults);
      Object.defineProperty(this, 'options', { value: settings, enumerable: true });
      instances.set(this, createInstance(this, settings, host));
    }

    getAuth(params: Params): string {
      const { settings, platform } = instanceOf(this);
      const { SecretId, SecretKey, SystemClockOffset, UseRawKey } = settings;
      const whole = { SecretId, SecretKey, SystemClockOffset, UseRawKey, ...params };
      return authorization(whole, platform.clock.now(), platform.digests);
    }

    getV4Auth(params: Params): string {
      const { settings, platform } = instanceOf(this);
      const { SecretId, SecretKey } = settings;
      return v4Authorization({ SecretId, SecretKey, ...params }, platform.clock.now(), () =>
        platform.random(),
      );
    }

    getObjectUrl(params: Params, callback?: Callback): string {
      const instance = instanceOf(this);
      try {
        const checked = checkAddress(params, 'object', instance.settings);
        if (callback) callBack(instance, objectUrlLater(instance, checked), callback);
        return objectUrl(instance, checked);
      } catch (error) {
        if (!callback) throw error;
        callBack(instance, rejected(error), callback);
        return '';
      }
    }

    upload(params: Params = {}): UploadTask {
      const instance = instanceOf(this);
      return startUpload(instance, uploadParams(params, undefined));
    }

    removeTask(taskId: string): Promise<void> {
      return removeTask(instanceOf(this).uploader.queue, taskId);
    }

    async destroy(): Promise<void> {
      const { uploader, downloads, events } = instanceOf(this);
      instances.delete(this);
      for (const download of downloads.values())
        download.cancel(new AbortedError('The instance was destroyed'));
      const reason = new AbortedError('The instance was destroyed');
      const tasks = getTaskList(uploader.queue);
      await Promise.all(tasks.map(({ id }) => cancelTask(uploader.queue, id, { KeepParts: true, reason })));
      events.clear();
    }

    cancelTask(taskId: string, how: { readonly KeepParts?: boolean } = {}): void {
      const { uploader, downloads } = instanceOf(this);
      downloads.get(taskId)?.cancel(new AbortedError('The download was cancelled'));
      void cancelTask(uploader.queue, taskId, how);
    }
  }

  const methodsOf = COS.prototype as unknown as Record<string, unknown>;
  const define = (name: string, method: (this: object, ...args: never[]) => unknown): void => {
    Object.defineProperty(method, 'name', { value: name });
    methodsOf[name] = method;
    // Quirk: the official SDKs keep the names that these methods had before.
    methodsOf[name.replace(/(Acl|Cors)$/, (end) => end.toUpperCase())] = method;
  };
  const defineWork = (name: string, need: Needs, work: Work): void =>
    define(name, function (params?: Params | Callback, callback?: Callback): unknown {
      const [given, done] = typeof params === 'function' ? [{}, params] : [params ?? {}, callback];
      const outcome = passedOn(run(() => instanceOf(this), need, work, given));
      if (typeof done !== 'function') return outcome;
      callBack(instances.get(this), outcome, done);
      return undefined;
    });
  for (const [name, work] of Object.entries({ ...works, ...host.works }))
    defineWork(name, needs[name] ?? 'object', work);
  for (const [name, row] of Object.entries(methods))
    defineWork(name, needsOf(row), (instance, params) => invoke(instance, name, row, params));
  for (const [name, open] of Object.entries(host.streams ?? {}))
    define(name, function (params: Params, callback?: Callback) {
      const instance = instanceOf(this);
      const { stream, outcome } = open(instance, checkAddress(params, 'object', instance.settings));
      // Without a callback a failure is the stream's alone.
      callBack(instance, outcome, callback ?? (() => undefined));
      return stream;
    });
  for (const [name, act] of Object.entries(ofQueue))
    define(name, function (taskId: string) {
      return act(instanceOf(this).uploader.queue, taskId);
    });
  for (const name of ofEvents)
    define(name, function (event: string, payload: never) {
      instanceOf(this).events[name](event, payload);
    });
  return Object.assign(COS, { version, util });
}

/** Every failure, of checking too, is a rejection: nothing is thrown at a caller who passed a callback. */
async function run(instanceFor: () => Instance, need: Needs, work: Work, params: Params): Promise<unknown> {
  const instance = instanceFor();
  if (typeof params !== 'object') throw new UsageError('params should be an object');
  return work(instance, checkAddress(params, need, instance.settings));
}

/** Turns a synchronous throw into a rejection. */
async function rejected(error: unknown): Promise<never> {
  throw error;
}

/**
 * Calls back once, with what a promise brings. What the callback throws is the application's fault: it leaves from a
 * timer, where each host reports it as an exception that was not caught (`uncaughtException`, `onerror`, `App.onError`).
 */
function callBack(instance: Instance | undefined, outcome: Promise<unknown>, callback: Callback): void {
  const call = (...args: Parameters<Callback>): void => {
    try {
      callback(...args);
    } catch (thrown) {
      if (!instance) throw thrown;
      instance.platform.clock.setTimer(() => {
        throw thrown;
      }, 0);
    }
  };
  void outcome.then(
    (data) => call(null, data),
    (error: unknown) => call(error),
  );
}

function createInstance(self: object, settings: Settings, host: CosHost): Instance {
  const platform = host.platform(settings);
  const events = createEvents();
  const credentials = createCredentials(platform, settings, self);
  const client = createClient(platform, {
    settings,
    credentials,
    sendForm,
    beforeSend: (outgoing) => (events.has('before-send') ? emitBeforeSend(events.emit, outgoing) : outgoing),
  });
  const uploader = createUploader(client, platform, settings, {
    check: (params) => checkAddress(params, 'object', settings) as UploadParams,
    events,
    abilities: { ...classAbilities, takeStream: host.takeStream },
  });
  const { objectBody = 'bytes' } = host.defaults;
  const downloads = new Map<string, Canceller>();
  const { files } = host;
  return { settings, platform, client, credentials, events, uploader, objectBody, files, downloads };
}

/** Listeners may change address, method, headers and body of what is about to be sent. */
function emitBeforeSend(
  emit: (name: string, payload: unknown) => void,
  outgoing: OutgoingRequest,
): OutgoingRequest {
  const payload = { ...outgoing, headers: { ...outgoing.headers } };
  emit('before-send', payload);
  return payload;
}

type Upload = (uploader: Instance['uploader'], params: UploadParams) => Promise<object>;

function uploading(instance: Instance, params: Params, upload: Upload): Promise<Record<string, unknown>> {
  return cancellable(params, async (signal) => ({
    ...(await upload(instance.uploader, uploadParams(params, signal))),
  }));
}

function uploadBatch({ uploader }: Instance, params: Params): Promise<Record<string, unknown>> {
  const { files } = params;
  const prepared = Array.isArray(files)
    ? (files as Params[]).map((file) => uploadParams(file, undefined))
    : files;
  return cancellable(params, async (signal) => ({
    ...(await uploadFiles(uploader, { ...params, files: prepared, signal } as unknown as BatchParams)),
  }));
}

/** Header parameters are gathered once, so that every call of an upload sees the same. */
function uploadParams(params: Params, signal: UploadParams['signal']): UploadParams {
  // The batch reports an entry that is no file, for that entry alone.
  if (Object(params) !== params) return params as UploadParams;
  return {
    ...params,
    Signal: undefined,
    Headers: Object.assign(creationHeaders(params), headersOf(params)),
    signal,
  } as unknown as UploadParams;
}
