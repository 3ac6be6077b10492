export {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  looseResponseBody,
  MissingField,
  type RequestParts,
  type ResponseParts,
} from './http.ts';
export { matchOperation, reservedQueryNames, type Match, type Route } from './match.ts';
export type { Field, Fields, Input, Method, Operation, Output, Target } from './operation.ts';
export { operations, type OperationName, type Operations } from './operations.ts';
export { storageClasses } from './operations/fields.ts';
export { boolean, httpDate, integer, oneOf, string, TextError, type Text } from './text.ts';
export {
  escapeXml,
  looseNode,
  parseXml,
  readXml,
  writeXml,
  XmlError,
  type Xml,
  type XmlNode,
} from './xml.ts';
export {
  Crc64,
  crc64,
  crc64Combine,
  crc64Empty,
  crc64Equal,
  crc64Parse,
  crc64Text,
  type Crc64Value,
} from './digest/crc64.ts';
export type { Digest } from './digest/digest.ts';
export { hmacSha1 } from './digest/hmac.ts';
export { createMd5, md5 } from './digest/md5.ts';
export { createSha1, sha1 } from './digest/sha1.ts';
export { base64, base64Decode, hex } from './digest/text.ts';
export { utf8Decode, utf8Encode, utf8Length, wellFormed } from './utf8.ts';
