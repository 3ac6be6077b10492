/** The entries of a folder, page by page: 1,000 at a time as the service gives them, until the end or until it is enough. */
import type COS from '@sampan/sdk';
import { shallowRef } from 'vue';

/** An object or a folder. */
export interface Entry {
  readonly kind: 'folder' | 'object';
  /** Of a folder with its last slash. */
  readonly key: string;
  /** The key without the folder that is shown. */
  readonly name: string;
  readonly size: number;
  readonly modified: string;
  readonly storageClass: string;
}

export interface Place {
  readonly bucket: string;
  readonly region: string;
  readonly prefix: string;
  /** List what is in folders below as well, without showing folders. */
  readonly isDeep: boolean;
}

/** A listing of one place at a time; what an earlier place still answers is dropped. */
export function createListing(cos: COS) {
  const entries = shallowRef<readonly Entry[]>([]);
  const state = shallowRef<'idle' | 'loading' | 'loadingAll' | 'failed'>('idle');
  const hasMore = shallowRef(false);
  const error = shallowRef<unknown>();
  let place: Place | undefined;
  let marker: string | undefined;
  let generation = 0;

  async function page(wanted: number): Promise<void> {
    const { bucket, region, prefix, isDeep } = place!;
    const answer = await cos.getBucket({
      Bucket: bucket,
      Region: region,
      Prefix: prefix,
      // XML cannot hold every character that a key can.
      EncodingType: 'url',
      ...(isDeep ? {} : { Delimiter: '/' }),
      ...(marker === undefined ? {} : { Marker: marker }),
    });
    if (wanted !== generation) return;
    const folders = answer.CommonPrefixes.map(({ Prefix }) =>
      folderEntry(decodeURIComponent(Prefix), prefix),
    );
    const objects = answer.Contents.map((object) => objectEntry(object, prefix)).filter(
      ({ key }) => key !== prefix,
    );
    entries.value = [...entries.value, ...folders, ...objects];
    hasMore.value = answer.IsTruncated === 'true';
    const next = answer.NextMarker ?? answer.Contents.at(-1)?.Key;
    marker = next === undefined ? undefined : decodeURIComponent(next);
  }

  async function load(kind: 'loading' | 'loadingAll'): Promise<void> {
    const wanted = generation;
    state.value = kind;
    try {
      do await page(wanted);
      while (wanted === generation && hasMore.value && isLoadingAll());
      if (wanted === generation) state.value = 'idle';
    } catch (cause) {
      if (wanted !== generation) return;
      error.value = cause;
      state.value = 'failed';
    }
  }
  const isLoadingAll = (): boolean => state.value === 'loadingAll';

  return {
    entries,
    state,
    hasMore,
    error,
    /** Begins anew, here or elsewhere. */
    async open(to: Place): Promise<void> {
      generation += 1;
      place = to;
      marker = undefined;
      entries.value = [];
      hasMore.value = false;
      await load('loading');
    },
    /** The next page, unless one is on its way. */
    async more(): Promise<void> {
      if (hasMore.value && state.value === 'idle') await load('loading');
    },
    /** All pages that are left. */
    async all(): Promise<void> {
      if (!hasMore.value) return;
      if (state.value === 'loading') state.value = 'loadingAll';
      else if (state.value !== 'loadingAll') await load('loadingAll');
    },
    /** Ends with the page that is on its way. */
    stop(): void {
      if (state.value === 'loadingAll') state.value = 'loading';
    },
  };
}

export type Order = { readonly by: 'name' | 'size' | 'modified'; readonly isDescending: boolean };

/** The entries whose names hold `words`, in order: folders before objects. */
export function arranged(
  entries: readonly Entry[],
  words: string,
  { by, isDescending }: Order,
): readonly Entry[] {
  const sought = words.trim().toLowerCase();
  const found = sought === '' ? entries : entries.filter(({ name }) => name.toLowerCase().includes(sought));
  const sign = isDescending ? -1 : 1;
  // The service lists by name.
  return [...found].sort((a, b) => {
    if (a.kind !== b.kind) return a.kind === 'folder' ? -1 : 1;
    const [one, other] = [a[by], b[by]];
    return one < other ? -sign : one > other ? sign : a.name < b.name ? -1 : 1;
  });
}

function folderEntry(key: string, prefix: string): Entry {
  return { kind: 'folder', key, name: key.slice(prefix.length), size: 0, modified: '', storageClass: '' };
}

function objectEntry(object: COS.CosObject, prefix: string): Entry {
  const { Size, LastModified, StorageClass } = object;
  const key = decodeURIComponent(object.Key);
  return {
    kind: 'object',
    key,
    name: key.slice(prefix.length),
    size: Number(Size),
    modified: LastModified,
    storageClass: StorageClass,
  };
}
