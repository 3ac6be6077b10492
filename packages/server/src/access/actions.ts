/** The actions that a policy can name. */
import { operations } from '@sampan/protocol';
import type { Pattern } from './conditions.ts';

/**
 * Actions that COS documents and that no operation here asks for, or that are other names of one. A policy that was
 * written for COS keeps its meaning with them.
 * Source: https://cloud.tencent.com/document/product/436/71307 and the pages of the operations.
 */
const furtherActions = [
  'RestoreObject',
  'GetObjectVersion',
  'GetObjectVersionACL',
  'PutObjectVersionACL',
  'DeleteObjectVersion',
  'DeleteMultipleObjects',
  'DeleteMultipleObject',
  'PutObjectCopy',
  'SelectObjectContent',
  'PutSymlink',
  'GetSymlink',
  'RenameObject',
  'PutObjectRetention',
  'GetObjectRetention',
  'GetObjectAttributes',
  'PutBucketNotification',
  'GetBucketNotification',
  'PutBucketIntelligentTiering',
  'GetBucketIntelligentTiering',
  'ListBucketIntelligentTieringConfigurations',
  'PutBucketObjectLockConfiguration',
  'GetBucketObjectLockConfiguration',
  'PutBucketDomainCertificate',
  'GetBucketDomainCertificate',
  'DeleteBucketDomainCertificate',
  'PutBucketEncryption',
  'GetBucketEncryption',
  'DeleteBucketEncryption',
  'PutBucketAccessMonitor',
  'GetBucketAccessMonitor',
  'PutBucketLive',
  'GetBucketLive',
];

// The pages of access control lists and of policies differ in the case of this one word.
const names: ReadonlySet<string> = new Set(
  [...Object.values(operations).map(({ action }) => action), ...furtherActions].flatMap((name) =>
    name.endsWith('ACL') ? [name, `${name.slice(0, -3)}Acl`] : [name],
  ),
);

/** Whether a pattern covers some action. One that covers none is a slip of the pen. */
export function isKnownAction(pattern: Pattern): boolean {
  for (const name of names) if (pattern.test(name)) return true;
  return false;
}
