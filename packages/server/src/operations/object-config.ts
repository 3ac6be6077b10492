/** Handlers of what an object carries beside its bytes, of archived objects and of versions. */
import { fault, maxObjectTags } from '@sampan/protocol';
import type { ObjectVersion, VersionMarker, VersionPatch } from '../metadata/port.ts';
import { isArchived, restoreState, storageTier } from './answers.ts';
import { appOwner } from './bucket.ts';
import { bucketOf, type Call, type Handler } from './call.ts';
import { quoted } from './etag.ts';
import { currentVersion } from './object.ts';
import { delimiterOf, keyWriter, listTime, pageSize, readInPieces } from './pages.ts';
import { tagDocument, tagsFromDocument } from './tags.ts';

export const putObjectTagging: Handler<'putObjectTagging'> = async (input, call) => {
  const tagging = tagsFromDocument(input, maxObjectTags);
  await patch(await currentVersion(call, input, false), { tagging }, call);
  return {};
};

export const getObjectTagging: Handler<'getObjectTagging'> = async (input, call) => {
  const { tagging } = await currentVersion(call, input, false);
  return tagDocument(tagging ?? {});
};

export const deleteObjectTagging: Handler<'deleteObjectTagging'> = async (input, call) => {
  await patch(await currentVersion(call, input, false), { tagging: null }, call);
  return {};
};

const dayMs = 86_400_000;
const maxRestoreDays = 365;
// Source: https://cloud.tencent.com/document/product/436/12633
const tiers: Readonly<Record<string, readonly string[]>> = {
  ARCHIVE: ['Expedited', 'Standard', 'Bulk'],
  MAZ_ARCHIVE: ['Expedited', 'Standard', 'Bulk'],
  DEEP_ARCHIVE: ['Standard', 'Bulk'],
};

export const restoreObject: Handler<'restoreObject'> = async (input, call) => {
  const version = await currentVersion(call, input, false);
  if (!isArchived(version.storageClass)) throw fault('RestoreNonArchiveObject');
  const tier = input.CASJobParameters?.Tier ?? 'Standard';
  if (!tiers[version.storageClass]?.includes(tier))
    throw fault('MalformedXML', { Message: `The tier is not one of ${version.storageClass}.` });
  if (input.Days < 1 || input.Days > maxRestoreDays)
    throw fault('InvalidArgument', { Message: `Days must be 1 to ${maxRestoreDays}.` });
  const state = restoreState(version.restore, call.nowMs);
  if (state === 'ONGOING') throw fault('RestoreAlreadyInProgress');

  // A copy that is there stays readable and only lasts longer; the answer is then 200, as nothing has to be done.
  const again = state === 'DONE';
  const readyAtMs =
    again && version.restore ? version.restore.readyAtMs : call.nowMs + call.backend.restoreDelayMs;
  const expiresAtMs = Math.max(readyAtMs, call.nowMs) + input.Days * dayMs;
  const restore = { tier, days: input.Days, requestedAtMs: call.nowMs, readyAtMs, expiresAtMs };
  await patch(version, { restore }, call);
  return again ? { statusCode: 200 } : {};
};

async function patch(version: ObjectVersion, change: VersionPatch, call: Call): Promise<void> {
  const { key, versionId, revision } = version;
  const ref = { bucket: bucketOf(call).name, key, versionId, revision };
  const done = await call.backend.metadata.patchVersion(ref, change);
  if (!done.ok) throw fault(done.reason === 'changed' ? 'PathConflict' : 'NoSuchKey');
}

export const listObjectVersions: Handler<'listObjectVersions'> = async (input, call) => {
  const bucket = bucketOf(call);
  const { KeyMarker: key, VersionIdMarker: versionId, EncodingType } = input;
  const limit = pageSize('max-keys', input.MaxKeys);
  const delimiter = delimiterOf(input.Delimiter);
  const { metadata, share } = call.backend;
  const after: VersionMarker | undefined = key === undefined ? undefined : { key, versionId };
  const page = await readInPieces(share, { limit, after }, (part) =>
    metadata.listVersions({ bucket: bucket.name, prefix: input.Prefix, delimiter, ...part }),
  );
  const write = keyWriter(EncodingType);
  const Owner = appOwner(bucket.name);
  const { next } = page;
  return {
    EncodingType,
    Name: bucket.name,
    Prefix: write(input.Prefix ?? ''),
    KeyMarker: write(key ?? ''),
    VersionIdMarker: versionId ?? '',
    MaxKeys: limit,
    IsTruncated: next !== undefined,
    NextKeyMarker: next && write(next.key),
    NextVersionIdMarker: next && (next.versionId ?? ''),
    Delimiter: delimiter && write(delimiter),
    CommonPrefixes: page.prefixes.map((Prefix) => ({ Prefix: write(Prefix) })),
    Entries: page.items.map((item) => {
      const common = {
        Key: write(item.key),
        VersionId: item.versionId,
        IsLatest: item.isLatest,
        LastModified: listTime(item.modifiedAtMs),
        Owner,
      };
      if (item.kind === 'marker') return { is: 'DeleteMarker' as const, value: common };
      const value = {
        ...common,
        ETag: quoted(item.etag),
        Size: item.sizeBytes,
        StorageClass: item.storageClass,
        StorageTier: storageTier(item.storageClass),
      };
      return { is: 'Version' as const, value };
    }),
  };
};
