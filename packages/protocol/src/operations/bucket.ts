import { header, none, optionalXml, query, xml, type Operation } from '../codec/operation.ts';
import { integer, string } from '../codec/text.ts';
import { element, interleaved, many, xmlBoolean, xmlInteger, xmlText } from '../codec/xml.ts';
import { aclFields, encodingType, maybeText, owner, prefixElement } from './fields.ts';

/** Creates a bucket in the region of the host that is called. */
export const putBucket = {
  method: 'PUT',
  target: 'bucket',
  action: 'PutBucket',
  idempotent: false,
  source: 'https://cloud.tencent.com/document/product/436/7738',
  request: {
    fields: { ...aclFields, Tagging: header('x-cos-tagging', string) },
    body: optionalXml(
      'CreateBucketConfiguration',
      element({ BucketAZConfig: maybeText, BucketArchConfig: maybeText }),
    ),
  },
  response: { status: 200, fields: {}, body: none },
} satisfies Operation;

/** Says whether a bucket exists and may be seen. */
export const headBucket = {
  method: 'HEAD',
  target: 'bucket',
  action: 'HeadBucket',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/7735',
  request: { fields: {}, body: none },
  response: { status: 200, fields: { BucketRegion: header('x-cos-bucket-region', string) }, body: none },
} satisfies Operation;

/** Deletes an empty bucket. */
export const deleteBucket = {
  method: 'DELETE',
  target: 'bucket',
  action: 'DeleteBucket',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/7732',
  request: { fields: {}, body: none },
  response: { status: 204, fields: {}, body: none },
} satisfies Operation;

/** Lists current objects in UTF-8 byte order, at most 1,000 a page. */
export const getBucket = {
  method: 'GET',
  target: 'bucket',
  action: 'GetBucket',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/30614',
  request: {
    fields: {
      Prefix: query('prefix', string),
      Delimiter: query('delimiter', string),
      Marker: query('marker', string),
      MaxKeys: query('max-keys', integer),
      ...encodingType,
    },
    body: none,
  },
  response: {
    status: 200,
    fields: { BucketRegion: header('x-cos-bucket-region', string) },
    body: xml(
      'ListBucketResult',
      element({
        Name: xmlText,
        EncodingType: maybeText,
        Prefix: xmlText,
        Marker: xmlText,
        MaxKeys: xmlInteger,
        Delimiter: maybeText,
        IsTruncated: xmlBoolean,
        NextMarker: maybeText,
        CommonPrefixes: many(prefixElement),
        Contents: many(
          element({
            Key: xmlText,
            LastModified: xmlText,
            ETag: xmlText,
            Size: xmlInteger,
            Owner: owner,
            StorageClass: xmlText,
            StorageTier: maybeText,
            RestoreStatus: maybeText,
          }),
        ),
      }),
    ),
  },
} satisfies Operation;

/** Lists versions and delete markers by key, newest first within a key, at most 1,000 a page. */
export const listObjectVersions = {
  method: 'GET',
  target: 'bucket',
  select: { query: ['versions'] },
  action: 'GetBucketObjectVersions',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/31551',
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

/** Says which region a bucket is in. */
export const getBucketLocation = {
  method: 'GET',
  target: 'bucket',
  select: { query: ['location'] },
  action: 'GetBucketLocation',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/8275',
  request: { fields: {}, body: none },
  response: { status: 200, fields: {}, body: xml('LocationConstraint', xmlText) },
} satisfies Operation;
