/** Every change by name. A change travels to the engine as its name and a plain argument. */
import { createBucket, deleteBucket, setConfig, setVersioning } from './buckets.ts';
import { completeUpload } from './completion.ts';
import { deleteVersions } from './deletions.ts';
import { collectGarbage, forgetBlobs } from './garbage.ts';
import type { Step, Transaction } from './statement.ts';
import { abortUpload, createUpload, putPart } from './uploads.ts';
import { append, copyVersion, patchVersion, putVersion } from './versions.ts';

/** Changes to a bucket or to its documents. */
const ofBuckets = { createBucket, deleteBucket, setVersioning, setConfig };

/** Changes nothing, but goes all the way that changes go. */

function* nothing(_transaction: Transaction, _argument: object): Step<void> {}

/** What can be changed. Each entry runs inside the transaction of the batch it travels in. */
export const mutations = {
  ...ofBuckets,
  putVersion,
  copyVersion,
  append,
  patchVersion,
  deleteVersions,
  createUpload,
  putPart,
  completeUpload,
  abortUpload,
  collectGarbage,
  forgetBlobs,
  nothing,
};

/** The name of a change. */
export type MutationName = keyof typeof mutations;

/** What a change takes. */
export type MutationArgument<Name extends MutationName> = Parameters<(typeof mutations)[Name]>[1];

/** What a change comes to. */
export type MutationResult<Name extends MutationName> =
  ReturnType<(typeof mutations)[Name]> extends Generator<unknown, infer Result, never> ? Result : never;

/** Whether a change may alter what a bucket says of itself. */
export function changesBucket(name: MutationName): boolean {
  return name in ofBuckets;
}
