/** Who may do what: access control lists of buckets and objects, and the policy of a bucket. */
import { header, none, optionalXml, query, text, xml, type Operation } from '../codec/operation.ts';
import { string } from '../codec/text.ts';
import { element, many, maybe, xmlOneOf, xmlText } from '../codec/xml.ts';
import { aclFields, maybeText } from './fields.ts';

const accountOwner = element({ ID: xmlText, DisplayName: maybeText });

/** Who holds a permission: a group by `URI`, or an account by `ID`. */
const grantee = element(
  { Type: maybeText, URI: maybeText, ID: maybeText, DisplayName: maybeText },
  {
    attributes: { Type: 'xsi:type' },
    declare: 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
  },
);

const accessControlPolicy = element({
  Owner: accountOwner,
  AccessControlList: element({
    Grant: many(
      element({
        Grantee: grantee,
        Permission: xmlOneOf('READ', 'WRITE', 'READ_ACP', 'WRITE_ACP', 'FULL_CONTROL'),
      }),
    ),
  }),
});

const aclAnswer = { ACL: header('x-cos-acl', string) } as const;
const digest = { ContentMD5: header('content-md5', string) } as const;
const versionId = { VersionId: query('versionId', string) } as const;

/** Replaces the access control list of a bucket, by headers or by a document; headers win. */
export const putBucketAcl = {
  method: 'PUT',
  target: 'bucket',
  select: { query: ['acl'] },
  action: 'PutBucketACL',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/7737',
  request: {
    fields: { ...aclFields, ...digest },
    body: optionalXml('AccessControlPolicy', accessControlPolicy),
  },
  response: { status: 200, fields: {}, body: none },
} satisfies Operation;

/** Reads the access control list of a bucket. */
export const getBucketAcl = {
  method: 'GET',
  target: 'bucket',
  select: { query: ['acl'] },
  action: 'GetBucketACL',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/7733',
  request: { fields: {}, body: none },
  response: { status: 200, fields: aclAnswer, body: xml('AccessControlPolicy', accessControlPolicy) },
} satisfies Operation;

/** Replaces the access control list of an object, by headers or by a document; headers win. */
export const putObjectAcl = {
  method: 'PUT',
  target: 'object',
  select: { query: ['acl'] },
  action: 'PutObjectACL',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/7748',
  request: {
    fields: { ...versionId, ...aclFields, ...digest },
    body: optionalXml('AccessControlPolicy', accessControlPolicy),
  },
  response: { status: 200, fields: {}, body: none },
} satisfies Operation;

/** Reads the access control list of an object. */
export const getObjectAcl = {
  method: 'GET',
  target: 'object',
  select: { query: ['acl'] },
  action: 'GetObjectACL',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/7744',
  request: { fields: versionId, body: none },
  response: { status: 200, fields: aclAnswer, body: xml('AccessControlPolicy', accessControlPolicy) },
} satisfies Operation;

/** Replaces the policy of a bucket: JSON, at most 20 KB. */
export const putBucketPolicy = {
  method: 'PUT',
  target: 'bucket',
  select: { query: ['policy'] },
  action: 'PutBucketPolicy',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/8282',
  request: { fields: digest, body: text('Policy', 'application/json') },
  response: { status: 204, fields: {}, body: none },
} satisfies Operation;

/** Reads the policy of a bucket. */
export const getBucketPolicy = {
  method: 'GET',
  target: 'bucket',
  select: { query: ['policy'] },
  action: 'GetBucketPolicy',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/8276',
  request: { fields: {}, body: none },
  response: { status: 200, fields: {}, body: text('Policy', 'application/json') },
} satisfies Operation;

/** Removes the policy of a bucket. */
export const deleteBucketPolicy = {
  method: 'DELETE',
  target: 'bucket',
  select: { query: ['policy'] },
  action: 'DeleteBucketPolicy',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/8285',
  request: { fields: {}, body: none },
  response: { status: 204, fields: {}, body: none },
} satisfies Operation;

const strictSignature = element({
  Rule: many(
    element({
      ID: maybeText,
      actionlist: maybe(element({ action: many(xmlText) })),
      headerlist: maybe(element({ header: many(xmlText) })),
      paramlist: maybe(element({ param: many(xmlText) })),
    }),
  ),
});

/** Says which headers and parameters a signature must cover when a request carries them. */
export const putBucketStrictSignature = {
  method: 'PUT',
  target: 'bucket',
  select: { query: ['strict-signature'] },
  action: 'PutBucketStrictSignature',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/53889',
  request: { fields: digest, body: xml('StrictSignatureConfiguration', strictSignature) },
  response: { status: 200, fields: {}, body: none },
} satisfies Operation;

/** Reads what signatures must cover. */
export const getBucketStrictSignature = {
  method: 'GET',
  target: 'bucket',
  select: { query: ['strict-signature'] },
  action: 'GetBucketStrictSignature',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/53889',
  request: { fields: {}, body: none },
  response: { status: 200, fields: {}, body: xml('StrictSignatureConfiguration', strictSignature) },
} satisfies Operation;

/** Drops the demands on what signatures cover. */
export const deleteBucketStrictSignature = {
  method: 'DELETE',
  target: 'bucket',
  select: { query: ['strict-signature'] },
  action: 'DeleteBucketStrictSignature',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/53889',
  request: { fields: {}, body: none },
  response: { status: 204, fields: {}, body: none },
} satisfies Operation;
