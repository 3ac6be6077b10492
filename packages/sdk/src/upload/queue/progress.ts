/**
 * Upload progress of one file or one batch, in bytes of files, not of requests. It never goes back, although a failed
 * part starts again. It reports 1 exactly once, at the end.
 */
import { UsageError } from '@sampan/protocol';
import type { Clock, Timer } from '../../core/platform.ts';

/** What progress callbacks get. */
export interface Progress {
  /** Bytes that have been handed over. */
  readonly loaded: number;
  /** Bytes of the whole; 0 while it is not known. */
  readonly total: number;
  /** Bytes a second, smoothed over the last seconds, 2 decimals. */
  readonly speed: number;
  /** 0 to 1 in steps of a hundredth; 1 only in the last event. */
  readonly percent: number;
  /** Seconds until the end at this speed; missing while the speed is unknown. */
  readonly timeLeft?: number;
}

/** Where a meter stands; moved by {@link measure} alone. */
export interface Measured {
  readonly progress: Progress;
  readonly atMs: number;
  /** Exact smoothed speed, in bytes a second; undefined before the first interval. */
  readonly rate: number | undefined;
}

/** Over so many ms an old speed loses its weight. */
const smoothingMs = 5000;

/** Gives the next progress after `last`. `done` makes it the last one. */
export function measure(
  last: Measured | undefined,
  now: { readonly loaded: number; readonly total: number; readonly atMs: number; readonly done?: boolean },
): Measured {
  // A file may have become smaller since an earlier run, whose progress is carried on.
  const most = now.total > 0 ? now.total : Infinity;
  const loaded = Math.min(Math.max(last?.progress.loaded ?? 0, now.loaded), most);
  const total = Math.max(now.total, now.done ? loaded : 0);
  const rate = last ? smoothed(last, loaded, now.atMs) : undefined;
  const part = total > 0 ? Math.min(loaded / total, 1) : 0;
  const percent = now.done
    ? 1
    : Math.max(last?.progress.percent ?? 0, Math.min(Math.floor(part * 100) / 100, 0.99));
  const left = Math.max(0, total - loaded);
  const timeLeft = now.done ? 0 : rate && total > 0 ? Math.ceil(left / rate) : undefined;
  return {
    progress: {
      loaded,
      total,
      speed: Math.round((rate ?? 0) * 100) / 100,
      percent,
      ...(timeLeft === undefined ? {} : { timeLeft }),
    },
    atMs: now.atMs,
    rate,
  };
}

function smoothed(last: Measured, loaded: number, atMs: number): number | undefined {
  const elapsedMs = atMs - last.atMs;
  // A clock that was set back measures nothing.
  if (elapsedMs <= 0) return last.rate;
  const current = (Math.max(0, loaded - last.progress.loaded) * 1000) / elapsedMs;
  if (last.rate === undefined) return current;
  const weight = 1 - Math.exp(-elapsedMs / smoothingMs);
  return last.rate + (current - last.rate) * weight;
}

/** Reports progress at most once per interval. */
export interface Meter {
  /** Sets the size of the whole. */
  expect(totalBytes: number): void;
  /** Sets the current position. It may go back; the reported progress does not. */
  reach(loadedBytes: number): void;
  /** Reports at once, as at the start. */
  report(): void;
  /** Reports the end, at 100 %. */
  finish(): void;
  /** Clears the timer; no report follows. */
  stop(): void;
}

/** Least time between two events, in ms: of the call, or of the instance. */
export function intervalOf(
  params: object,
  { ProgressInterval }: { readonly ProgressInterval: number },
): number {
  const given = (params as { readonly ProgressInterval?: unknown }).ProgressInterval;
  const own = Number(given ?? ProgressInterval);
  if (own >= 0) return own;
  throw new UsageError('param ProgressInterval should be a number of ms');
}

/** The last reported progress of a task, so that its next run does not report less. */
export interface Reported {
  last?: Measured;
}

/** Makes a meter that calls `emit`. With `kept` it continues from the last report of an earlier meter. */
export function meter(
  clock: Clock,
  intervalMs: number,
  emit: (progress: Progress) => void,
  kept: Reported = {},
): Meter {
  // The time between two runs is no time of a transfer.
  let last: Measured | undefined = kept.last && { ...kept.last, atMs: clock.now(), rate: undefined };
  let loaded = 0;
  let total = 0;
  let timer: Timer | undefined;
  let stopped = false;

  const silence = (): void => {
    if (timer) clock.clearTimer(timer);
    timer = undefined;
  };
  const report = (done = false): void => {
    if (stopped) return;
    silence();
    last = measure(last, { loaded, total, atMs: clock.now(), done });
    kept.last = last;
    stopped = done;
    emit(last.progress);
  };

  return {
    expect(totalBytes) {
      total = totalBytes;
    },
    reach(loadedBytes) {
      loaded = loadedBytes;
      if (stopped || timer) return;
      const waitMs = last ? last.atMs + intervalMs - clock.now() : intervalMs;
      if (waitMs <= 0) report();
      else timer = clock.setTimer(() => report(), Math.min(waitMs, intervalMs));
    },
    report: () => report(),
    finish() {
      loaded = Math.max(loaded, total);
      report(true);
    },
    stop() {
      stopped = true;
      silence();
    },
  };
}
