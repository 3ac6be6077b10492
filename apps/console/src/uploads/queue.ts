/**
 * The uploads of this page. The SDK's queue does the work and knows the order; this list follows what it tells, adds the
 * uploads that an earlier page left behind, and keeps in the browser's database what a later page must know.
 */
import type COS from '@sampan/sdk';
import { shallowRef, watch } from 'vue';
import { reasonOf, session, type Session } from '../session/session.ts';
import { failed } from '../ui/notice.ts';
import { forget, keep, keptUploads, type Kept } from './kept.ts';
import { matchEarlier, type Picked } from './match.ts';
import { stillness, withSample } from './throughput.ts';
import { isOver, isUnderWay, totalsOf, type Upload } from './upload.ts';

/** Where files go. */
export interface Target {
  readonly bucket: string;
  readonly region: string;
  /** Empty, or ends in a slash. */
  readonly prefix: string;
}

/** Changes reach the page at most so often: what 5,000 files tell would keep it busy. */
const refreshMs = 200;
/** How far a running upload is, is written at most so often. */
const keepMs = 2000;
/** Files that are handed to the SDK in one go, so that the page stays awake between them. */
const handedAtOnce = 250;

/** All uploads, in order of arrival. Entries change in place; `version` says when. */
export const uploads = shallowRef<readonly Upload[]>([]);
export const version = shallowRef(0);
export const totals = shallowRef(totalsOf([]));
export const throughput = shallowRef(stillness);

/** All uploads; who renders them follows changes in place as well. */
export function current(): readonly Upload[] {
  return version.value >= 0 ? uploads.value : [];
}

const byTask = new Map<string, Upload>();
const unsaved = new Set<Upload>();
let active: Session | undefined;
let added = 0;

/** Follows the session: uploads of another one are stopped, their parts stay, and those of this one come back. */
export function followSession(): void {
  setInterval(sample, 1000);
  addEventListener('beforeunload', (event) => {
    if (uploads.value.some(({ state }) => isUnderWay(state))) event.preventDefault();
  });
  watch(session, (now) => void change(now), { immediate: true });
}

async function change(now: Session | undefined): Promise<void> {
  const before = active;
  active = now;
  for (const { state, taskId } of uploads.value)
    if (before && taskId !== undefined && !isOver(state)) before.cos.cancelTask(taskId, { KeepParts: true });
  byTask.clear();
  uploads.value = [];
  refresh();
  if (!now) return;
  now.cos.on('task-update', ({ tasks }) => {
    if (active === now) tasks.forEach(follow);
  });
  const kept = await keptUploads(now.keys.SecretId).catch(() => []);
  uploads.value = [...kept.map(earlierUpload), ...uploads.value];
  refresh();
}

/** Adds files. Those that an earlier page had begun go on, wherever they are dropped. Gives how many of these there are. */
export async function add(picked: readonly Picked[], { bucket, region, prefix }: Target): Promise<number> {
  // Those that are done and have no task were done by an earlier page: their files are not sent again.
  const earlier = uploads.value.filter(
    ({ state, taskId }) => state === 'lost' || (state === 'success' && taskId === undefined),
  );
  const { again: known, fresh } = matchEarlier(earlier, picked);
  const again = known.filter(([{ state }]) => state === 'lost');
  for (const [upload, file] of again)
    Object.assign(upload, { file, state: 'waiting' } satisfies Partial<Upload>);
  const stamp = Date.now();
  const made = fresh.map(({ file, path }): Upload => {
    added += 1;
    const { size, lastModified } = file;
    return {
      ...{
        id: `${String(stamp)}-${String(added).padStart(8, '0')}`,
        bucket,
        region,
        key: `${prefix}${path}`,
        path,
      },
      ...{ size, lastModified, file, state: 'waiting', loaded: 0, speed: 0, reason: '', taskId: undefined },
    };
  });
  uploads.value = [...uploads.value, ...made];
  refresh();
  await keep(made.map(keptOf)).catch(failed);
  const begun = [...again.map(([upload]) => upload), ...made];
  for (let at = 0; at < begun.length; at += handedAtOnce) {
    begun.slice(at, at + handedAtOnce).forEach(start);
    await new Promise((resolve) => setTimeout(resolve));
  }
  return again.length;
}

/** Hands an upload to the SDK. What becomes of it is heard from its tasks. */
function start(upload: Upload): void {
  const { file, bucket, region, key } = upload;
  // It may have been cancelled before its turn came.
  if (!file || !active || upload.state !== 'waiting') return;
  const onTaskReady = (taskId: string): void => {
    upload.taskId = taskId;
    byTask.set(taskId, upload);
  };
  active.cos
    .uploadFile({ Bucket: bucket, Region: region, Key: key, Body: file, onTaskReady })
    .catch((error: unknown) => {
      // A failure before there was a task is told nowhere else.
      if (upload.taskId === undefined) settle(upload, { state: 'error', reason: reasonOf(error) });
    });
}

