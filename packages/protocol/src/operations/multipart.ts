import { bytes, header, none, query, required, xml, type Operation } from '../codec/operation.ts';
import { integer, string } from '../codec/text.ts';
import { element, many, maybe, xmlBoolean, xmlInteger, xmlText } from '../codec/xml.ts';
import {
  callbackFields,
  copySourceFields,
  creationFields,
  customerKeyFields,
  digestFields,
  encodingType,
  encryptionAnswer,
  maybeText,
  overwriteFields,
  owner,
  pictureFields,
  prefixElement,
  trafficFields,
  uploadFields,
  versionAnswer,
} from './fields.ts';

const uploadId = { UploadId: required(query('uploadId', string)) } as const;
const partFields = { PartNumber: required(query('partNumber', integer)), ...uploadId } as const;

/** Starts an upload in parts; what the object will be apart from its bytes is fixed here. */
export const multipartInit = {
  method: 'POST',
  target: 'object',
  select: { query: ['uploads'] },
  action: 'InitiateMultipartUpload',
  idempotent: false,
  source: 'https://cloud.tencent.com/document/product/436/7746',
  // The limit is for the parts that do not name their own.
  request: { fields: { ...creationFields, ...trafficFields, ...uploadFields }, body: none },
  response: {
    status: 200,
    fields: encryptionAnswer,
    body: xml(
      'InitiateMultipartUploadResult',
      element({ EncodingType: maybeText, Bucket: xmlText, Key: xmlText, UploadId: xmlText }),
    ),
  },
} satisfies Operation;

/** Stores one part; a part of the same number is replaced. */
export const multipartUpload = {
  method: 'PUT',
  target: 'object',
  select: { query: ['partNumber', 'uploadId'] },
  action: 'UploadPart',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/7750',
  request: {
    fields: {
      ...partFields,
      ...digestFields,
      ...customerKeyFields,
      ...trafficFields,
      // The official SDKs name the mode on every part as well.
      ServerSideEncryption: header('x-cos-server-side-encryption', string),
    },
    body: bytes,
  },
  response: {
    status: 200,
    fields: {
      ...encryptionAnswer,
      ETag: header('etag', string),
      CRC64: header('x-cos-hash-crc64ecma', string),
    },
    body: none,
  },
} satisfies Operation;

/** Makes one part from an object, or from a range of it, without sending its bytes. */
export const uploadPartCopy = {
  method: 'PUT',
  target: 'object',
  select: { query: ['partNumber', 'uploadId'], header: 'x-cos-copy-source' },
  action: 'UploadPartCopy',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/8287',
  request: {
    fields: {
      ...partFields,
      ...copySourceFields,
      ...customerKeyFields,
      CopySourceRange: header('x-cos-copy-source-range', string),
    },
    body: none,
  },
  response: {
    status: 200,
    fields: {
      ...encryptionAnswer,
      CopySourceVersionId: header('x-cos-copy-source-version-id', string),
    },
    body: xml('CopyPartResult', element({ ETag: xmlText, LastModified: xmlText, CRC64: maybeText })),
    late: true,
  },
} satisfies Operation;

/** Lists the parts of an upload by ascending number, at most 1,000 a page. */
export const multipartListPart = {
  method: 'GET',
  target: 'object',
  select: { query: ['uploadId'] },
  action: 'ListParts',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/7747',
  request: {
    fields: {
      ...uploadId,
      ...encodingType,
      MaxParts: query('max-parts', integer),
      PartNumberMarker: query('part-number-marker', integer),
    },
    body: none,
  },
  response: {
    status: 200,
    fields: {},
    body: xml(
      'ListPartsResult',
      element({
        Bucket: xmlText,
        EncodingType: maybeText,
        Key: xmlText,
        UploadId: xmlText,
        Owner: owner,
        PartNumberMarker: xmlInteger,
        Initiator: owner,
        Part: many(
          element({
            PartNumber: xmlInteger,
            LastModified: xmlText,
            ETag: xmlText,
            Size: xmlInteger,
          }),
        ),
        NextPartNumberMarker: maybe(xmlInteger),
        StorageClass: xmlText,
        MaxParts: xmlInteger,
        IsTruncated: xmlBoolean,
      }),
    ),
  },
} satisfies Operation;

