/** One upload as the list shows it. */

/** States of the SDK's tasks, and one more: the page was closed meanwhile, and the file must be chosen again. */
export type UploadState =
  'waiting' | 'checking' | 'uploading' | 'paused' | 'success' | 'error' | 'canceled' | 'lost';

export interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly region: string;
  readonly key: string;
  /** Path of the file in what was chosen. */
  readonly path: string;
  readonly size: number;
  /** Unix ms. */
  readonly lastModified: number;
  state: UploadState;
  loaded: number;
  /** Bytes a second. */
  speed: number;
  /** Why it failed. */
  reason: string;
  /** The SDK's task, once there is one. */
  taskId: string | undefined;
  /** Until it is over. */
  file: File | undefined;
}

/** What all uploads together have come to. */
export interface Totals {
  readonly files: number;
  readonly filesDone: number;
  readonly bytes: number;
  readonly bytesDone: number;
  readonly counts: Readonly<Record<UploadState, number>>;
}

/** Adds up all uploads but the cancelled ones. */
export function totalsOf(uploads: readonly Upload[]): Totals {
  const counts = {
    waiting: 0,
    checking: 0,
    uploading: 0,
    paused: 0,
    success: 0,
    error: 0,
    canceled: 0,
    lost: 0,
  };
  let bytes = 0;
  let bytesDone = 0;
  for (const { state, size, loaded } of uploads) {
    counts[state] += 1;
    if (state === 'canceled') continue;
    bytes += size;
    bytesDone += state === 'success' ? size : Math.min(loaded, size);
  }
  return { files: uploads.length - counts.canceled, filesDone: counts.success, bytes, bytesDone, counts };
}

/** Whether it takes part in the transfer, now or as soon as there is room. */
export function isUnderWay(state: UploadState): boolean {
  return state === 'waiting' || state === 'checking' || state === 'uploading';
}

/** Whether anything more can become of it. */
export function isOver(state: UploadState): boolean {
  return state === 'success' || state === 'canceled';
}
