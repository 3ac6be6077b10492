/**
 * The collector: a background job that removes unreferenced blobs.
 *
 * There are two kinds. Released blobs lost their last reference and are listed by the metadata store. They are kept
 * until their readers have ended: for the requests in flight at the release, or for a fixed time. Orphans never had a
 * reference, because a crash or an aborted request came between the bytes and the transaction. They are found by
 * walking the blob store, and must be older than any request, or than this process when it is the only one. Where
 * the store can, they are set aside. Both go in small steps with pauses.
 */
import type { Clock } from '../runtime/clock.ts';
import type { BlobStore } from '../blobs/port.ts';
import type { MetadataStore } from '../metadata/port.ts';
import type { Readers } from './readers.ts';

/** The stores to collect in, and how patient to be. */
export interface Collecting {
  readonly metadata: Pick<MetadataStore, 'garbage' | 'forget' | 'unknownBlobs' | 'nowMs'>;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly readers: Readers;
  /** How long released blobs are kept for readers that this process does not know of. */
  readonly releasedMs?: number;
  /** How old a blob must be before it counts as never named. */
  readonly orphanMs?: number;
  /**
   * Start of this process, when no other process works on the same data: older blobs then have neither readers nor
   * writers.
   */
  readonly aloneSinceMs?: number | undefined;
  /** Blobs released before this time have no readers; see `unreadBefore`. */
  readonly unreadBeforeMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const stepBlobs = 200;
const pauseMs = 10;
const defaultReleasedMs = 15 * 60_000;
const defaultOrphanMs = 24 * 60 * 60_000;
/** File times come from a coarser clock, which may lag behind by a timer tick. */
const fileTimeSlackMs = 50;

/** Removes released blobs. Returns how many. */
export async function collectReleased(collecting: Collecting): Promise<number> {
  const { metadata, blobs, clock, readers, releasedMs = defaultReleasedMs, signal } = collecting;
  const { aloneSinceMs = 0, unreadBeforeMs = 0 } = collecting;
  // By the clock that stamped the releases, which need not be this process's.
  const beforeMs = Math.max((await metadata.nowMs()) - releasedMs, aloneSinceMs, unreadBeforeMs);
  let removed = 0;
  for (;;) {
    signal?.throwIfAborted();
    const garbage = await metadata.garbage(beforeMs, stepBlobs);
    const pinned = new Set(await readers.pinned(garbage.blobs));
    const free = garbage.blobs.filter((blob) => !pinned.has(blob));
    // First the bytes, then the note about them: a crash in between repeats the step.
    await blobs.remove(free);
    await metadata.forget(free);
    removed += free.length;
    const onlyPinned = garbage.blobs.length > 0 && free.length === 0;
    if (!garbage.more || onlyPinned) return removed;
    await clock.sleep(pauseMs, signal);
  }
}

/**
 * Waits for the requests in flight, at most `longestMs`, and returns the time of the call: blobs released before it
 * have no readers. Undefined on timeout. Valid only where no other process reads the same data.
 */
export async function unreadBefore(
  { readers, clock, signal }: Pick<Collecting, 'readers' | 'clock' | 'signal'>,
  longestMs: number,
): Promise<number | undefined> {
  const momentMs = clock.nowMs();
  // What bears a time before the moment is committed after this, in all threads, so only who runs already can have read
  // the names of what it released.
  await readers.fence();
  const waiting = new AbortController();
  const until = signal ? AbortSignal.any([signal, waiting.signal]) : waiting.signal;
  const isSettled = await Promise.race([
    readers.settle().then(() => true),
    clock.sleep(longestMs, until).then(() => false),
  ]);
  waiting.abort();
  // A clock that was set back gives the times before the moment once more.
  return isSettled && clock.nowMs() >= momentMs ? momentMs : undefined;
}

/**
 * Sets aside blobs that no metadata ever named, where the store can, and removes them otherwise. Returns how many. They may
 * be named by a database that is missing, so what was set aside stays for days.
 */
export async function collectOrphans(collecting: Collecting): Promise<number> {
  const { blobs, clock, orphanMs = defaultOrphanMs, aloneSinceMs, signal } = collecting;
  const ownMs = aloneSinceMs === undefined ? 0 : aloneSinceMs - fileTimeSlackMs;
  const beforeMs = Math.max(clock.nowMs() - orphanMs, ownMs);
  let removed = 0;
  let old: string[] = [];
  for await (const blob of blobs.list()) {
    signal?.throwIfAborted();
    if (blob.modifiedAtMs < beforeMs) old.push(blob.id);
    if (old.length < stepBlobs) continue;
    removed += await removeUnknown(collecting, old);
    old = [];
    await clock.sleep(pauseMs, signal);
  }
  removed += await removeUnknown(collecting, old);
  await blobs.removeLost?.(clock.nowMs());
  return removed;
}

async function removeUnknown(
  { metadata, blobs, clock }: Collecting,
  old: readonly string[],
): Promise<number> {
  if (old.length === 0) return 0;
  const unknown = await metadata.unknownBlobs(old);
  if (blobs.setAside) await blobs.setAside(unknown, clock.nowMs());
  else await blobs.remove(unknown);
  return unknown.length;
}
