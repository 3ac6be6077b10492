/** Fields that several operations share. Names are those of the official SDKs' parameters. */
import { header, headers, query, required } from '../codec/operation.ts';
import { boolean, conditionDate, httpDate, integer, oneOf, string } from '../codec/text.ts';
import { element, many, maybe, xmlText } from '../codec/xml.ts';

/** Storage classes of the service. Source: https://cloud.tencent.com/document/product/436/33417 */
export const storageClasses = [
  'STANDARD',
  'STANDARD_IA',
  'INTELLIGENT_TIERING',
  'ARCHIVE',
  'DEEP_ARCHIVE',
  'MAZ_STANDARD',
  'MAZ_STANDARD_IA',
  'MAZ_INTELLIGENT_TIERING',
  'MAZ_ARCHIVE',
] as const;

// The official Java SDK writes `Standard_IA` and `Archive`.
export const storageClass = oneOf(storageClasses, 'NotSupportedStorageClass', (raw) => raw.toUpperCase());

/** Headers that are stored with an object and come back with it. */
export const contentFields = {
  CacheControl: header('cache-control', string),
  ContentDisposition: header('content-disposition', string),
  ContentEncoding: header('content-encoding', string),
  ContentLanguage: header('content-language', string),
  ContentType: header('content-type', string),
  Expires: header('expires', string),
  Meta: headers('x-cos-meta-'),
} as const;

export const aclFields = {
  ACL: header('x-cos-acl', string),
  GrantRead: header('x-cos-grant-read', string),
  GrantWrite: header('x-cos-grant-write', string),
  GrantReadAcp: header('x-cos-grant-read-acp', string),
  GrantWriteAcp: header('x-cos-grant-write-acp', string),
  GrantFullControl: header('x-cos-grant-full-control', string),
} as const;

/** The customer's own key: sent with every request that touches the bytes, never stored, never returned. */
export const customerKeyFields = {
  SSECustomerAlgorithm: header('x-cos-server-side-encryption-customer-algorithm', string),
  SSECustomerKey: header('x-cos-server-side-encryption-customer-key', string),
  SSECustomerKeyMD5: header('x-cos-server-side-encryption-customer-key-md5', string),
} as const;

export const encryptionFields = {
  ServerSideEncryption: header('x-cos-server-side-encryption', string),
  SSEKMSKeyId: header('x-cos-server-side-encryption-cos-kms-key-id', string),
  SSEContext: header('x-cos-server-side-encryption-context', string),
  ...customerKeyFields,
} as const;

/** How an answer names the encryption of what it is about; the key itself is never among it. */
export const encryptionAnswer = {
  ServerSideEncryption: header('x-cos-server-side-encryption', string),
  SSEKMSKeyId: header('x-cos-server-side-encryption-cos-kms-key-id', string),
  SSECustomerAlgorithm: header('x-cos-server-side-encryption-customer-algorithm', string),
  SSECustomerKeyMD5: header('x-cos-server-side-encryption-customer-key-md5', string),
} as const;

/** Checks on a body that is sent. */
export const digestFields = {
  ContentLength: header('content-length', integer),
  ContentMD5: header('content-md5', string),
  ContentSHA1: header('x-cos-content-sha1', string),
} as const;

/** Bits per second on one connection, 819200 to 838860800; as a header or, for signed addresses, a parameter. */
export const trafficFields = {
  TrafficLimit: header('x-cos-traffic-limit', string),
  TrafficLimitQuery: query('x-cos-traffic-limit', string),
} as const;

/** What makes a new object. */
export const creationFields = {
  ...contentFields,
  ...aclFields,
  ...encryptionFields,
  StorageClass: header('x-cos-storage-class', storageClass),
  Tagging: header('x-cos-tagging', string),
} as const;

/** Processing of a picture that takes place when the object is made. Source: https://cloud.tencent.com/document/product/436/54050 */
export const pictureFields = { PicOperations: header('pic-operations', string) } as const;

/** What an upload may ask for beside what the object will be. */
export const uploadFields = { ...pictureFields, MimeLimit: header('x-cos-mime-limit', string) } as const;

/**
 * What happens once the object is there: another service is called, or the answer is composed. Sources:
 * https://cloud.tencent.com/document/product/436/106770 and https://cloud.tencent.com/document/product/436/97529
 */
export const callbackFields = {
  Callback: header('x-cos-callback', string),
  CallbackVar: header('x-cos-callback-var', string),
  ReturnBody: header('x-cos-return-body', string),
} as const;

export const overwriteFields = { ForbidOverwrite: header('x-cos-forbid-overwrite', boolean) } as const;

export const conditionFields = {
  IfMatch: header('if-match', string),
  IfNoneMatch: header('if-none-match', string),
  IfModifiedSince: header('if-modified-since', conditionDate),
  IfUnmodifiedSince: header('if-unmodified-since', conditionDate),
} as const;

/** Which object a copy takes its bytes from, and what must hold of it. */
export const copySourceFields = {
  CopySource: required(header('x-cos-copy-source', string)),
  CopySourceIfMatch: header('x-cos-copy-source-if-match', string),
  CopySourceIfNoneMatch: header('x-cos-copy-source-if-none-match', string),
  CopySourceIfModifiedSince: header('x-cos-copy-source-if-modified-since', conditionDate),
  CopySourceIfUnmodifiedSince: header('x-cos-copy-source-if-unmodified-since', conditionDate),
  CopySourceSSECustomerAlgorithm: header(
    'x-cos-copy-source-server-side-encryption-customer-algorithm',
    string,
  ),
  CopySourceSSECustomerKey: header('x-cos-copy-source-server-side-encryption-customer-key', string),
  CopySourceSSECustomerKeyMD5: header('x-cos-copy-source-server-side-encryption-customer-key-md5', string),
} as const;

/** What an answer says of the version that it wrote or removed. */
export const versionAnswer = {
  VersionId: header('x-cos-version-id', string),
} as const;

/** What GET and HEAD say of an object. */
export const objectAnswer = {
  ...contentFields,
  ...encryptionAnswer,
  ...versionAnswer,
  AcceptRanges: header('accept-ranges', string),
  ContentLength: header('content-length', integer),
  ContentRange: header('content-range', string),
  CRC64: header('x-cos-hash-crc64ecma', string),
  ETag: header('etag', string),
  LastModified: header('last-modified', httpDate),
  NextAppendPosition: header('x-cos-next-append-position', integer),
  ObjectType: header('x-cos-object-type', string),
  Restore: header('x-cos-restore', string),
  RestoreStatus: header('x-cos-restore-status', string),
  StorageClass: header('x-cos-storage-class', string),
  StorageTier: header('x-cos-storage-tier', string),
  TaggingCount: header('x-cos-tagging-count', integer),
} as const;

/** Owner of a bucket, object or upload. */
export const owner = element({ ID: xmlText, DisplayName: xmlText });
export const prefixElement = element({ Prefix: xmlText });

/** Asks for keys in percent-encoded form, which is the only safe one for control characters. */
export const encodingType = { EncodingType: query('encoding-type', oneOf(['url'])) } as const;
export const maybeText = maybe(xmlText);

export const tag = element({ Key: xmlText, Value: xmlText });

/** A set of tags, in the order given. */
export const tagging = element({ TagSet: element({ Tag: many(tag) }) });
