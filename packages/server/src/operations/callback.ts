/**
 * What an upload asks for once its object is there: that another service is called, whose answer becomes the upload's
 * (`x-cos-callback`), or that the answer is composed (`x-cos-return-body`). Both are read before the body of the upload
 * is, and done after the commit, so a failure leaves the object in place: 203 `CallbackFailed`.
 */
import { base64Decode, encodeResponse, fault, type Operation } from '@sampan/protocol';
import { JsonProblem, readJson } from '../access/read-json.ts';
import {
  fillIn,
  mediaVariable,
  strangeVariable,
  variableCount,
  type TemplateKind,
  type Variables,
} from './template.ts';

/** One call to another service. Holds what a caller of this service sent, so it goes into no log. */
export interface CallbackRequest {
  /** Tried in turn until one succeeds. */
  readonly urls: readonly URL[];
  /** Value of the Host header; absent: that of the address. */
  readonly host: string | undefined;
  readonly type: string;
  readonly body: string;
}

/** What came of it: the JSON that was answered, or why there is none, for the client. */
export type CallbackOutcome =
  { readonly ok: true; readonly answer: string } | { readonly ok: false; readonly reason: string };

/** Makes calls to other services. */
export interface CallbackCaller {
  /** Never rejects. Goes on when the client has gone away: the object is there. */
  call(request: CallbackRequest): Promise<CallbackOutcome>;
}

/** The fields of an upload that are read here. */
export interface CallbackInput {
  readonly Callback?: string | undefined;
  readonly CallbackVar?: string | undefined;
  readonly ReturnBody?: string | undefined;
}

/** What follows an upload, read and found good. */
export interface FollowUp {
  readonly callback?: {
    readonly urls: readonly URL[];
    readonly host: string | undefined;
    readonly body: string;
    readonly kind: TemplateKind;
    readonly custom: Variables;
  };
  readonly returnBody?: string;
}

/** What is known of an object that was stored. */
export interface Stored {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly sizeBytes: number;
  readonly mimeType: string;
  readonly region: string;
}

/** Both outcomes; absent: was not asked for. */
export interface Followed {
  readonly callback?: CallbackOutcome;
  readonly returnBody?: CallbackOutcome;
}

const types: Readonly<Record<string, TemplateKind>> = {
  'application/x-www-form-urlencoded': 'form',
  'application/json': 'json',
};
const mostUrls = 5;
/** Longest of the three values, in base64; headers are bounded to as much already, fields of forms are not. */
const longestValueChars = 16_384;

/** Reads what is to follow. Throws `InvalidArgument` for what cannot be understood; undefined when nothing follows. */
export function readFollowUp({ Callback, CallbackVar, ReturnBody }: CallbackInput): FollowUp | undefined {
  const custom = CallbackVar === undefined ? {} : customVariables(CallbackVar);
  const callback = Callback === undefined ? undefined : callbackOf(Callback, custom);
  const returnBody = ReturnBody === undefined ? undefined : returnBodyOf(ReturnBody);
  if (!callback && returnBody === undefined) return undefined;
  return { ...(callback && { callback }), ...(returnBody !== undefined && { returnBody }) };
}

/** Does what follows an upload. Never rejects. */
export async function follow(
  followUp: FollowUp | undefined,
  stored: Stored,
  caller: CallbackCaller,
): Promise<Followed> {
  if (!followUp) return {};
  const { callback, returnBody } = followUp;
  const { bucket, key: object, etag, sizeBytes: size, mimeType, region } = stored;
  const system: Variables = { bucket, object, etag, size, mimeType, region };
  return {
    ...(returnBody !== undefined && { returnBody: composed(returnBody, system) }),
    ...(callback && { callback: await called(callback, system, caller) }),
  };
}

async function called(
  { urls, host, body, kind, custom }: NonNullable<FollowUp['callback']>,
  system: Variables,
  caller: CallbackCaller,
): Promise<CallbackOutcome> {
  const unknown = mediaVariable(body);
  if (unknown !== undefined) return withoutMedia(unknown);
  const type = kind === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  return caller.call({ urls, host, type, body: fillIn(body, kind, { ...custom, ...system }) });
}

function composed(text: string, system: Variables): CallbackOutcome {
  const unknown = mediaVariable(text);
  return unknown === undefined ? { ok: true, answer: fillIn(text, 'json', system) } : withoutMedia(unknown);
}

/** COS fails so where the object is no picture or film; here it always is none. */
function withoutMedia(name: string): CallbackOutcome {
  return {
    ok: false,
    reason: `The variable ${name} needs media processing, which this service does not do.`,
  };
}

/**
 * The answer of an upload by `operation` after what followed. What a callback answered goes before what was composed, as
 * the official web SDK reads it. Throws `CallbackFailed` with the headers of `output`: the object is there.
 */
export function withAnswer<O extends Readonly<Record<string, unknown>>>(
  operation: Operation,
  output: O,
  { callback, returnBody }: Followed,
): O & { readonly Answer?: string } {
  const outcome = callback ?? returnBody;
  if (!outcome) return output;
  if (!outcome.ok)
    throw fault(
      'CallbackFailed',
      { Message: outcome.reason },
      { headers: encodeResponse(operation, output).headers },
    );
  return { ...output, Answer: outcome.answer };
}

