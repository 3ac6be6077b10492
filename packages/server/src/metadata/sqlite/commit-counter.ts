/**
 * What readers on every thread must know of commits: two numbers in shared memory. They move after a commit and before
 * a change is answered, so every thread that has seen the answer finds them moved.
 */

/** The numbers. They wrap around: only whether one is the same as before says anything. */
export interface CommitCounter {
  /** What another thread makes the same numbers from. */
  readonly memory: SharedArrayBuffer;
  /** Moves with every commit. */
  commits(): number;
  /** Moves with commits that changed a bucket or one of its documents. */
  bucketChanges(): number;
  /** Moves them. Called by the committing thread, also when a commit failed, because its outcome is unknown. */
  committed(buckets: boolean): void;
}

const commits = 0;
const bucketChanges = 1;

/** Joins numbers that another thread has, or makes new ones. */
export function commitCounter(
  memory = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT),
): CommitCounter {
  const numbers = new Int32Array(memory);
  return {
    memory,
    commits: () => Atomics.load(numbers, commits),
    bucketChanges: () => Atomics.load(numbers, bucketChanges),
    committed(buckets) {
      if (buckets) Atomics.add(numbers, bucketChanges, 1);
      Atomics.add(numbers, commits, 1);
    },
  };
}
