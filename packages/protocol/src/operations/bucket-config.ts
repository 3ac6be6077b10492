/** The documents that configure a bucket. Most features have the same rows: write, read and remove one document. */
import { header, none, query, required, xml, type Operation, type XmlBody } from '../operation.ts';
import { integer, string } from '../text.ts';
import { element, interleaved, many, maybe, xmlBoolean, xmlInteger, xmlOneOf, xmlText } from '../xml.ts';
import { encodingType, maybeText, owner, prefixElement, tagging } from './fields.ts';

/** A document of a bucket: the query flag that selects it, and its shape. */
interface Document<T> {
  readonly flag: string;
  readonly body: XmlBody<T>;
}

// Pages of the service's API reference.
const page = /* @__NO_SIDE_EFFECTS__ */ (number: number) =>
  `https://cloud.tencent.com/document/product/436/${String(number)}`;
/** The overview of all operations, for those whose own page could not be cited. */
const overview = page(7751);

const digest = { ContentMD5: header('content-md5', string) } as const;

/* @__NO_SIDE_EFFECTS__ */
function writes<T>(document: Document<T>, action: string, source: string) {
  return {
    method: 'PUT',
    target: 'bucket',
    select: { query: [document.flag] },
    action,
    idempotent: true,
    source,
    request: { fields: digest, body: document.body },
    response: { status: 200, fields: {}, body: none },
  } as const satisfies Operation;
}

/* @__NO_SIDE_EFFECTS__ */
function reads<T>(document: Document<T>, action: string, source: string) {
  return {
    method: 'GET',
    target: 'bucket',
    select: { query: [document.flag] },
    action,
    idempotent: true,
    source,
    request: { fields: {}, body: none },
    response: { status: 200, fields: {}, body: document.body },
  } as const satisfies Operation;
}

/* @__NO_SIDE_EFFECTS__ */
function removes<T>(document: Document<T>, action: string, source: string) {
  return {
    method: 'DELETE',
    target: 'bucket',
    select: { query: [document.flag] },
    action,
    idempotent: true,
    source,
    request: { fields: {}, body: none },
    response: { status: 204, fields: {}, body: none },
  } as const satisfies Operation;
}

const cors = {
  flag: 'cors',
  body: xml(
    'CORSConfiguration',
    element({
      CORSRule: many(
        element({
          ID: maybeText,
          AllowedOrigin: many(xmlText),
          AllowedMethod: many(xmlText),
          AllowedHeader: many(xmlText),
          ExposeHeader: many(xmlText),
          MaxAgeSeconds: maybe(xmlInteger),
        }),
      ),
      ResponseVary: maybe(xmlBoolean),
    }),
  ),
};

/** Replaces the rules for cross-origin requests: at most 100. */
export const putBucketCors = writes(cors, 'PutBucketCORS', page(8279));
/** Reads the rules for cross-origin requests. */
export const getBucketCors = reads(cors, 'GetBucketCORS', page(8274));
/** Removes the rules for cross-origin requests. */
export const deleteBucketCors = removes(cors, 'DeleteBucketCORS', page(8283));

const tags = { flag: 'tagging', body: xml('Tagging', tagging) };

/** Replaces the tags of a bucket: at most 50. */
export const putBucketTagging = {
  ...writes(tags, 'PutBucketTagging', page(8281)),
  response: { status: 204, fields: {}, body: none },
} as const satisfies Operation;
/** Reads the tags of a bucket. */
export const getBucketTagging = reads(tags, 'GetBucketTagging', page(8277));
/** Removes the tags of a bucket. */
export const deleteBucketTagging = removes(tags, 'DeleteBucketTagging', page(8286));

const versioning = {
  flag: 'versioning',
  body: xml(
    'VersioningConfiguration',
    element({ Status: maybe(xmlOneOf('Enabled', 'Suspended')), MFADelete: maybeText }),
  ),
};

/** Switches versioning on, or suspends it. */
export const putBucketVersioning = writes(versioning, 'PutBucketVersioning', page(19889));
/** Reads whether versioning is on; an empty document means that it never was. */
export const getBucketVersioning = reads(versioning, 'GetBucketVersioning', page(19888));

