/** Deletes many objects, folders with what is in them, and takes it back where versioning is on. */
import type COS from '@sampan/sdk';
import type { Entry } from './listing.ts';

/** The service takes so many keys in one request. */
const keysAtOnce = 1000;

export interface Deletion {
  readonly count: number;
  /** Delete markers that were made; removing them brings the objects back. */
  readonly markers: readonly { readonly Key: string; readonly VersionId: string }[];
}

interface BucketPlace {
  readonly Bucket: string;
  readonly Region: string;
}

/** Rejects with the first failure; what was deleted before stays deleted. */
export async function deleteEntries(
  cos: COS,
  place: BucketPlace,
  entries: readonly Entry[],
): Promise<Deletion> {
  const markers: { Key: string; VersionId: string }[] = [];
  let count = 0;
  const remove = async (keys: readonly string[]): Promise<void> => {
    const { Deleted } = await removeAll(
      cos,
      place,
      keys.map((Key) => ({ Key })),
    );
    count += Deleted.length;
    for (const { Key, DeleteMarkerVersionId } of Deleted)
      if (DeleteMarkerVersionId !== undefined) markers.push({ Key, VersionId: DeleteMarkerVersionId });
  };
  const single = entries.filter(({ kind }) => kind === 'object').map(({ key }) => key);
  for (let at = 0; at < single.length; at += keysAtOnce) await remove(single.slice(at, at + keysAtOnce));
  for (const { key } of entries.filter(({ kind }) => kind === 'folder'))
    for await (const keys of keysBelow(cos, place, key)) await remove(keys);
  return { count, markers };
}

/** Brings back what was deleted. */
export async function undoDeletion(cos: COS, place: BucketPlace, { markers }: Deletion): Promise<void> {
  for (let at = 0; at < markers.length; at += keysAtOnce)
    await removeAll(cos, place, markers.slice(at, at + keysAtOnce));
}

async function removeAll(
  cos: COS,
  place: BucketPlace,
  objects: readonly { Key: string; VersionId?: string }[],
): Promise<Pick<COS.DeleteMultipleObjectResult, 'Deleted'>> {
  const together = objects.filter(({ Key }) => !noXmlText.test(Key));
  const answer =
    together.length > 0 ? await cos.deleteMultipleObject({ ...place, Objects: together }) : nothing;
  const [refused] = answer.Error;
  if (refused) throw new Error(`${refused.Key}: ${refused.Code ?? ''} ${refused.Message ?? ''}`);
  const Deleted = [...answer.Deleted];
  for (const object of objects.filter(({ Key }) => noXmlText.test(Key))) {
    const { VersionId, DeleteMarker } = await cos.deleteObject({ ...place, ...object });
    Deleted.push({
      Key: object.Key,
      ...(DeleteMarker && VersionId !== undefined ? { DeleteMarkerVersionId: VersionId } : {}),
    });
  }
  return { Deleted };
}

/** Characters that the document of a common deletion cannot hold (XML 1.0, 2.2); such a key is deleted by itself. */
const noXmlText = /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

const nothing: Pick<COS.DeleteMultipleObjectResult, 'Deleted' | 'Error'> = { Deleted: [], Error: [] };

async function* keysBelow(cos: COS, place: BucketPlace, prefix: string): AsyncGenerator<string[]> {
  let marker: string | undefined;
  for (;;) {
    const { Contents, IsTruncated, NextMarker } = await cos.getBucket({
      ...place,
      Prefix: prefix,
      EncodingType: 'url',
      ...(marker === undefined ? {} : { Marker: marker }),
    });
    if (Contents.length > 0) yield Contents.map(({ Key }) => decodeURIComponent(Key));
    if (IsTruncated !== 'true') return;
    const next = NextMarker ?? Contents.at(-1)?.Key;
    marker = next === undefined ? undefined : decodeURIComponent(next);
  }
}
