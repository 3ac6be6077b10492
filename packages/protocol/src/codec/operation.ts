/**
 * The shape of one row of the operation table. A row is plain data that both sides of the wire read: the client to
 * write a request and read its answer, the service to do the reverse, the policy engine to name the action, the
 * compatibility page to list what exists. `any` appears here only as the widest member of a type parameter, so that
 * rows of every value type fit one table; values themselves stay exactly typed through `Input` and `Output`.
 */
import type { Text } from './text.ts';
import type { Xml } from './xml.ts';

export type Method = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE' | 'OPTIONS';

/** What an operation addresses; decides which of Bucket and Key it needs. */
export type Target = 'service' | 'bucket' | 'object';

/** Where one field travels. `form` is a field of a multipart/form-data body. */
export type Place = 'query' | 'header' | 'form';

/** One field of an operation. With `prefix`, `name` starts many headers that together are one record. */
export interface Field<T, Required extends boolean = boolean> {
  readonly place: Place;
  readonly name: string;
  readonly text: Text<T>;
  readonly required: Required;
  readonly prefix?: true;
}

export type Fields = Readonly<Record<string, Field<any>>>;

/* @__NO_SIDE_EFFECTS__ */
export function query<T>(name: string, text: Text<T>): Field<T, false> {
  return { place: 'query', name, text, required: false };
}

/* @__NO_SIDE_EFFECTS__ */
export function header<T>(name: string, text: Text<T>): Field<T, false> {
  return { place: 'header', name: name.toLowerCase(), text, required: false };
}

/* @__NO_SIDE_EFFECTS__ */
export function formField<T>(name: string, text: Text<T>): Field<T, false> {
  return { place: 'form', name, text, required: false };
}

/** All headers that start with `prefix`, as one record from the rest of the name to its value. */
/* @__NO_SIDE_EFFECTS__ */
export function headers(prefix: string): Field<Readonly<Record<string, string>>, false> {
  return { place: 'header', name: prefix.toLowerCase(), text: record, required: false, prefix: true };
}

/** All form fields that start with `prefix`, as one record. */
/* @__NO_SIDE_EFFECTS__ */
export function formFields(prefix: string): Field<Readonly<Record<string, string>>, false> {
  return { place: 'form', name: prefix.toLowerCase(), text: record, required: false, prefix: true };
}

/* @__NO_SIDE_EFFECTS__ */
export function required<T>(field: Field<T>): Field<T, true> {
  return { ...field, required: true };
}

// A record never travels as one text: the interpreters spread it over headers or form fields.
const record: Text<Readonly<Record<string, string>>> = {
  parse: (raw) => ({ '': raw }),
};

/** What travels in a message body. */
export type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'xml'; readonly root: string; readonly shape: Xml<any>; readonly optional?: true }
  | { readonly kind: 'text'; readonly field: string; readonly type: string }
  | { readonly kind: 'answer' }
  | { readonly kind: 'form' };

export const none = { kind: 'none' } as const;
/** The bytes of an object: streamed, never read by the interpreters. */
export const bytes = { kind: 'bytes' } as const;
/** JSON in `Answer`, only where the request asked for an answer of its own; otherwise nothing. */
export const answer = { kind: 'answer' } as const;
/** A multipart/form-data body whose last field is the file. */
export const form = { kind: 'form' } as const;

export interface XmlBody<T> {
  readonly kind: 'xml';
  readonly root: string;
  readonly shape: Xml<T>;
}

/* @__NO_SIDE_EFFECTS__ */
export function xml<T>(root: string, shape: Xml<T>): XmlBody<T> {
  return { kind: 'xml', root, shape };
}

/** An XML body that may be left out altogether. */
/* @__NO_SIDE_EFFECTS__ */
export function optionalXml<T>(root: string, shape: Xml<T>): XmlBody<T> & { readonly optional: true } {
  return { kind: 'xml', root, shape, optional: true };
}

/** A body that is one text value, such as a policy document; `field` names it in the operation's values. */
/* @__NO_SIDE_EFFECTS__ */
export function text<const N extends string>(
  field: N,
  type: string,
): { readonly kind: 'text'; readonly field: N; readonly type: string } {
  return { kind: 'text', field, type };
}

/** What singles an operation out among those of the same method and target. */
export interface Selector {
  /** Query names that must all be present, with any value. */
  readonly query?: readonly string[];
  /** A header that must be present. */
  readonly header?: string;
}

/** Everything that both sides need to know about one API of the service. */
export interface Operation {
  readonly method: Method;
  readonly target: Target;
  readonly select?: Selector;
  /** Authorisation action without its `name/cos:` prefix. */
  readonly action: string;
  /** Whether repeating a call whose outcome is unknown leaves the service as one call does. */
  readonly idempotent: boolean;
  /** Address of the page that documents the operation. */
  readonly source: string;
  readonly request: { readonly fields: Fields; readonly body: Body };
  readonly response: {
    /** Status of success; a handler may answer another 2xx or 304 through `statusCode`. */
    readonly status: number;
    readonly fields: Fields;
    readonly body: Body;
    /** The answer may be a 200 whose body, after white space, is an error document. */
    readonly late?: true;
  };
}

type ValueOf<F> = F extends Field<infer T> ? T : never;
type RequiredKeys<F extends Fields> = { [K in keyof F]: F[K] extends Field<any, true> ? K : never }[keyof F];
type Simplify<T> = { [K in keyof T]: T[K] } & {};

type FieldValues<F extends Fields> = { [K in RequiredKeys<F>]: ValueOf<F[K]> } & {
  [K in Exclude<keyof F, RequiredKeys<F>>]?: ValueOf<F[K]> | undefined;
};
type BodyValue<B, Bytes> = B extends { kind: 'bytes' | 'form' }
  ? { Body: Bytes }
  : B extends { kind: 'text'; field: infer N extends string }
    ? Record<N, string>
    : B extends { kind: 'answer' }
      ? { Answer?: string | undefined }
      : B extends { kind: 'xml'; root: infer R extends string; shape: Xml<infer T> }
        ? B extends { optional: true }
          ? Partial<XmlValue<R, T>>
          : XmlValue<R, T>
        : unknown;
// An element's children are merged into the values; any other root is one value under the root's name.
type XmlValue<R extends string, T> = T extends string | number | boolean ? Record<R, T> : T;

type Address<T extends Target> = T extends 'object'
  ? { Bucket: string; Key: string }
  : T extends 'bucket'
    ? { Bucket: string }
    : unknown;

/** The values that an operation is called with; `Bytes` is the side's own type of a body. */
export type Input<O extends Operation, Bytes> = Simplify<
  Address<O['target']> & FieldValues<O['request']['fields']> & BodyValue<O['request']['body'], Bytes>
>;

/** The values that an operation answers with. */
export type Output<O extends Operation, Bytes> = Simplify<
  { statusCode?: number } & FieldValues<O['response']['fields']> & BodyValue<O['response']['body'], Bytes>
>;
