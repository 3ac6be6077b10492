import { answer, bytes, header, none, query, required, xml, type Operation } from '../codec/operation.ts';
import { integer, string } from '../codec/text.ts';
import { element, maybe, xmlBoolean, xmlText } from '../codec/xml.ts';
import {
  callbackFields,
  conditionFields,
  creationFields,
  customerKeyFields,
  digestFields,
  encryptionAnswer,
  maybeText,
  objectAnswer,
  overwriteFields,
  trafficFields,
  uploadFields,
  versionAnswer,
} from './fields.ts';

const versionQuery = { VersionId: query('versionId', string) } as const;

/** Stores one object from one body of up to 5 GB. */
export const putObject = {
  method: 'PUT',
  target: 'object',
  action: 'PutObject',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/7749',
  request: {
    fields: {
      ...creationFields,
      ...digestFields,
      ...overwriteFields,
      ...trafficFields,
      ...uploadFields,
      ...callbackFields,
    },
    body: bytes,
  },
  response: {
    status: 200,
    fields: {
      ...versionAnswer,
      ...encryptionAnswer,
      ETag: header('etag', string),
      CRC64: header('x-cos-hash-crc64ecma', string),
    },
    body: answer,
  },
} satisfies Operation;

/** Reads an object, or one range of it. */
export const getObject = {
  method: 'GET',
  target: 'object',
  action: 'GetObject',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/7753',
  request: {
    fields: {
      ...versionQuery,
      ...conditionFields,
      ...customerKeyFields,
      ...trafficFields,
      Range: header('range', string),
      ResponseCacheControl: query('response-cache-control', string),
      ResponseContentDisposition: query('response-content-disposition', string),
      ResponseContentEncoding: query('response-content-encoding', string),
      ResponseContentLanguage: query('response-content-language', string),
      ResponseContentType: query('response-content-type', string),
      ResponseExpires: query('response-expires', string),
      IfRange: header('if-range', string),
    },
    body: none,
  },
  response: { status: 200, fields: objectAnswer, body: bytes },
} satisfies Operation;

const delimited = {
  RecordDelimiter: maybeText,
  FieldDelimiter: maybeText,
  QuoteCharacter: maybeText,
  QuoteEscapeCharacter: maybeText,
};

/** Reads what a query finds in an object of CSV or JSON: a sequence of messages, of which some hold records. */
export const selectObjectContent = {
  method: 'POST',
  target: 'object',
  select: { query: ['select', 'select-type'] },
  action: 'GetObject',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/37641',
  request: {
    fields: { SelectType: required(query('select-type', integer)), ...versionQuery },
    body: xml(
      'SelectRequest',
      element({
        Expression: xmlText,
        ExpressionType: xmlText,
        InputSerialization: element({
          CompressionType: maybeText,
          CSV: maybe(
            element({
              FileHeaderInfo: maybeText,
              ...delimited,
              AllowQuotedRecordDelimiter: maybe(xmlBoolean),
              Comments: maybeText,
            }),
          ),
          JSON: maybe(element({ Type: xmlText })),
        }),
        OutputSerialization: element({
          CSV: maybe(element({ QuoteFields: maybeText, ...delimited })),
          JSON: maybe(element({ RecordDelimiter: maybeText })),
        }),
        RequestProgress: maybe(element({ Enabled: xmlBoolean })),
      }),
    ),
  },
  response: { status: 200, fields: {}, body: bytes },
} satisfies Operation;

/** Reads what GET would say of an object, without its bytes. Errors have no body either. */
export const headObject = {
  method: 'HEAD',
  target: 'object',
  action: 'HeadObject',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/7745',
  request: { fields: { ...versionQuery, ...conditionFields, ...customerKeyFields }, body: none },
  response: { status: 200, fields: objectAnswer, body: none },
} satisfies Operation;

/** Deletes an object; succeeds also when there is none. */
export const deleteObject = {
  method: 'DELETE',
  target: 'object',
  action: 'DeleteObject',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/7743',
  request: { fields: { ...versionQuery }, body: none },
  response: {
    status: 204,
    fields: { ...versionAnswer, DeleteMarker: header('x-cos-delete-marker', string) },
    body: none,
  },
} satisfies Operation;

/** Asks, as a browser does before a cross-origin request, whether that request would be allowed. */
export const optionsObject = {
  method: 'OPTIONS',
  target: 'object',
  action: 'OptionsObject',
  idempotent: true,
  source: 'https://cloud.tencent.com/document/product/436/8288',
  request: {
    fields: {
      Origin: header('origin', string),
      AccessControlRequestMethod: header('access-control-request-method', string),
      AccessControlRequestHeaders: header('access-control-request-headers', string),
    },
    body: none,
  },
  response: {
    status: 200,
    fields: {
      AccessControlAllowOrigin: header('access-control-allow-origin', string),
      AccessControlAllowCredentials: header('access-control-allow-credentials', string),
      AccessControlAllowMethods: header('access-control-allow-methods', string),
      AccessControlAllowHeaders: header('access-control-allow-headers', string),
      AccessControlExposeHeaders: header('access-control-expose-headers', string),
      AccessControlMaxAge: header('access-control-max-age', integer),
      Vary: header('vary', string),
    },
    body: none,
  },
} satisfies Operation;
