/**
 * The queue of upload tasks: first in, first out, with at most FileParallelLimit running. Each outcome is reported
 * once. Every run of a task has a generation, and results of older generations are ignored. A new run begins only when
 * the older one has released all its resources. A waiting task holds its parameters, but no bytes of its file.
 */
import { AbortedError, isCosError, TransportError, type CosError } from '@sampan/protocol';
import { canceller, type Canceller, type CancelSignal } from '../../core/cancel.ts';
import type { Platform } from '../../core/platform.ts';
import { notify } from '../../core/notify.ts';
import type { Progress } from './progress.ts';
import { hasSlot, moved, type Task, type TaskEvent, type TaskState } from './task.ts';

/** Receives the queue's events. */
export interface UploadEvents {
  emit(name: string, payload: unknown): void;
  /** Whether the event has listeners; events without one are not prepared. */
  has(name: string): boolean;
}

/** What a task does. */
export interface Job<T> {
  /** Whether the work can be stopped and done again. Default true; a pause is ignored otherwise. */
  mayPause?(): boolean;
  /** Does the work once; called again after a pause or an error. */
  run(run: Run): Promise<T>;
  /** Removes what a cancelled task has left on the service; called when no run is under way. Never rejects. */
  discard?(keepParts: boolean | undefined): Promise<void>;
}

/** One run's way to its task; calls of an older run change nothing. */
export interface Run {
  readonly signal: CancelSignal;
  /** Whether this is the task's present run. */
  isCurrent(): boolean;
  /** The first byte is about to be sent. */
  sending(): void;
  sized(bytes: number): void;
  progressed(progress: Progress): void;
  hashed(progress: Progress): void;
}

/** What of a task's parameters the queue itself knows. */
export interface TaskParams {
  readonly Bucket?: string;
  readonly Region?: string;
  readonly Key?: string;
  readonly FilePath?: string | undefined;
  readonly onTaskReady?: ((taskId: string) => void) | undefined;
  /** The older name of `onTaskReady`. */
  readonly TaskReady?: ((taskId: string) => void) | undefined;
  readonly onTaskStart?: ((task: unknown) => void) | undefined;
}

/** What a caller hands over: thousands may wait, so that it is to be small. */
export interface TaskSpec<T> {
  readonly params: TaskParams;
  readonly size: number;
  readonly signal?: CancelSignal | undefined;
  /** Makes the work when the task's first turn comes. */
  job(): Job<T>;
  /** Called once with the task's outcome, never before {@link enqueue} has returned; must not throw. */
  onOver(error: CosError | null, value: T | undefined, taskId: string): void;
  /** Called with the outcome of each run, also of runs after an error; must not throw. */
  onSettled?(error: CosError | null, value: T | undefined): void;
}

interface Entry {
  readonly id: string;
  readonly order: number;
  /** What was handed over; of a task that is over for good only what lists show. */
  spec: Pick<TaskSpec<unknown>, 'params'> & Partial<TaskSpec<unknown>>;
  job: Job<unknown> | undefined;
  state: TaskState;
  generation: number;
  stop: Canceller | undefined;
  /** Ends when the present or last run has let go of everything. */
  unwound: Promise<void>;
  /** Whether the outcome is still to be reported. */
  isOpen: boolean;
  /** Those who have restarted it and wait for its outcome. */
  again: readonly ((error: CosError | null, value: unknown) => void)[];
  /** Stops listening to the caller's signal. */
  release: (() => void) | undefined;
  size: number;
  progress: Progress | undefined;
  hashPercent: number;
  error: CosError | null;
  view: Task | undefined;
}

export interface Queue {
  readonly entries: Map<string, Entry>;
  /** By order of arrival; restarted tasks keep their place. */
  readonly waiting: Entry[];
  readonly over: Set<Entry>;
  readonly changed: Set<Entry>;
  /** Clean-ups under way. */
  readonly background: Set<Promise<void>>;
  readonly platform: Platform;
  readonly limits: QueueLimits;
  readonly events: UploadEvents;
  running: number;
  arrivals: number;
  announced: boolean;
  /** When lists were given out last, in ms since 1970. */
  listedMs: number;
}

