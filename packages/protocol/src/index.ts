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
