import { fault, operations, type OperationName } from '@sampan/protocol';
import type { BucketAddress } from '../http/request-address.ts';
import type { Bucket } from '../metadata/port.ts';

// Quirk: which operations the acceleration host takes is not listed; these, because official SDKs use them on the way
// of an upload or a download. Buckets are made, removed and configured on the host of their region.
const bucketOperations: ReadonlySet<OperationName> = new Set<OperationName>([
  'headBucket',
  'getBucket',
  'listObjectVersions',
  'multipartList',
  'deleteMultipleObject',
  'postObject',
  'optionsObject',
]);

/**
 * Refuses what the host for global acceleration does not do, and everything on it while the bucket has not switched it
 * on. Source: https://cloud.tencent.com/document/product/436/38866
 */
export function refuseUnaccelerated(
  { accelerate }: BucketAddress,
  name: OperationName,
  bucket: Pick<Bucket, 'configs'> | undefined,
): void {
  if (accelerate !== true) return;
  if (operations[name].target === 'bucket' && !bucketOperations.has(name))
    throw fault('ActionAccelerateNotSupported');
  const document = bucket?.configs['accelerate'] as { readonly Status?: string } | null | undefined;
  if (bucket && document?.Status !== 'Enabled') throw fault('BucketAccelerateNotEnabled');
}