interface QueueLimits {
  readonly FileParallelLimit: number;
  readonly UploadQueueSize: number;
}

/** Makes a queue; `limits` are read whenever they are needed. */
export function createQueue(platform: Platform, limits: QueueLimits, events: UploadEvents): Queue {
  return {
    entries: new Map(),
    waiting: [],
    over: new Set(),
    changed: new Set(),
    background: new Set(),
    platform,
    limits,
    events,
    running: 0,
    arrivals: 0,
    announced: false,
    listedMs: -Infinity,
  };
}

/** Nothing to wait for. */
const nothing: Promise<undefined> = /* @__PURE__ */ Promise.resolve(undefined);
const none: readonly never[] = [];

/** Adds a task. `onTaskReady` receives its id before this returns. */
export function enqueue<T>(queue: Queue, spec: TaskSpec<T>): void {
  const entry: Entry = {
    id: taskId(queue.platform),
    order: queue.arrivals++,
    spec,
    job: undefined,
    state: 'waiting',
    generation: 0,
    stop: undefined,
    unwound: nothing,
    isOpen: true,
    again: none,
    release: undefined,
    size: spec.size,
    progress: undefined,
    hashPercent: 0,
    error: null,
    view: undefined,
  };
  queue.entries.set(entry.id, entry);
  queue.waiting.push(entry);
  announce(queue, entry);
  const { onTaskReady, TaskReady } = spec.params;
  notify(onTaskReady, entry.id);
  if (TaskReady !== onTaskReady) notify(TaskReady, entry.id);
  if (spec.signal)
    entry.release = spec.signal.onCancel((reason) => void cancelTask(queue, entry.id, { reason }));
  purge(queue);
  pump(queue);
}

/** Every task that is remembered, in order of arrival. */
export function getTaskList(queue: Queue): Task[] {
  return [...queue.entries.values()].map(view);
}

/** Whether any task is waiting, checking or uploading. */
export function isUploadRunning(queue: Queue): boolean {
  return queue.running > 0 || queue.waiting.length > 0;
}

/** Stops a task, unless its body comes only once and is on its way. Its parts stay on the service, and nothing settles until it is restarted or cancelled. */
export function pauseTask(queue: Queue, id: string): void {
  const entry = queue.entries.get(id);
  // Before its first turn nothing of a task has been read.
  if (!entry || entry.job?.mayPause?.() === false || !move(queue, entry, 'pause')) return;
  stopRun(entry, new AbortedError('The upload was paused', { code: 'Paused' }));
  purge(queue);
  pump(queue);
}

/**
 * Puts a paused or failed task back in its place in the queue. The promise and callback of a failed task have settled;
 * the promise that this gives settles with the outcome from here on, undefined when there is nothing to restart. It may
 * be ignored: its rejection needs no handler.
 */
export function restartTask(queue: Queue, id: string): Promise<unknown> {
  const entry = queue.entries.get(id);
  if (!entry || !move(queue, entry, 'restart')) return nothing;
  const outcome = new Promise<unknown>((resolve, reject) => {
    entry.again = [...entry.again, (error, value) => (error ? reject(error) : resolve(value))];
  });
  outcome.catch(() => undefined);
  queue.over.delete(entry);
  entry.error = null;
  let at = queue.waiting.length;
  while (at > 0 && queue.waiting[at - 1]!.order > entry.order) at -= 1;
  queue.waiting.splice(at, 0, entry);
  pump(queue);
  return outcome;
}

/**
 * Ends a task: requests in flight are stopped, the promise rejects with an AbortedError, and what was sent is removed
 * from the service. Resolves when that is done, and never rejects.
 */
export function cancelTask(
  queue: Queue,
  id: string,
  how: { readonly KeepParts?: boolean | undefined; readonly reason?: Error } = {},
): Promise<void> {
  const entry = queue.entries.get(id);
  if (!entry || !move(queue, entry, 'cancel')) return Promise.resolve();
  const reason = isCosError(how.reason) ? how.reason : new AbortedError('The upload was cancelled');
  const { job } = entry;
  entry.error = reason;
  stopRun(entry, reason);
  ended(queue, entry);
  const cleaned = entry.unwound.then(() => job?.discard?.(how.KeepParts));
  const watched = cleaned.catch(() => undefined).then(() => void queue.background.delete(watched));
  queue.background.add(watched);
  pump(queue);
  return watched;
}

