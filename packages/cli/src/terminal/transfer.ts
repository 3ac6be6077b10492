/** The combined progress of all files of one run. */
import { durationText, sizeText, speedText, type Progress } from './format.ts';
import { t } from './messages.ts';
import { speedometer } from './speed.ts';

/** A file by its key; without a size where it is unknown before the end. */
export interface Load {
  readonly key: string;
  readonly sizeBytes?: number;
}

export interface TransferMeter {
  /** Says how many bytes of a file have gone. */
  moved(key: string, loadedBytes: number): void;
  /** Ends a file that went whole; gives its size. */
  finished(key: string): number;
  /** Ends a file that did not: what is left of it counts no longer. */
  failed(key: string): void;
  /** Ends a file that need not go. */
  skipped(key: string): void;
  /** The whole run in one line. */
  summary(): string;
}

/** Makes a meter for `loads`; `name` is shown where there is only one. */
export function transferMeter(
  name: string | undefined,
  loads: readonly Load[],
  show: (progress: Progress, pieces: () => readonly Progress[]) => void,
  now: () => number = () => performance.now(),
): TransferMeter {
  const startedAtMs = now();
  const speed = speedometer(now);
  const sizes = new Map(loads.map(({ key, sizeBytes }) => [key, sizeBytes]));
  const loaded = new Map<string, number>();
  let totalBytes = loads.some(({ sizeBytes }) => sizeBytes === undefined)
    ? undefined
    : loads.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
  let loadedBytes = 0;
  let movedBytes = 0;
  let ended = 0;
  let skipped = 0;
  let failures = 0;

  const pieces = (): readonly Progress[] =>
    [...loaded].map(([key, bytes]) => ({
      name: key,
      loadedBytes: bytes,
      totalBytes: sizes.get(key),
      bytesPerSecond: undefined,
    }));
  const refresh = (): void =>
    show(
      {
        name: name ?? t`${ended} of ${loads.length} files`,
        loadedBytes,
        totalBytes,
        bytesPerSecond: speed.bytesPerSecond(),
      },
      pieces,
    );
  const move = (key: string, bytes: number): void => {
    const before = loaded.get(key);
    // What the first report of a file in parts holds may have been there before: it is no speed.
    const isResumed = before === undefined && bytes > 0 && bytes < (sizes.get(key) ?? 0);
    loaded.set(key, bytes);
    loadedBytes += bytes - (before ?? 0);
    if (isResumed) return;
    speed.moved(Math.max(0, bytes - (before ?? 0)));
    movedBytes += Math.max(0, bytes - (before ?? 0));
  };

  const drop = (key: string): void => {
    loadedBytes -= loaded.get(key) ?? 0;
    if (totalBytes !== undefined) totalBytes -= sizes.get(key) ?? 0;
    loaded.delete(key);
    ended++;
    // Nothing of nothing is no progress: it would read as 100 %.
    if (totalBytes !== 0) refresh();
  };

  return {
    moved(key, bytes) {
      move(key, bytes);
      refresh();
    },
    finished(key) {
      const sizeBytes = sizes.get(key) ?? loaded.get(key) ?? 0;
      move(key, sizeBytes);
      ended++;
      loaded.delete(key);
      refresh();
      return sizeBytes;
    },
    skipped(key) {
      skipped++;
      drop(key);
    },
    failed(key) {
      failures++;
      drop(key);
    },
    summary() {
      const seconds = Math.max(0.001, (now() - startedAtMs) / 1000);
      const took = seconds < 10 ? `${seconds.toFixed(1)} s` : durationText(seconds);
      const files = ended - skipped - failures;
      return t`${files} files, ${sizeText(loadedBytes)} in ${took}, ${speedText(movedBytes / seconds)}`;
    },
  };
}
