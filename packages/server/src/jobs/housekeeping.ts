/** Starts and stops the background jobs of the service: the collector and lifecycle rules. */
import type { Clock } from '../runtime/clock.ts';
import type { BlobStore } from '../blobs/port.ts';
import type { MetadataStore } from '../metadata/port.ts';
import { collectOrphans, collectReleased, unreadBefore } from './collect.ts';
import { applyLifecycle } from './lifecycle.ts';
import type { Readers } from './readers.ts';
import { repeat, type Repeating } from './repeat.ts';

/** What the background work needs. */
export interface HousekeepingOptions {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly readers: Readers;
  /**
   * A moment at which no request had been taken yet, where no other process works on the same data: what an earlier one
   * left behind is removed at once.
   */
  readonly aloneSinceMs: number | undefined;
  /**
   * Whether released blobs are removed as soon as their readers have ended. Otherwise they are kept for a while: other
   * processes may read them, or a power loss may restore a reference.
   */
  readonly atOnce: boolean;
  /** What lifecycle rules count as a day. */
  readonly dayMs: number;
  /** Called when a run of a job removed something. */
  onRemoved(job: 'released' | 'orphans' | 'lifecycle', count: number): void;
  onFailure(job: 'released' | 'orphans' | 'lifecycle', error: unknown): void;
}

const minuteMs = 60_000;
/** Walking the whole blob store is dear and rarely finds anything, apart from the first time. */
const orphansEveryMs = 24 * 60 * minuteMs;
const releasedEveryMs = minuteMs;
/** Other processes may be reading what was released: longer than any download that is worth waiting for. */
const sharedReleasedMs = 6 * 60 * minuteMs;
/** A process that ends without a word is followed by another one after this time. */
const leaseMs = 3 * minuteMs;
/** Requests that release something come in runs, and each of them would be a turn. */
const releasedSoonMs = 1000;
/** Rules count in days, so an hour is early enough. */
const lifecyclesPerDay = 24;

/** Work in the background. */
export interface Housekeeping {
  /** A request may have released something. */
  released(): void;
  /** Resolves when all jobs have stopped. */
  stop(): Promise<void>;
}

/** Starts the collector and the lifecycle rules. */
export function startHousekeeping(options: HousekeepingOptions): Housekeeping {
  const { metadata, blobs, clock, readers, aloneSinceMs, atOnce, dayMs } = options;
  const stores = { metadata, blobs, clock, readers, aloneSinceMs };
  const start = (
    job: 'released' | 'orphans' | 'lifecycle',
    everyMs: number,
    turn: (signal: AbortSignal) => Promise<number>,
    soonMs?: number,
  ): Repeating =>
    repeat(
      async (signal) => {
        // Where several processes work on the same data, one at a time does each job.
        if (!(await metadata.lead(job, leaseMs))) return;
        const removed = await turn(signal);
        if (removed > 0) options.onRemoved(job, removed);
      },
      {
        clock,
        everyMs,
        ...(soonMs === undefined ? {} : { soonMs }),
        onFailure: (error) => options.onFailure(job, error),
      },
    );
  const collecting = start(
    'released',
    releasedEveryMs,
    async (signal) => {
      const unreadBeforeMs = atOnce ? await unreadBefore({ ...stores, signal }, releasedEveryMs) : undefined;
      const shared = aloneSinceMs === undefined ? { releasedMs: sharedReleasedMs } : {};
      return collectReleased({ ...stores, ...shared, unreadBeforeMs, signal });
    },
    atOnce ? releasedSoonMs : undefined,
  );
  const running = [
    collecting,
    start('orphans', orphansEveryMs, (signal) => collectOrphans({ ...stores, signal })),
    start('lifecycle', dayMs / lifecyclesPerDay, async (signal) => {
      const { expired, aborted } = await applyLifecycle({ metadata, clock, dayMs, signal });
      return expired + aborted;
    }),
  ];
  return {
    released: () => collecting.soon(),
    async stop() {
      await Promise.all(running.map((job) => job.stop()));
    },
  };
}