/**
 * Removes a task from the list. A task that is not over is cancelled first, and its caller gets that outcome. Resolves
 * when the service holds no part of it.
 */
export async function removeTask(queue: Queue, id: string): Promise<void> {
  const entry = queue.entries.get(id);
  if (!entry) return;
  const over = cancelTask(queue, id);
  queue.over.delete(entry);
  queue.entries.delete(id);
  announce(queue, entry);
  await over;
}

/** A task as lists show it, as long as it is on the list. */
export function taskOf(queue: Queue, id: string): Task | undefined {
  const entry = queue.entries.get(id);
  return entry && view(entry);
}

/** Resolves when no task waits or runs and every clean-up is done. */
export async function whenIdle(queue: Queue): Promise<void> {
  while (isUploadRunning(queue) || queue.background.size > 0)
    await Promise.all([
      ...queue.background,
      ...[...queue.entries.values()].filter((entry) => hasSlot(entry.state)).map((entry) => entry.unwound),
    ]);
}

function pump(queue: Queue): void {
  while (queue.running < queue.limits.FileParallelLimit) {
    const entry = queue.waiting.shift();
    if (!entry) break;
    // It leaves the waiting line before it moves, so that `move` does not look for it there.
    startRun(queue, entry);
  }
  queue.platform.prefetch?.((place) => {
    const entry = queue.waiting[place];
    return entry && (entry.spec.params.FilePath ?? '');
  });
}

function startRun(queue: Queue, entry: Entry): void {
  move(queue, entry, 'start');
  entry.generation += 1;
  entry.stop = canceller();
  entry.hashPercent = 0;
  const { onTaskStart } = entry.spec.params;
  if (onTaskStart) notify(onTaskStart, view(entry));
  entry.unwound = runOnce(queue, entry, entry.stop);
}

async function runOnce(queue: Queue, entry: Entry, stop: Canceller): Promise<void> {
  const { generation, spec } = entry;
  const isCurrent = (): boolean => entry.generation === generation && hasSlot(entry.state);
  const change = (apply: () => void): void => {
    if (!isCurrent()) return;
    apply();
    announce(queue, entry);
  };
  const run: Run = {
    signal: stop.signal,
    isCurrent,
    sending: () => change(() => entry.state === 'uploading' || move(queue, entry, 'send')),
    sized: (bytes) => change(() => (entry.size = bytes)),
    progressed: (progress) => change(() => (entry.progress = progress)),
    hashed: (progress) => change(() => (entry.hashPercent = progress.percent)),
  };
  // The run before lets go of everything first.
  await entry.unwound;
  let error: CosError | null = null;
  let value: unknown;
  try {
    if (stop.signal.reason) throw stop.signal.reason;
    entry.job ??= spec.job!();
    value = await entry.job.run(run);
  } catch (cause) {
    error = asCosError(cause);
  }
  if (isCurrent() && move(queue, entry, error ? 'fail' : 'succeed')) {
    entry.error = error;
    ended(queue, entry, value);
  }
  if (entry.stop === stop) entry.stop = undefined;
  pump(queue);
}

/** Moves a task, keeping count of slots; false when the event means nothing now. */
function move(queue: Queue, entry: Entry, event: TaskEvent): boolean {
  const next = moved(entry.state, event);
  if (!next) return false;
  if (entry.state === 'waiting' && event !== 'start') {
    const at = queue.waiting.indexOf(entry);
    if (at >= 0) queue.waiting.splice(at, 1);
  }
  queue.running += Number(hasSlot(next)) - Number(hasSlot(entry.state));
  entry.state = next;
  announce(queue, entry);
  return true;
}

function stopRun(entry: Entry, reason: Error): void {
  entry.generation += 1;
  entry.stop?.cancel(reason);
}

