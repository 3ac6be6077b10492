/** `cos.upload`: the same upload as `uploadFile`, held by a task that can be paused, continued, cancelled and removed. */
import type { Task } from '../upload/queue/task.ts';
import type { Progress } from '../upload/queue/progress.ts';
import { cancelTask, pauseTask, removeTask, restartTask, taskOf } from '../upload/queue/queue.ts';
import { upload } from '../upload/upload-file.ts';
import type { UploadParams } from '../upload/uploader/uploader.ts';
import { addressOf } from '../client/address.ts';
import { createEvents } from '../core/events.ts';
import { notify } from '../core/notify.ts';
import type { Instance } from './instance.ts';

type Result = Readonly<Record<string, unknown>>;
type State = Task['state'];

/** What `cos.upload` gives; the declaration says more. */
export interface UploadTask {
  readonly id: string;
  readonly state: State;
  readonly progress: Progress;
  /** Of the present run: a task that is continued after an error has a new one. */
  readonly done: Promise<Result>;
  pause(): void;
  resume(): void;
  cancel(how?: { readonly KeepParts?: boolean }): Promise<void>;
  remove(): Promise<void>;
  on(name: string, listener: (payload: unknown) => void): () => void;
}

const atStart: Progress = { loaded: 0, total: 0, speed: 0, percent: 0 };

/** Begins an upload. Nothing is thrown: what is wrong with the parameters is what `done` rejects with. */
export function startUpload({ uploader, settings }: Instance, params: UploadParams): UploadTask {
  const { queue } = uploader;
  const events = createEvents();
  let id = '';
  let known: State = 'waiting';
  let progress = atStart;
  let run = newRun();

  const tellState = (): void => {
    const { state } = task;
    if (state !== known) events.emit('state', (known = state));
  };
  const settled = (error: Error | null, data?: object): void => {
    known =
      error === null ? 'success' : (taskOf(queue, id)?.state ?? (known === 'canceled' ? known : 'error'));
    events.emit('state', known);
    if (data) {
      const { Bucket, Region, Key } = params as Readonly<Record<string, string>>;
      const { protocol } = addressOf(settings, { bucket: Bucket, region: Region, key: Key });
      const { Location = '' } = data as { readonly Location?: string };
      run.resolve({ ...data, Url: `${protocol}//${Location}` });
    } else run.reject(error!);
  };

  const task: UploadTask = {
    get id() {
      return id;
    },
    get state() {
      return taskOf(queue, id)?.state ?? known;
    },
    get progress() {
      return progress;
    },
    get done() {
      return run.done;
    },
    pause() {
      pauseTask(queue, id);
      tellState();
    },
    resume() {
      // What became of a failed run has been told; the next one has an outcome of its own.
      if (task.state === 'error' && id !== '') run = newRun();
      void restartTask(queue, id);
      tellState();
    },
    cancel(how = {}) {
      const over = cancelTask(queue, id, how);
      tellState();
      return over;
    },
    remove() {
      const { state } = task;
      if (state !== 'success' && state !== 'error') known = 'canceled';
      return removeTask(queue, id);
    },
    on(name, listener) {
      events.on(name, listener);
      return () => events.off(name, listener);
    },
  };
  const { onTaskReady, onTaskStart, onProgress } = params;
  const watched: UploadParams = {
    ...params,
    onTaskReady(given) {
      id = given;
      notify(onTaskReady, given);
    },
    onTaskStart(started) {
      tellState();
      if (onTaskStart) notify(onTaskStart, started);
    },
    onProgress(now) {
      progress = now;
      tellState();
      events.emit('progress', now);
      if (onProgress) notify(onProgress, now);
    },
  };
  upload(uploader, watched, { manner: 'by size', onOver: () => undefined, onSettled: settled });
  return task;
}

function newRun() {
  let resolve: (data: Result) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const done = new Promise<Result>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  // A program that only listens to events has handled an error there.
  done.catch(() => undefined);
  return { done, resolve, reject };
}