function follow(task: COS.Task): void {
  const upload = byTask.get(task.id);
  if (!upload) return;
  const reason = task.state === 'error' ? reasonOf(task.error) : '';
  settle(upload, { state: task.state, loaded: task.loaded, speed: task.speed, reason });
}

function settle(upload: Upload, now: Partial<Upload>): void {
  Object.assign(upload, now);
  unsaved.add(upload);
  if (isOver(upload.state)) upload.file = undefined;
  refreshSoon();
}

/** Stops an upload; what was sent stays on the service. */
export function pause(upload: Upload): void {
  if (upload.taskId !== undefined) active?.cos.pauseTask(upload.taskId);
}

/** Goes on with a paused or failed upload. */
export function resume(upload: Upload): void {
  if (upload.taskId !== undefined) void active?.cos.restartTask(upload.taskId);
  else if (upload.file) {
    settle(upload, { state: 'waiting' });
    start(upload);
  }
}

/** Ends an upload; what was sent of it is removed from the service. */
export function cancel(upload: Upload): void {
  if (upload.taskId !== undefined && upload.state !== 'lost') active?.cos.cancelTask(upload.taskId);
  else {
    const { bucket, region, key, state } = upload;
    settle(upload, { state: 'canceled' });
    // No task of this page knows its parts.
    if (state === 'lost')
      active?.cos.abortUploadTask({ Bucket: bucket, Region: region, Key: key, Level: 'file' }).catch(failed);
  }
}

// The SDK fills a slot as soon as it is free: those that wait are stopped first, the last one before all.
const lastFirst = (test: (upload: Upload) => boolean): Upload[] => uploads.value.filter(test).reverse();

export function pauseAll(): void {
  lastFirst(({ state }) => state === 'waiting').forEach(pause);
  lastFirst(({ state }) => state === 'checking' || state === 'uploading').forEach(pause);
}

export function resumeAll(): void {
  uploads.value.filter(({ state }) => state === 'paused').forEach(resume);
}

export function retryAll(): void {
  uploads.value.filter(({ state }) => state === 'error').forEach(resume);
}

export function cancelAll(): void {
  lastFirst(({ state }) => state === 'waiting').forEach(cancel);
  lastFirst(({ state }) => !isOver(state)).forEach(cancel);
}

/** Takes what is over off the list. */
export function clearFinished(): void {
  const over = uploads.value.filter(({ state }) => isOver(state));
  for (const { taskId } of over) if (taskId !== undefined) byTask.delete(taskId);
  saving = saving.then(() => forget(over.map(({ id }) => id))).catch(() => undefined);
  uploads.value = uploads.value.filter(({ state }) => !isOver(state));
  refresh();
}

let refreshTimer: number | undefined;

function refreshSoon(): void {
  refreshTimer ??= window.setTimeout(refresh, refreshMs);
}

function refresh(): void {
  clearTimeout(refreshTimer);
  refreshTimer = undefined;
  totals.value = totalsOf(uploads.value);
  version.value += 1;
  void save();
}

let savedAtMs = 0;
let saving = Promise.resolve();

/** Writes what a later page must know: ends at once, how far running ones are now and then. */
function save(): Promise<void> {
  const over = [...unsaved].filter(({ state }) => isOver(state));
  const isAllOver = over.length > 0 && uploads.value.every(({ state }) => isOver(state));
  const done = isAllOver ? [] : over.filter(({ state }) => state === 'success');
  const gone = isAllOver ? uploads.value : over.filter(({ state }) => state === 'canceled');
  const isDue = Date.now() - savedAtMs >= keepMs;
  const running = isDue ? [...unsaved].filter(({ state }) => !isOver(state)) : [];
  if (isDue) savedAtMs = Date.now();
  for (const upload of [...over, ...running]) unsaved.delete(upload);
  saving = saving
    .then(() => keep([...running, ...done].map(keptOf)))
    .then(() => forget(gone.map(({ id }) => id)))
    // Without a database the uploads go on; they only do not outlive the page.
    .catch(() => undefined);
  return saving;
}

let sentBefore = 0;

function sample(): void {
  const { bytesDone, counts } = totals.value;
  const isMoving = counts.uploading + counts.checking > 0;
  throughput.value = withSample(
    throughput.value,
    isMoving || bytesDone > sentBefore ? bytesDone - sentBefore : 0,
  );
  sentBefore = bytesDone;
}

function keptOf({ id, bucket, region, key, path, size, lastModified, loaded, state }: Upload): Kept {
  const owner = active?.keys.SecretId ?? '';
  return { id, bucket, region, key, path, size, lastModified, loaded, owner, isDone: state === 'success' };
}

function earlierUpload({ owner: _, isDone, ...kept }: Kept): Upload {
  const state = isDone ? 'success' : 'lost';
  return { ...kept, state, speed: 0, reason: '', taskId: undefined, file: undefined };
}
