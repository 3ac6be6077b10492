/** Measures speed over the last seconds, so that it follows changes without jumping. */

export interface Speedometer {
  /** Counts bytes that have just been moved. */
  moved(bytes: number): void;
  /** Bytes a second, or undefined until enough has been measured. */
  bytesPerSecond(): number | undefined;
}

const windowMs = 5000;
const shortestMs = 250;

/** Makes a speedometer that reads time from `now`, in ms. */
export function speedometer(now: () => number): Speedometer {
  const startedAtMs = now();
  let samples: { atMs: number; bytes: number }[] = [];
  return {
    moved(bytes) {
      const atMs = now();
      const last = samples.at(-1);
      // Many small files: one sample for each tenth of a second is enough.
      if (last && atMs - last.atMs < 100) last.bytes += bytes;
      else samples.push({ atMs, bytes });
      samples = samples.filter((sample) => atMs - sample.atMs < windowMs);
    },
    bytesPerSecond() {
      const atMs = now();
      const spanMs = Math.min(windowMs, atMs - startedAtMs);
      if (spanMs < shortestMs) return undefined;
      const bytes = samples
        .filter((sample) => atMs - sample.atMs < windowMs)
        .reduce((sum, sample) => sum + sample.bytes, 0);
      return (bytes / spanMs) * 1000;
    },
  };
}