/** Reports a task's outcome. Its last update event goes out before, so that listeners know the final state first. */
function ended(queue: Queue, entry: Entry, value?: unknown): void {
  const { spec, isOpen, release, error } = entry;
  queue.over.add(entry);
  emitTaskUpdates(queue);
  entry.isOpen = false;
  release?.();
  if (isOpen) void nothing.then(() => spec.onOver!(error, value, entry.id));
  if (spec.onSettled) void nothing.then(() => spec.onSettled!(error, value));
  for (const settle of entry.again) settle(error, value);
  entry.again = none;
  if (entry.state !== 'error') {
    // It will not run again; what it was to send may be large.
    const { Bucket = '', Region = '', Key = '', FilePath = '' } = spec.params;
    entry.spec = { params: { Bucket, Region, Key, FilePath } };
    entry.job = undefined;
  }
  purge(queue);
}

/** Forgets tasks beyond the limit: those that are over, oldest first, then paused ones, which are over then. */
function purge(queue: Queue): void {
  while (queue.entries.size > queue.limits.UploadQueueSize) {
    const [oldest] = queue.over;
    if (oldest) {
      queue.over.delete(oldest);
      queue.entries.delete(oldest.id);
      continue;
    }
    const paused = [...queue.entries.values()].find((entry) => entry.state === 'paused');
    if (!paused) return;
    const reason = new AbortedError('The queue is full: the paused upload was dropped', {
      code: 'QueueFull',
    });
    void cancelTask(queue, paused.id, { KeepParts: true, reason });
  }
}

/** Two names for one event, as the official SDKs have it. */
const listEvents = ['list-update', 'task-list-update'] as const;

function announce(queue: Queue, entry: Entry): void {
  entry.view = undefined;
  const { events } = queue;
  const lists = events.has(listEvents[0]) || events.has(listEvents[1]);
  if (!lists && !events.has('task-update')) return;
  queue.changed.add(entry);
  if (queue.announced) return;
  queue.announced = true;
  // Lists cost their length: the longer they are, the longer changes are gathered, up to half a second.
  const everyMs = Math.min(500, 100 + Math.floor(queue.entries.size / 20));
  const { clock } = queue.platform;
  const leftMs = lists ? Math.max(0, queue.listedMs + everyMs - clock.now()) : 0;
  clock.setTimer(() => emitUpdates(queue), Math.min(leftMs, everyMs));
}

function emitUpdates(queue: Queue): void {
  queue.announced = false;
  queue.listedMs = queue.platform.clock.now();
  emitTaskUpdates(queue);
  for (const name of listEvents)
    if (queue.events.has(name)) queue.events.emit(name, { list: getTaskList(queue) });
}

/** Emits the tasks that have changed since the last update event. */
function emitTaskUpdates({ changed, events }: Queue): void {
  if (changed.size === 0) return;
  const tasks = [...changed].map(view);
  changed.clear();
  if (events.has('task-update')) events.emit('task-update', { tasks });
}

function view(entry: Entry): Task {
  const { spec, progress } = entry;
  const { Bucket = '', Region = '', Key = '', FilePath = '' } = spec.params;
  entry.view ??= {
    id: entry.id,
    Bucket,
    Region,
    Key,
    FilePath,
    state: entry.state,
    loaded: progress?.loaded ?? 0,
    size: entry.size,
    speed: entry.state === 'uploading' ? (progress?.speed ?? 0) : 0,
    percent: progress?.percent ?? 0,
    hashPercent: entry.hashPercent,
    ...(progress?.timeLeft === undefined ? {} : { timeLeft: progress.timeLeft }),
    error: entry.error,
  };
  return entry.view;
}

function asCosError(cause: unknown): CosError {
  if (isCosError(cause)) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new TransportError(message, { code: 'HostError', retryable: false, cause });
}

/** A UUID of version 4. */
function taskId({ random }: Platform): string {
  // Four digits that begin with one of `span` from `least` on.
  const word = (least = 0, span = 16): string =>
    (0x10000 + Math.floor((least + random() * span) * 0x1000)).toString(16).slice(1);
  // Joined: a text that is put together by `+` or as a template stays in its pieces, and thousands may wait.
  return [word() + word(), word(), word(4, 1), word(8, 4), word() + word() + word()].join('-');
}
