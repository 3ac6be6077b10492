/**
 * Whether a bucket may have changed since it was read, by any process. The database counts changes; this process looks at
 * the count several times a second while it reads buckets, and trusts nothing that is older than `trustedMs`. A change is
 * answered `trustedMs` after its commit, when no process trusts what it replaced: who was answered sees it everywhere.
 */
export const defaultTrustedMs = 300;
/** A look may take two thirds of the time before what was seen is no longer trusted. */
const looksPerTrusted = 3;
/** Looking ends when nothing has asked for so long. */
const idleMs = 5000;

/** A number that is the same as before only while no bucket can have changed. */
export interface BucketChangeCounter {
  count(): number;
  /** This process changed a bucket. */
  moved(): void;
  stop(): void;
}

/** `look` reads the database's count. With `trustedMs` 0 nothing is trusted. */
export function bucketChangeCounter(
  look: () => Promise<number>,
  trustedMs: number,
  nowMs: () => number = () => performance.now(),
): BucketChangeCounter {
  let seen: { readonly count: number; readonly atMs: number } | undefined;
  let generation = 0;
  let askedAtMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let looking = false;
  let stopped = false;
  const isStopped = (): boolean => stopped;

  const lookNow = async (): Promise<void> => {
    if (looking || isStopped()) return;
    looking = true;
    // The count is at least as new as the moment at which it was asked for.
    const atMs = nowMs();
    try {
      const count = await look();
      if (count !== seen?.count) generation += 1;
      seen = { count, atMs };
    } catch {
      // What was seen grows old by itself.
    } finally {
      looking = false;
    }
    if (!isStopped() && nowMs() - askedAtMs < idleMs)
      timer = setTimeout(() => void lookNow(), trustedMs / looksPerTrusted).unref();
    else timer = undefined;
  };

  return {
    count() {
      const atMs = nowMs();
      askedAtMs = atMs;
      if (trustedMs > 0 && !timer && !looking) void lookNow();
      if (!seen || atMs - seen.atMs >= trustedMs) generation += 1;
      return generation;
    },
    moved: () => void (generation += 1),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
