// Limits of COS. Sources: [specs] https://cloud.tencent.com/document/product/436/14518, otherwise the page of the
// operation named in the comment. 1 MB is 1,048,576 bytes, as the 1 MB parts in the vendor's samples show.

const KB = 1024;
const MB = 1024 * KB;
const GB = 1024 * MB;

/** Largest body of PUT Object, POST Object and PUT Object - Copy. [specs] */
export const maxPutBytes = 5 * GB;
/** Largest body of one APPEND Object; there is no minimum (document 436/7741). */
export const maxAppendBytes = 5 * GB;
/** Largest appendable object (document 436/7741). */
export const maxAppendableObjectBytes = 5 * GB;
/** Largest object made by a multipart upload: 48.82 TB. [specs] */
export const maxMultipartObjectBytes = 50_000 * GB;
/** Lowest part number (document 436/7750). */
export const minPartNumber = 1;
/** Highest part number, and so the most parts of an upload (document 436/7750). */
export const maxPartNumber = 10_000;
/** Smallest part, except the last (document 436/7742: EntityTooSmall). */
export const minPartBytes = 1 * MB;
/** Largest part (document 436/7750). */
export const maxPartBytes = 5 * GB;
/** Longest key, in bytes of UTF-8 (document 436/13324). */
export const maxKeyBytes = 850;
/** Longest name of a bucket without `-<appid>` (document 436/13312). */
export const maxBucketNameChars = 50;
/** All `x-cos-meta-*` headers of an object together. [specs] */
export const maxUserMetadataBytes = 2 * KB;
/** Tags of an object (document 436/35709). */
export const maxObjectTags = 10;
/** Tags of a bucket [specs]. */
export const maxBucketTags = 50;
/** Longest key of a tag (document 436/35709). */
export const maxTagKeyChars = 128;
/** Longest value of a tag (document 436/35709). */
export const maxTagValueChars = 256;
/** Most keys, versions, uploads or parts on one page of a list (document 436/30614). */
export const maxListEntries = 1_000;
/** Most objects in DELETE Multiple Objects (document 436/8289). */
export const maxDeleteObjects = 1_000;
/** Most grants in an ACL. [specs] */
export const maxAclGrants = 100;
/** Most buckets of an account. [specs] */
export const maxBuckets = 200;
/** Most bucket ACLs of an account; policies count too. [specs] */
export const maxBucketAcls = 1_000;
/** Longest bucket policy document. [specs] */
export const maxPolicyBytes = 20 * KB;
/** Longest body of PUT Bucket cors (document 436/8279). */
export const maxCorsBytes = 64 * KB;
/** Most CORS rules (document 436/8279). */
export const maxCorsRules = 100;
/** Longest body of PUT Bucket website (document 436/30617). */
export const maxWebsiteBytes = 64 * KB;
/** Most routing rules of a website (document 436/30617). */
export const maxWebsiteRules = 100;
/** Most lifecycle rules. [specs] */
export const maxLifecycleRules = 1_000;
/** Most custom domains of a bucket. [specs] */
export const maxCustomDomains = 20;
/** Lowest value of `x-cos-traffic-limit` (document 436/7728). */
export const minTrafficLimitBitsPerSecond = 819_200;
/** Highest value of `x-cos-traffic-limit` (document 436/7728). */
export const maxTrafficLimitBitsPerSecond = 838_860_800;
/** How far ahead a signature may start before the clock counts as wrong (document 436/7730: RequestTimeTooSkewed). */
export const maxClockSkewSeconds = 900;
/** Most domains of a referer rule. COS documents none; this bounds what each read must look through. */
export const maxRefererDomains = 1_000;
/** Most rules of strict signatures (document 436/53889). */
export const maxStrictRules = 10;
/** Most actions of such a rule (document 436/53889). */
export const maxStrictActions = 200;
/** Most headers and most parameters of such a rule (document 436/53889). */
export const maxStrictNames = 20;
