import type { OperationName } from '../packages/protocol/src/index.ts';

/** Operations whose document is kept and given back and changes nothing else. */
export const storedOnly: ReadonlySet<OperationName> = new Set<OperationName>([
  'putBucketDomain',
  'getBucketDomain',
  'deleteBucketDomain',
  'putBucketEncryption',
  'getBucketEncryption',
  'deleteBucketEncryption',
  'putBucketInventory',
  'getBucketInventory',
  'listBucketInventory',
  'deleteBucketInventory',
  'putBucketLogging',
  'getBucketLogging',
  'putBucketOrigin',
  'getBucketOrigin',
  'deleteBucketOrigin',
  'putBucketReplication',
  'getBucketReplication',
  'deleteBucketReplication',
]);

/** What the service cannot do, or does otherwise than COS. */
export const gaps: readonly string[] = [
  'AWS S3 signatures (versions 2 and 4) and the `x-amz-*` spelling of headers are not understood.',
  'Upload callbacks (`x-cos-callback`) go to public addresses unless `--callback-reach` says otherwise, and are not signed. In them and in `x-cos-return-body` the variables of media processing have no value: the answer is 203 `CallbackFailed`. `Pic-Operations` is passed over.',
  'Image and media processing (`?imageMogr2`, `ci-process`) is a separate product and not built.',
  'Object lock, notifications, intelligent tiering rules, symbolic links, batch jobs, quotas and `select` answer 501.',
  'Encryption with KMS remembers and answers the mode and the name of the key, and encrypts nothing. SSE-COS is likewise only remembered; SSE-C really encrypts.',
  'Buckets have one zone: a multi-AZ bucket, and the `MAZ_` storage classes, are refused with the documented codes.',
  'All storage classes are stored alike. Archived objects must be restored; how long that takes is the setting `--restore-delay`, whatever the tier.',
  'Lifecycle: expiration of objects, versions and lone markers and the end of unfinished uploads are carried out; transitions between classes change nothing.',
  'Any region is accepted. The acceleration host serves the objects of buckets that have switched acceleration on, no faster than others.',
  'Path style is allowed for every bucket, and downloads are never forced to be attachments.',
  'Custom domains are bound by the setting `--bind`; the domains of PUT Bucket domain are stored only.',
  'The website host answers errors as XML, not as HTML pages, and redirects with 302.',
  'Sub-accounts, their policies and further accounts come from the file of `--accounts`; groups and roles do not exist, so AssumeRole finds no role.',
  'Condition keys on virtual networks and on the TLS version are never present in a request.',
  'Requests are not limited in rate, and 200 buckets are the only quota of an account.',
  'A token that comes with a permanent key is refused with `InvalidAccessKeyId`; no page of COS says what it answers.',
  'The answer 201 to a POST Object has no body, because the page of COS documents none.',
  'A list that has a key with a character that XML 1.0 cannot hold is answered only with `encoding-type=url`, otherwise 400. Documents of a request with such a character are malformed, so such an object is deleted by itself.',
  'GET with several ranges answers the whole object, because COS documents exactly one range.',
];
