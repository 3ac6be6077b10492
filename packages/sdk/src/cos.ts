/**
 * The COS class: the official SDKs' API over the client. A host's entry calls {@link defineCos} with what it brings; the
 * methods come from tables, and each takes a callback or gives a promise.
 */
import { AbortedError, UsageError } from '@sampan/protocol';
import { createClient } from './client.ts';
import { append, complete, copyPart, fetchObject, objectStream, uploadPart } from './cos/object.ts';
import { sliceCopyFile } from './cos/copy-file.ts';
import { downloadFile } from './cos/download.ts';
import { authorization, objectUrl, objectUrlLater, v4Authorization } from './cos/url.ts';
import { createCredentials } from './credentials.ts';
import { createEvents } from './cos/events.ts';
import { creationHeaders } from './cos/object.ts';
import { invoke, needsOf } from './cos/invoke.ts';
import { type Instance, type Work } from './cos/instance.ts';
import { methods } from './cos/methods.ts';
import { cancellerOf, checkAddress, headersOf, type Needs, type Params } from './cos/params.ts';
import { post, put } from './cos/put.ts';
import { request } from './cos/request.ts';
import { util } from './cos/util.ts';
import { version } from './cos/version.ts';
import { sendForm } from './form.ts';
import { resolveOptions, type HostDefaults, type Settings } from './options.ts';
import type { OutgoingRequest, Platform } from './platform.ts';
import { abortUploadTask, type AbortTaskParams } from './upload/abort.ts';
import { uploadFiles, type BatchParams } from './upload/batch.ts';
import { sliceUploadFile, uploadFile } from './upload/file.ts';
import { cancelTask, getTaskList, isUploadRunning, pauseTask, restartTask } from './upload/queue.ts';
import { classAbilities } from './upload/abilities.ts';
import type { TakeStream } from './upload/stream.ts';
import { createUploader, type UploadParams } from './upload/uploader.ts';
import { nested } from './cos/errors.ts';

/** What a host brings to the class. */
export interface CosHost {
  readonly defaults: HostDefaults;
  /** Makes the host's side of one instance. */
  platform(settings: Settings): Platform;
  /** How streams are sent, where the host has any. */
  readonly takeStream?: TakeStream | undefined;
}

type Callback = (error: unknown, data?: unknown) => void;

interface Entry {
  readonly needs: Needs;
  readonly work: Work;
}

/** Methods that do more than one call, or carry bytes. */
const works: Readonly<Record<string, Entry>> = {
  putObject: { needs: 'object', work: put },
  postObject: { needs: 'object', work: post },
  appendObject: { needs: 'object', work: append },
  getObject: { needs: 'object', work: fetchObject },
  multipartUpload: { needs: 'object', work: uploadPart },
  uploadPartCopy: { needs: 'object', work: copyPart },
  multipartComplete: { needs: 'object', work: complete },
  request: { needs: 'nothing', work: request },
  uploadFile: { needs: 'object', work: (instance, params) => uploading(instance, params, uploadFile) },
  sliceUploadFile: {
    needs: 'object',
    work: (instance, params) => uploading(instance, params, sliceUploadFile, nested),
  },
  uploadFiles: { needs: 'nothing', work: uploadBatch },
  sliceCopyFile: { needs: 'object', work: sliceCopyFile },
  downloadFile: { needs: 'object', work: downloadFile },
  abortUploadTask: {
    needs: 'bucket',
    work: async ({ uploader }, params) => ({
      ...(await abortUploadTask(uploader, params as unknown as AbortTaskParams)),
    }),
  },
};

