/**
 * The service's half of the interpreters of the operation table: requests are read, answers are written. It runs for
 * every request, so each row is prepared once, and what is looked at is what a request carries, not what it might.
 */
import { httpDate } from './http-date.ts';
import { MissingField, parseField, readBody, typeOf, writeBody } from './http.ts';
import type { RequestParts, ResponseParts } from './http.ts';
import type { XmlLimits } from './xml.ts';
import type { Field, Fields, Operation, Place } from './operation.ts';

/**
 * Reads a request; `Bucket` and `Key` are added by the caller, who knows the address. Names of parameters and form
 * fields are matched without case, as clients spell versionId and VersionId; the first of a name counts. Throws
 * `TextError` with an error code for a field that is missing or malformed and `XmlError` for a body that is.
 */
export function decodeRequest<Bytes>(
  operation: Operation,
  request: RequestParts<Bytes>,
  limits?: XmlLimits,
): Record<string, unknown> {
  const fields = readable(operation.request.fields);
  const values: Record<string, unknown> = {};
  readFields(fields.header, request.headers, values);
  readFields(fields.query, request.query, values);
  if (request.form) readFields(fields.form, request.form, values);
  for (const key of fields.required) if (values[key] === undefined) throw new MissingField(key);
  return Object.assign(values, readBody(operation.request.body, request.body, limits));
}

/** Writes an answer. `values.statusCode` overrides the row's status. */
export function encodeResponse<Bytes>(
  operation: Operation,
  values: Readonly<Record<string, unknown>>,
): ResponseParts<Bytes> {
  const { status, fields, body } = operation.response;
  const headers: Record<string, string> = { ...typeOf(body) };
  for (const { key, name, prefix } of writable(fields)) {
    const value = values[key];
    if (value === undefined || value === null) continue;
    if (!prefix) headers[name] = written(value);
    else
      for (const [rest, item] of Object.entries(value as Record<string, string>))
        headers[name + rest.toLowerCase()] = item;
  }
  if (body.kind === 'answer' && values['Answer'] !== undefined) headers['content-type'] = 'application/json';
  return {
    status: typeof values['statusCode'] === 'number' ? values['statusCode'] : status,
    headers,
    body: writeBody(body, values) as Bytes | string | undefined,
  };
}

function written(value: unknown): string {
  if (typeof value === 'string') return value;
  return value instanceof Date ? httpDate(value) : String(value);
}

interface Readable {
  readonly key: string;
  readonly field: Field<unknown>;
}

/** The fields of one place, by lower-case name; those that gather many names, by what the names start with. */
interface Names {
  readonly single: ReadonlyMap<string, Readable>;
  readonly prefixes: readonly Readable[];
}

type Prepared = Readonly<Record<Place, Names>> & { readonly required: readonly string[] };

const prepared = new WeakMap<Fields, Prepared>();

function readable(fields: Fields): Prepared {
  let known = prepared.get(fields);
  if (!known) {
    const all = Object.entries(fields).map(([key, field]) => ({ key, field }));
    const required = all.filter(({ field }) => field.required).map(({ key }) => key);
    const at = (place: Place): Names => {
      const here = all.filter(({ field }) => field.place === place);
      return {
        single: new Map(
          here.filter(({ field }) => !field.prefix).map((one) => [one.field.name.toLowerCase(), one]),
        ),
        prefixes: here.filter(({ field }) => field.prefix),
      };
    };
    known = { header: at('header'), query: at('query'), form: at('form'), required };
    prepared.set(fields, known);
  }
  return known;
}

function readFields(
  { single, prefixes }: Names,
  source: Readonly<Record<string, string>>,
  values: Record<string, unknown>,
): void {
  if (single.size === 0 && prefixes.length === 0) return;
  for (const spelled in source) {
    const name = spelled.toLowerCase();
    const raw = source[spelled];
    if (raw === undefined) continue;
    const found = single.get(name);
    if (found) {
      const { key, field } = found;
      if (values[key] === undefined && (raw !== '' || field.required))
        values[key] = parseField(key, field, raw);
    } else if (prefixes.length > 0) gather(prefixes, name, raw, values);
  }
}

function gather(
  prefixes: readonly Readable[],
  name: string,
  raw: string,
  values: Record<string, unknown>,
): void {
  for (const { key, field } of prefixes) {
    if (!name.startsWith(field.name) || name.length === field.name.length) continue;
    const gathered = (values[key] ??= {}) as Record<string, string>;
    const rest = name.slice(field.name.length);
    if (!Object.prototype.hasOwnProperty.call(gathered, rest)) gathered[rest] = raw;
  }
}

interface Writable {
  readonly key: string;
  readonly name: string;
  readonly prefix: boolean;
}

const writables = new WeakMap<Fields, readonly Writable[]>();

function writable(fields: Fields): readonly Writable[] {
  let known = writables.get(fields);
  if (!known) {
    known = Object.entries(fields).map(([key, { name, prefix = false }]) => ({ key, name, prefix }));
    writables.set(fields, known);
  }
  return known;
}