// Source of both: cos-js-sdk-v5 1.10.1, multipartComplete. Bodies are base64 of JSON.
const callbackResult = element({
  Status: xmlText,
  CallbackBody: maybeText,
  Error: maybe(element({ Code: xmlText, Message: xmlText })),
});
const returnBodyResult = element({
  Status: xmlText,
  ReturnBody: maybeText,
  Code: maybeText,
  Message: maybeText,
});

/**
 * Turns the named parts into the object. Repeating it leaves the service as one call does, but the repetition may
 * get the answer that the upload is gone.
 */
export const multipartComplete = {
  method: 'POST',
  target: 'object',
  select: { query: ['uploadId'] },
  action: 'CompleteMultipartUpload',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/7742',
  request: {
    fields: {
      ...uploadId,
      ...overwriteFields,
      ...pictureFields,
      ContentMD5: header('content-md5', string),
      ...callbackFields,
    },
    body: xml(
      'CompleteMultipartUpload',
      element({ Part: many(element({ PartNumber: xmlInteger, ETag: xmlText })) }),
    ),
  },
  response: {
    status: 200,
    fields: {
      ...versionAnswer,
      ...encryptionAnswer,
      CRC64: header('x-cos-hash-crc64ecma', string),
    },
    body: xml(
      'CompleteMultipartUploadResult',
      element(
        {
          EncodingType: maybeText,
          Location: xmlText,
          Bucket: xmlText,
          Key: xmlText,
          ETag: xmlText,
          CallbackResult: maybe(callbackResult),
          ReturnBodyResult: maybe(returnBodyResult),
        },
        { declare: 'xmlns="http://www.qcloud.com/document/product/436/7751"' },
      ),
    ),
    late: true,
  },
} satisfies Operation;

/** Gives an upload up and frees its parts. A repetition gets the answer that the upload is gone. */
export const multipartAbort = {
  method: 'DELETE',
  target: 'object',
  select: { query: ['uploadId'] },
  action: 'AbortMultipartUpload',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/7740',
  request: { fields: uploadId, body: none },
  response: { status: 204, fields: {}, body: none },
} satisfies Operation;

/** Lists uploads that are neither completed nor aborted, at most 1,000 a page. */
export const multipartList = {
  method: 'GET',
  target: 'bucket',
  select: { query: ['uploads'] },
  action: 'ListMultipartUploads',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/7736',
  request: {
    fields: {
      Prefix: query('prefix', string),
      Delimiter: query('delimiter', string),
      ...encodingType,
      MaxUploads: query('max-uploads', integer),
      KeyMarker: query('key-marker', string),
      UploadIdMarker: query('upload-id-marker', string),
    },
    body: none,
  },
  response: {
    status: 200,
    fields: {},
    body: xml(
      'ListMultipartUploadsResult',
      element({
        Bucket: xmlText,
        EncodingType: maybeText,
        KeyMarker: xmlText,
        UploadIdMarker: xmlText,
        NextKeyMarker: maybeText,
        NextUploadIdMarker: maybeText,
        MaxUploads: xmlInteger,
        IsTruncated: xmlBoolean,
        Prefix: xmlText,
        Delimiter: maybeText,
        Upload: many(
          element({
            Key: xmlText,
            UploadId: xmlText,
            StorageClass: xmlText,
            Initiator: owner,
            Owner: owner,
            Initiated: xmlText,
          }),
        ),
        CommonPrefixes: many(prefixElement),
      }),
    ),
  },
} satisfies Operation;
