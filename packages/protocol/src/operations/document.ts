/** The rows of a document of a bucket: most features have the same three, which write, read and remove it. */
import { header, none, type Operation, type XmlBody } from '../codec/operation.ts';
import { string } from '../codec/text.ts';

/** A document of a bucket: the query flag that selects it, and its shape. */
export interface Document<T> {
  readonly flag: string;
  readonly body: XmlBody<T>;
}

/** A page of the service's API reference. */
export const page = /* @__NO_SIDE_EFFECTS__ */ (number: number) =>
  `https://cloud.tencent.com/document/product/436/${String(number)}`;
/** The overview of all operations, for those whose own page could not be cited. */
export const overview = page(7751);

/** The digest that guards a document on its way. */
export const digest = { ContentMD5: header('content-md5', string) } as const;

/** The row that replaces a document. */
/* @__NO_SIDE_EFFECTS__ */
export function writes<T>(document: Document<T>, action: string, source: string) {
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

/** The row that reads a document. */
/* @__NO_SIDE_EFFECTS__ */
export function reads<T>(document: Document<T>, action: string, source: string) {
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

/** The row that removes a document. */
/* @__NO_SIDE_EFFECTS__ */
export function removes<T>(document: Document<T>, action: string, source: string) {
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
