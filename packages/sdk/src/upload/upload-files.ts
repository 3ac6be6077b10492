/** `uploadFiles`: uploads many files with one outcome. One file's failure never stops the others. */
import { AbortedError, UsageError } from '@sampan/protocol';
import { canceller } from '../core/cancel.ts';
import { openSource } from './uploader/read-source.ts';
import { sizeHint, upload } from './upload-file.ts';
import { plainParams } from './uploader/params.ts';
import { notify } from '../core/notify.ts';
import { intervalOf, meter, type Progress } from './queue/progress.ts';
import type { Uploader, UploadParams, UploadResult } from './uploader/uploader.ts';

/** A batch, in the official SDKs' words. */
export interface BatchParams {
  readonly files: readonly UploadParams[];
  /** The size above which files are sent in parts; the size of their parts is not touched by it. */
  readonly SliceSize?: number | undefined;
  /** Of all files together. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Least time between two events, in ms. */
  readonly ProgressInterval?: unknown;
  readonly onFileFinish?: ((error: unknown, data: unknown, options: unknown) => void) | undefined;
  readonly signal?: UploadParams['signal'];
}

/** What became of one file. */
export interface BatchItem {
  readonly error: unknown;
  readonly data: UploadResult | undefined;
  /** The file's plain parameters, with its `Index` and `TaskId`. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Uploads files. Resolves with one entry for each, in their order; rejects only when `files` is no list of files. */
export async function uploadFiles(
  uploader: Uploader,
  params: BatchParams,
): Promise<{ readonly files: readonly BatchItem[] }> {
  const { files } = params;
  if (!isList(files) || files.length === 0) throw new UsageError('files must be a list of at least one file');
  const total = batchMeter(uploader, params);
  const items: BatchItem[] = [];
  try {
    await new Promise<void>((resolve) => {
      let left = files.length;
      for (const [Index, file] of files.entries())
        one(uploader, params, { file, Index, total }, (item) => {
          items[Index] = item;
          left -= 1;
          if (left === 0) resolve();
        });
    });
    total?.finish();
    return { files: items };
  } finally {
    total?.stop();
  }
}

/**
 * Uploads one file of a batch and reports its outcome by callback. It creates no promise and few objects, because a
 * batch begins all of its files before the first byte is sent.
 */
function one(
  uploader: Uploader,
  batch: BatchParams,
  { file, Index, total }: { file: UploadParams; Index: number; total: BatchMeter | undefined },
  done: (item: BatchItem) => void,
): void {
  const onOver = (error: unknown, data?: UploadResult, TaskId = ''): void => {
    const options = Object.assign(isObject(file) ? plainParams(file) : {}, { Index, TaskId });
    notify(batch.onFileFinish, error, data, options);
    done({ error, data, options });
  };
  if (!isObject(file)) return onOver(new UsageError(`files[${Index}] must be an object`));
  const params: UploadParams = batch.signal && !file.signal ? { ...file, signal: batch.signal } : file;
  upload(uploader, params, {
    manner: 'by size',
    wholeBytes: batch.SliceSize,
    onSize: total && ((bytes) => total.sized(Index, bytes)),
    onLoaded: total && ((bytes) => total.loaded(Index, bytes)),
    onOver,
  });
}

interface BatchMeter {
  sized(index: number, bytes: number): void;
  loaded(index: number, bytes: number): void;
  finish(): void;
  stop(): void;
}

/** Progress of all files. Until every size is known it reports the start alone, so that it never goes back. */
function batchMeter(uploader: Uploader, params: BatchParams): BatchMeter | undefined {
  const { files, onProgress } = params;
  if (!onProgress) return undefined;
  const { clock } = uploader.platform;
  const progress = meter(clock, intervalOf(params, uploader.options), (now) => notify(onProgress, now));
  const measuring = canceller();
  const sizes = files.map((file) => (isObject(file) ? sizeHint(file) : 0));
  const loads = files.map(() => 0);
  let total = sizes.reduce((sum, size) => sum + size, 0);
  let loaded = 0;
  let measured = false;

  const sized = (index: number, bytes: number): void => {
    total += bytes - (sizes[index] ?? 0);
    sizes[index] = bytes;
    progress.expect(total);
  };
  const measure = async (): Promise<void> => {
    for (const [index, file] of files.entries()) {
      if (sizes[index] !== 0 || !isObject(file) || !file.FilePath) continue;
      try {
        const source = await openSource(uploader, file, measuring.signal);
        if (source.size !== undefined) sized(index, source.size);
        await source.close();
      } catch {
        // Its own upload will say what is wrong with it.
        if (measuring.signal.reason) return;
      }
    }
    measured = true;
    progress.reach(loaded);
  };

  progress.report();
  void measure();
  return {
    sized,
    loaded(index, bytes) {
      loaded += bytes - (loads[index] ?? 0);
      loads[index] = bytes;
      if (measured) progress.reach(loaded);
    },
    finish: () => progress.finish(),
    stop() {
      measuring.cancel(new AbortedError('The batch is over'));
      progress.stop();
    },
  };
}

/** Keeps the element type, which `Array.isArray` loses. */
function isList(value: readonly UploadParams[]): boolean {
  return Array.isArray(value);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