const tag = element({ Key: xmlText, Value: xmlText });
const transition = { StorageClass: xmlText };
const lifecycle = {
  flag: 'lifecycle',
  body: xml(
    'LifecycleConfiguration',
    element({
      Rule: many(
        element({
          ID: maybeText,
          Prefix: maybeText,
          Filter: maybe(
            element({
              Prefix: maybeText,
              Tag: many(tag),
              And: maybe(element({ Prefix: maybeText, Tag: many(tag) })),
            }),
          ),
          Status: xmlOneOf('Enabled', 'Disabled'),
          Transition: many(element({ Days: maybe(xmlInteger), Date: maybeText, ...transition })),
          Expiration: maybe(
            element({
              Days: maybe(xmlInteger),
              Date: maybeText,
              ExpiredObjectDeleteMarker: maybe(xmlBoolean),
            }),
          ),
          NoncurrentVersionTransition: many(element({ NoncurrentDays: xmlInteger, ...transition })),
          NoncurrentVersionExpiration: maybe(element({ NoncurrentDays: xmlInteger })),
          AbortIncompleteMultipartUpload: maybe(element({ DaysAfterInitiation: xmlInteger })),
        }),
      ),
    }),
  ),
};

/** Replaces the rules by which objects expire or change class: at most 1,000. */
export const putBucketLifecycle = writes(lifecycle, 'PutBucketLifecycle', page(8280));
/** Reads the lifecycle rules. */
export const getBucketLifecycle = reads(lifecycle, 'GetBucketLifecycle', page(8278));
/** Removes the lifecycle rules. */
export const deleteBucketLifecycle = removes(lifecycle, 'DeleteBucketLifecycle', page(8284));

const referer = {
  flag: 'referer',
  body: xml(
    'RefererConfiguration',
    element({
      Status: xmlOneOf('Enabled', 'Disabled'),
      RefererType: maybe(xmlOneOf('Black-List', 'White-List')),
      DomainList: maybe(element({ Domain: many(xmlText) })),
      EmptyReferConfiguration: maybe(xmlOneOf('Allow', 'Deny')),
    }),
  ),
};

/** Says which pages may link to the bucket's objects. */
export const putBucketReferer = writes(referer, 'PutBucketReferer', page(31423));
/** Reads which pages may link to the bucket's objects. */
export const getBucketReferer = reads(referer, 'GetBucketReferer', page(31423));

const website = {
  flag: 'website',
  body: xml(
    'WebsiteConfiguration',
    element({
      IndexDocument: maybe(element({ Suffix: xmlText })),
      RedirectAllRequestsTo: maybe(element({ Protocol: xmlText })),
      AutoAddressing: maybe(element({ Status: xmlOneOf('Enabled', 'Disabled') })),
      ErrorDocument: maybe(
        element({ Key: xmlText, OriginalHttpStatus: maybe(xmlOneOf('Enabled', 'Disabled')) }),
      ),
      RoutingRules: maybe(
        element({
          RoutingRule: many(
            element({
              Condition: element({
                HttpErrorCodeReturnedEquals: maybe(xmlInteger),
                KeyPrefixEquals: maybeText,
              }),
              Redirect: element({
                Protocol: maybeText,
                ReplaceKeyWith: maybeText,
                ReplaceKeyPrefixWith: maybeText,
              }),
            }),
          ),
        }),
      ),
    }),
  ),
};

/** Says how the website host of the bucket answers. */
export const putBucketWebsite = writes(website, 'PutBucketWebsite', page(30617));
/** Reads how the website host of the bucket answers. */
export const getBucketWebsite = reads(website, 'GetBucketWebsite', page(30617));
/** Switches the website of the bucket off. */
export const deleteBucketWebsite = removes(website, 'DeleteBucketWebsite', page(30617));

