/** The documents of a bucket that are kept and given back, and change nothing in this service. */
import { header, xml, type Operation } from '../codec/operation.ts';
import { string } from '../codec/text.ts';
import { element, many, maybe, xmlBoolean, xmlInteger, xmlOneOf, xmlText } from '../codec/xml.ts';
import { overview, page, reads, removes, writes } from './document.ts';
import { maybeText, tag } from './fields.ts';

const encryptionRule = maybe(
  element({ SSEAlgorithm: xmlOneOf('AES256', 'KMS'), KMSMasterKeyID: maybeText, KMSAlgorithm: maybeText }),
);
const encryption = {
  flag: 'encryption',
  body: xml(
    'ServerSideEncryptionConfiguration',
    element({
      Rule: many(
        element({
          ApplyServerSideEncryptionByDefault: encryptionRule,
          // Quirk: the vendor's samples and suites for Node and Python write this name; answers have the other.
          ApplySideEncryptionConfiguration: encryptionRule,
        }),
      ),
    }),
  ),
};

/** Sets how new objects are encrypted when their writer does not say. */
export const putBucketEncryption = writes(encryption, 'PutBucketEncryption', page(33459));
/** Reads how new objects are encrypted. */
export const getBucketEncryption = reads(encryption, 'GetBucketEncryption', page(33459));
/** Stops encrypting new objects unless their writer says so. */
export const deleteBucketEncryption = removes(encryption, 'DeleteBucketEncryption', page(33459));

const domain = {
  flag: 'domain',
  body: xml(
    'DomainConfiguration',
    element({
      DomainRule: many(
        element({
          Status: xmlOneOf('ENABLED', 'DISABLED'),
          Name: xmlText,
          Type: xmlOneOf('REST', 'WEBSITE', 'ACCELERATE'),
          ForcedReplacement: maybe(xmlOneOf('CNAME', 'TXT')),
        }),
      ),
    }),
  ),
};

/** Binds own domain names to the bucket: at most 20. */
export const putBucketDomain = writes(domain, 'PutBucketDomain', overview);
/** Reads the domain names of the bucket. */
export const getBucketDomain = {
  ...reads(domain, 'GetBucketDomain', overview),
  response: {
    status: 200,
    fields: { DomainTxtVerification: header('x-cos-domain-txt-verification', string) },
    body: domain.body,
  },
} as const satisfies Operation;
/** Unbinds the domain names of the bucket. */
export const deleteBucketDomain = removes(domain, 'DeleteBucketDomain', overview);

const keyValue = element({ Key: xmlText, Value: maybeText });
const origin = {
  flag: 'origin',
  body: xml(
    'OriginConfiguration',
    element({
      OriginRule: many(
        element({
          RulePriority: maybe(xmlInteger),
          OriginType: maybe(xmlOneOf('Mirror', 'Proxy', 'Redirect')),
          OriginCondition: maybe(element({ HTTPStatusCode: maybeText, Prefix: maybeText })),
          OriginParameter: maybe(
            element({
              Protocol: maybe(xmlOneOf('HTTP', 'HTTPS', 'FOLLOW')),
              FollowQueryString: maybe(xmlBoolean),
              HttpHeader: maybe(
                element({
                  FollowAllHeaders: maybe(xmlBoolean),
                  FollowHttpHeader: maybe(xmlBoolean),
                  NewHttpHeaders: maybe(element({ Header: many(keyValue) })),
                  NewHttpHeader: maybe(element({ Header: many(keyValue) })),
                }),
              ),
              FollowRedirection: maybe(xmlBoolean),
              HttpRedirectCode: many(xmlText),
              CopyOriginData: maybe(xmlBoolean),
            }),
          ),
          OriginInfo: element({
            HostInfo: maybe(element({ HostName: xmlText, Weight: maybeText })),
            FileInfo: maybe(
              element({
                PrefixDirective: maybe(xmlBoolean),
                Prefix: maybeText,
                Suffix: maybeText,
                PrefixConfiguration: maybe(element({ Prefix: maybeText })),
                SuffixConfiguration: maybe(element({ Suffix: maybeText })),
              }),
            ),
          }),
        }),
      ),
    }),
  ),
};

/** Sets where objects that the bucket lacks are fetched from. */
export const putBucketOrigin = writes(origin, 'PutBucketOrigin', overview);
/** Reads where objects that the bucket lacks are fetched from. */
export const getBucketOrigin = reads(origin, 'GetBucketOrigin', overview);
/** Stops fetching objects that the bucket lacks. */
export const deleteBucketOrigin = removes(origin, 'DeleteBucketOrigin', overview);

const logging = {
  flag: 'logging',
  body: xml(
    'BucketLoggingStatus',
    element({
      LoggingEnabled: maybe(element({ TargetBucket: xmlText, TargetPrefix: maybeText })),
    }),
  ),
};

/** Sets which bucket the access log goes to; an empty document stops it. */
export const putBucketLogging = writes(logging, 'PutBucketLogging', overview);
/** Reads which bucket the access log goes to. */
export const getBucketLogging = reads(logging, 'GetBucketLogging', overview);

const replication = {
  flag: 'replication',
  body: xml(
    'ReplicationConfiguration',
    element({
      Role: xmlText,
      Rule: many(
        element({
          Status: xmlOneOf('Enabled', 'Disabled'),
          ID: maybeText,
          Priority: maybe(xmlInteger),
          Prefix: maybeText,
          Filter: maybe(
            element({
              Prefix: maybeText,
              And: maybe(element({ Prefix: maybeText, Tag: many(tag) })),
            }),
          ),
          Destination: element({
            Bucket: xmlText,
            StorageClass: maybeText,
            EncryptionConfiguration: maybe(element({ ReplicaKmsKeyID: maybeText })),
          }),
          DeleteMarkerReplication: maybe(element({ Status: maybeText })),
          SourceSelectionCriteria: maybe(
            element({ SseKmsEncryptedObjects: maybe(element({ Status: xmlText })) }),
          ),
        }),
      ),
    }),
  ),
};

/** Sets which other bucket new objects are copied to. */
export const putBucketReplication = writes(replication, 'PutBucketReplication', overview);
/** Reads which other bucket new objects are copied to. */
export const getBucketReplication = reads(replication, 'GetBucketReplication', overview);
/** Stops copying new objects to another bucket. */
export const deleteBucketReplication = removes(replication, 'DeleteBucketReplication', overview);
