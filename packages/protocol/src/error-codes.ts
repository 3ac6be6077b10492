// Every error code of COS with its status and message
// (https://cloud.tencent.com/document/product/436/7730), apart from those of image and media processing beyond the
// table there. A client needs none of this, so it is apart from errors.ts, and a bundler can drop it.
// Codes marked * are not in that table; they come from other pages, the official SDKs or public reports.

import { ServiceError, type CosErrorDetail, type ServiceFault } from './errors.ts';

interface ErrorCodeRow {
  readonly status: number;
  readonly message: string;
}

/** The status and default message of each error code. */
export const errorCodes = {
  // * The object is stored; what should have followed failed (document 436/97529: status 203).
  CallbackFailed: { status: 203, message: 'The object is stored, but its callback failed.' },
  ActionAccelerateNotSupported: {
    status: 400,
    message: 'This operation is not available on the acceleration domain.',
  },
  AttachmentFull: { status: 400, message: 'The account has too many ACLs or policies.' },
  BadDigest: { status: 400, message: 'The Content-MD5 you specified did not match what we received.' },
  BadRequest: { status: 400, message: 'A parameter of the request is invalid.' },
  BucketAccelerateNotEnabled: { status: 400, message: 'Acceleration is not enabled for this bucket.' },
  BucketNameTooLong: { status: 400, message: 'The bucket name is too long.' },
  BucketVersionNotOpen: { status: 400, message: 'This operation needs versioning to be enabled.' },
  DNSRecordVerifyFailed: { status: 400, message: 'The DNS record of the domain could not be verified.' },
  EntitySizeNotMatch: { status: 400, message: 'The body does not have the length given by Content-Length.' },
  EntityTooLarge: { status: 400, message: 'The upload is larger than the maximum allowed size.' },
  EntityTooSmall: { status: 400, message: 'The upload is smaller than the minimum allowed size.' },
  ExpiredToken: { status: 400, message: 'The security token has expired.' },
  ImageResolutionExceed: { status: 400, message: 'The resolution of the image is too high.' },
  ImageTooLarge: { status: 400, message: 'The image is too large.' },
  IncompleteBody: { status: 400, message: 'The body is shorter than Content-Length says.' },
  IncorrectNumberOfFilesInPostRequest: { status: 400, message: 'The form must contain exactly one file.' },
  InvalidArgument: { status: 400, message: 'An argument of the request is invalid.' },
  InvalidBucketName: { status: 400, message: 'The bucket name is not valid.' },
  InvalidCopySource: { status: 400, message: 'The copy source is not valid.' },
  InvalidDelimiter: { status: 400, message: 'The delimiter must be a single character.' },
  InvalidDigest: { status: 400, message: 'The Content-MD5 you specified is not valid.' },
  InvalidImageFormat: { status: 400, message: 'The format of the image is not supported.' },
  InvalidImageSource: { status: 400, message: 'The image cannot be read.' },
  InvalidLocationConstraint: { status: 400, message: 'The location of the bucket is not valid.' },
  InvalidObjectName: { status: 400, message: 'The object key is not valid.' },
  InvalidPart: { status: 400, message: 'A part was not uploaded, or its ETag does not match.' },
  InvalidPartOrder: { status: 400, message: 'The list of parts is not in ascending order.' },
  InvalidPicOperations: { status: 400, message: 'The Pic-Operations header is not valid.' },
  InvalidPolicyDocument: { status: 400, message: 'The policy of the form is not valid.' },
  InvalidRegionName: { status: 400, message: 'The region is not valid.' },
  InvalidRequest: { status: 400, message: 'The request is not valid.' },
  InvalidSHA1Digest: { status: 400, message: 'The SHA-1 you specified did not match what we received.' },
  InvalidTag: { status: 400, message: 'The tag set is not valid.' },
  InvalidTargetBucketForLogging: { status: 400, message: 'The target bucket cannot receive logs.' },
  InvalidURI: { status: 400, message: 'The address of the request cannot be parsed.' },
  InvalidUploadStatus: {
    status: 400,
    message: 'The upload is in a state that does not allow this operation.',
  },
  InventoryFull: { status: 400, message: 'The bucket has too many inventory jobs.' },
  JsonAPINotSupportOnMAZBucket: {
    status: 400,
    message: 'The JSON API is not available for a multi-AZ bucket.',
  },
  KeyTooLong: { status: 400, message: 'The object key is longer than 850 bytes.' },
  KmsException: { status: 400, message: 'The key management service refused the request.' },
  KmsKeyDisabled: { status: 400, message: 'The KMS key is disabled.' },
  KmsKeyNotExist: { status: 400, message: 'The KMS key does not exist.' },
  ListPartUploadIdIsEmpty: { status: 400, message: 'The upload id must not be empty.' },
  LoggingConfExists: { status: 400, message: 'A logging configuration exists already.' },
  LoggingPrefixInvalid: { status: 400, message: 'The prefix for logs is not valid.' },
  MAZOperationNotSupportOnOAZBucket: {
    status: 400,
    message: 'A single-AZ bucket does not allow this multi-AZ operation.',
  },
  MalformedPOSTRequest: {
    status: 400,
    message: 'The body of your POST request is not well-formed multipart/form-data.',
  },
  MalformedPolicy: { status: 400, message: 'The policy is not valid JSON, or not a valid policy.' },
  MalformedXML: {
    status: 400,
    message: 'The XML you provided was not well-formed or did not validate against our published schema.',
  },
  MissingRequestBodyError: { status: 400, message: 'The request has no body.' },
  MultiAZFeatureNotSupport: { status: 400, message: 'The region does not offer multi-AZ storage.' },
  MultiBucketNotSupport: { status: 400, message: 'More than one target bucket is not supported.' },
  NotSupportedStorageClass: { status: 400, message: 'The storage class is not supported here.' },
  NotifyRuleEventConflict: { status: 400, message: 'The events of the notification rules conflict.' },
  NotifyRulePrefixConflict: { status: 400, message: 'The prefixes of the notification rules conflict.' },
  NotifyRuleSuffixConflict: { status: 400, message: 'The suffixes of the notification rules conflict.' },
  OAZOperationNotSupportOnMAZBucket: {
    status: 400,
    message: 'A multi-AZ bucket does not allow this single-AZ operation.',
  },
  PolicyFull: { status: 400, message: 'The account or bucket has too many policies.' },
  PolicyVersionFull: { status: 400, message: 'The policy has too many versions.' },
  RequestTimeout: { status: 400, message: 'The body was not received in time.' },
  SSEContentNotSupported: { status: 400, message: 'The body asks for an encryption that is not supported.' },
  SSEHeaderNotAllowed: { status: 400, message: 'An encryption header is not allowed in this request.' },
  SsecDecryptHeaderInvalid: { status: 400, message: 'The key to decrypt the object is missing or wrong.' },
  TargetBucketNameInvalid: { status: 400, message: 'The name of the target bucket is not valid.' },
  TooManyBuckets: { status: 400, message: 'The account has reached its number of buckets.' },
  UnexpectedContent: {
    status: 400,
    message: 'The request contains a body or header that is not supported here.',
  },
  UserCnameInvalid: { status: 400, message: 'The domain has no CNAME for this bucket.' },
  UserNetworkTooSlow: { status: 400, message: 'The body arrived too slowly.' },
  VerifyAlgorithmNotSupported: { status: 400, message: 'The verification algorithm is not supported.' },
  WebsiteURLInvalid: { status: 400, message: 'The address of the website is not valid.' },
  XMLSizeLimit: { status: 400, message: 'The XML you provided is too long.' },
  PaymentRequired: { status: 402, message: 'The quota is used up.' },
  AccessDenied: { status: 403, message: 'Access Denied.' },
  AccessForbidden: { status: 403, message: 'The CORS configuration does not allow this request.' },
  // * for buckets created on or after 2024-01-01
  DownloadForbidden: {
    status: 403,
    message: 'This type of file cannot be downloaded from the default domain.',
  },
  InvalidAccessKeyId: { status: 403, message: 'The SecretId you provided does not exist.' },
  // Also answered with 409; a handler gives the status then.
  InvalidObjectState: { status: 403, message: 'The operation is not valid for the state of the object.' },
  NoProcessAuthority: { status: 403, message: 'The account may not process images.' },
  // * for buckets created on or after 2024-01-01
  PathStyleDomainForbidden: {
    status: 403,
    message: 'The bucket must be addressed in the host name, not in the path.',
  },
  RequestTimeTooSkewed: {
    status: 403,
    message: 'The time of the request and the time of the server differ too much.',
  },
  SignatureDoesNotMatch: { status: 403, message: 'The Signature you specified is invalid.' },
  UserNotSourceBucketOwner: { status: 403, message: 'You are not the owner of the source bucket.' },
  UserNotTargetBucketOwner: { status: 403, message: 'You are not the owner of the target bucket.' },
  InventoryConfigurationNotFoundError: {
    status: 404,
    message: 'The inventory configuration does not exist.',
  },
  NoBucketQuotaPolicy: { status: 404, message: 'The bucket has no quota.' },
  NoSuchBucket: { status: 404, message: 'The specified bucket does not exist.' },
  NoSuchCORSConfiguration: { status: 404, message: 'The CORS configuration does not exist.' },
  NoSuchCopySource: { status: 404, message: 'The copy source does not exist.' },
  NoSuchEncryptionConfiguration: { status: 404, message: 'The encryption configuration does not exist.' },
  NoSuchJob: { status: 404, message: 'The job does not exist.' },
  NoSuchKey: { status: 404, message: 'The specified key does not exist.' },
  NoSuchLifecycleConfiguration: { status: 404, message: 'The lifecycle configuration does not exist.' },
  NoSuchObjectLockConfiguration: { status: 404, message: 'The object lock configuration does not exist.' },
  // *
  NoSuchPolicy: { status: 404, message: 'The bucket policy does not exist.' },
  NoSuchPolicyVersion: { status: 404, message: 'The version of the policy does not exist.' },
  // *
  NoSuchRefererConfiguration: { status: 404, message: 'The referer configuration does not exist.' },
  NoSuchTagSet: { status: 404, message: 'The tag set does not exist.' },
  NoSuchUpload: { status: 404, message: 'The upload does not exist; it may have been completed or aborted.' },
  NoSuchVersion: { status: 404, message: 'The specified version does not exist.' },
  NoSuchWebsiteConfiguration: { status: 404, message: 'The website configuration does not exist.' },
  OriginConfigurationNotFoundError: { status: 404, message: 'The origin configuration does not exist.' },
  // Quirk: the table writes NotFound; the official SDKs take only this spelling for "no rules".
  ReplicationConfigurationNotFoundError: {
    status: 404,
    message: 'The replication configuration does not exist.',
  },
  // * cos-python-sdk-v5, ut/test.py
  DomainConfigNotFoundError: { status: 404, message: 'The domain configuration does not exist.' },
  MethodNotAllowed: { status: 405, message: 'The method is not allowed for this resource.' },
  RestoreNonArchiveObject: { status: 405, message: 'Only an archived object can be restored.' },
  UploadIdNotSupported: { status: 405, message: 'The upload id belongs to another kind of upload.' },
  AppendPositionErr: { status: 409, message: 'The position is not the length of the object.' },
  BucketAlreadyExists: { status: 409, message: 'The bucket name is in use.' },
  BucketAlreadyOwnedByYou: { status: 409, message: 'You own this bucket already.' },
  BucketLocked: { status: 409, message: 'The lock of the bucket does not allow this configuration.' },
  BucketNotEmpty: { status: 409, message: 'The bucket is not empty.' },
  DomainConfigConflict: { status: 409, message: 'The domain configuration conflicts with another.' },
  // * answered when x-cos-forbid-overwrite is true
  FileAlreadyExists: { status: 409, message: 'The object exists already, and overwriting it is forbidden.' },
  InvalidBucketState: { status: 409, message: 'The operation is not valid for the state of the bucket.' },
  InvalidLockedTime: { status: 409, message: 'The time of the lock is not valid.' },
  ObjectLocked: { status: 409, message: 'The object is locked.' },
  ObjectNotAppendable: {
    status: 409,
    message: 'The operation is not valid for the current state of the object.',
  },
  PathConflict: { status: 409, message: 'Path conflict.' },
  QuotaConflict: { status: 409, message: 'The quota conflicts with another.' },
  QuotaOperationConflict: { status: 409, message: 'Another change of the quota is running.' },
  RecordAlreadyExist: { status: 409, message: 'The domain record exists already.' },
  RestoreAlreadyInProgress: { status: 409, message: 'The object is being restored already.' },
  UploadConflict: { status: 409, message: 'The same key is uploaded too often.' },
  MissingContentLength: { status: 411, message: 'You must provide the Content-Length HTTP header.' },
  PreconditionFailed: { status: 412, message: 'Precondition not match.' },
  InvalidRange: { status: 416, message: 'The range lies outside the object.' },
  DomainAuditFailed: { status: 451, message: 'The domain has no valid licence.' },
  UnavailableForLegalReasons: {
    status: 451,
    message: 'The content is blocked, or the account is in arrears.',
  },
  InternalError: { status: 500, message: 'We encountered an internal error. Please try again.' },
  KmsInternalException: { status: 500, message: 'The key management service failed. Please try again.' },
  NotImplemented: { status: 501, message: 'This operation is not implemented.' },
  KmsFreqControl: {
    status: 503,
    message: 'The key management service is called too often. Please try again later.',
  },
  ServiceUnavailable: { status: 503, message: 'The service is not available. Please try again later.' },
  // Not one of COS, which has no full disk: documented in docs/guide/operate.md of this project.
  InsufficientStorage: {
    status: 507,
    message: 'The disk of the service is full. Delete something, or try again later.',
  },
  SlowDown: { status: 503, message: 'Requests come too fast. Please slow down.' },
} as const satisfies Readonly<Record<string, ErrorCodeRow>>;

/** A code that COS answers with. */
export type ErrorCode = keyof typeof errorCodes;

/** Whether `code` is one of COS's. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.prototype.hasOwnProperty.call(errorCodes, code);
}

/**
 * Makes the error that a handler throws. `fields` add to or replace elements of the error body; `detail` may carry
 * headers for the answer, the cause, and a status other than the table's.
 *
 * @example
 * throw fault('NoSuchKey', { Resource: 'examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/missing.txt' });
 */
export function fault(
  code: ErrorCode,
  fields: Partial<ServiceFault> = {},
  detail: CosErrorDetail = {},
): ServiceError {
  const { status, message } = errorCodes[code];
  return new ServiceError({ Message: message, ...fields, Code: code }, detail.statusCode ?? status, detail);
}
