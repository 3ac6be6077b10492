/** `uploadFile` and `sliceUploadFile`: upload one file, in one request or in parts, as a task of the queue. */
import { UsageError } from '@sampan/protocol';
import { sizeHintOf } from '../core/body.ts';
import type { Source } from '../core/platform.ts';
import { checkUnchanged, openSource, readPart } from './uploader/read-source.ts';
import { beginUpload, discard, idOf, nothingBegun } from './resume/begun-upload.ts';
import { boundsOf, mib, type PaceBounds } from './parts/part-size.ts';
import { plainParams } from './uploader/params.ts';
import { notify, passedOn } from '../core/notify.ts';
import { intervalOf, meter, type Meter, type Progress, type Reported } from './queue/progress.ts';
import { enqueue, type Job, type Run, type TaskSpec } from './queue/queue.ts';
import { uploadInParts } from './multipart-upload.ts';
import type { TakenStream, Uploader, UploadParams, UploadResult } from './uploader/uploader.ts';
import { sendWhole } from './single-upload.ts';

/** How a file is sent. */
type Manner = 'by size' | 'in parts' | 'whole';

/** A larger file is never held in memory as a whole, even when SliceSize is above it. */
const mostWholeBytes = 64 * mib;

/**
 * Uploads a file: in one request up to `SliceSize` bytes, in parts above. Resolves when the service holds exactly its
 * bytes. An upload that stopped before is continued when the file is unchanged.
 */
export function uploadFile(uploader: Uploader, params: UploadParams): Promise<UploadResult> {
  return uploaded(uploader, params, 'by size');
}

/** Uploads a file of any size in parts; an empty file goes in one request. */
export function sliceUploadFile(uploader: Uploader, params: UploadParams): Promise<UploadResult> {
  return uploaded(uploader, params, 'in parts');
}

/** Uploads a body in one request, as a task of the queue; the file is read when its turn comes. */
export function putWholeFile(uploader: Uploader, params: UploadParams): Promise<UploadResult> {
  return uploaded(uploader, params, 'whole');
}

function uploaded(uploader: Uploader, params: UploadParams, manner: Manner): Promise<UploadResult> {
  const work = new Promise<UploadResult>((resolve, reject) => {
    upload(uploader, params, { manner, onOver: (error, data) => (data ? resolve(data) : reject(error!)) });
  });
  return passedOn(work);
}

/** How to upload, and who hears of it. */
export interface Uploading {
  readonly manner: Manner;
  /** The size up to which a batch sends files in one request. */
  readonly wholeBytes?: number | undefined;
  readonly onSize?: ((bytes: number) => void) | undefined;
  readonly onLoaded?: ((bytes: number) => void) | undefined;
  /** Called once; `error` is null when there is data. Must not throw. */
  onOver(error: Error | null, data?: UploadResult, TaskId?: string): void;
  /** Called after each run, also after runs that follow an error. Must not throw. */
  onSettled?(error: Error | null, data?: UploadResult): void;
}

/** Uploads a file or a body. The callbacks of `uploading` get its outcome after this returns; it never throws. */
export function upload(uploader: Uploader, given: UploadParams, uploading: Uploading): void {
  let onFileFinish: UploadParams['onFileFinish'];
  try {
    ({ onFileFinish } = given);
    enqueue(uploader.queue, new FileTask(uploader, checked(uploader, given), uploading));
  } catch (error) {
    void Promise.resolve().then(() => {
      if (onFileFinish) notify(onFileFinish, error, undefined, plainParams(given));
      uploading.onOver(error as Error);
      uploading.onSettled?.(error as Error);
    });
  }
}

/** A file that waits. A class, because a batch makes thousands, and functions for each otherwise. */
class FileTask implements TaskSpec<UploadResult> {
  declare readonly uploader: Uploader;
  declare readonly params: UploadParams;
  declare readonly uploading: Uploading;
  declare readonly size: number;
  declare readonly signal: UploadParams['signal'];
  // Settled when a task is made; options that change later are for later tasks.
  /** The most bytes that are sent in one request. */
  declare readonly wholeBytes: number;
  declare readonly bounds: PaceBounds;

  constructor(uploader: Uploader, params: UploadParams, uploading: Uploading) {
    const { manner } = uploading;
    const sliceSize = uploading.wholeBytes ?? params.SliceSize ?? uploader.options.SliceSize;
    this.uploader = uploader;
    this.params = params;
    this.uploading = uploading;
    this.size = sizeHint(params);
    this.signal = params.signal;
    this.wholeBytes =
      manner === 'in parts' ? 0 : manner === 'whole' ? Infinity : Math.min(sliceSize, mostWholeBytes);
    this.bounds = boundsOf(
      {
        parallel: params.AsyncLimit ?? uploader.options.ChunkParallelLimit,
        chunkBytes: params.ChunkSize,
        // SliceSize is the size of parts as well, as with the official SDKs.
        sliceBytes: params.SliceSize,
        standardBytes: uploader.options.ChunkSize,
      },
      uploader.platform.maxRequests,
    );
  }

