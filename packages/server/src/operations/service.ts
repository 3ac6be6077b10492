/** Handler of the one operation on the service as a whole. */
import { fault, maxListEntries, type Input, type Operations } from '@sampan/protocol';
import { principalOf, rootWrittenAs } from '../access/identity.ts';
import type { IncomingBody } from '../body/stream.ts';
import type { Bucket } from '../metadata/port.ts';
import type { Handler } from './call.ts';
import { pieceEntries } from './pages.ts';

export const getService: Handler<'getService'> = async (input, call) => {
  const { identity, backend, address } = call;
  if (identity.kind === 'anonymous') throw fault('AccessDenied');
  const { uin } = principalOf(identity);
  const limit = Math.min(input.MaxKeys ?? maxListEntries, maxListEntries);
  const own: Bucket[] = [];
  const piece = backend.share.begin();
  // One more than the page has shows that there are more.
  for (let after = input.Marker; own.length <= limit;) {
    const read = await piece(() => backend.metadata.buckets({ after, limit: pieceEntries }));
    own.push(
      ...read.filter(
        (bucket) =>
          bucket.owner === uin &&
          (address.region === undefined || bucket.region === address.region) &&
          (input.Region === undefined || bucket.region === input.Region) &&
          hasTag(bucket, input) &&
          createdInTime(bucket, input),
      ),
    );
    if (read.length < pieceEntries) break;
    after = read.at(-1)?.name;
  }
  const page = own.slice(0, limit);
  const truncated = own.length > page.length;
  const paged = input.Marker !== undefined || input.MaxKeys !== undefined || truncated;
  return {
    Owner: { ID: rootWrittenAs(uin), DisplayName: uin },
    Buckets: {
      Bucket: page.map((bucket) => ({
        Name: bucket.name,
        Location: bucket.region,
        CreationDate: new Date(bucket.createdAtMs).toISOString().replace(/\.\d+Z$/, 'Z'),
        BucketType: 'cos',
      })),
    },
    ...(paged ? { Marker: input.Marker ?? '', IsTruncated: truncated } : {}),
    ...(truncated && page.length > 0 ? { NextMarker: page.at(-1)!.name } : {}),
  };
};

type ListInput = Input<Operations['getService'], IncomingBody>;

function hasTag(bucket: Bucket, { TagKey, TagValue }: ListInput): boolean {
  if (TagKey === undefined) return true;
  const tags = (bucket.configs['tagging'] ?? {}) as Readonly<Record<string, string>>;
  return Object.hasOwn(tags, TagKey) && (TagValue === undefined || tags[TagKey] === TagValue);
}

/** Compares a bucket's creation time, in seconds, with the requested range. */
function createdInTime(bucket: Bucket, { CreateTime, Range }: ListInput): boolean {
  if (CreateTime === undefined) return true;
  const created = Math.floor(bucket.createdAtMs / 1000);
  switch (Range ?? 'gte') {
    case 'lt':
      return created < CreateTime;
    case 'lte':
      return created <= CreateTime;
    case 'gt':
      return created > CreateTime;
    case 'gte':
      return created >= CreateTime;
  }
}
