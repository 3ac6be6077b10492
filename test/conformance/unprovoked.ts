import type { ErrorCode } from '@sampan/protocol';

const imageProcessing = 'image and media processing are a separate product, which is not built';
const keyManagement = 'there is no key management service, so its errors cannot arise';
const multiAz = 'multi-AZ buckets do not exist here: asking for one is refused first';
const quotas = 'bucket quotas are not built';
const locks = 'object lock is not built: ?object-lock answers NotImplemented';
const notifications = 'notification rules are not built: ?notification answers NotImplemented';
const domains = 'domains are stored without asking any name server or licence register';
const legacy = 'belongs to an interface of the service from before the XML one';
const speed = 'slow and crowded networks are not refused here; a sender may take its time';
const dispute = 'the service owns no content policy, invoices or accounts in arrears';

/** Error codes that no conformance test provokes, and why. */
export const unprovoked: Partial<Record<ErrorCode, string>> = {
  AttachmentFull: 'the number of lists of an account is not limited',
  BadRequest: 'each bad parameter has a more specific code',
  BucketLocked: locks,
  DNSRecordVerifyFailed: domains,
  DomainAuditFailed: domains,
  DownloadForbidden: 'meant for real default domains and their abuse; local development needs the files',
  EntitySizeNotMatch:
    'a body that is too short is IncompleteBody, one that is too long is cut by HTTP itself',
  ImageResolutionExceed: imageProcessing,
  ImageTooLarge: imageProcessing,
  InvalidImageFormat: imageProcessing,
  InvalidImageSource: imageProcessing,
  InvalidLocationConstraint: 'the region of a bucket is that of the host, and any region is accepted',
  InvalidLockedTime: locks,
  InvalidPicOperations: imageProcessing,
  InvalidRegionName: 'any region is accepted, so that tests may use their own',
  InvalidUploadStatus: legacy,
  JsonAPINotSupportOnMAZBucket: legacy,
  KmsException: keyManagement,
  NoSuchCopySource: "a copy of what is not there is NoSuchKey, as the vendor's suites take for granted",
  InsufficientStorage: 'needs a full disk: tests of the service inject one',
  KmsFreqControl: keyManagement,
  KmsInternalException: keyManagement,
  KmsKeyDisabled: keyManagement,
  KmsKeyNotExist: keyManagement,
  LoggingConfExists: 'a second logging document replaces the first',
  NoBucketQuotaPolicy: quotas,
  NoProcessAuthority: imageProcessing,
  NoSuchJob: 'batch jobs are not built',
  NoSuchObjectLockConfiguration: locks,
  NoSuchPolicyVersion:
    'policies have no versions here; a missing one is NoSuchPolicy, as the official SDKs expect',
  NotifyRuleEventConflict: notifications,
  NotifyRulePrefixConflict: notifications,
  NotifyRuleSuffixConflict: notifications,
  OAZOperationNotSupportOnMAZBucket: multiAz,
  ObjectLocked: locks,
  PathStyleDomainForbidden:
    'path style is allowed for every bucket, because local names often have no bucket in them',
  PaymentRequired: dispute,
  PolicyVersionFull: 'policies have no versions here',
  QuotaConflict: quotas,
  QuotaOperationConflict: quotas,
  SSEContentNotSupported: 'encryption is asked for by headers and by one document, both checked elsewhere',
  ServiceUnavailable: 'the service answers or is gone; only its readiness check says that it is closing',
  SlowDown: speed,
  UnavailableForLegalReasons: dispute,
  UnexpectedContent: 'a body or header that means nothing is passed over, as the official clients rely on',
  UploadConflict: 'uploads of one key may run at the same time without limit',
  UploadIdNotSupported: legacy,
  UserCnameInvalid: domains,
  UserNetworkTooSlow: speed,
  UserNotSourceBucketOwner: 'replication is stored only, and copies ask for permissions, not for ownership',
  UserNotTargetBucketOwner: 'replication is stored only, and copies ask for permissions, not for ownership',
  WebsiteURLInvalid: domains,
};
