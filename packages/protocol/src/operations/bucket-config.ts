/** The documents of a bucket that change how it works. */
import { none, optionalXml, xml, type Operation } from '../codec/operation.ts';
import { element, many, maybe, xmlBoolean, xmlInteger, xmlOneOf, xmlText } from '../codec/xml.ts';
import { digest, page, reads, removes, writes } from './document.ts';
import { maybeText, tag, tagging } from './fields.ts';

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
export const putBucketReferer = {
  ...writes(referer, 'PutBucketReferer', page(31423)),
  // Quirk: without a body the rules are removed, as the vendor's suite for Node does it.
  request: { fields: digest, body: optionalXml(referer.body.root, referer.body.shape) },
} as const satisfies Operation;
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
                URLRedirect: maybe(xmlOneOf('Enabled', 'Disabled')),
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