const encryption = {
  flag: 'encryption',
  body: xml(
    'ServerSideEncryptionConfiguration',
    element({
      Rule: many(
        element({
          ApplyServerSideEncryptionByDefault: element({
            SSEAlgorithm: xmlOneOf('AES256', 'KMS'),
            KMSMasterKeyID: maybeText,
            KMSAlgorithm: maybeText,
          }),
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

const accelerate = {
  flag: 'accelerate',
  body: xml(
    'AccelerateConfiguration',
    element({ Status: maybe(xmlOneOf('Enabled', 'Suspended')), Type: maybeText }),
  ),
};

/** Switches global acceleration on, or suspends it. */
export const putBucketAccelerate = writes(accelerate, 'PutBucketAccelerate', page(33411));
/** Reads whether global acceleration is on. */
export const getBucketAccelerate = reads(accelerate, 'GetBucketAccelerate', page(33411));

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

const inventoryConfiguration = element({
  Id: xmlText,
  IsEnabled: xmlBoolean,
  IncludedObjectVersions: xmlOneOf('All', 'Current'),
  Filter: maybe(
    element({
      Prefix: maybeText,
      And: maybe(element({ Prefix: maybeText, Tag: many(tag) })),
      Period: maybe(element({ StartTime: maybeText, EndTime: maybeText })),
    }),
  ),
  OptionalFields: maybe(element({ Field: many(xmlText) })),
  Schedule: element({ Frequency: xmlOneOf('Daily', 'Weekly') }),
  Destination: element({
    COSBucketDestination: element({
      Bucket: xmlText,
      Format: xmlText,
      AccountId: maybeText,
      Prefix: maybeText,
      Encryption: maybe(element({ 'SSE-COS': maybeText })),
    }),
  }),
});

// `Id` is also an element of the document, so the parameter has a name of its own.
const inventoryId = { InventoryId: required(query('id', string)) } as const;

/** Stores one inventory task under its id. */
export const putBucketInventory = {
  method: 'PUT',
  target: 'bucket',
  select: { query: ['inventory', 'id'] },
  action: 'PutBucketInventory',
  idempotent: true,
  source: overview,
  request: {
    fields: { ...inventoryId, ...digest },
    body: xml('InventoryConfiguration', inventoryConfiguration),
  },
  response: { status: 200, fields: {}, body: none },
} satisfies Operation;

/** Takes one inventory at once, without a task that repeats it. */
export const postBucketInventory = {
  ...putBucketInventory,
  method: 'POST',
  action: 'PostBucketInventory',
} as const satisfies Operation;

/** Reads one inventory task. */
export const getBucketInventory = {
  method: 'GET',
  target: 'bucket',
  select: { query: ['inventory', 'id'] },
  action: 'GetBucketInventory',
  idempotent: true,
  source: overview,
  request: { fields: inventoryId, body: none },
  response: { status: 200, fields: {}, body: xml('InventoryConfiguration', inventoryConfiguration) },
} satisfies Operation;

/** Lists the inventory tasks of a bucket, at most 100 a page. */
export const listBucketInventory = {
  method: 'GET',
  target: 'bucket',
  select: { query: ['inventory'] },
  action: 'ListBucketInventory',
  idempotent: true,
  source: overview,
  request: { fields: { ContinuationToken: query('continuation-token', string) }, body: none },
  response: {
    status: 200,
    fields: {},
    body: xml(
      'ListInventoryConfigurationResult',
      element({
        InventoryConfiguration: many(inventoryConfiguration),
        IsTruncated: xmlBoolean,
        ContinuationToken: maybeText,
        NextContinuationToken: maybeText,
      }),
    ),
  },
} satisfies Operation;

/** Removes one inventory task. */
export const deleteBucketInventory = {
  method: 'DELETE',
  target: 'bucket',
  select: { query: ['inventory', 'id'] },
  action: 'DeleteBucketInventory',
  idempotent: true,
  source: overview,
  request: { fields: inventoryId, body: none },
  response: { status: 204, fields: {}, body: none },
} satisfies Operation;

/** Lists versions and delete markers by key, newest first within a key, at most 1,000 a page. */
export const listObjectVersions = {
  method: 'GET',
  target: 'bucket',
  select: { query: ['versions'] },
  action: 'GetBucketObjectVersions',
  idempotent: true,
  source: page(31551),
  request: {
    fields: {
      Prefix: query('prefix', string),
      Delimiter: query('delimiter', string),
      ...encodingType,
      MaxKeys: query('max-keys', integer),
      KeyMarker: query('key-marker', string),
      VersionIdMarker: query('version-id-marker', string),
    },
    body: none,
  },
  response: {
    status: 200,
    fields: {},
    body: xml(
      'ListVersionsResult',
      element({
        EncodingType: maybeText,
        Name: xmlText,
        Prefix: xmlText,
        KeyMarker: xmlText,
        VersionIdMarker: xmlText,
        MaxKeys: xmlInteger,
        IsTruncated: xmlBoolean,
        NextKeyMarker: maybeText,
        NextVersionIdMarker: maybeText,
        Delimiter: maybeText,
        CommonPrefixes: many(prefixElement),
        Entries: interleaved({
          Version: element({
            Key: xmlText,
            VersionId: xmlText,
            IsLatest: xmlBoolean,
            LastModified: xmlText,
            ETag: xmlText,
            Size: xmlInteger,
            StorageClass: xmlText,
            StorageTier: maybeText,
            Owner: owner,
          }),
          DeleteMarker: element({
            Key: xmlText,
            VersionId: xmlText,
            IsLatest: xmlBoolean,
            LastModified: xmlText,
            Owner: owner,
          }),
        }),
      }),
    ),
  },
} satisfies Operation;