  job(): Job<UploadResult> {
    return fileJob(this);
  }

  onSettled(error: Error | null, data: UploadResult | undefined): void {
    this.uploading.onSettled?.(error, data);
  }

  onOver(error: Error | null, data: UploadResult | undefined, TaskId: string): void {
    const { params, uploading } = this;
    if (params.onFileFinish)
      notify(params.onFileFinish, error, data, Object.assign(plainParams(params), { TaskId }));
    uploading.onOver(error, data, TaskId);
  }
}

/** A file's size in bytes as known before it is opened; 0 when unknown. */
export function sizeHint({ FileSize, Body }: UploadParams): number {
  return typeof FileSize === 'number' && FileSize >= 0 ? FileSize : sizeHintOf(Body);
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

function fileJob({ uploader, params, uploading, wholeBytes, bounds }: FileTask): Job<UploadResult> {
  const begun = nothingBegun();
  const discardParts = () => discard(uploader, params, begun);
  let stream: TakenStream | undefined;

  const kept: Reported = {};
  const metered = (
    run: Run,
    listener: UploadParams['onProgress'],
    note: (progress: Progress) => void,
    before?: Reported,
  ) =>
    meter(
      uploader.platform.clock,
      intervalOf(params, uploader.options),
      (progress) => {
        if (!run.isCurrent()) return;
        note(progress);
        notify(listener, progress);
      },
      before,
    );

  return {
    async run(run) {
      const progress = metered(
        run,
        params.onProgress,
        (now) => {
          run.progressed(now);
          uploading.onLoaded?.(now.loaded);
        },
        kept,
      );
      let hashing: Meter | undefined;
      let source: Source | undefined;
      const sized = (bytes: number): void => {
        progress.expect(bytes);
        run.sized(bytes);
        uploading.onSize?.(bytes);
      };
      const whole = (bytes: Uint8Array, isOwn: boolean): Promise<UploadResult> => {
        progress.report();
        return sendWhole(uploader, params, { bytes, isOwn, run, onProgress: progress.reach });
      };
      try {
        // A stream is opened once and kept; a file is opened for each run, because it may be another one by now.
        source = stream ? stream.again() : await openSource(uploader, params, run.signal, true);
        let result: UploadResult;
        if (source.kind === 'sequential') {
          const { takeStream } = uploader.abilities;
          if (!takeStream) throw new UsageError('Body must not be a stream on this host');
          stream ??= takeStream(source);
          result = await stream.send({
            ...{ uploader, params, run, meter: progress, bounds, wholeBytes, sized, whole },
            begin: () => beginUpload(uploader, params, begun, run.signal),
            ended: () => void (begun.UploadId = undefined),
          });
        } else {
          sized(source.size);
          if (source.size > wholeBytes) {
            hashing = metered(run, params.onHashProgress, run.hashed);
            const work = { uploader, params, begun, run, meter: progress, hashMeter: hashing, bounds };
            result = await uploadInParts({ ...work, source });
          } else {
            const bytes = await readPart(uploader, source, { offset: 0, length: source.size }, run.signal);
            // The whole file has been read, so a synchronous check of the open file is enough where the host has one.
            if (!source.isAsOpened?.()) await checkUnchanged(uploader, source, run.signal);
            // The file was large enough for parts when an earlier run began them.
            if (begun.beginning || begun.UploadId) await discardParts();
            result = await whole(bytes, true);
            source.release?.(bytes);
          }
        }
        progress.finish();
        return result;
      } catch (error) {
        if (run.signal.reason) throw error;
        // A failed stream cannot be sent again; a paused one goes on.
        await stream?.drop(discardParts);
        // An upload that was being begun is waited for, so that the error can name it.
        throw withUploadId(error, await idOf(begun));
      } finally {
        progress.stop();
        hashing?.stop();
        // A stream that was taken up stays open for the next run; everything else, a refused stream too, is let go.
        if (!stream) await source?.close().catch(() => undefined);
      }
    },

    async discard(keepParts) {
      if (stream) return stream.drop(discardParts);
      if (keepParts ?? params.KeepParts ?? uploader.options.KeepParts) return;
      await discardParts();
    },
  };
}

function withUploadId(error: unknown, UploadId: string | undefined): unknown {
  // The official SDKs name the remaining upload in this field too.
  if (UploadId !== undefined && typeof error === 'object' && error !== null)
    Object.defineProperty(error, 'UploadId', { value: UploadId, enumerable: true, configurable: true });
  return error;
}
