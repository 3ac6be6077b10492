/**
 * Measures how long the calling thread does not come to its other work at most: the longest turn of its event loop. A
 * thread that waits for a processor does not count, as far as the system says how much of one the thread has used.
 */

/** Measures until it is stopped. */
export interface HeldThread {
  /** The longest turn since the last call, in milliseconds. */
  takeMs(): number;
  stop(): void;
}

const everyMs = 10;

/** Begins to measure. It does not keep the thread alive. */
export function watchThread(): HeldThread {
  let mostMs = 0;
  let before = { atMs: performance.now(), usedMs: usedMs() };
  const look = (): void => {
    const now = { atMs: performance.now(), usedMs: usedMs() };
    const lateMs = now.atMs - before.atMs - everyMs;
    // Turns that came in time are shorter than what is of interest.
    if (lateMs > 0) mostMs = Math.max(mostMs, Math.min(lateMs, now.usedMs - before.usedMs));
    before = now;
  };
  const timer = setInterval(look, everyMs).unref();
  return {
    takeMs() {
      look();
      const taken = mostMs;
      mostMs = 0;
      return taken;
    },
    stop: () => clearInterval(timer),
  };
}

/** Time of a processor that the thread has used; of Node before 23.9, which cannot say so, all time. */
function usedMs(): number {
  if (typeof process.threadCpuUsage !== 'function') return performance.now();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
