/** Handlers of the operations on a bucket as a whole. */
import { checkBucketName, fault, maxBuckets, maxBucketTags, splitBucket } from '@sampan/protocol';
import { aclFromFields, aclToJson } from '../access/acl.ts';
import { principalOf } from '../access/identity.ts';
import type { Json, ListedVersion } from '../metadata/port.ts';
import { restoreState, storageTier } from './answers.ts';
import { bucketOf, regionOf, type Call, type Handler } from './call.ts';
import { quoted } from './etag.ts';
import { delimiterOf, keyWriter, listTime, pageSize, readInPieces } from './pages.ts';
import { tagsFromHeader } from './tags.ts';

export const putBucket: Handler<'putBucket'> = async (input, call) => {
  const { metadata } = call.backend;
  const { identity } = call;
  if (identity.kind === 'anonymous') throw fault('AccessDenied');
  const problem = checkBucketName(input.Bucket);
  if (problem) throw fault(problem.code, { Message: problem.message });
  if (input.BucketAZConfig !== undefined) throw fault('MultiAZFeatureNotSupport');
  if (input.BucketArchConfig !== undefined)
    throw fault('NotImplemented', { Message: 'There is no metadata acceleration.' });

  const owner = principalOf(identity).uin;
  const acl = aclFromFields(input, 'bucket', owner);
  const configs: Record<string, Json> = {};
  if (acl) configs['acl'] = aclToJson(acl);
  const tags = tagsFromHeader(input.Tagging, maxBucketTags);
  if (tags) configs['tagging'] = tags;

  const existing = call.bucket ?? (await metadata.bucket(input.Bucket));
  if (existing) throw alreadyThere(existing.owner, owner);
  const own = (await metadata.buckets()).filter((bucket) => bucket.owner === owner);
  if (own.length >= maxBuckets) throw fault('TooManyBuckets');
  const created = await metadata.createBucket({ name: input.Bucket, region: regionOf(call), owner, configs });
  if (!created.ok) throw alreadyThere((await metadata.bucket(input.Bucket))?.owner, owner);
  return {};
};

function alreadyThere(owner: string | undefined, caller: string): Error {
  return fault(owner === caller ? 'BucketAlreadyOwnedByYou' : 'BucketAlreadyExists');
}

export const headBucket: Handler<'headBucket'> = async (_input, call) => ({
  BucketRegion: bucketOf(call).region,
});

export const deleteBucket: Handler<'deleteBucket'> = async (input, call) => {
  const deleted = await call.backend.metadata.deleteBucket(input.Bucket);
  if (!deleted.ok) throw fault(deleted.reason === 'noBucket' ? 'NoSuchBucket' : 'BucketNotEmpty');
  return {};
};

export const getBucketLocation: Handler<'getBucketLocation'> = async (_input, call) => ({
  LocationConstraint: bucketOf(call).region,
});

export const getBucket: Handler<'getBucket'> = async (input, call) => {
  const bucket = bucketOf(call);
  const { Prefix = '', Marker = '', EncodingType } = input;
  const Delimiter = delimiterOf(input.Delimiter);
  const MaxKeys = pageSize('max-keys', input.MaxKeys);
  const { metadata, share } = call.backend;
  const wanted = { limit: MaxKeys, after: Marker === '' ? undefined : Marker };
  const page = await readInPieces(share, wanted, (part) =>
    metadata.listObjects({ bucket: bucket.name, prefix: Prefix, delimiter: Delimiter, ...part }),
  );
  const text = keyWriter(EncodingType);
  const owner = appOwner(bucket.name);
  return {
    BucketRegion: bucket.region,
    Name: bucket.name,
    EncodingType,
    Prefix: text(Prefix),
    Marker: text(Marker),
    MaxKeys,
    Delimiter: Delimiter && text(Delimiter),
    IsTruncated: page.next !== undefined,
    NextMarker: page.next && text(page.next),
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: text(prefix) })),
    Contents: page.items.flatMap((item) => (item.kind === 'object' ? [listed(item, owner, text, call)] : [])),
  };
};

type ListedObject = Extract<ListedVersion, { kind: 'object' }>;

function listed(
  item: ListedObject,
  Owner: ReturnType<typeof appOwner>,
  text: (key: string) => string,
  call: Call,
) {
  return {
    Key: text(item.key),
    LastModified: listTime(item.modifiedAtMs),
    ETag: quoted(item.etag),
    Size: item.sizeBytes,
    Owner,
    StorageClass: item.storageClass,
    StorageTier: storageTier(item.storageClass),
    RestoreStatus: restoreState(item.restore, call.nowMs),
  };
}

/** The owner that object listings name: the application number at the end of the bucket's name. */
export function appOwner(bucket: string): { ID: string; DisplayName: string } {
  const appId = splitBucket(bucket)?.appId ?? '';
  return { ID: appId, DisplayName: appId };
}
