/**
 * The four interpreters of the operation table: encode and decode, request and response. They turn typed values into
 * the parts of an HTTP message and back; addresses, signatures and sockets are other people's business.
 */
import type { Body, Fields, Operation } from './operation.ts';
import { looseNode, parseXml, readXml, writeXml } from './xml.ts';
import { TextError } from './text.ts';

/** A request without address and signature. Header names are lower case; query and form names as the service spells them. */
export interface RequestParts<Bytes> {
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly body?: Bytes | string | undefined;
}

/** An answer with its body still opaque. */
export interface ResponseParts<Bytes> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Bytes | string | undefined;
}

/** Says that a request lacks a field that its operation needs. */
export class MissingField extends TextError {
  declare readonly field: string;

  constructor(field: string) {
    super(`${field} is missing`);
    this.field = field;
  }
}

type Values = Readonly<Record<string, unknown>>;

/** Writes a request. The selecting query name comes first, because the service routes by the first parameter. */
export function encodeRequest<Bytes>(operation: Operation, values: Values): RequestParts<Bytes> {
  const parts = formatFields(operation.request.fields, values, true);
  const query: Record<string, string> = {};
  for (const name of operation.select?.query ?? []) query[name] = parts.query[name] ?? '';
  return {
    headers: { ...parts.headers, ...typeOf(operation.request.body) },
    query: { ...query, ...parts.query },
    form: parts.form,
    body: writeBody(operation.request.body, values) as Bytes | string | undefined,
  };
}

/**
 * Reads a request; `Bucket` and `Key` are added by the caller, who knows the address. Throws `TextError` with an error
 * code for a field that is missing or malformed and `XmlError` for a body that is.
 */
export function decodeRequest<Bytes>(
  operation: Operation,
  request: RequestParts<Bytes>,
): Record<string, unknown> {
  const fields = parseFields(operation.request.fields, request);
  return { ...fields, ...readBody(operation.request.body, request.body) };
}

/** Writes an answer. `values.statusCode` overrides the row's status. */
export function encodeResponse<Bytes>(operation: Operation, values: Values): ResponseParts<Bytes> {
  const { headers } = formatFields(operation.response.fields, values, false);
  const body = writeBody(operation.response.body, values) as Bytes | string | undefined;
  const status = typeof values['statusCode'] === 'number' ? values['statusCode'] : operation.response.status;
  return { status, headers: { ...typeOf(operation.response.body), ...headers }, body };
}

/** Reads an answer into typed values. */
export function decodeResponse<Bytes>(
  operation: Operation,
  response: ResponseParts<Bytes>,
): Record<string, unknown> {
  const fields = parseFields(operation.response.fields, { query: {}, headers: response.headers });
  return { statusCode: response.status, ...fields, ...readBody(operation.response.body, response.body) };
}

/**
 * Reads the body of an answer as the official SDKs hand it to applications: every leaf a string, lists always arrays,
 * elements that the row does not know kept.
 */
export function looseResponseBody(operation: Operation, text: string): Record<string, unknown> {
  const body = operation.response.body;
  if (body.kind === 'text') return { [body.field]: text };
  if (body.kind !== 'xml' || text.trim() === '') return {};
  const node = parseXml(text.trim());
  const value = looseNode(node, body.shape.lists);
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)
    : { [node.name]: value };
}

function typeOf(body: Body): Readonly<Record<string, string>> {
  if (body.kind === 'xml') return { 'content-type': 'application/xml' };
  if (body.kind === 'text') return { 'content-type': body.type };
  return {};
}

function formatFields(fields: Fields, values: Values, strict: boolean) {
  const parts = {
    query: {} as Record<string, string>,
    header: {} as Record<string, string>,
    form: {} as Record<string, string>,
  };
  for (const [key, field] of Object.entries(fields)) {
    const value = values[key];
    if (value === undefined || value === null) {
      if (field.required && strict) throw new MissingField(key);
      continue;
    }
    if (!field.prefix) parts[field.place][field.name] = formatText(value);
    else
      for (const [rest, item] of Object.entries(value as Record<string, string>))
        parts[field.place][field.name + rest.toLowerCase()] = item;
  }
  return { query: parts.query, headers: parts.header, form: parts.form };
}

function formatText(value: unknown): string {
  return value instanceof Date ? value.toUTCString() : String(value);
}

function parseFields(
  fields: Fields,
  from: Pick<RequestParts<unknown>, 'query' | 'headers' | 'form'>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const query = lowerNames(from.query);
  const form = from.form ? lowerNames(from.form) : {};
  for (const [key, field] of Object.entries(fields)) {
    // Clients spell versionId and VersionId; names are matched without case.
    const source = field.place === 'query' ? query : field.place === 'form' ? form : from.headers;
    const name = field.place === 'header' ? field.name : field.name.toLowerCase();
    if (field.prefix) {
      const found = withPrefix(source, name);
      if (found) values[key] = found;
      continue;
    }
    const raw = source[name];
    if (raw !== undefined && (raw !== '' || field.required)) values[key] = parseField(key, field, raw);
    else if (field.required) throw new MissingField(key);
  }
  return values;
}

function parseField(key: string, field: Fields[string], raw: string): unknown {
  try {
    return field.text.parse(raw);
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    throw new TextError(`${field.name || key}: ${error.message}`, error.fault);
  }
}

function lowerNames(values: Readonly<Record<string, string>>): Record<string, string> {
  const lower: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) lower[name.toLowerCase()] ??= value;
  return lower;
}

function withPrefix(
  source: Readonly<Record<string, string>>,
  prefix: string,
): Record<string, string> | undefined {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(source))
    if (name.startsWith(prefix) && name.length > prefix.length) found[name.slice(prefix.length)] = value;
  return Object.keys(found).length > 0 ? found : undefined;
}

function writeBody(body: Body, values: Values): unknown {
  if (body.kind === 'bytes' || body.kind === 'form') return values['Body'];
  if (body.kind === 'text') return values[body.field];
  if (body.kind === 'none') return undefined;
  // A root that holds text alone is one value under its own name; an element's children are merged into the values.
  const value = body.root in values ? values[body.root] : values;
  if (body.optional && !body.shape.fields?.some((name) => values[name] !== undefined)) return undefined;
  return writeXml(body.root, body.shape, value);
}

function readBody(body: Body, raw: unknown): Record<string, unknown> {
  if (body.kind === 'bytes' || body.kind === 'form') return { Body: raw };
  if (body.kind === 'none') return {};
  const text = typeof raw === 'string' ? raw : '';
  if (body.kind === 'text') return { [body.field]: text };
  if (body.optional && text.trim() === '') return {};
  const value: unknown = readXml(body.root, body.shape, text.trim());
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)
    : { [body.root]: value };
}
