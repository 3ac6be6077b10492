/** The metadata port over SQL: what an engine must offer, and the port's methods over it. */
import { readPieces } from './bodies.ts';
import { listObjects, listUploads, listVersions } from './listing.ts';
import { unknownBlobs } from './garbage.ts';
import type { MutationArgument, MutationName, MutationResult } from './mutations.ts';
import { allBuckets, fullBucket } from './rows.ts';
import type { Step } from './statement.ts';
import type { Bucket, MetadataStore } from '../port.ts';
import { readParts, readUpload } from './uploads.ts';
import { newUploadId } from './version-id.ts';
import { readNearestAcl, readVersion } from './lookup.ts';
import { readStoreId } from './store-id.ts';

/** What runs the logic: an engine inside the process, or a pool of connections to one. */
export interface Engine {
  /** See {@link MetadataStore.inlineLimitBytes}. */
  readonly inlineLimitBytes: number;
  /**
   * A number that moves whenever a bucket or one of its documents changed, before that is answered to anybody. Absent
   * where others could change them unseen: then nothing is remembered of buckets.
   */
  readonly bucketChanges?: () => number;
  /** Commits a change durably, possibly in a group, and resolves with its result. */
  mutate(name: MutationName, argument: unknown, nowMs: number): Promise<unknown>;
  /**
   * Runs reading logic over one snapshot that has every change that was answered before. The logic is made anew for each
   * attempt, because an engine over a network repeats what it can.
   */
  read<Result>(logic: () => Step<Result>): Promise<Result>;
  /** Reads a page of objects, where the engine has a better way than statement by statement. */
  readonly listObjects?: typeof listObjects;
  /** Resolves when every change of an earlier call is committed or has failed. */
  barrier(): Promise<void>;
  /** The time by which changes are stamped. Absent: the clock that the store was given. */
  time?(): Promise<number>;
  /** See {@link MetadataStore.lead}. Absent where no other process can take a job. */
  lead?(job: string, ttlMs: number): Promise<boolean>;
  close(): Promise<void>;
}

/** Builds the port. `nowMs` is the clock for everything that is stamped with a time. */
export function sqlStore(engine: Engine, nowMs: () => number): MetadataStore {
  const mutate = <Name extends MutationName>(
    name: Name,
    argument: MutationArgument<Name>,
  ): Promise<MutationResult<Name>> => engine.mutate(name, argument, nowMs()) as Promise<MutationResult<Name>>;
  let closing: Promise<void> | undefined;

  return {
    inlineLimitBytes: engine.inlineLimitBytes,

    createBucket: (bucket) => mutate('createBucket', bucket),
    bucket: bucketFinder(engine),
    buckets: ({ after = '', limit = 1000 } = {}) => engine.read(() => allBuckets(after, limit)),
    deleteBucket: (name) => mutate('deleteBucket', { name }),
    setVersioning: (name, state) => mutate('setVersioning', { name, state }),
    setConfig: (name, config, document) => mutate('setConfig', { name, config, document }),

    putVersion: (put) => mutate('putVersion', put),
    copyVersion: (copy) => mutate('copyVersion', copy),
    append: (add) => mutate('append', add),
    version: (ref, options) => engine.read(() => readVersion(ref, options?.bytes === true)),
    nearestAcl: (bucket, keys) => engine.read(() => readNearestAcl(bucket, keys)),
    manifest: (manifest, offset, length) => engine.read(() => readPieces(manifest, offset, length)),
    async deleteVersion({ bucket, ...deletion }) {
      const outcome = await mutate('deleteVersions', { bucket, refs: [deletion] });
      if (!outcome.ok) return outcome;
      const [deleted] = outcome.deleted;
      if (!deleted) throw new Error('a deletion without an answer');
      return { ok: true, ...deleted };
    },
    deleteVersions: (bucket, refs) => mutate('deleteVersions', { bucket, refs }),
    patchVersion: (ref, patch) => mutate('patchVersion', { ref, patch }),

    listObjects: (range) => engine.read(() => (engine.listObjects ?? listObjects)(range)),
    listVersions: (range) => engine.read(() => listVersions(range)),
    listUploads: (range) => engine.read(() => listUploads(range)),

    createUpload: (upload) => mutate('createUpload', { ...upload, uploadId: newUploadId(nowMs()) }),
    upload: (ref) => engine.read(() => readUpload(ref)),
    putPart: (part) => mutate('putPart', part),
    parts: (ref, options) => engine.read(() => readParts(ref, options)),
    completeUpload: (complete) => mutate('completeUpload', complete),
    abortUpload: (ref) => mutate('abortUpload', ref),

    garbage: (releasedBeforeMs, limit) => mutate('collectGarbage', { releasedBeforeMs, limit }),
    forget: (blobs) => mutate('forgetBlobs', { blobs }),
    unknownBlobs: (blobs) => engine.read(() => unknownBlobs(blobs)),

    storeId: () => engine.read(readStoreId),
    nowMs: async () => (await engine.time?.()) ?? nowMs(),
    lead: async (job, ttlMs) => (await engine.lead?.(job, ttlMs)) ?? true,
    barrier: () => engine.barrier(),
    async ping() {
      await engine.read(() => allBuckets('', 1));
      await mutate('nothing', {});
    },
    close: () => (closing ??= engine.close()),
  };
}

/** Every request looks its bucket up, and buckets hardly ever change: they are kept until one does. */
function bucketFinder(engine: Engine): (name: string) => Promise<Bucket | undefined> {
  const { bucketChanges } = engine;
  if (!bucketChanges) return (name) => engine.read(() => fullBucket(name));
  const known = new Map<string, Promise<Bucket | undefined>>();
  let changes = bucketChanges();
  const look = async (name: string): Promise<Bucket | undefined> => {
    const before = changes;
    const found = await engine.read(() => fullBucket(name));
    if (found && before === changes) known.set(name, Promise.resolve(found));
    return found;
  };
  return (name) => {
    const now = bucketChanges();
    if (now !== changes) known.clear();
    changes = now;
    return known.get(name) ?? look(name);
  };
}
