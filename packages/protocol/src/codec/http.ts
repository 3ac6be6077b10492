/**
 * The client's half of the interpreters of the operation table: requests are written, answers are read. They turn typed
 * values into the parts of an HTTP message and back; addresses, signatures and sockets are other people's business. The
 * service's half is in `http-service.ts`.
 */
import type { Body, Fields, Operation } from './operation.ts';
import { readLoose } from './xml-loose.ts';
import { readXml, writeXml, type XmlLimits } from './xml.ts';
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
  const parts = formatFields(operation.request.fields, values);
  const query: Record<string, string> = {};
  for (const name of operation.select?.query ?? []) query[name] = parts.query[name] ?? '';
  return {
    headers: { ...parts.headers, ...typeOf(operation.request.body) },
    query: { ...query, ...parts.query },
    form: parts.form,
    body: writeBody(operation.request.body, values) as Bytes | string | undefined,
  };
}

/** Reads an answer into typed values. */
export function decodeResponse<Bytes>(
  operation: Operation,
  response: ResponseParts<Bytes>,
): Record<string, unknown> {
  const fields = parseHeaders(operation.response.fields, response.headers);
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
  const { name, value } = readLoose(text.trim(), body.shape.lists);
  return typeof value === 'object' ? (value as Record<string, unknown>) : { [name]: value };
}

/** The header that goes with a body. */
export function typeOf(body: Body): Readonly<Record<string, string>> {
  if (body.kind === 'xml') return { 'content-type': 'application/xml' };
  if (body.kind === 'text') return { 'content-type': body.type };
  return {};
}

function formatFields(fields: Fields, values: Values) {
  const parts = {
    query: {} as Record<string, string>,
    header: {} as Record<string, string>,
    form: {} as Record<string, string>,
  };
  for (const [key, field] of listOf(fields)) {
    const value = values[key];
    if (value === undefined || value === null) {
      if (field.required) throw new MissingField(key);
      continue;
    }
    if (!field.prefix) parts[field.place][field.name] = formatText(value);
    else
      for (const [rest, item] of Object.entries(value as Record<string, string>))
        parts[field.place][field.name + rest.toLowerCase()] = item;
  }
  return { query: parts.query, headers: parts.header, form: parts.form };
}

const lists = /* @__PURE__ */ new WeakMap<Fields, readonly [string, Fields[string]][]>();

/** A table of forty fields is slow to walk, and each request walks it. */
function listOf(fields: Fields): readonly [string, Fields[string]][] {
  let list = lists.get(fields);
  if (!list) lists.set(fields, (list = Object.entries(fields)));
  return list;
}

/** Writes a value of a field. */
function formatText(value: unknown): string {
  return value instanceof Date ? value.toUTCString() : String(value);
}

/** Answers have no fields but headers. */
function parseHeaders(fields: Fields, headers: Readonly<Record<string, string>>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(fields)) {
    const { name } = field;
    if (field.prefix) {
      const found = withPrefix(headers, name);
      if (found) values[key] = found;
      continue;
    }
    const raw = headers[name];
    if (raw !== undefined && (raw !== '' || field.required)) values[key] = parseField(key, field, raw);
    else if (field.required) throw new MissingField(key);
  }
  return values;
}

/** Reads the value of a field. */
export function parseField(key: string, field: Fields[string], raw: string): unknown {
  try {
    return field.text.parse(raw);
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    throw new TextError(`${field.name || key}: ${error.message}`, error.fault);
  }
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

/** Writes the body of a message. */
export function writeBody(body: Body, values: Values): unknown {
  if (body.kind === 'bytes' || body.kind === 'form') return values['Body'];
  if (body.kind === 'text') return values[body.field];
  if (body.kind === 'answer') return values['Answer'];
  if (body.kind === 'none') return undefined;
  // A document stands whole under the name of its root, or its members stand among the values.
  const whole = values[body.root];
  if (whole !== undefined) return writeXml(body.root, body.shape, whole);
  if (body.optional && !body.shape.fields?.some((name) => values[name] !== undefined)) return undefined;
  return writeXml(body.root, body.shape, values);
}

/** Reads the body of a message. */
export function readBody(body: Body, raw: unknown, limits?: XmlLimits): Record<string, unknown> {
  if (body.kind === 'bytes' || body.kind === 'form') return { Body: raw };
  if (body.kind === 'none') return {};
  const text = typeof raw === 'string' ? raw : '';
  if (body.kind === 'text') return { [body.field]: text };
  if (body.kind === 'answer') return text === '' ? {} : { Answer: text };
  if (body.optional && text.trim() === '') return {};
  const value: unknown = readXml(body.root, body.shape, text.trim(), limits);
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)
    : { [body.root]: value };
}
