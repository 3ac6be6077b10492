/** `uploadFile` and `sliceUploadFile`: one file, in one request or in parts, as a task of the queue. */
import { UsageError } from '@sampan/protocol';
import type { Source } from '../platform.ts';
import { checkUnchanged, openSource, readPart } from './bytes.ts';
import { discard, idOf, nothingBegun } from './multipart.ts';
import type { PaceBounds } from './pace.ts';
import { plainParams, tell } from './params.ts';
import { meter, type Progress } from './progress.ts';
import { enqueue, type Job, type Run } from './queue.ts';
import type { TakenStream, TakeStream } from './stream.ts';
import { uploadInParts } from './upload.ts';
import type { Uploader, UploadParams, UploadResult } from './uploader.ts';
import { sendWhole } from './whole.ts';

/** How a file is sent. */
type Manner = 'by size' | 'in parts' | 'whole';

const mib = 1_048_576;
/** Parts grow up to this on a fast link. */
const grownPartBytes = 8 * mib;
/** Bytes of one file in flight, and so in memory; one part always is, however large it must be. */
const flyingBytes = 24 * mib;
/** Most parts in flight where the caller sets no limit. */
const mostParallel = 6;
/** As the official SDKs: no caller gets more. */
const mostAsyncLimit = 256;
/** A file above this is not held in memory as a whole, whatever SliceSize says. */
const mostWholeBytes = 64 * mib;

/**
 * Uploads a file: in one request up to `SliceSize` bytes, in parts above. Resolves when the service holds exactly its
 * bytes. An upload that stopped before, for whatever reason, is continued when the file is still the same.
 */
export function uploadFile(uploader: Uploader, params: UploadParams): Promise<UploadResult> {
  return upload(uploader, params, 'by size');
}

/** Uploads a file in parts, whatever its size; an empty one in one request. */
export function sliceUploadFile(uploader: Uploader, params: UploadParams): Promise<UploadResult> {
  return upload(uploader, params, 'in parts');
}

/** Uploads a body in one request, as a task of the queue; the file is read when its turn comes. */
export function putWholeFile(uploader: Uploader, params: UploadParams): Promise<UploadResult> {
  return upload(uploader, params, 'whole');
}

/** As {@link uploadFile}, with the parameters checked already and room for what a batch wants to hear. */
export async function upload(
  uploader: Uploader,
  given: UploadParams,
  manner: Manner,
  batch: BatchListener = {},
): Promise<UploadResult> {
  let params = given;
  let TaskId: string | undefined;
  const options = () => ({ ...plainParams(params), ...(TaskId === undefined ? {} : { TaskId }) });
  try {
    params = checked(uploader, given);
    const job = fileJob(uploader, params, manner, batch);
    const data = await enqueue(uploader.queue, {
      Bucket: params.Bucket,
      Region: params.Region,
      Key: params.Key,
      FilePath: params.FilePath ?? '',
      size: sizeHint(params),
      job,
      signal: params.signal,
      onReady(taskId) {
        TaskId = taskId;
        batch.onReady?.(taskId);
        tell(params.onTaskReady, taskId);
        if (params.TaskReady !== params.onTaskReady) tell(params.TaskReady, taskId);
      },
      onStart: (task) => tell(params.onTaskStart, task),
    });
    tell(params.onFileFinish, null, data, options());
    return data;
  } catch (error) {
    tell(params.onFileFinish, error, undefined, options());
    throw error;
  }
}

/** What a batch hears of each of its files. */
export interface BatchListener {
  /** The size up to which the batch sends files in one request. */
  readonly wholeBytes?: number | undefined;
  readonly onReady?: (taskId: string) => void;
  readonly onSize?: (bytes: number) => void;
  readonly onLoaded?: (bytes: number) => void;
}

/** What can be told of a file's size before it is opened, in bytes; 0 when nothing can. */
export function sizeHint({ FileSize, Body }: UploadParams): number {
  if (typeof FileSize === 'number' && FileSize >= 0) return FileSize;
  if (typeof Body !== 'object' || Body === null) return 0;
  const { byteLength, size } = Body as { readonly byteLength?: unknown; readonly size?: unknown };
  return typeof byteLength === 'number' ? byteLength : typeof size === 'number' ? size : 0;
}

function checked(uploader: Uploader, given: UploadParams): UploadParams {
  const params = uploader.check(given);
  if (params.Body === undefined && !params.FilePath) throw new UsageError('missing param FilePath or Body');
  for (const name of ['SliceSize', 'ChunkSize', 'AsyncLimit'] as const) {
    const value: unknown = params[name];
    if (value !== undefined && !(typeof value === 'number' && value > 0))
      throw new UsageError(`${name} must be a number above 0, got ${JSON.stringify(value)}`);
  }
  return params;
}

