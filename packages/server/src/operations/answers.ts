/** Builds the response headers of a stored object. */
import type { ObjectVersion, Restore } from '../metadata/port.ts';
import { encryptionFields } from './attributes.ts';
import { quoted } from './etag.ts';

const metaPrefix = 'x-cos-meta-';
const archived: ReadonlySet<string> = new Set(['ARCHIVE', 'DEEP_ARCHIVE', 'MAZ_ARCHIVE']);

/** What GET and HEAD say of a version. The object is the caller's to change. */
export function objectAnswer(version: ObjectVersion, nowMs: number) {
  const { storageClass, type, versionId, tagging, sizeBytes, headers, encryption, restore } = version;
  const tagCount = tagging === undefined ? 0 : Object.keys(tagging).length;
  const answer = {
    CacheControl: headers['cache-control'],
    ContentDisposition: headers['content-disposition'],
    ContentEncoding: headers['content-encoding'],
    ContentLanguage: headers['content-language'],
    ContentType: headers['content-type'],
    Expires: headers['expires'],
    Meta: metaOf(headers),
    AcceptRanges: 'bytes',
    ContentLength: sizeBytes,
    CRC64: version.crc64,
    ETag: quoted(version.etag),
    LastModified: new Date(version.modifiedAtMs),
    NextAppendPosition: type === 'appendable' ? sizeBytes : undefined,
    ObjectType: type === 'appendable' ? type : undefined,
    StorageClass: storageClass === 'STANDARD' ? undefined : storageClass,
    StorageTier: storageTier(storageClass),
    TaggingCount: tagCount > 0 ? tagCount : undefined,
    VersionId: versionId === '' ? undefined : versionId,
  };
  if (!encryption && !restore) return answer;
  return Object.assign(answer, encryptionFields(encryption), restoreAnswer(restore, nowMs));
}

function metaOf(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> | undefined {
  let meta: Record<string, string> | undefined;
  for (const name in headers)
    if (name.startsWith(metaPrefix)) (meta ??= {})[name.slice(metaPrefix.length)] = headers[name]!;
  return meta;
}

/** The tier of an object that moves between tiers by itself; nothing here ever becomes infrequent. */
export function storageTier(storageClass: string): string | undefined {
  return storageClass.endsWith('INTELLIGENT_TIERING') ? 'FREQUENT' : undefined;
}

/** Whether objects of a class must be restored before they are read. */
export function isArchived(storageClass: string): boolean {
  return archived.has(storageClass);
}

/** Whether the bytes of a version can be read now: those of an archived one only while a restored copy exists. */
export function isReadable({ storageClass, restore }: ObjectVersion, nowMs: number): boolean {
  if (!isArchived(storageClass)) return true;
  return restore !== undefined && restore.readyAtMs <= nowMs && nowMs < restore.expiresAtMs;
}

const nothing = {};

function restoreAnswer(
  restore: Restore | undefined,
  nowMs: number,
): { Restore?: string; RestoreStatus?: string } {
  if (!restore || nowMs >= restore.expiresAtMs) return nothing;
  if (nowMs >= restore.readyAtMs)
    return {
      Restore: `ongoing-request="false", expiry-date="${new Date(restore.expiresAtMs).toUTCString()}"`,
    };
  const requestDate = new Date(restore.requestedAtMs).toUTCString();
  return {
    Restore: 'ongoing-request="true"',
    RestoreStatus: `tier="${restore.tier.toLowerCase()}"; request-date="${requestDate}"`,
  };
}

/** How a listing says that an archived object is being, or has been, restored. */
export function restoreState(restore: Restore | undefined, nowMs: number): string | undefined {
  if (!restore || nowMs >= restore.expiresAtMs) return undefined;
  return nowMs < restore.readyAtMs ? 'ONGOING' : 'DONE';
}