/** The elements of Complete's document about what followed. Source: cos-js-sdk-v5 1.10.1, multipartComplete. */
export function followedElements({ callback, returnBody }: Followed) {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const failed = (reason: string) => ({ Code: 'CallbackFailed', Message: reason });
  return {
    CallbackResult: callback && {
      Status: callback.ok ? '200' : '203',
      ...(callback.ok ? { CallbackBody: base64(callback.answer) } : { Error: failed(callback.reason) }),
    },
    ReturnBodyResult: returnBody && {
      Status: returnBody.ok ? '200' : '203',
      ...(returnBody.ok ? { ReturnBody: base64(returnBody.answer) } : failed(returnBody.reason)),
    },
  };
}

function callbackOf(text: string, custom: Variables): FollowUp['callback'] {
  const document = jsonObject('x-cos-callback', text);
  const member = (name: string): string | undefined => {
    const value = document[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') throw invalid(`${name} in x-cos-callback is no text.`);
    return value;
  };
  const address = member('callbackUrl');
  // COS documents that an empty address means no callback.
  if (address === undefined) return undefined;
  const host = member('callbackHost');
  if (host !== undefined && !/^([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i.test(host))
    throw invalid(`callbackHost must be a domain or an IP address, got ${shown(host)}.`);
  const type = member('callbackBodyType') ?? 'application/x-www-form-urlencoded';
  const kind = Object.hasOwn(types, type) ? types[type] : undefined;
  if (!kind)
    throw invalid(`callbackBodyType must be ${Object.keys(types).join(' or ')}, got ${shown(type)}.`);
  const body = member('callbackBody');
  if (body === undefined) throw invalid('callbackBody is missing from x-cos-callback.');
  refuseStrange('callbackBody', body);
  return { urls: urlsOf(address), host, body, kind, custom };
}

function urlsOf(text: string): URL[] {
  const parts = text.split(';').map((part) => part.trim());
  const given = parts.filter((part) => part !== '');
  if (given.length === 0 || given.length > mostUrls)
    throw invalid(`callbackUrl holds 1 to ${mostUrls} addresses, got ${given.length}.`);
  return given.map((part) => {
    const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(part) ? part : `http://${part}`;
    const url = URL.canParse(whole) ? new URL(whole) : undefined;
    if (!url || !/^https?:$/.test(url.protocol))
      throw invalid(
        `callbackUrl must be an http or https address, got ${shown(part.replace(/[?#].*$/s, ''))}.`,
      );
    if (url.username !== '' || url.password !== '')
      throw invalid('callbackUrl must not hold a user name or password.');
    return url;
  });
}

function returnBodyOf(text: string): string {
  const template = decoded('x-cos-return-body', text);
  refuseStrange('x-cos-return-body', template);
  const sample = { bucket: '', object: '', etag: '', size: 0, mimeType: '', region: '' };
  parsed('x-cos-return-body', fillIn(template, 'json', sample));
  return template;
}

/** Most variables of a text: a short text with many of a long value would make a huge one. */
const mostVariables = 100;

function refuseStrange(where: string, text: string): void {
  const count = variableCount(text);
  if (count > mostVariables) throw invalid(`${where} may name ${mostVariables} variables, got ${count}.`);
  const strange = strangeVariable(text);
  if (strange !== undefined) throw invalid(`${where} names the variable ${shown(strange)}, which is none.`);
}

function customVariables(text: string): Variables {
  const variables: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(jsonObject('x-cos-callback-var', text))) {
    if (!name.startsWith('x:'))
      throw invalid(`Names in x-cos-callback-var begin with x:, got ${shown(name)}.`);
    if (typeof value !== 'string' && typeof value !== 'number')
      throw invalid(`${name.slice(0, 64)} in x-cos-callback-var must be a text or a number.`);
    variables[name] = value;
  }
  return variables;
}

function jsonObject(where: string, text: string): Readonly<Record<string, unknown>> {
  const value = parsed(where, decoded(where, text));
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(`${where} must be a JSON object in base64.`);
  return value as Record<string, unknown>;
}

function parsed(where: string, text: string): unknown {
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof JsonProblem) throw invalid(`${where}: ${error.message}.`);
    throw error;
  }
}

/** Base64, in the usual alphabet or in the one for addresses, with or without padding. */
function decoded(where: string, text: string): string {
  if (text.length > longestValueChars)
    throw invalid(`${where} may have ${longestValueChars} characters, got ${text.length}.`);
  const usual = text.replace(/\s/g, '').replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  const bytes = base64Decode(usual.padEnd(Math.ceil(usual.length / 4) * 4, '='));
  if (!bytes) throw invalid(`${where} is not base64: ${shown(text)}.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid(`${where} is not UTF-8 in base64.`);
  }
}

function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

function invalid(Message: string): Error {
  return fault('InvalidArgument', { Message });
}
