/**
 * Names the locks of each change, for engines that run changes concurrently. The logic of changes reads first and
 * writes afterwards; an engine that runs several at once takes these locks before, and one that runs them one after the
 * other needs none of them.
 */
import type { MutationArgument, MutationName } from './mutations.ts';
import type { UploadRef } from '../port.ts';

/** One lock by name. Several holders of `shared` exclude one of `exclusive`. */
export interface Lock {
  readonly name: string;
  readonly mode: 'shared' | 'exclusive';
}

type LocksOf = { readonly [Name in MutationName]: (argument: MutationArgument<Name>) => readonly Lock[] };

/** From here on one lock on the bucket costs less than one on each key. */
const manyKeys = 200;

const bucket = (name: string, mode: Lock['mode']): Lock => ({ name: `bucket ${name}`, mode });
// The name of a bucket has no space, so no two pairs give one text.
const key = (ref: { readonly bucket: string; readonly key: string }, mode: Lock['mode']): Lock => ({
  name: `key ${ref.bucket} ${ref.key}`,
  mode,
});
const upload = (ref: UploadRef, mode: Lock['mode']): Lock => ({ name: `upload ${ref.uploadId}`, mode });
const changed = (ref: { readonly bucket: string; readonly key: string }): readonly Lock[] => [
  bucket(ref.bucket, 'shared'),
  key(ref, 'exclusive'),
];
const read = (ref: { readonly bucket: string; readonly key: string }): readonly Lock[] => [
  bucket(ref.bucket, 'shared'),
  key(ref, 'shared'),
];

const locks: LocksOf = {
  createBucket: ({ name }) => [bucket(name, 'exclusive')],
  deleteBucket: ({ name }) => [bucket(name, 'exclusive')],
  setVersioning: ({ name }) => [bucket(name, 'exclusive')],
  setConfig: ({ name }) => [bucket(name, 'exclusive')],
  putVersion: changed,
  copyVersion: (copy) => [...changed(copy), ...read(copy.source)],
  append: changed,
  patchVersion: ({ ref }) => changed(ref),
  deleteVersions: ({ bucket: name, refs }) =>
    refs.length > manyKeys
      ? [bucket(name, 'exclusive')]
      : refs.flatMap((ref) => changed({ bucket: name, key: ref.key })),
  createUpload: (ref) => [bucket(ref.bucket, 'shared')],
  // Parts of one upload come at the same time; only those of one number exclude each other.
  putPart: (part) => [
    bucket(part.bucket, 'shared'),
    upload(part, 'shared'),
    { name: `part ${part.number} ${part.uploadId}`, mode: 'exclusive' },
    ...('source' in part.body ? read(part.body.source) : []),
  ],
  completeUpload: (complete) => [...changed(complete), upload(complete, 'exclusive')],
  abortUpload: (ref) => [bucket(ref.bucket, 'shared'), upload(ref, 'exclusive')],
  collectGarbage: () => [{ name: 'garbage', mode: 'exclusive' }],
  forgetBlobs: () => [],
  nothing: () => [],
};

/** The locks of a change, each name once and in its stronger mode. */
export function locksOf(name: MutationName, argument: unknown): readonly Lock[] {
  const wanted = (locks[name] as (argument: unknown) => readonly Lock[])(argument);
  const byName = new Map<string, Lock>();
  for (const lock of wanted) if (byName.get(lock.name)?.mode !== 'exclusive') byName.set(lock.name, lock);
  return [...byName.values()];
}
