export {
  decodeResponse,
  encodeRequest,
  looseResponseBody,
  MissingField,
  type RequestParts,
  type ResponseParts,
} from './codec/http.ts';
export { decodeRequest, encodeResponse } from './codec/http-service.ts';
export { matchOperation, reservedQueryNames, type Match, type Route } from './codec/match.ts';
export type { Field, Fields, Input, Method, Operation, Output, Target } from './codec/operation.ts';
export { operations, type OperationName, type Operations } from './operations/all.ts';
export { storageClasses } from './operations/fields.ts';
export {
  boolean,
  conditionDate,
  httpDate,
  integer,
  oneOf,
  string,
  TextError,
  type Text,
} from './codec/text.ts';
export {
  element,
  escapeXml,
  interleaved,
  isXmlText,
  looseXml,
  many,
  maybe,
  parseXml,
  readXml,
  writeXml,
  xmlBoolean,
  XmlError,
  xmlInteger,
  xmlOneOf,
  xmlText,
  type Xml,
  type XmlLimits,
  type XmlNode,
} from './codec/xml.ts';
export { readLoose } from './codec/xml-loose.ts';
export {
  Crc64,
  crc64,
  crc64Combine,
  crc64Empty,
  crc64Equal,
  crc64Parse,
  crc64Text,
  type Crc64Value,
} from './digest/crc64.ts';
export { fastCrc64, type WebAssemblyHost } from './digest/crc64-wasm.ts';
export type { Digest } from './digest/digest.ts';
export { hmacSha1 } from './digest/hmac.ts';
export { createMd5, md5 } from './digest/md5.ts';
export { createSha1, sha1 } from './digest/sha1.ts';
export { base64, base64Decode, hex } from './digest/text.ts';
export { utf8Decode, utf8Encode, utf8Length, wellFormed } from './text/utf8.ts';
export {
  bucketHost,
  fillDomain,
  legacyRegions,
  parseCopySource,
  parseHost,
  type BucketTarget,
  type CopySource,
  type HostTarget,
  type ServiceTarget,
} from './names/address.ts';
export { decodePath, encodeKeyPath, encodeStrict } from './text/percent.ts';
export { errorCodes, fault, isErrorCode, type ErrorCode } from './error-codes.ts';
export {
  AbortedError,
  CosError,
  IntegrityError,
  isAbortedError,
  isCosError,
  isIntegrityError,
  isServiceError,
  isTimeoutError,
  isTransportError,
  isUsageError,
  maskUrl,
  ServiceError,
  TimeoutError,
  TransportError,
  UsageError,
  type CosErrorDetail,
  type CosErrorKind,
  type ServiceFault,
} from './errors.ts';
export {
  maxAclGrants,
  maxAppendableObjectBytes,
  maxAppendBytes,
  maxBucketAcls,
  maxBucketNameChars,
  maxBuckets,
  maxBucketTags,
  maxClockSkewSeconds,
  maxCorsBytes,
  maxCorsRules,
  maxCustomDomains,
  maxDeleteObjects,
  maxKeyBytes,
  maxLifecycleRules,
  maxRefererDomains,
  maxStrictActions,
  maxStrictNames,
  maxStrictRules,
  maxListEntries,
  maxMultipartObjectBytes,
  maxObjectTags,
  maxPartBytes,
  maxPartNumber,
  maxPolicyBytes,
  maxPutBytes,
  maxTagKeyChars,
  maxTagValueChars,
  maxTrafficLimitBitsPerSecond,
  maxUserMetadataBytes,
  maxWebsiteBytes,
  maxWebsiteRules,
  minPartBytes,
  minPartNumber,
  minTrafficLimitBitsPerSecond,
} from './limits.ts';
export { checkBucketName, checkKey, splitBucket, type NameProblem } from './names/bucket-and-key.ts';
export { memoize, type MemoizeLimits } from './signature/memoize.ts';
export {
  keyTimeText,
  parseKeyTime,
  type KeyTime,
  type Pairs,
  type SignableRequest,
} from './signature/canonical.ts';
export { pureDigests, type Digests } from './signature/digests.ts';
export {
  parseAuthorization,
  parseQuerySignature,
  type ParsedSignature,
  type ParseResult,
} from './signature/parse.ts';
export {
  policySignature,
  signPolicy,
  verifyPolicySignature,
  type PolicyCondition,
  type PolicyOptions,
  type SignedPolicy,
} from './signature/policy.ts';
export {
  defaultSignedHeader,
  sign,
  signUrlQuery,
  type Selection,
  type Signature,
  type SignOptions,
} from './signature/sign.ts';
export { checkTimeWindow, verifySignature, type Verification } from './signature/verify.ts';
// Rows by name too, so that a bundle carries only those it calls.
export { getService } from './operations/service.ts';
export {
  putBucket,
  headBucket,
  deleteBucket,
  getBucket,
  listObjectVersions,
  getBucketLocation,
} from './operations/bucket.ts';
export {
  putBucketAcl,
  getBucketAcl,
  putObjectAcl,
  getObjectAcl,
  putBucketPolicy,
  getBucketPolicy,
  deleteBucketPolicy,
  putBucketStrictSignature,
  getBucketStrictSignature,
  deleteBucketStrictSignature,
} from './operations/access.ts';
export {
  putBucketCors,
  getBucketCors,
  deleteBucketCors,
  putBucketTagging,
  getBucketTagging,
  deleteBucketTagging,
  putBucketVersioning,
  getBucketVersioning,
  putBucketLifecycle,
  getBucketLifecycle,
  deleteBucketLifecycle,
  putBucketReferer,
  getBucketReferer,
  putBucketWebsite,
  getBucketWebsite,
  deleteBucketWebsite,
  putBucketAccelerate,
  getBucketAccelerate,
} from './operations/bucket-config.ts';
export {
  putBucketEncryption,
  getBucketEncryption,
  deleteBucketEncryption,
  putBucketDomain,
  getBucketDomain,
  deleteBucketDomain,
  putBucketOrigin,
  getBucketOrigin,
  deleteBucketOrigin,
  putBucketLogging,
  getBucketLogging,
  putBucketReplication,
  getBucketReplication,
  deleteBucketReplication,
} from './operations/bucket-records.ts';
export {
  putBucketInventory,
  postBucketInventory,
  getBucketInventory,
  listBucketInventory,
  deleteBucketInventory,
} from './operations/inventory.ts';
export {
  putObject,
  getObject,
  selectObjectContent,
  headObject,
  deleteObject,
  optionsObject,
} from './operations/object.ts';
export { appendObject, postObject, putObjectCopy, deleteMultipleObject } from './operations/object-write.ts';
export {
  putObjectTagging,
  getObjectTagging,
  deleteObjectTagging,
  restoreObject,
} from './operations/object-config.ts';
export {
  multipartInit,
  multipartUpload,
  uploadPartCopy,
  multipartListPart,
  multipartComplete,
  multipartAbort,
  multipartList,
} from './operations/multipart.ts';