function fileJob(
  uploader: Uploader,
  params: UploadParams,
  manner: Manner,
  batch: BatchListener,
): Job<UploadResult> {
  const begun = nothingBegun();
  const bounds = boundsOf(uploader, params);
  const wholeBytes = wholeLimit(uploader, params, { manner, batch });
  let stream: TakenStream | undefined;

  const metered = (run: Run, listener: UploadParams['onProgress'], note: (progress: Progress) => void) =>
    meter(uploader.platform.clock, uploader.options.ProgressInterval, (progress) => {
      if (!run.isCurrent()) return;
      note(progress);
      tell(listener, progress);
    });

  return {
    async run(run) {
      const progress = metered(run, params.onProgress, (now) => {
        run.progressed(now);
        batch.onLoaded?.(now.loaded);
      });
      const hashing = metered(run, params.onHashProgress, run.hashed);
      let source: Source | undefined;
      const sized = (bytes: number): void => {
        progress.expect(bytes);
        run.sized(bytes);
        batch.onSize?.(bytes);
      };
      const whole = (bytes: Uint8Array, isOwn: boolean): Promise<UploadResult> => {
        progress.tell();
        return sendWhole(uploader, params, { bytes, isOwn, run, onProgress: progress.reach });
      };
      const work = { uploader, params, begun, run, meter: progress, hashMeter: hashing, bounds };
      const send = async (from: Source): Promise<UploadResult> => {
        if (from.kind === 'sequential') {
          // The ability's own type cannot say this: the upload of streams needs the uploader's types.
          const take = uploader.abilities.takeStream as TakeStream | undefined;
          if (!take) throw new UsageError('Body must not be a stream on this host');
          stream ??= take(from);
          return stream.send({ ...work, sized, whole, wholeBytes });
        }
        sized(from.size);
        if (from.size > wholeBytes) return uploadInParts({ ...work, source: from });
        const bytes = await readPart(uploader, from, { offset: 0, length: from.size }, run.signal);
        await checkUnchanged(uploader, from, run.signal, true);
        // The file was large enough for parts when an earlier run began them.
        await discard(uploader, params, begun);
        const result = await whole(bytes, true);
        from.release?.(bytes);
        return result;
      };

      try {
        // A stream is opened once and kept; a file is opened for each run, because it may be another one by now.
        source = stream ? stream.again() : await openSource(uploader, params, run.signal);
        const result = await send(source);
        progress.finish();
        return result;
      } catch (error) {
        if (run.signal.reason) throw error;
        // A failed stream cannot be sent again; a paused one goes on.
        await stream?.drop(uploader, params, begun);
        // An upload that was being begun is waited for, so that the error can name it.
        throw withUploadId(error, await idOf(begun));
      } finally {
        progress.stop();
        hashing.stop();
        // A stream that was taken up stays open for the next run; everything else, a refused stream too, is let go.
        if (!stream) await source?.close().catch(() => undefined);
      }
    },

    async discard(keepParts) {
      if (stream) return stream.drop(uploader, params, begun);
      if (keepParts ?? params.KeepParts ?? uploader.options.KeepParts) return;
      await discard(uploader, params, begun);
    },
  };
}

function wholeLimit(
  { options }: Uploader,
  params: UploadParams,
  { manner, batch }: { readonly manner: Manner; readonly batch: BatchListener },
): number {
  if (manner === 'in parts') return 0;
  if (manner === 'whole') return Infinity;
  return Math.min(batch.wholeBytes ?? params.SliceSize ?? options.SliceSize, mostWholeBytes);
}

/** The bounds of the pace: limits that the caller gives are upper bounds, and a ChunkSize is exact. */
function boundsOf({ options, platform }: Uploader, params: UploadParams): PaceBounds {
  const asked = params.AsyncLimit ?? options.ChunkParallelLimit ?? mostParallel;
  const maxParallel = Math.max(1, Math.min(Math.floor(asked), mostAsyncLimit, platform.maxRequests));
  // SliceSize is the size of parts as well, as with the official SDKs.
  const wanted = params.ChunkSize ?? params.SliceSize ?? options.ChunkSize;
  if (wanted === undefined)
    return {
      maxParallel,
      startPartBytes: mib,
      minPartBytes: mib,
      maxPartBytes: grownPartBytes,
      maxBytes: flyingBytes,
    };
  const bytes = Math.max(mib, Math.floor(wanted));
  const isExact = params.ChunkSize !== undefined || params.SliceSize === undefined;
  return {
    maxParallel,
    startPartBytes: bytes,
    minPartBytes: isExact ? bytes : mib,
    maxPartBytes: bytes,
    maxBytes: Infinity,
  };
}

function withUploadId(error: unknown, UploadId: string | undefined): unknown {
  // As the official SDKs tell which upload is left.
  if (UploadId !== undefined && typeof error === 'object' && error !== null)
    Object.defineProperty(error, 'UploadId', { value: UploadId, enumerable: true, configurable: true });
  return error;
}
