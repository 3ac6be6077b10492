/**
 * Stores that know of trouble with the disk: a change that brings bytes is refused while there is any, one that removes
 * something is tried again on the space of the reserve. What is damaged is remembered, so that readiness says it.
 */
import { fault } from '@sampan/protocol';
import type { BlobStore } from '../blobs/port.ts';
import { MetadataDamaged } from '../metadata/failures.ts';
import type { MetadataStore } from '../metadata/port.ts';
import { isFull } from '../runtime/disk-reserve.ts';
import type { Troubles } from '../runtime/trouble.ts';
import type { OpenedStores } from './stores.ts';

/** What guarding takes. */
export interface Guarding {
  readonly troubles: Troubles;
  /** Lets the reserve go. */
  release(): Promise<void>;
  /** Looks whether a full disk has space again; called before a write is refused for it. */
  recover(): Promise<void>;
}

/** Changes that need more space than they free. All others go through, and are tried twice. */
const bringing = new Set<keyof MetadataStore>([
  'createBucket',
  'setConfig',
  'putVersion',
  'copyVersion',
  'append',
  'createUpload',
  'putPart',
]);
const removing = new Set<keyof MetadataStore>([
  'deleteBucket',
  'deleteVersion',
  'deleteVersions',
  'abortUpload',
  'garbage',
  'forget',
]);

/** The stores of one thread, guarded. */
export function guardedStores(stores: OpenedStores, guarding: Guarding): OpenedStores {
  return {
    metadata: guardedMetadata(stores.metadata, guarding),
    blobs: guardedBlobs(stores.blobs, guarding),
  };
}

function guardedMetadata(metadata: MetadataStore, guarding: Guarding): MetadataStore {
  const guarded = { ...metadata } as Record<string, unknown>;
  for (const [name, method] of Object.entries(metadata) as [keyof MetadataStore, unknown][]) {
    if (typeof method !== 'function' || name === 'close') continue;
    const call = method as (...args: unknown[]) => Promise<unknown>;
    guarded[name] = bringing.has(name)
      ? async (...args: unknown[]) => {
          await admit(guarding);
          return noticed(guarding, call(...args));
        }
      : (...args: unknown[]) =>
          noticed(guarding, call(...args)).catch((error: unknown) => {
            if (removing.has(name) && isFull(error)) return call(...args);
            throw error;
          });
  }
  return guarded as unknown as MetadataStore;
}

function guardedBlobs(blobs: BlobStore, guarding: Guarding): BlobStore {
  return {
    ...blobs,
    async write(chunks, options) {
      await admit(guarding);
      return noticed(guarding, blobs.write(chunks, options));
    },
  };
}

/** Refuses what would not be kept, before anything of it is written. */
async function admit({ troubles, recover }: Guarding): Promise<void> {
  if (troubles.has('diskFull')) await recover();
  if (troubles.has('diskFull')) throw fault('InsufficientStorage');
  if (troubles.has('folderGone'))
    throw fault('ServiceUnavailable', { Message: 'The data folder of the service is not where it was.' });
}

function noticed<Value>({ troubles, release }: Guarding, answer: Promise<Value>): Promise<Value> {
  return answer.catch(async (error: unknown) => {
    if (error instanceof MetadataDamaged) troubles.set('damagedIndex', true);
    if (isFull(error)) {
      troubles.set('diskFull', true);
      await release();
    }
    throw error;
  });
}