/** Makes the class for a host. */
export function defineCos(host: CosHost) {
  const instances = new WeakMap<object, Instance>();
  const instanceOf = (self: object): Instance => {
    const found = instances.get(self);
    if (!found) throw new UsageError('a method of COS was called without its object');
    return found;
  };

  class COS {
    static readonly version = version;
    static readonly util = util;
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
        if (callback) answer(objectUrlLater(instance, checked), callback);
        return objectUrl(instance, checked);
      } catch (error) {
        if (!callback) throw error;
        answer(rejected(error), callback);
        return '';
      }
    }

    getObjectStream(params: Params): unknown {
      const instance = instanceOf(this);
      return objectStream(instance, checkAddress(params, 'object', instance.settings));
    }

    getTaskList(): unknown[] {
      return getTaskList(instanceOf(this).uploader.queue);
    }

    pauseTask(taskId: string): void {
      pauseTask(instanceOf(this).uploader.queue, taskId);
    }

    restartTask(taskId: string): void {
      restartTask(instanceOf(this).uploader.queue, taskId);
    }

    cancelTask(taskId: string, how: { readonly KeepParts?: boolean } = {}): void {
      const { uploader, downloads } = instanceOf(this);
      downloads.get(taskId)?.cancel(new AbortedError('The download was cancelled'));
      void cancelTask(uploader.queue, taskId, how);
    }

    isUploadRunning(): boolean {
      return isUploadRunning(instanceOf(this).uploader.queue);
    }

    on(name: string, listener: (payload: unknown) => void): void {
      instanceOf(this).events.on(name, listener);
    }

    off(name: string, listener: (payload: unknown) => void): void {
      instanceOf(this).events.off(name, listener);
    }

    emit(name: string, payload?: unknown): void {
      instanceOf(this).events.emit(name, payload);
    }
  }

  const entries: Record<string, Entry> = { ...works };
  for (const [name, row] of Object.entries(methods))
    entries[name] = {
      needs: needsOf(row),
      work: (instance, params) => invoke(instance, name, row, params),
    };
  for (const [name, entry] of Object.entries(entries)) {
    const value = function (this: object, params?: Params | Callback, callback?: Callback): unknown {
      const [given, done] = typeof params === 'function' ? [{}, params] : [params ?? {}, callback];
      const outcome = run(() => instanceOf(this), entry, given);
      if (typeof done !== 'function') return outcome;
      answer(outcome, done);
      return undefined;
    };
    Object.defineProperty(value, 'name', { value: name });
    Object.defineProperty(COS.prototype, name, {
      value,
      writable: true,
      configurable: true,
      enumerable: true,
    });
  }
  return COS;
}

/** Every failure, of checking too, is a rejection: nothing is thrown at a caller who passed a callback. */
async function run(instanceFor: () => Instance, { needs, work }: Entry, params: Params): Promise<unknown> {
  const instance = instanceFor();
  if (typeof params !== 'object') throw new UsageError('params should be an object');
  return work(instance, checkAddress(params, needs, instance.settings));
}

/** A rejection with whatever was thrown. */
async function rejected(error: unknown): Promise<never> {
  throw error;
}

/** Calls back once, with what a promise brings; what the callback throws is the application's and stays unhandled. */
function answer(outcome: Promise<unknown>, callback: Callback): void {
  void outcome.then(
    (data) => callback(null, data),
    (error: unknown) => callback(error),
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
    beforeSend: (outgoing) => (events.has('before-send') ? tellBeforeSend(events.emit, outgoing) : outgoing),
  });
  const uploader = createUploader(client, platform, settings, {
    check: (params) => checkAddress(params, 'object', settings) as UploadParams,
    events,
    abilities: { ...classAbilities, takeStream: host.takeStream },
  });
  const { objectBody = 'bytes' } = host.defaults;
  return { settings, platform, client, credentials, events, uploader, objectBody, downloads: new Map() };
}

/** Listeners may change address, method, headers and body of what is about to be sent. */
function tellBeforeSend(
  emit: (name: string, payload: unknown) => void,
  outgoing: OutgoingRequest,
): OutgoingRequest {
  const payload = { ...outgoing, headers: { ...outgoing.headers } };
  emit('before-send', payload);
  return payload;
}

type Upload = (uploader: Instance['uploader'], params: UploadParams) => Promise<object>;

async function uploading(
  instance: Instance,
  params: Params,
  upload: Upload,
  present: (error: unknown, uploadId: string | undefined) => unknown = (error) => error,
): Promise<Record<string, unknown>> {
  const cancel = cancellerOf(params);
  try {
    return { ...(await upload(instance.uploader, uploadParams(params, cancel?.signal))) };
  } catch (error) {
    throw present(error, undefined);
  } finally {
    cancel?.release();
  }
}

async function uploadBatch({ uploader }: Instance, params: Params): Promise<Record<string, unknown>> {
  const cancel = cancellerOf(params);
  const { files } = params;
  const prepared = Array.isArray(files)
    ? (files as Params[]).map((file) => uploadParams(file, undefined))
    : files;
  const batch = { ...params, files: prepared, signal: cancel?.signal } as unknown as BatchParams;
  try {
    return { ...(await uploadFiles(uploader, batch)) };
  } finally {
    cancel?.release();
  }
}

/** Header parameters are gathered once, so that every call of an upload sees the same. */
function uploadParams(params: Params, signal: UploadParams['signal']): UploadParams {
  if (typeof params !== 'object') return params;
  const { Signal: _signal, ...rest } = params;
  return {
    ...rest,
    Headers: { ...creationHeaders(params), ...headersOf(params) },
    signal,
  } as unknown as UploadParams;
}
