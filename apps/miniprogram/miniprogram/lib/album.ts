/** What the service holds below the program's prefix. */
import { kindOf } from './choose';
import { cos, place } from './client';
import { config } from './config';
import type { Kind } from './items';

export interface Picture {
  readonly key: string;
  readonly name: string;
  readonly kind: Kind;
  /** Bytes. */
  readonly size: number;
  /** Signed address, good for an hour. Empty for what is not shown as a picture. */
  readonly thumbnail: string;
}

/** Everything that was uploaded, the newest first. */
export async function readAlbum(): Promise<Picture[]> {
  const objects: { Key: string; Size: string; LastModified: string }[] = [];
  let marker = '';
  do {
    const page = await cos().getBucket({ ...place, Prefix: config.prefix, Marker: marker, MaxKeys: 1000 });
    objects.push(...page.Contents);
    marker = page.IsTruncated === 'true' ? (page.NextMarker ?? '') : '';
  } while (marker !== '');
  objects.sort((a, b) => b.LastModified.localeCompare(a.LastModified) || b.Key.localeCompare(a.Key));
  return Promise.all(
    objects.map(async ({ Key, Size }) => {
      const name = Key.slice(Key.lastIndexOf('/') + 1);
      const kind = kindOf(name);
      const thumbnail = kind === 'image' ? await addressOf(Key) : '';
      return { key: Key, name, kind, size: Number(Size), thumbnail };
    }),
  );
}

export async function removeFromAlbum(key: string): Promise<void> {
  await cos().deleteObject({ ...place, Key: key });
}

/** A signed address of an object, good for an hour. */
export function addressOf(key: string): Promise<string> {
  return new Promise((resolve, reject) => {
    cos().getObjectUrl({ ...place, Key: key, Sign: true, Expires: 3600 }, (error, data) => {
      if (error) reject(error as unknown);
      else resolve(data.Url);
    });
  });
}
