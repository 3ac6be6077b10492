/** The other ways in which objects come to be, and the one way in which many go at once. */
import {
  answer,
  bytes,
  form,
  formField,
  formFields,
  header,
  none,
  query,
  required,
  xml,
  type Operation,
} from '../codec/operation.ts';
import { boolean, integer, oneOf, string } from '../codec/text.ts';
import { element, many, maybe, xmlBoolean, xmlText } from '../codec/xml.ts';
import {
  copySourceFields,
  creationFields,
  digestFields,
  encryptionAnswer,
  maybeText,
  overwriteFields,
  storageClass,
  trafficFields,
  versionAnswer,
} from './fields.ts';

/** Adds bytes at the end of an appendable object; position 0 creates it. */
export const appendObject = {
  method: 'POST',
  target: 'object',
  select: { query: ['append'] },
  action: 'AppendObject',
  idempotent: false,
  source: 'https://cloud.tencent.com/document/product/436/7741',
  request: {
    fields: {
      Position: required(query('position', integer)),
      ...creationFields,
      ...digestFields,
      ...trafficFields,
    },
    body: bytes,
  },
  response: {
    status: 200,
    fields: {
      ...encryptionAnswer,
      ETag: header('etag', string),
      CRC64: header('x-cos-hash-crc64ecma', string),
      ContentSHA1: header('x-cos-content-sha1', string),
      NextAppendPosition: header('x-cos-next-append-position', integer),
    },
    body: none,
  },
} satisfies Operation;

/** Stores one object from an HTML form; the form's last field is the file. */
export const postObject = {
  method: 'POST',
  target: 'bucket',
  action: 'PostObject',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/14690',
  request: {
    fields: {
      Key: required(formField('key', string)),
      CacheControl: formField('Cache-Control', string),
      ContentDisposition: formField('Content-Disposition', string),
      ContentEncoding: formField('Content-Encoding', string),
      ContentLanguage: formField('Content-Language', string),
      ContentType: formField('Content-Type', string),
      Expires: formField('Expires', string),
      Meta: formFields('x-cos-meta-'),
      ACL: formField('acl', string),
      GrantRead: formField('x-cos-grant-read', string),
      GrantReadAcp: formField('x-cos-grant-read-acp', string),
      GrantWriteAcp: formField('x-cos-grant-write-acp', string),
      GrantFullControl: formField('x-cos-grant-full-control', string),
      StorageClass: formField('x-cos-storage-class', storageClass),
      Tagging: formField('x-cos-tagging', string),
      ContentMD5: formField('Content-MD5', string),
      ServerSideEncryption: formField('x-cos-server-side-encryption', string),
      SSEKMSKeyId: formField('x-cos-server-side-encryption-cos-kms-key-id', string),
      SSEContext: formField('x-cos-server-side-encryption-context', string),
      SSECustomerAlgorithm: formField('x-cos-server-side-encryption-customer-algorithm', string),
      SSECustomerKey: formField('x-cos-server-side-encryption-customer-key', string),
      SSECustomerKeyMD5: formField('x-cos-server-side-encryption-customer-key-MD5', string),
      SuccessActionRedirect: formField('success_action_redirect', string),
      SuccessActionStatus: formField('success_action_status', string),
      ForbidOverwrite: formField('x-cos-forbid-overwrite', boolean),
      TrafficLimit: formField('x-cos-traffic-limit', string),
      Callback: formField('x-cos-callback', string),
      CallbackVar: formField('x-cos-callback-var', string),
      ReturnBody: formField('x-cos-return-body', string),
      // The mini program SDK sends these two as headers of the request.
      ForbidOverwriteHeader: header('x-cos-forbid-overwrite', boolean),
      TrafficLimitHeader: header('x-cos-traffic-limit', string),
      Policy: formField('policy', string),
      Signature: formField('Signature', string),
      SignAlgorithm: formField('q-sign-algorithm', string),
      SecretId: formField('q-ak', string),
      KeyTime: formField('q-key-time', string),
      PolicySignature: formField('q-signature', string),
      SecurityToken: formField('x-cos-security-token', string),
    },
    body: form,
  },
  response: {
    status: 204,
    fields: {
      ...versionAnswer,
      ...encryptionAnswer,
      ETag: header('etag', string),
      CRC64: header('x-cos-hash-crc64ecma', string),
      Location: header('location', string),
    },
    body: answer,
  },
} satisfies Operation;

// Samples spell the words in several cases.
// Quirk: the official Java SDK writes REPLACE, as S3 does; kept because that is its default for new metadata.
const directive = oneOf(['Copy', 'Replaced', 'COPY', 'REPLACED', 'copy', 'replaced', 'REPLACE']);

/** Makes an object from another one, of up to 5 GB, without sending its bytes. */
export const putObjectCopy = {
  method: 'PUT',
  target: 'object',
  select: { header: 'x-cos-copy-source' },
  action: 'PutObject',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/10881',
  request: {
    fields: {
      ...copySourceFields,
      ...creationFields,
      ...overwriteFields,
      MetadataDirective: header('x-cos-metadata-directive', directive),
      TaggingDirective: header('x-cos-tagging-directive', directive),
    },
    body: none,
  },
  response: {
    status: 200,
    fields: {
      ...encryptionAnswer,
      ...versionAnswer,
      CopySourceVersionId: header('x-cos-copy-source-version-id', string),
    },
    body: xml(
      'CopyObjectResult',
      element({ ETag: xmlText, CRC64: maybeText, LastModified: xmlText, VersionId: maybeText }),
    ),
    late: true,
  },
} satisfies Operation;

/** Deletes up to 1,000 objects or versions and says of each what became of it. */
export const deleteMultipleObject = {
  method: 'POST',
  target: 'bucket',
  select: { query: ['delete'] },
  action: 'DeleteObject',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/8289',
  request: {
    fields: { ContentMD5: header('content-md5', string) },
    body: xml(
      'Delete',
      element({
        Quiet: maybe(xmlBoolean),
        Object: many(element({ Key: xmlText, VersionId: maybeText })),
      }),
    ),
  },
  response: {
    status: 200,
    fields: {},
    body: xml(
      'DeleteResult',
      element({
        Deleted: many(
          element({
            Key: xmlText,
            VersionId: maybeText,
            DeleteMarker: maybe(xmlBoolean),
            DeleteMarkerVersionId: maybeText,
          }),
        ),
        Error: many(element({ Key: xmlText, VersionId: maybeText, Code: xmlText, Message: xmlText })),
      }),
    ),
  },
} satisfies Operation;
